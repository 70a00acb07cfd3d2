"""How hard a page is to read: its sentences, words and syllables counted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from pyphen import Pyphen

from lms.catalog.rules.content import Course
from lms.catalog.rules.readability import reading_age
from lms.catalog.rules.style import sentences, text_of

# Tables and headings are read by looking, not by reading on; code is not words.
_NOT_PROSE = re.compile(r"<(table|h[1-6]|pre|code|summary)\b.*?</\1>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|li|dt|dd|div|blockquote|figcaption|aside|section)>")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUCLEI = re.compile(r"[aeiouyáéíóúüàèìòù]+")
_SILENT = re.compile(r"(?<=[^aeiouylr])e$|(?<=[aeiouy][lr])e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouysxzcgh])es$")
_DICTIONARIES = {"en": "en_US", "es": "es"}


def age_of(page: str, language: str) -> float | None:
    """Return the reading age of a page of HTML in years, or None where it cannot be said."""
    prose = html.unescape(text_of(_BLOCK_END.sub(". ", _NOT_PROSE.sub(" ", page))))
    said = [
        found for sentence in sentences(re.sub(r"(?:\s*\.)+\s*", ". ", prose)) if (found := _WORD.findall(sentence))
    ]
    words = [word.lower() for sentence in said for word in sentence]
    return reading_age(len(said), len(words), sum(syllables(word, language) for word in words), language)


@lru_cache(maxsize=50_000)
def syllables(word: str, language: str) -> int:
    """Return the syllables of a word in lower case: where it may be hyphenated, or its vowels, whichever tells more.

    A hyphenation dictionary leaves out breaks that would look bad, so alone it counts too few.
    """
    base = language.split("-", maxsplit=1)[0]
    spoken = _SILENT.sub("", word) if base == "en" else re.sub(r"(?<=[qg])u(?=[eiéí])", "", word)
    nuclei = _NUCLEI.findall(spoken)
    vowels = sum(map(_spanish_nuclei, nuclei)) if base == "es" else len(nuclei)
    broken = len(_hyphens(base).positions(word)) + 1 if base in _DICTIONARIES else 1
    return max(1, vowels, broken)


def _spanish_nuclei(run: str) -> int:
    """Return the syllables of vowels in a row: two strong ones part, and so does a weak one with an accent."""
    count, last = 1, ""
    for vowel in run:
        parts = last in "íú" or vowel in "íú" or (vowel in "aeoáéó" and last in "aeoáéó")
        count += bool(last) and parts
        last = vowel
    return count


@lru_cache(maxsize=len(_DICTIONARIES))
def _hyphens(base: str) -> Pyphen:
    return Pyphen(lang=_DICTIONARIES[base], left=1, right=1)


def lesson_rows(courses: Mapping[str, Course]) -> list[dict[str, Any]]:
    """Return every lesson in every language with its words and reading age, the hardest first."""
    return sorted(_rows(courses), key=lambda row: (-(row["reading_age"] or 0), row["id"], row["language"]))


def _rows(courses: Mapping[str, Course]) -> Iterable[dict[str, Any]]:
    for course in courses.values():
        for module, step in course.steps():
            for language, content in step.content.items() if step.kind == "lesson" else ():
                yield {
                    "course": course.id,
                    "module": module.id,
                    "id": step.id,
                    "language": language,
                    "words": content["words"],
                    "reading_age": content["reading_age"],
                }
