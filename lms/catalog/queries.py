"""What is published: the current releases and every earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.catalog.models import CATALOGUE, ContentAsset, ContentRelease, CurrentRelease, FactOverride
from lms.catalog.rules.content import Card, Course, Module, Step
from lms.catalog.rules.facts import Company
from lms.catalog.rules.programmes import Catalogue
from lms.infra.db import db
from lms.infra.memo import once
from lms.infra.storage import storage
from lms.shared.errors import NotFound

# Releases are immutable, so what was loaded once is right for ever; this many stay in memory.
KEPT_IN_MEMORY = 64
# Under this name the current hashes are remembered in a transaction; whoever changes them says so.
CURRENT = "catalog.current"


@dataclass(frozen=True, slots=True)
class Release:
    """A course under the hash of its content."""

    hash: str
    course: Course


@dataclass(frozen=True, slots=True)
class CatalogueRelease:
    """catalogue.yml and company.yml as released together."""

    catalogue: Catalogue
    company: Company


EMPTY = CatalogueRelease(Catalogue({}, ()), Company("", "USD", ("en",), {}))

_CURRENT = sa.select(CurrentRelease.name, CurrentRelease.hash).order_by(CurrentRelease.name)
_COURSE: TypeAdapter[Course] = TypeAdapter(Course)
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


def current_catalogue() -> Catalogue:
    """Return the programmes and roles served now; empty before the first publication."""
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


def fact_overrides() -> Mapping[str, Mapping[str, str]]:
    """Return the facts a company has set in the browser, by name; facts taken back are not among them."""
    rows = db.session.execute(sa.select(FactOverride.name, FactOverride.value).order_by(FactOverride.id))
    latest: dict[str, dict[str, str]] = dict(rows.all())
    return {name: value for name, value in latest.items() if value}


def asset(digest: str) -> tuple[bytes, str]:
    """Return the bytes and media type of a published asset.

    Raises:
        NotFound: no release cites it.
    """
    media_type = db.session.scalar(sa.select(ContentAsset.media_type).where(ContentAsset.sha256 == digest))
    if media_type is None:
        raise NotFound
    return storage().get(digest), media_type


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
