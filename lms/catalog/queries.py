"""What is published: the current releases and every earlier one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.accounts.models.people import Profile
from lms.catalog.models import (
    CATALOGUE,
    CompanyText,
    ContentAsset,
    ContentCheck,
    ContentRelease,
    CurrentRelease,
    FactOverride,
    OwnRule,
)
from lms.catalog.rules.content import Card, Course, Module, Step, Texts
from lms.catalog.rules.differences import Difference, catalogue_differences, course_differences
from lms.catalog.rules.facts import Company
from lms.catalog.rules.programmes import Catalogue, LevelRule, Validity, with_rules
from lms.catalog.rules.upcoming import Upcoming
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.memo import once
from lms.infra.paths import asset_dir
from lms.infra.storage import storage
from lms.shared.errors import NotFound

# Releases are immutable, so what was loaded once is right for ever; this many stay in memory.
KEPT_IN_MEMORY = 64
# Under this name the current hashes are remembered in a transaction; whoever changes them says so.
CURRENT = "catalog.current"
SERVED = "catalog.served"


@dataclass(frozen=True, slots=True)
class Release:
    """A course under the hash of its content."""

    hash: str
    course: Course


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One release in a history; `publisher` is None for the system."""

    hash: str
    name: str
    version: str
    published_at: datetime
    publisher: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class CatalogueRelease:
    """catalogue.yml and company.yml as released together."""

    catalogue: Catalogue
    company: Company


EMPTY = CatalogueRelease(Catalogue({}, ()), Company("", "USD", ("en",), {}))

_CURRENT = sa.select(CurrentRelease.name, CurrentRelease.hash).order_by(CurrentRelease.name)
_COURSE: TypeAdapter[Course] = TypeAdapter(Course)
_UPCOMING: TypeAdapter[Upcoming] = TypeAdapter(Upcoming)
_CATALOGUE: TypeAdapter[CatalogueRelease] = TypeAdapter(CatalogueRelease)


def current_hashes() -> Mapping[str, str]:
    """Return the hash of the current release by course id; the catalogue stands under `CATALOGUE`.

    Nearly everything asks for it, so it is read once in a transaction.
    """
    return once(CURRENT, lambda: dict(db.session.execute(_CURRENT).all()))


def current_release(course_id: str) -> Release | None:
    """Return what is served of a course now, or None where it was never published."""
    found = current_hashes().get(course_id)
    return load_release(found) if found and course_id != CATALOGUE else None


def current_releases() -> tuple[Release, ...]:
    """Return the current release of every course, by id."""
    return tuple(load_release(found) for name, found in current_hashes().items() if name != CATALOGUE)


def courses_of_releases() -> Mapping[str, str]:
    """Return the id of the course of every release ever published, by hash."""
    rows = db.session.execute(
        sa.select(ContentRelease.hash, ContentRelease.name).where(ContentRelease.name != CATALOGUE)
    )
    return {release: name for release, name in rows}  # noqa: C416 - rows are not tuples to a type checker


def course_titles() -> Mapping[str, Texts]:
    """Return what every course that is served is called, by id."""
    return {release.course.id: release.course.title for release in current_releases()}


def current_catalogue() -> Catalogue:
    """Return the programmes and roles served now, with the company's own rules; empty before the first publication."""
    return once(SERVED, _served)


def shipped_catalogue() -> Catalogue:
    """Return the programmes and roles as published, without the company's own rules."""
    return _current().catalogue


def current_company() -> Company:
    """Return the company and its facts as released; empty before the first publication."""
    return _current().company


def load_release(release_hash: str) -> Release:
    """Return any release, current or past.

    Raises:
        NotFound: there is no such release.
    """
    return Release(release_hash, _course(release_hash))


def find_step(course_id: str, module_id: str, step_id: str) -> tuple[Release, Module, Step] | None:
    """Return a step of a current release with where it stands, or None."""
    release = current_release(course_id)
    module = release.course.module(module_id) if release else None
    step = module.step(step_id) if module else None
    return (release, module, step) if release and module and step else None


def find_card(card_id: str) -> tuple[Release, Card] | None:
    """Return a reference card of a current release, or None."""
    for release in current_releases():
        for module in release.course.modules:
            if module.card and module.card.id == card_id:
                return release, module.card
    return None


def course_folders() -> tuple[Path, Path | None]:
    """Return the folder of the course tree and that of the private overlay, where there is one."""
    return settings().courses or asset_dir("courses"), settings().courses_overlay


def release_history() -> tuple[ReleaseLine, ...]:
    """Return every release ever published, the latest first."""
    rows = db.session.execute(
        sa.select(
            ContentRelease.hash,
            ContentRelease.name,
            ContentRelease.version,
            ContentRelease.published_at,
            Profile.name,
            CurrentRelease.hash.is_not(None),
        )
        .outerjoin(CurrentRelease, CurrentRelease.hash == ContentRelease.hash)
        .outerjoin(Profile, Profile.person_id == ContentRelease.published_by)
        .order_by(ContentRelease.published_at.desc(), ContentRelease.name)
    )
    return tuple(ReleaseLine(*row) for row in rows)


def checked(state: str) -> Upcoming | None:
    """Return what a check of the course files in this state found, or None where none is done."""
    result = db.session.scalar(sa.select(ContentCheck.result).where(ContentCheck.state == state))
    return _UPCOMING.validate_json(result) if result else None


def release_differences(release_hash: str) -> tuple[ReleaseLine, ReleaseLine | None, tuple[Difference, ...]]:
    """Return a release, the one of the same name before it, and what it changed.

    Raises:
        NotFound: there is no such release.
    """
    history = release_history()
    line = next((one for one in history if one.hash == release_hash), None)
    if line is None:
        raise NotFound
    earlier = [one for one in history if one.name == line.name and one.published_at < line.published_at]
    before = earlier[0] if earlier else None
    if line.name == CATALOGUE:
        old, new = _catalogue(before.hash) if before else None, _catalogue(line.hash)
        pairs = ((old.catalogue, old.company) if old else None, (new.catalogue, new.company))
        return line, before, catalogue_differences(*pairs)
    return line, before, course_differences(_course(before.hash) if before else None, _course(line.hash))


def fact_overrides() -> Mapping[str, Mapping[str, str]]:
    """Return the facts a company has set in the browser, by name; facts taken back are not among them."""
    rows = db.session.execute(sa.select(FactOverride.name, FactOverride.value).order_by(FactOverride.id))
    latest: dict[str, dict[str, str]] = dict(rows.all())
    return {name: value for name, value in latest.items() if value}


def names_example() -> bool:
    """Return whether a certificate made now would name the invented company that is shipped, or who signs for it."""
    return current_company().names_example(fact_overrides())


@dataclass(frozen=True, slots=True)
class FactVersion:
    """The value of a company fact as last set in the browser; empty where it was taken back."""

    id: uuid.UUID
    value: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TextVersion:
    """A version of a company's own text; `author` is None where they are no longer known."""

    id: uuid.UUID
    body: str
    written_at: datetime
    published_at: datetime | None
    author: str | None


def latest_fact(name: str) -> FactVersion | None:
    """Return the value a fact was last set to, or None where it never was."""
    row = db.session.execute(
        sa.select(FactOverride.id, FactOverride.value)
        .where(FactOverride.name == name)
        .order_by(FactOverride.id.desc())
        .limit(1)
    ).first()
    return FactVersion(row.id, row.value) if row else None


def latest_texts() -> Mapping[tuple[str, str], TextVersion]:
    """Return the latest version of every own text, draft or published, by (step, language)."""
    rows = db.session.execute(
        sa.select(
            CompanyText.step,
            CompanyText.language,
            CompanyText.id,
            CompanyText.body,
            CompanyText.written_at,
            CompanyText.published_at,
            Profile.name,
        )
        .outerjoin(Profile, Profile.person_id == CompanyText.written_by)
        .order_by(CompanyText.id)
    )
    return {
        (row.step, row.language): TextVersion(row.id, row.body, row.written_at, row.published_at, row.name)
        for row in rows
    }


def latest_text(step: str, language: str) -> TextVersion | None:
    """Return the latest version of an own text, draft or published, or None."""
    return latest_texts().get((step, language))


def published_texts() -> Mapping[tuple[str, str], str]:
    """Return the texts that are served in their lessons, by (step, language); an empty one gives the place back."""
    rows = db.session.execute(
        sa.select(CompanyText.step, CompanyText.language, CompanyText.body)
        .where(CompanyText.published_at.is_not(None))
        .order_by(CompanyText.published_at, CompanyText.id)
    )
    latest = {(step, language): body for step, language, body in rows}
    return {key: body for key, body in latest.items() if body.strip()}


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule of a level as set in the browser; `rule` is None where it was taken back. `author` may be unknown by now.

    `replaces` is what the level was shipped to ask for when it was set.
    """

    id: uuid.UUID
    programme: str
    level: str
    rule: LevelRule | None
    replaces: tuple[str, ...]
    reason: str
    set_at: datetime
    author: str | None


def own_rules() -> Mapping[tuple[str, str], tuple[RuleVersion, ...]]:
    """Return every rule set in the browser, the latest first, by (programme, level)."""
    rows = db.session.execute(
        sa.select(OwnRule, Profile.name)
        .outerjoin(Profile, Profile.person_id == OwnRule.set_by)
        .order_by(OwnRule.id.desc())
    )
    found: dict[tuple[str, str], tuple[RuleVersion, ...]] = {}
    for row, author in rows:
        rule = LevelRule(tuple(row.requires), Validity(**row.validity)) if row.requires else None
        version = RuleVersion(
            row.id, row.programme, row.level, rule, tuple(row.replaces), row.reason, row.set_at, author
        )
        key = (row.programme, row.level)
        found[key] = (*found.get(key, ()), version)
    return found


def asset(digest: str) -> tuple[bytes, str]:
    """Return the bytes and media type of a published asset.

    Raises:
        NotFound: no release cites it.
    """
    media_type = db.session.scalar(sa.select(ContentAsset.media_type).where(ContentAsset.sha256 == digest))
    if media_type is None:
        raise NotFound
    return storage().get(digest), media_type


def _served() -> Catalogue:
    shipped = _current().catalogue
    rules = {key: versions[0].rule for key, versions in own_rules().items()}
    held = {key: rule for key, rule in rules.items() if rule}
    return with_rules(shipped, held) if held else shipped


def _current() -> CatalogueRelease:
    found = current_hashes().get(CATALOGUE)
    return _catalogue(found) if found else EMPTY


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _course(release_hash: str) -> Course:
    return _COURSE.validate_json(_body(release_hash))


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _catalogue(release_hash: str) -> CatalogueRelease:
    return _CATALOGUE.validate_json(_body(release_hash))


def _body(release_hash: str) -> str:
    body = db.session.scalar(sa.select(ContentRelease.body).where(ContentRelease.hash == release_hash))
    if body is None:
        raise NotFound
    return body
