"""Right and wrong answers to any question, as form fields; a wrong one earns nothing, so that scores repeat exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from lms.assessment.rules.attempts import Served
from lms.assessment.rules.grading import grade
from lms.catalog.rules.items import Answer, Item, ItemType, Wording

Response = dict[str, Any]
Fields = dict[str, list[str]]


def right_response(item: Item, wording: Wording) -> Response:
    """Return a response that earns everything."""
    match item.type:
        case ItemType.SINGLE:
            return {"choice": item.right[0]}
        case ItemType.MULTI:
            return {"choices": list(item.right)}
        case ItemType.ORDER:
            return {"order": list(item.right)}
        case ItemType.MATCH:
            return {"pairs": dict(item.pairs)}
        case ItemType.CLOZE:
            return {"gaps": {gap.id: _typed(gap.accepted[0]) for gap in wording.gaps}}
        case ItemType.LIKERT:
            return {"rating": 4}
        case _:
            return {"text": _typed(wording.accepted[0])}


def wrong_response(item: Item, wording: Wording, language: str, rng: random.Random) -> Response:
    """Return a plausible response that earns nothing; none at all where every mistake earns something."""
    candidates = list(_mistakes(item, wording))
    rng.shuffle(candidates)
    return next((one for one in candidates if one and not grade(item, one, language).share), {})


def as_fields(response: Mapping[str, Any], served: Served, name: str = "answer") -> Fields:
    """Return a response as the form fields from which `lms.assessment.rules.responses` reads it."""
    fields: Fields = {}
    for key in ("choice", "text", "rating"):
        if key in response:
            fields[name] = [str(response[key])]
    if "choices" in response:
        fields[name] = list(response["choices"])
    fields |= {f"{name}.{gap}": [value] for gap, value in response.get("gaps", {}).items()}
    for left, right in response.get("pairs", {}).items():
        fields[f"{name}.{left}"] = [str(served.rights.index(right) + 1)]
    for place, option in enumerate(response.get("order", ()), 1):
        fields[f"{name}.{option}"] = [str(place)]
    return fields


def _typed(answer: Answer) -> str:
    return answer.number.value if answer.number is not None else answer.words[0]


def _mistakes(item: Item, wording: Wording) -> Iterator[Response]:
    wrong = [option.id for option in wording.options if option.id not in item.right]
    match item.type:
        case ItemType.SINGLE:
            yield from ({"choice": option} for option in wrong)
        case ItemType.MULTI:
            yield from ({"choices": [option]} for option in wrong)
            yield {"choices": wrong}
        case ItemType.ORDER:
            yield {"order": list(reversed(item.right))}
        case ItemType.MATCH:
            rights = list(item.pairs.values())
            yield {"pairs": dict(zip(item.pairs, [*rights[1:], rights[0]], strict=True))}
            yield {"pairs": dict(zip(item.pairs, reversed(rights), strict=True))}
        case ItemType.CLOZE:
            yield {"gaps": {gap.id: gap.options[-1].id if gap.options else "0" for gap in wording.gaps}}
        case ItemType.LIKERT:
            yield {"rating": 2}
        case _:
            yield from ({"text": _typed(mistake)} for mistake in wording.mistakes if mistake.number or mistake.words)
            yield {"text": "0"}
