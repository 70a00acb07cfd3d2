"""Reading age: the years at which most people read a text with ease, from the length of its sentences and words.

English: the grade of Kincaid, Fishburne, Rogers and Chissom (1975), "Derivation of new readability formulas for Navy
enlisted personnel". Spanish: the grade of Crawford (1985), "Fórmula y gráfico para determinar la comprensibilidad de
textos de nivel primario en castellano". A grade is five years short of an age.
"""

from __future__ import annotations

# Pages are written for about eleven (the writing guide); a formula is off by up to a year (docs/decisions).
AGE_LIMIT = 12.0
# Under a hundred words one long name decides.
LEAST_WORDS = 100
GRADE_TO_AGE = 5


def reading_age(sentences: int, words: int, syllables: int, language: str) -> float | None:
    """Return the reading age in years, or None for a short text and for a language without a formula."""
    if words < LEAST_WORDS or not sentences:
        return None
    match language.split("-", maxsplit=1)[0]:
        case "en":
            grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59
        case "es":
            grade = -0.205 * 100 * sentences / words + 0.049 * 100 * syllables / words - 3.407
        case _:
            return None
    return round(max(grade, 0.0) + GRADE_TO_AGE, 1)
