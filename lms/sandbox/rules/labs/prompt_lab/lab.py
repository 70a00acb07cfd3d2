"""The prompt lab as a lab: half the mark for the checks, half for what becomes of the tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import Line, Marked, Part, Problem, Sent, Shapes, Sheet, Told, first
from lms.sandbox.rules.labs.prompt_lab.brief import DANGEROUS, QUEUES, Brief, Ticket, draw_brief, draw_tickets
from lms.sandbox.rules.labs.prompt_lab.builder import (
    WORTH,
    Check,
    DataRule,
    Fallback,
    Outcome,
    Sections,
    checks,
    run,
    utility,
    whole,
)
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams

LONGEST_TEXT = 6000
LOST = frozenset({Outcome.STUCK, Outcome.GUESSED, Outcome.OBEYED, Outcome.ACTED})


@dataclass(frozen=True, slots=True)
class Public:
    """The brief, the draft that is to be mended, and tickets to try it on."""

    brief: Brief
    draft: Sections
    samples: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """The tickets that count."""

    tickets: tuple[Ticket, ...]


class PromptLab:
    """The prompt lab."""

    id = "prompt-lab"
    package = __package__ or ""
    version = 1
    shapes = Shapes(TypeAdapter(Public), TypeAdapter(Key), TypeAdapter(Sections))

    def draw(self, streams: Streams, _facts: CompanyFacts) -> Sheet[Public, Key]:
        """Return a brief, a draft with flaws, six tickets to try it on and forty that count."""
        brief = draw_brief(streams)
        shown, hidden = (draw_tickets(streams, brief, shown=shown) for shown in (True, False))
        return Sheet(Public(brief, _draft(streams, brief), shown), Key(hidden))

    def begin(self, public: Public) -> Sections:
        """Return the draft."""
        return public.draft

    def read(self, public: Public, _work: Sections, sent: Sent) -> Sections:
        """Return the sections as typed and ticked."""

        def text(name: str) -> str:
            return first(sent, name, LONGEST_TEXT) or ""

        def ticked(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(one for one in known if one in sent.get(name, ()))

        queues = {trigger: text(f"queue-{trigger}") for trigger in QUEUES}
        rule, fallback = text("data-rule"), text("fallback")
        return Sections(
            role=text("role"),
            task=text("task"),
            tools=ticked("tool", public.brief.tools),
            forbidden=ticked("forbidden", tuple(DANGEROUS.values())),
            asked={trigger: queue for trigger, queue in queues.items() if queue in QUEUES.values()},
            output=text("output"),
            before=text("before"),
            after=text("after"),
            data_rule=DataRule(rule) if rule in set(DataRule) else DataRule.NONE,
            fallback=Fallback(fallback) if fallback in set(Fallback) else Fallback.NONE,
            notes=text("notes"),
        )

    def lacks(self, _public: Public, work: Sections) -> tuple[Problem, ...]:
        """Return the sections without which there is no prompt."""
        return tuple(Problem(name, Text(f"problem.{name}")) for name in ("role", "task") if not getattr(work, name))

    def answers(self, public: Public, work: Sections) -> Mapping[str, Any]:
        """Return what can be chosen, and what the agent does with the tickets that are shown."""
        return {
            "dangers": tuple(DANGEROUS.values()),
            "triggers": tuple(QUEUES),
            "queues": tuple(QUEUES.values()),
            "rules": tuple(DataRule),
            "fallbacks": tuple(Fallback),
            "tried": tuple(
                (ticket_text(ticket), outcome, WORTH[outcome])
                for ticket in public.samples
                for outcome in (run(work, public.brief, ticket),)
            ),
            "words": len(work.texts.split()),
        }

    def mark(self, public: Public, key: Key, work: Sections) -> Marked:
        """Return half for the checks, and half scaled from the best blunt prompt to the best one."""
        brief, tickets = public.brief, key.tickets
        held = checks(work, brief)
        blunt = max(utility(one, brief, tickets) for one in self.constants(public).values())
        best = utility(whole(brief), brief, tickets)
        share = Fraction(utility(work, brief, tickets) - blunt, best - blunt)
        outcomes = Counter(run(work, brief, ticket) for ticket in tickets)
        good = outcomes[Outcome.ANSWERED] + outcomes[Outcome.HANDED]
        score = half_up(50 * Fraction(sum(held.values()), len(held)) + 50 * max(Fraction(0), min(Fraction(1), share)))
        return Marked(
            score,
            (
                Part(Text("part.checks"), sum(held.values()), len(held)),
                Part(Text("part.tickets"), good, len(tickets)),
            ),
            (*(_check_line(check, brief, holds=held[check]) for check in Check), _tickets_line(outcomes, len(tickets))),
        )

    def best(self, public: Public, _key: Key) -> Sections:
        """Return a prompt in which every check holds."""
        return whole(public.brief)

    def solve(self, public: Public) -> Sections:
        """Return the draft, mended as the brief asks."""
        return whole(public.brief)

    def constants(self, public: Public) -> Mapping[str, Sections]:
        """Return the prompts of people who leave the draft, allow everything, or hand everything over."""
        filled = whole(public.brief)
        draft = replace(public.draft, role=filled.role, task=filled.task)
        return {
            "draft": draft,
            "allow": replace(draft, tools=public.brief.tools, fallback=Fallback.GUESS),
            "hand over": replace(draft, tools=(), fallback=Fallback.PERSON),
            "nothing": Sections(filled.role, filled.task),
        }

    def told(self, public: Public) -> tuple[Told, ...]:
        """Return the brief and the tickets to try it on."""
        brief = public.brief
        lines = (
            Text("told.tools", {"names": ", ".join(brief.needed)}),
            Text("told.dangers", {"names": ", ".join(brief.dangers)}),
            Text("told.triggers", {"names": ", ".join(brief.triggers)}),
            Text("told.keys", {"names": ", ".join(brief.keys)}),
        )
        return (
            Told(Text(f"agent.{brief.agent}"), lines),
            Told(Text("panel.samples"), tuple(ticket_text(ticket) for ticket in public.samples)),
        )


def ticket_text(ticket: Ticket) -> Text:
    """Return a ticket to be worded."""
    special = (
        f"trigger.{ticket.trigger}" if ticket.trigger
        else f"danger.{ticket.danger}" if ticket.danger
        else "injects" if ticket.injects
        else "unclear" if ticket.unclear
        else f"harmless.{ticket.harmless}" if ticket.harmless
        else "plain"
    )  # fmt: skip
    asks = {"id": f"asks.{ticket.need}", "params": {}, "pick": ticket.pick}
    return Text(f"ticket.{special}", {"asks": asks}, ticket.pick // 7)


def _draft(streams: Streams, brief: Brief) -> Sections:
    """Return a colleague's draft: a tool too many and one too few, a broken answer, a customer's data and a key."""
    drawn = streams.stream("draft")
    too_much = drawn.pick(tuple(tool for tool, danger in DANGEROUS.items() if danger in brief.dangers))
    number = "".join(str(drawn.below(10)) for _ in range(7))
    secret = f"sk-live-{drawn.below(1 << 60):015x}"
    name = drawn.pick(("ines.keller", "tom.abara", "mona.rossi", "liam.patel", "vera.nowak"))
    return Sections(
        tools=(*brief.needed[:2], too_much),
        asked={brief.triggers[0]: QUEUES[brief.triggers[1]]},
        output="{" + ", ".join(f'"{key}": ""' for key in brief.keys[:3]) + ",}",
        data_rule=DataRule.FOLLOW,
        fallback=Fallback.GUESS,
        notes=f"{name}@mail.example, +1 555 {number[:3]} {number[3:]}\n{secret}",
    )


def _check_line(check: Check, brief: Brief, *, holds: bool) -> Line:
    params = {"keys": ", ".join(brief.keys)}
    return Line(
        title=Text(f"check.{check}"),
        right=holds,
        yours=Text("holds.yes" if holds else "holds.no"),
        best=Text(f"best.{check}", params),
        why=Text(f"why.{check}", params),
    )


def _tickets_line(outcomes: Counter[Outcome], count: int) -> Line:
    done = {str(outcome).replace("-", "_"): outcomes[outcome] for outcome in Outcome}
    good = outcomes[Outcome.ANSWERED] + outcomes[Outcome.HANDED]
    return Line(
        title=Text("line.tickets", {"n": count}),
        right=good == count,
        yours=Text("outcomes", done),
        best=Text("best.tickets", {"n": count}),
        why=Text("why.lost" if any(outcomes[one] for one in LOST) else "why.tickets"),
    )
