"""The audit chain: who did what to whom, inserted with the action and sealed moments later.

A row is written unsealed in the transaction of the action it records. One sealer numbers and chains rows in batches,
so the chain never makes writers wait for each other. People appear as salted references: erasing a person deletes the
salt, which unlinks the rows without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.infra.clock import now
from lms.infra.db import Model, db
from lms.shared.ids import new_id, new_token

GENESIS = "0" * 64


class AuditEntry(Model):
    """One audited action. `number`, `previous` and `digest` are empty until the sealer has been."""

    __tablename__ = "audit_entry"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(sa.String(80), index=True)
    actor_ref: Mapped[str] = mapped_column(sa.String(64), index=True)
    subject_ref: Mapped[str] = mapped_column(sa.String(64), index=True)
    details: Mapped[dict[str, Any]]
    number: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)
    previous: Mapped[str | None] = mapped_column(sa.String(64))
    digest: Mapped[str | None] = mapped_column(sa.String(64))


class AuditSalt(Model):
    """The secret that links a person to their references; deleted when the person is erased."""

    __tablename__ = "audit_salt"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What `verify_chain` found: how many entries are sealed, the head, and the first fault if any."""

    sealed: int
    unsealed: int
    head: str
    fault: str | None


def person_ref(person_id: uuid.UUID) -> str:
    """Return the person's audit reference, making their salt on first use (inside a write transaction)."""
    found = db.session.get(AuditSalt, person_id)
    if found is None:
        found = AuditSalt(person_id=person_id, salt=new_token(32))
        db.session.add(found)
        db.session.flush()
    return reference(person_id, found.salt)


def known_person_ref(person_id: uuid.UUID) -> str | None:
    """Return the person's audit reference, or None where nothing was ever recorded about them."""
    salt = db.session.scalar(sa.select(AuditSalt.salt).where(AuditSalt.person_id == person_id))
    return None if salt is None else reference(person_id, salt)


def reference(person_id: uuid.UUID, salt: str) -> str:
    """Return SHA-256(salt ‖ person id) in hex."""
    return hashlib.sha256(salt.encode() + person_id.bytes).hexdigest()


def record(
    action: str, *, actor: uuid.UUID | None, subject: uuid.UUID | None = None, **details: str | int | bool | None
) -> None:
    """Write an audit row into the present write transaction.

    `actor` None means the system itself. `details` hold identifiers and figures only, never names or answers.
    """
    db.session.add(
        AuditEntry(
            id=new_id(),
            occurred_at=now(),
            action=action,
            actor_ref="system" if actor is None else person_ref(actor),
            subject_ref="" if subject is None else person_ref(subject),
            details=details,
        )
    )


def entry_digest(previous: str, number: int, entry: AuditEntry) -> str:
    """Return SHA-256 over the previous digest and the entry's canonical JSON."""
    body = json.dumps(
        [
            number,
            entry.id.hex,
            int(entry.occurred_at.timestamp() * 1_000_000),
            entry.action,
            entry.actor_ref,
            entry.subject_ref,
            entry.details,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(f"{previous}{body}".encode()).hexdigest()


def chain_head() -> tuple[int, str]:
    """Return the number and digest of the last sealed entry; (0, GENESIS) where there is none."""
    row = db.session.execute(
        sa.select(AuditEntry.number, AuditEntry.digest)
        .where(AuditEntry.number.is_not(None))
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return (0, GENESIS) if row is None else (row[0] or 0, row[1] or GENESIS)


def seal(batch: int = 500) -> int:
    """Number and chain up to `batch` unsealed rows in their order of time; return how many. One sealer at a time."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))
    number, digest = chain_head()
    waiting = db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.number.is_(None))
        .order_by(AuditEntry.occurred_at, AuditEntry.id)
        .limit(batch)
    ).all()
    for entry in waiting:
        number += 1
        entry.number, entry.previous = number, digest
        digest = entry.digest = entry_digest(digest, number, entry)
    db.session.flush()
    return len(waiting)


def verify_chain(expected_head: tuple[int, str] | None = None) -> ChainReport:
    """Walk the whole chain and name the first entry that was edited, deleted, inserted or moved.

    A truncated end shows only against `expected_head`, the number and digest of an exported head.
    """
    number, digest, fault = 0, GENESIS, None
    rows = db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.number.is_not(None))
        .order_by(AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    for entry in rows:
        if fault is None:
            fault = _fault(entry, number, digest)
        number, digest = entry.number or 0, entry.digest or ""
        if expected_head and number == expected_head[0] and digest != expected_head[1] and fault is None:
            fault = f"Entry {number} is not the one in the exported head."
    if fault is None and expected_head and number < expected_head[0]:
        fault = f"The chain ends at {number}, but the exported head is {expected_head[0]}: entries were cut off."
    unsealed = db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.number.is_(None))) or 0
    return ChainReport(number, unsealed, digest, fault)


def _fault(entry: AuditEntry, number: int, digest: str) -> str | None:
    if entry.number != number + 1:
        return f"Entry {number + 1} is missing: the chain goes from {number} to {entry.number}."
    if entry.previous != digest:
        return f"Entry {entry.number} does not follow entry {number}: their order or content was changed."
    if entry.digest != entry_digest(digest, entry.number, entry):
        return f"Entry {entry.number} was changed after it was sealed."
    return None
