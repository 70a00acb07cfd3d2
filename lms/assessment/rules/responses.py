"""What a person answered, read from a form into one shape per question type, and shown back to them.

| type | response |
|---|---|
| single | ``{"choice": id}`` |
| multi | ``{"choices": [id, …]}`` |
| short, numeric, open | ``{"text": "…"}`` |
| cloze | ``{"gaps": {gap: text or option id}}`` |
| order | ``{"order": [id, …]}`` |
| match | ``{"pairs": {left: right}}`` |
| likert | ``{"rating": 1 … 5}`` |

An empty mapping means not answered. Ids that were not served are dropped, so a response can only say what was offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.assessment.rules.attempts import Served
from lms.catalog.rules.items import Item, ItemType, Wording

Response = Mapping[str, Any]
Fields = Mapping[str, list[str]]

LONGEST_TEXT = 4000


def read_response(item: Item, wording: Wording, served: Served, fields: Fields, name: str = "answer") -> dict[str, Any]:
    """Return the response that the fields of a form give to a question.

    `fields` maps names to all their values; this question's are `name` and ``name.<id>``. The right side of a pair is
    its place in the order served: its id is that of the left side it belongs to, so a page must not show it.
    """
    first = (fields.get(name) or [""])[0].strip()[:LONGEST_TEXT]
    match item.type:
        case ItemType.SINGLE:
            return {"choice": first} if first in served.options else {}
        case ItemType.MULTI:
            chosen = [option for option in served.options if option in fields.get(name, [])]
            return {"choices": chosen} if chosen else {}
        case ItemType.CLOZE:
            gaps = {gap.id: _value(fields, f"{name}.{gap.id}") for gap in wording.gaps}
            filled = {gap: value for gap, value in gaps.items() if value}
            return {"gaps": filled} if filled else {}
        case ItemType.ORDER:
            return _order(served, fields, name)
        case ItemType.MATCH:
            offered = {str(place): right for place, right in enumerate(served.rights, 1)}
            places = {left: _value(fields, f"{name}.{left}") for left in served.options}
            pairs = {left: offered[place] for left, place in places.items() if place in offered}
            return {"pairs": pairs} if pairs else {}
        case ItemType.LIKERT:
            return {"rating": int(first)} if first in {"1", "2", "3", "4", "5"} else {}
        case _:
            return {"text": first} if first else {}


def _order(served: Served, fields: Fields, name: str) -> dict[str, Any]:
    positions = {option: _value(fields, f"{name}.{option}") for option in served.options}
    given = {option: int(text) for option, text in positions.items() if text.isdigit()}
    if len(given) < len(served.options):
        return {}
    # Where two lines claim one place, the order they were shown in decides: nobody loses an answer to a slip.
    return {"order": sorted(given, key=lambda option: (given[option], served.options.index(option)))}


def _value(fields: Fields, name: str) -> str:
    return (fields.get(name) or [""])[0].strip()[:LONGEST_TEXT]
