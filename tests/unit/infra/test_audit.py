from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.infra import audit
from lms.infra.audit import AuditEntry
from lms.shared.ids import new_id


@pytest.fixture
def sealed_chain(session):
    actor = new_id()
    for number in range(6):
        audit.record("thing.changed", actor=actor, number=number)
    session.flush()
    audit.seal()
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()


def test_an_untouched_chain_has_no_fault(sealed_chain):
    report = audit.verify_chain()
    assert (report.sealed, report.unsealed, report.fault) == (6, 0, None)


def test_an_edited_entry_is_found(session, sealed_chain):
    sealed_chain[2].details = {"number": 99}
    session.flush()
    assert "Entry 3 was changed" in audit.verify_chain().fault


def test_a_deleted_entry_is_found(session, sealed_chain):
    session.delete(sealed_chain[3])
    session.flush()
    assert "Entry 4 is missing" in audit.verify_chain().fault


def test_swapped_entries_are_found(session, sealed_chain):
    first, second = sealed_chain[1], sealed_chain[2]
    first.number, second.number = None, None
    session.flush()
    first.number, second.number = 3, 2
    session.flush()
    assert audit.verify_chain().fault


def test_a_truncated_end_shows_against_an_exported_head(session, sealed_chain):
    head = audit.chain_head()
    session.delete(sealed_chain[5])
    session.flush()
    assert audit.verify_chain().fault is None
    assert "cut off" in audit.verify_chain(head).fault


def test_erasing_a_salt_leaves_the_chain_whole(session, sealed_chain):
    session.execute(sa.delete(audit.AuditSalt))
    assert audit.verify_chain().fault is None
