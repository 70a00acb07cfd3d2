"""Events of agents, each with one cause: what was done, and what the permission matrix says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.agent_ops.agents import (
    AGENTS,
    CARRIER,
    COLUMNS,
    CUSTOMERS,
    INSIDE,
    OF_CUSTOMERS,
    OUTSIDE,
    PERMISSIONS,
    PERSONAL,
    RESOURCES,
    TEMPTING,
    Agent,
    Task,
)
from lms.sandbox.rules.consoles.agent_ops.cases import Before, Event, Fields, Rights
from lms.sandbox.rules.consoles.agent_ops.truth import ASKS, rights_of
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Stream, Streams

TOP_LEVEL = 3
OTHERS, EARLIER = 2, 3
Change = Callable[[Event, Rights, int, "Stream"], Event]


def event_fields(cause: str, level: int, streams: Streams) -> Fields:
    """Return an event with a cause: a key of `CAUSES`."""
    drawn = streams.stream("event")
    agent = drawn.pick(AGENTS)
    task = drawn.pick(agent.tasks)
    own = _rights(agent, drawn)
    others = drawn.sample([one for one in AGENTS if one is not agent], OTHERS)
    matrix = drawn.shuffled([own, *(_rights(one, drawn) for one in others)])
    event = Event(
        number=f"E-{drawn.between(100_000, 999_999)}",
        agent=agent.id,
        purpose=task.purpose,
        tool=task.tool,
        resource=task.resource,
        scope=agent.scope,
        rows=min(own.rows, drawn.between(*task.rows)),
        columns=task.columns,
        redacted=bool(PERSONAL.intersection(task.columns)) or drawn.chance(5000),
        destination=task.destination,
        exposed=False,
        asks=None,
        ticket_ref=f"T-{drawn.between(10_000, 99_999)}",
        ticket=Text(f"ticket.{task.purpose}", {}, drawn.below(1 << 20)),
    )
    changed = CAUSES[cause](event, own, level, streams.stream("cause"))
    return Fields(event=changed, rights=matrix, before=_earlier(agent, task, streams.stream("before")))


def clean(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """Nothing is the matter."""
    del own, level, drawn
    return event


def beyond_rights(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """The agent reads more than it may: rows, a resource or a column; a little more on the highest level."""
    way = drawn.pick(("rows", "resource") if level == 1 else ("rows", "resource", "columns"))
    if way == "rows":
        more = {1: own.rows * drawn.between(4, 40), 2: own.rows * drawn.between(1, 4), 3: drawn.between(1, 3)}[level]
        return replace(event, rows=own.rows + more)
    if way == "resource":
        return replace(event, resource=drawn.pick([one for one in RESOURCES if one not in own.resources]))
    extra = drawn.pick([one for one in COLUMNS[event.resource] if one not in own.columns])
    return replace(event, columns=(*event.columns, extra))


def bare(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """Personal or payment data stand in what went to a model or a log; on the highest level more is the matter."""
    personal = [one for one in own.columns if one in PERSONAL]
    if not personal:
        raise Redraw
    columns = event.columns if PERSONAL.intersection(event.columns) else (*event.columns, drawn.pick(personal))
    changed = replace(event, columns=columns, redacted=False)
    if level == TOP_LEVEL and drawn.chance(4000):
        return replace(changed, rows=own.rows + drawn.between(1, 9))
    return changed


def obeyed(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """The ticket's text tells the agent to use a tool, and it did."""
    del level
    tool = drawn.pick([one for one in own.tools if one in TEMPTING])
    return replace(event, tool=tool, ticket=_asking(event, tool, drawn))


def tried(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """The ticket's text tells the agent to use a tool, and it did its task all the same."""
    del level
    tool = drawn.pick([one for one in TEMPTING if one in own.tools or drawn.chance(5000)] or list(TEMPTING))
    return replace(event, ticket=_asking(event, tool, drawn))


def at_most(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """As many rows as may be read, and not one more."""
    del level, drawn
    return replace(event, rows=own.rows)


def taken_out(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """Personal data are read, as permitted, and taken out before anything else sees them."""
    del level
    personal = [one for one in own.columns if one in PERSONAL]
    if not personal:
        return at_most(event, own, 1, drawn)
    columns = event.columns if PERSONAL.intersection(event.columns) else (*event.columns, drawn.pick(personal))
    return replace(event, columns=columns, redacted=True)


def renewed(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """The agent asks for a permission that it has already: nothing becomes wider."""
    del level
    return replace(event, asks=drawn.pick(own.tools))


def exposed(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """Personal or payment data were seen outside the company, where nobody of ours had sent them."""
    if event.destination == CARRIER:
        raise Redraw
    return replace(bare(event, own, min(level, 2), drawn), exposed=True)


def outward(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """Data go to a place that is not on the agent's list; on higher levels to one that is on another agent's."""
    inside = [one for one in INSIDE if one not in own.destinations]
    return replace(event, destination=drawn.pick(inside if level > 1 and drawn.chance(5000) else OUTSIDE))


def widened(event: Event, own: Rights, level: int, drawn: Stream) -> Event:
    """The agent asks for a permission that it does not have; on higher levels for one that looks harmless."""
    small = [one for one in TEMPTING if one not in own.tools]
    return replace(event, asks=drawn.pick(small if small and level > 1 and drawn.chance(5000) else PERMISSIONS))


CAUSES: Mapping[str, Change] = MappingProxyType(
    {
        "clean": clean, "beyond": beyond_rights, "bare": bare, "obeyed": obeyed, "tried": tried, "at-most": at_most,
        "taken-out": taken_out, "renewed": renewed, "exposed": exposed, "outward": outward, "widened": widened,
    }
)  # fmt: skip


def own_rights(fields: Fields) -> int:
    """Return which line of the permission matrix is the event's agent's.

    Raises:
        ValueError: the case is no event.
    """
    if fields.event is None:
        message = "only events have permissions"
        raise ValueError(message)
    return fields.rights.index(rights_of(fields.event, fields.rights))


def _asking(event: Event, tool: str, drawn: Stream) -> Text:
    """Return a ticket that orders the use of a tool: a customer's, or one of ours with somebody's text copied in."""
    inside = "" if event.scope == CUSTOMERS or event.purpose in OF_CUSTOMERS else "inside."
    return Text(f"{ASKS}{inside}{tool}", {}, drawn.below(1 << 20))


def _rights(agent: Agent, drawn: Stream) -> Rights:
    columns = dict.fromkeys(column for task in agent.tasks for column in task.columns)
    return Rights(
        agent=agent.id,
        tools=tuple(sorted({*agent.tools, *(task.tool for task in agent.tasks)})),
        resources=tuple(sorted({task.resource for task in agent.tasks})),
        scope=agent.scope,
        rows=drawn.pick(agent.rows),
        columns=tuple(sorted(columns)),
        destinations=tuple(sorted({task.destination for task in agent.tasks})),
    )


def _earlier(agent: Agent, task: Task, drawn: Stream) -> tuple[Before, ...]:
    minutes, rows = 0, []
    for _ in range(EARLIER):
        minutes += drawn.between(1, 25)
        other = drawn.pick((task, *agent.tasks))
        rows.append(Before(minutes, other.tool, other.resource, min(*agent.rows, drawn.between(*other.rows))))
    return tuple(rows)
