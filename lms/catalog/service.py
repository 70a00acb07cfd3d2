"""Publishing: what compiles becomes a release; what does not keeps its last good one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.fingerprints import code_digest, tree_digest
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.own_texts import first_line, path_in, slots_of, with_own_texts
from lms.catalog.adapters.sources import COMPANY, COMPANY_OVERLAY, Tree
from lms.catalog.events import CoursePublished
from lms.catalog.models import (
    CATALOGUE,
    CompanyText,
    ContentAsset,
    ContentCheck,
    ContentRelease,
    CurrentRelease,
    FactOverride,
    ItemVersion,
    OwnRule,
)
from lms.catalog.queries import (
    CURRENT,
    SERVED,
    CatalogueRelease,
    current_company,
    current_hashes,
    current_release,
    current_releases,
    fact_overrides,
    latest_fact,
    latest_text,
    load_release,
    own_rules,
    published_texts,
    shipped_catalogue,
)
from lms.catalog.rules.canonical import canonical_json, digest
from lms.catalog.rules.content import Course
from lms.catalog.rules.differences import Difference, catalogue_differences, course_differences
from lms.catalog.rules.facts import value_problem
from lms.catalog.rules.problems import Problem
from lms.catalog.rules.programmes import LevelRule
from lms.catalog.rules.upcoming import Upcoming
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.infra.jobs import enqueue
from lms.infra.memo import forget
from lms.infra.storage import storage
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id

PUBLISH_JOB = "courses.publish"
CHECK_JOB = "courses.check"
# A check that takes longer is taken for lost.
ASK_AGAIN = timedelta(minutes=5)
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did. `kept` are courses with errors, which keep their last good release."""

    published: Mapping[str, str]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    problems: tuple[Problem, ...]


def publish_courses(actor: Actor | None, tree: Tree, formats: Formats, now: datetime) -> Publication:
    """Compile a course tree and make every course without an error current. `actor` None means the system."""
    return publish_compiled(actor, compile_for_company(tree, formats), now)


def compile_for_company(tree: Tree, formats: Formats) -> Compiled:
    """Compile a course tree with the facts and texts the company has set in the browser."""
    return compile_tree(with_own_texts(tree, published_texts()), formats, fact_overrides())


def ask_to_publish(actor: Actor) -> None:
    """Let the worker publish the courses as they stand: nobody should hold the database while they compile."""
    enqueue(PUBLISH_JOB, {"person": str(actor.id)})
    audit.record("content.asked-to-publish", actor=actor.id)


def state_of(tree: Tree) -> str:
    """Return a digest of all that a check depends on: files, what is the company's own, what is served, the code."""
    texts = sorted((*key, body) for key, body in published_texts().items())
    return digest((tree_digest(tree), code_digest(), fact_overrides(), texts, current_hashes()))


def ask_to_check(state: str, at: datetime) -> None:
    """Let the worker check the course files, unless it was asked to just now: compiling them takes seconds."""
    known = db.session.get(ContentCheck, state)
    if known is not None and (known.result or at - known.asked_at < ASK_AGAIN):
        return
    if known is None:
        db.session.add(ContentCheck(state=state, asked_at=at))
    else:
        known.asked_at = at
    db.session.flush()
    enqueue(CHECK_JOB)


def upcoming(compiled: Compiled) -> Upcoming:
    """Return what publishing a compiled tree would do."""
    changes: dict[str, tuple[Difference, ...]] = {}
    for course in compiled.courses.values():
        served = current_release(course.id)
        changes[course.id] = course_differences(served.course if served else None, course)
    now_served = (shipped_catalogue(), current_company())
    changes[CATALOGUE] = catalogue_differences(now_served, (compiled.catalogue, compiled.company))
    kept = tuple(name for name in compiled.seen if name not in compiled.courses)
    warnings = len(compiled.problems) - len(compiled.errors)
    return Upcoming(compiled.errors, warnings, kept, {name: found for name, found in changes.items() if found})


def keep_check(state: str, found: Upcoming, at: datetime) -> None:
    """Store the result of a check, and let go of those of other states."""
    db.session.execute(sa.delete(ContentCheck).where(ContentCheck.state != state, ContentCheck.result.is_not(None)))
    known = db.session.get(ContentCheck, state)
    if known is None:
        db.session.add(ContentCheck(state=state, asked_at=at, result=canonical_json(found)))
    else:
        known.result = canonical_json(found)
    db.session.flush()


def publish_compiled(actor: Actor | None, compiled: Compiled, now: datetime) -> Publication:
    """Make every course of a compiled tree current, with the catalogue where it has no error."""
    before = current_hashes()
    facts = _changed_facts(compiled)
    published: dict[str, str] = {}
    for course in compiled.courses.values():
        _keep_assets(compiled, course)
        release = _publish(actor, course.id, course.version, canonical_json(course), before, now)
        if release:
            published[course.id] = release
            _record_items(course, release, now)
            changed = _changed(course, before)
            publish(CoursePublished(course.id, release, before.get(course.id), changed, now, facts))
    top = {problem.path for problem in compiled.errors}
    if not top & {"catalogue.yml", COMPANY, COMPANY_OVERLAY}:
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
    forget(SERVED)
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


def _changed_facts(compiled: Compiled) -> tuple[str, ...]:
    """Return the company facts that are served with another value than the one compiled now."""
    served = current_company().facts
    facts = compiled.company.facts
    return tuple(name for name, fact in facts.items() if name in served and served[name].value != fact.value)


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


def save_fact(
    actor: Actor | None, name: str, value: Mapping[str, str], follows: str, at: datetime, *, reason: str = ""
) -> Touched:
    """Store a company fact that was written on the version `follows`, and return what it touches.

    `value` is by language, or under ``""`` for all; empty takes the company's own value back. It is served once the
    courses are published again.

    Raises:
        NotFound: company.yml has no such fact.
        Invalid: the value does not fit the fact's type.
        Conflict: somebody has stored another value since.
    """
    fact = current_company().facts.get(name)
    if fact is None:
        raise NotFound
    if value and value_problem(fact.type, value, name):
        given = ", ".join(value.values())
        raise Invalid(_("%(value)s does not fit: this fact is a %(kind)s.", value=given, kind=fact.type.value))
    latest = latest_fact(name)
    if (str(latest.id) if latest else "") != follows:
        raise Conflict(_("Somebody has changed this fact since you opened it."))
    by = actor.id if actor else None
    db.session.add(FactOverride(name=name, value=dict(value), set_at=at, set_by=by))
    db.session.flush()
    audit.record("content.set-fact", actor=by, name=name, reason=reason)
    return what_cites(name)


# The company's own rules


def save_rule(actor: Actor, programme: str, level: str, rule: LevelRule | None, reason: str, follows: str) -> None:
    """Store what a level asks for from now on; None goes back to what is shipped. No publication changes it.

    Raises:
        NotFound: there is no such level.
        Conflict: somebody has stored another rule since the version `follows`.
    """
    found = shipped_catalogue().programme(programme)
    shipped = found.level(level) if found else None
    if shipped is None:
        raise NotFound
    latest = next(iter(own_rules().get((programme, level), ())), None)
    if (str(latest.id) if latest else "") != follows:
        raise Conflict(_("Somebody has changed this rule since you opened it. Look at it again."))
    row = OwnRule(programme=programme, level=level, reason=reason, set_at=now(), set_by=actor.id)
    row.requires, row.replaces = list(rule.requires) if rule else [], list(shipped.requires)
    row.validity = asdict(rule.validity) if rule else {}
    db.session.add(row)
    db.session.flush()
    forget(SERVED)


# The company's own texts


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the check says of an own text. `line` counts in the text; 0 where it is about the module around it."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class CheckedText:
    """An own text in its place: the lesson as readers would see it (HTML), and what the check says."""

    html: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what keeps the text from being published."""
        return tuple(found for found in self.findings if found.problem.is_error)


def check_text(tree: Tree, formats: Formats, step: str, language: str, body: str) -> CheckedText:
    """Return what the whole check says of a text in its place, beside every other text that is published.

    Raises:
        NotFound: no lesson of the tree has room for it.
    """
    slot = slots_of(tree).get(step)
    if slot is None:
        raise NotFound
    placed = with_own_texts(tree, {**published_texts(), (step, language): body})
    path = path_in(slot, tree, language)
    compiled = compile_tree(placed, formats, fact_overrides())
    start, own_lines = first_line(placed.files[path]), body.strip().count("\n") + 1
    around = {path, f"{slot.path.rsplit('/', 1)[0]}/module.yml"}
    findings = tuple(
        Finding(_line(problem, path, start, own_lines), problem)
        for problem in compiled.problems
        if problem.path in around
    )
    html = next(
        (
            str(found.content.get(language, {}).get("html", ""))
            for course in compiled.seen.values()
            for _module, found in course.steps()
            if found.id == step
        ),
        "",
    )
    return CheckedText(html, findings)


def save_text(actor: Actor, step: str, language: str, body: str, follows: str) -> uuid.UUID:
    """Store a version of a text that was written on the version `follows`; return its id.

    Raises:
        Conflict: somebody has stored another version since.
        Invalid: the text is too long.
    """
    if len(body) > LONGEST_TEXT:
        raise Invalid(_("This text has %(n)s characters; %(most)s fit.", n=len(body), most=LONGEST_TEXT))
    latest = latest_text(step, language)
    if (str(latest.id) if latest else "") != follows:
        raise Conflict(_("Somebody has changed this text since you opened it."))
    if latest is not None and latest.body == body:
        return latest.id
    row = CompanyText(
        id=new_id(),
        step=step,
        language=language,
        body=body,
        follows=latest.id if latest else None,
        written_at=now(),
        written_by=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("content.text-saved", actor=actor.id, step=step, language=language, version=str(row.id))
    return row.id


def publish_text(actor: Actor, version: uuid.UUID) -> None:
    """Make a version the one that is served, and let the worker publish its course. An empty one gives the place back.

    Raises:
        NotFound: there is no such version.
    """
    row = db.session.get(CompanyText, version)
    if row is None:
        raise NotFound
    row.published_at = now()
    db.session.flush()
    audit.record("content.text-published", actor=actor.id, step=row.step, language=row.language, version=str(row.id))
    ask_to_publish(actor)


def _line(problem: Problem, path: str, start: int, own_lines: int) -> int:
    line = problem.line - start + 1
    return line if problem.path == path and 0 < line <= own_lines else 0
