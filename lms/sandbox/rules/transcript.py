"""A case as plain text: its facts in the order of the screen, each with its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from lms.sandbox.rules.company import unit_of
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from lms.sandbox.rules.console import Console, Fact
    from lms.sandbox.rules.exercise import Case, Public
    from lms.sandbox.rules.texts import Format, Grammar


def value_at(fields: Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return the field at a dotted path, numbers being places in a list.

    Raises:
        KeyError, IndexError: there is no such field.
    """
    here: JsonValue = dict(fields)
    for part in path.split("."):
        here = here[int(part)] if isinstance(here, list) else here[part]  # type: ignore[index]
    return here


def leaves(value: JsonValue, path: str = "") -> Iterator[str]:
    """Yield the dotted paths of all facts: scalars, lists of codes, and texts."""
    if isinstance(value, Mapping) and set(value) != {"id", "params", "pick"}:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{number}")
    elif value != [] or not path:
        yield path


def label(path: str) -> str:
    """Return the message id of a field's label: its path without row numbers."""
    return "label." + ".".join(part for part in path.split(".") if not part.isdigit())


def series_kind(form: str) -> str:
    """Return what the numbers of a series count: "series-share" is a row of shares, "series" one of counts."""
    return form.partition("-")[2] or "count"


def worded(fields: Mapping[str, JsonValue], fact: Fact, grammar: Grammar, form: Format) -> str:
    """Return a field's value in words."""
    value, last = value_at(fields, fact.path), fact.path.rpartition(".")[2]
    if value is None or value == []:
        return grammar.word(Text("empty"), form)
    match fact.format:
        case "text":
            return grammar.word(Text(**value), form)  # type: ignore[arg-type]
        case "code":
            return grammar.word(Text(f"code.{last}.{value}"), form)
        case "codes":
            return ", ".join(grammar.word(Text(f"code.{last}.{code}"), form) for code in value)  # type: ignore[union-attr]
        case "flag":
            return grammar.word(Text(f"flag.{str(bool(value)).lower()}"), form)
        case series if series.startswith("series"):
            kind = series_kind(series)
            return ", ".join(form(kind, number) for number in value)  # type: ignore[union-attr]
        case "counts":
            return ", ".join(form("count", number) for number in value)  # type: ignore[union-attr]
        case "spans":
            return ", ".join(_span(span, grammar, form) for span in value)  # type: ignore[union-attr,arg-type]
        case kind:
            return form(kind, value)


def _span(span: Sequence[int], grammar: Grammar, form: Format) -> str:
    first, last = span
    return grammar.word(Text("span", {"first": first, "last": last}), form)


def transcript(console: Console, public: Public, case: Case, grammar: Grammar, form: Format) -> str:
    """Return a whole case as it would be read out: evidence, what the AI did not see, its advice, the choices."""

    def say(message: str) -> str:
        return grammar.word(Text(message), form)

    lines = [f"{case.id}  {say(f'family.{case.family}')}"]
    for panel in console.screen(case):
        row = f" {panel.row + 1}" if panel.row is not None else ""
        away = "" if not panel.taps else f" (+{panel.taps})"
        lines.append(f"\n{say(f'panel.{panel.id}')}{row}  [{say(f'source.{panel.source}')}]{away}")
        lines += [f"  {say(label(fact.path))}: {worded(case.fields, fact, grammar, form)}" for fact in panel.facts]
    lines += [
        f"\n{say(f'unseen.{case.family}')}",
        f"\nAI: {grammar.word(case.advice.action, form)}",
        f"    {grammar.word(case.advice.reason, form)}  ({form('share', case.advice.confidence_bp // 100 * 100)})",
        f"\n{say('action.change')}: " + " | ".join(grammar.word(option.label, form) for option in case.change.options),
    ]
    if case.change.number is not None:
        low, high = (
            form(case.change.number.unit, bound) for bound in (case.change.number.low, case.change.number.high)
        )
        lines[-1] += f" {low} … {high}"
    lines.append(f"{say('action.escalate')}: " + " | ".join(say(queue) for queue in public.queues))
    lines += [f"{say(f'policy.{name}')}: {form(unit_of(name), figure)}" for name, figure in public.policy.items()]
    return "\n".join(lines)
