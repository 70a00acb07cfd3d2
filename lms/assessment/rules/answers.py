"""Answers to a survey, read from a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LONGEST = 2000


def read_survey(content: Mapping[str, Any], form: Mapping[str, str]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the answers, each ``{"item", "element", "rating", "text"}``, and the ids of questions left out."""
    answers, missing = [], []
    for item in content["items"]:
        value = (form.get(f"answer.{item['id']}") or "").strip()
        rating = int(value) if item["type"] == "likert" and value in {"1", "2", "3", "4", "5"} else None
        text = value if item["type"] == "text" else ""
        if rating is None and not text:
            if not item.get("optional"):
                missing.append(item["id"])
            continue
        answers.append({"item": item["id"], "element": item.get("adkar"), "rating": rating, "text": text[:LONGEST]})
    return answers, tuple(missing)
