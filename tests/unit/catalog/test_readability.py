from __future__ import annotations

import pytest

from lms.catalog.adapters.readability import age_of, syllables
from lms.catalog.rules.readability import AGE_LIMIT, LEAST_WORDS, reading_age

PLAIN = "<p>The cat sat on the mat. It saw a dog. The dog ran off. Then the cat went to sleep in the sun.</p>"
HARD = (
    "<p>Notwithstanding organisational considerations, comprehensive implementation of recommendation-governing "
    "methodologies necessitates interdepartmental accountability, documentation and continuous evaluation.</p>"
)
CLARO = "<p>El gato duerme al sol. El perro lo mira. Luego los dos comen pan. La casa es grande y tiene un patio.</p>"
OSCURO = (
    "<p>La implementación interdepartamental de metodologías comprehensivas requiere consideraciones organizativas, "
    "responsabilidades documentadas y evaluaciones continuas de las recomendaciones administrativas.</p>"
)


@pytest.mark.parametrize(("easy", "hard", "language"), [(PLAIN, HARD, "en"), (CLARO, OSCURO, "es")])
def test_a_plain_text_reads_younger_than_a_heavy_one(easy, hard, language):
    assert age_of(easy * 8, language) < 9
    assert age_of(hard * 8, language) > AGE_LIMIT


def test_a_short_text_and_a_language_without_a_formula_have_no_age():
    assert age_of(PLAIN, "en") is None
    assert age_of(PLAIN * 6, "de") is None
    assert reading_age(0, LEAST_WORDS, 1, "en") is None


def test_tables_headings_and_code_are_not_prose():
    extra = "<h2>Interdepartmental</h2><table><tr><td>Accountability methodologies</td></tr></table><pre>x = y</pre>"
    assert age_of(PLAIN * 6, "en") == age_of((PLAIN * 6) + extra, "en")


@pytest.mark.parametrize(
    ("word", "count"),
    [("limit", 2), ("price", 1), ("prices", 2), ("asked", 1), ("wanted", 2), ("approval", 3), ("table", 2),
     ("people", 2), ("the", 1), ("simulator", 4), ("queue", 1), ("customer", 3)],
)  # fmt: skip
def test_english_syllables_are_counted_as_they_are_said(word, count):
    assert syllables(word, "en") == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("área", 3), ("precio", 2), ("política", 4), ("pregunta", 3), ("idea", 3), ("guerra", 2), ("día", 2), ("a", 1),
     ("pedido", 3), ("aprobación", 4), ("que", 1)],
)  # fmt: skip
def test_spanish_syllables_are_counted_as_they_are_said(word, count):
    assert syllables(word, "es") == count
