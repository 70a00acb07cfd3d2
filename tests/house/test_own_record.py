"""A person's own page has a word for every table that can hold something about them."""

from __future__ import annotations

from lms.home.views.record_words import RECORD_WORDS
from lms.infra.db import Base


def test_every_kind_of_record_about_a_person_has_a_word(app):
    # Salts are not in the export; answers and audit entries are, through what they belong to.
    about_people = {table.name for table in Base.metadata.tables.values() if "person_id" in table.c}
    assert set(RECORD_WORDS) == (about_people - {"audit_salt"}) | {"answer", "audit_entry"}
