"""Publishing: what compiles becomes a release; what does not keeps its last good one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import Tree
from lms.catalog.events import CoursePublished
from lms.catalog.models import CATALOGUE, ContentAsset, ContentRelease, CurrentRelease, FactOverride, ItemVersion
from lms.catalog.queries import (
    CURRENT,
    CatalogueRelease,
    current_company,
    current_hashes,
    current_releases,
    fact_overrides,
    load_release,
)
from lms.catalog.rules.canonical import canonical_json, digest
from lms.catalog.rules.content import Course
from lms.catalog.rules.facts import value_problem
from lms.catalog.rules.problems import Problem
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.infra.memo import forget
from lms.infra.storage import storage
from lms.shared.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did. `kept` are courses with errors, which keep their last good release."""

    published: Mapping[str, str]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    problems: tuple[Problem, ...]


def publish_courses(actor: Actor | None, tree: Tree, formats: Formats, now: datetime) -> Publication:
    """Compile a course tree and make every course without an error current. `actor` None means the system."""
    return publish_compiled(actor, compile_tree(tree, formats, fact_overrides()), now)


def publish_compiled(actor: Actor | None, compiled: Compiled, now: datetime) -> Publication:
    """Make every course of a compiled tree current, with the catalogue where it has no error."""
    before = current_hashes()
    published: dict[str, str] = {}
    for course in compiled.courses.values():
        _keep_assets(compiled, course)
        release = _publish(actor, course.id, course.version, canonical_json(course), before, now)
        if release:
            published[course.id] = release
            _record_items(course, release, now)
            publish(CoursePublished(course.id, release, before.get(course.id), _changed(course, before), now))
    top = {problem.path for problem in compiled.errors}
    if not top & {"catalogue.yml", "company.yml"}:
        body = canonical_json(CatalogueRelease(compiled.catalogue, compiled.company))
        release = _publish(actor, CATALOGUE, "1", body, before, now)
        if release:
            published[CATALOGUE] = release
    unchanged = tuple(name for name in compiled.courses if name not in published)
    kept = tuple(name for name in compiled.seen if name not in compiled.courses)
    return Publication(published, unchanged, kept, compiled.problems)


def _publish(
    actor: Actor | None, name: str, version: str, body: str, before: Mapping[str, str], now: datetime
) -> str | None:
    """Store a release and make it current; return its hash, or None where it already was."""
    found = hashlib.sha256(body.encode()).hexdigest()
    if before.get(name) == found:
        return None
    author = actor.id if actor else None
    if db.session.get(ContentRelease, found) is None:
        db.session.add(
            ContentRelease(hash=found, name=name, version=version, published_at=now, published_by=author, body=body)
        )
        db.session.flush()
    current = db.session.get(CurrentRelease, name)
    if current:
        current.hash, current.since = found, now
    else:
        db.session.add(CurrentRelease(name=name, hash=found, since=now))
    db.session.flush()
    forget(CURRENT)
    audit.record("content.publish", actor=author, name=name, release=found, previous=before.get(name))
    return found


def _keep_assets(compiled: Compiled, course: Course) -> None:
    for asset in course.assets:
        if db.session.get(ContentAsset, asset.sha256) is None:
            storage().put(compiled.asset_bytes(asset))
            db.session.add(ContentAsset(sha256=asset.sha256, media_type=asset.media_type, size=asset.size))
            # Two courses may show one picture.
            db.session.flush()


def _record_items(course: Course, release: str, now: datetime) -> None:
    known = set(db.session.execute(sa.select(ItemVersion.item, ItemVersion.grading_hash)).all())
    for item in course.items.values():
        if (item.id, item.grading_hash) not in known:
            db.session.add(
                ItemVersion(item=item.id, grading_hash=item.grading_hash, first_release=release, published_at=now)
            )
    db.session.flush()


def _changed(course: Course, before: Mapping[str, str]) -> tuple[str, ...]:
    """Return the modules whose content differs from the release before; all of a course never published."""
    previous = load_release(before[course.id]).course if course.id in before else None
    old = {module.id: digest(module) for module in previous.modules} if previous else {}
    return tuple(module.id for module in course.modules if old.get(module.id) != digest(module))


# Company facts


@dataclass(frozen=True, slots=True)
class Touched:
    """The modules that cite a fact, by course: what a change of it publishes again, and whom it concerns."""

    name: str
    modules: Mapping[str, tuple[str, ...]]


def what_cites(name: str) -> Touched:
    """Return what a change of a company fact would touch."""
    cited = {
        release.course.id: tuple(module.id for module in release.course.modules if name in module.facts)
        for release in current_releases()
    }
    return Touched(name, {course: modules for course, modules in cited.items() if modules})


def set_fact(
    actor: Actor, name: str, value: Mapping[str, str], tree: Tree, formats: Formats, now: datetime
) -> tuple[Publication, Touched]:
    """Set a company fact, publish again what cites it, and return what that touched.

    `value` is by language, or under ``""`` for all; empty takes the company's own value back.

    Raises:
        NotFound: company.yml has no such fact.
        Invalid: the value does not fit the fact's type.
    """
    fact = current_company().facts.get(name)
    if fact is None:
        raise NotFound
    wrong = value_problem(fact.type, value) if value else None
    if wrong:
        given = ", ".join(value.values())
        raise Invalid(_("%(value)s does not fit: this fact is a %(kind)s.", value=given, kind=fact.type.value))
    touched = what_cites(name)
    db.session.add(FactOverride(name=name, value=dict(value), set_at=now, set_by=actor.id))
    db.session.flush()
    audit.record("content.set-fact", actor=actor.id, name=name)
    publication = publish_courses(actor, tree, formats, now)
    return publication, touched
