"""Changing what a level asks for, in the browser: a new rule version, with its reason in the audit chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lms.accounts.rules.actor import Actor
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Level, LevelRule, Programme
from lms.catalog.service import save_rule
from lms.certification.queries.awards import rule_of
from lms.certification.queries.evidence import rule_version
from lms.certification.rules.predicates import Kind, Predicate, parse
from lms.certification.service.award import remember_rule
from lms.infra import audit
from lms.infra.i18n import _
from lms.learning.queries.catalogue import all_modules
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.labs.registry import LABS
from lms.shared.errors import Invalid, NotFound


def change_rule(
    actor: Actor, programme_id: str, level_id: str, rule: LevelRule | None, reason: str, follows: str
) -> str:
    """Let a level ask for something else from now on, or for what is shipped (None); return the new rule's version.

    Awards keep the version that they were made under.

    Raises:
        NotFound: there is no such level.
        Invalid: a condition names something that does not exist; `fields` has it under ``requires``.
        Conflict: somebody has changed the rule since.
    """
    programme, level = _level(programme_id, level_id)
    unknown = list(_unknown(programme, map(parse, rule.requires))) if rule else []
    if unknown:
        names = ", ".join(unknown)
        raise Invalid(fields={"requires": _("Nothing has this name: %(names)s. Correct it.", names=names)})
    before = rule_version(level, rule_of(programme, level))
    save_rule(actor, programme_id, level_id, rule, reason, follows)
    programme, level = _level(programme_id, level_id)
    version = remember_rule(level, rule_of(programme, level))
    audit.record(
        "level.rule-changed",
        actor=actor.id,
        programme=programme_id,
        level=level_id,
        version=version,
        previous=before,
        shipped=rule is None,
        reason=reason,
    )
    return version


def _level(programme_id: str, level_id: str) -> tuple[Programme, Level]:
    programme = current_catalogue().programme(programme_id)
    level = programme.level(level_id) if programme else None
    if programme is None or level is None:
        raise NotFound
    return programme, level


def _unknown(programme: Programme, predicates: Iterable[Predicate]) -> Iterator[str]:
    modules = all_modules()
    planned = set(programme.refreshers.rotate) if programme.refreshers else set()
    taught = planned | {module.id for module in modules} | {step.id for module in modules for step in module.steps}
    known = {
        Kind.SANDBOX: CONSOLES.keys(),
        Kind.LAB: LABS.keys(),
        Kind.HELD: {level.id for level in (*programme.levels, *programme.appointed)},
    }
    for each in predicates:
        if each.subject and each.kind not in _FREE and each.subject not in known.get(each.kind, taught):
            yield each.reference


# A gate is the company's to name.
_FREE = frozenset({Kind.APPOINTED, Kind.DEPUTY})
