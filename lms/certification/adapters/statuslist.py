"""Bitstring Status Lists: whether a credential was revoked or suspended, without telling which one is asked about.

Open Badges 3.0 gives a credential one status entry. It names the revocation list, whose bit is set as long as a
credential does not count, for whatever reason, so that nobody who checks it can accept a suspended one. The suspension
list, at the same number and bit, tells which of them may come back.

A list is a credential of its own: a compressed row of bits, one for each award, big enough that an index says nothing.
Source: W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from openbadgeslib.ob3.status import decode_encoded_list
from openbadgeslib.ob3.status_list import build_status_list_credential, status_entry

# Section 2.2: no fewer, so that an index stays private.
SIZE = 131_072
FRESH_FOR = timedelta(days=7)


class Purpose(StrEnum):
    """What a set bit means: it does not count; and among those, it is only suspended."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


def list_address(base: str, purpose: Purpose, number: int) -> str:
    """Return where list `number` is published; the site is at `base`."""
    return f"{base.rstrip('/')}/status/{purpose}/{number}"


def entry_of(base: str, index: int, purpose: Purpose = Purpose.REVOCATION) -> dict[str, str]:
    """Return the entry that a credential carries for the award counted `index`, from 0."""
    number, bit = divmod(index, SIZE)
    made: dict[str, str] = status_entry(list_address(base, purpose, number), purpose.value, bit)
    return made


def suspension_beside(entry: Mapping[str, str]) -> dict[str, str]:
    """Return the entry of the suspension list that stands beside a credential's own one."""
    old, new = f"/status/{Purpose.REVOCATION}/", f"/status/{Purpose.SUSPENSION}/"
    moved = {name: entry[name].replace(old, new) for name in ("id", "statusListCredential")}
    return {**entry, **moved, "statusPurpose": Purpose.SUSPENSION.value}


def build_list(
    issuer: str, address: str, purpose: Purpose, bits: Iterable[int], issued: datetime, fresh_for: timedelta = FRESH_FOR
) -> dict[str, Any]:
    """Return the list as a credential, not yet signed.

    Args:
        issuer: the DID of the company.
        address: where the list is published.
        purpose: what a set bit means.
        bits: the bits that are set.
        issued: the moment it speaks of.
        fresh_for: how long it may be relied on: a copy kept back longer is refused.
    """
    built: dict[str, Any] = build_status_list_credential(
        issuer, address, purpose.value, bits, SIZE, issued=issued, valid_until=issued + fresh_for
    )
    return built


def is_set(status_list: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return the bit of `entry` in a list whose proof has been checked.

    Raises:
        ValueError: the entry points at another list or purpose, or the list is malformed.
    """
    try:
        subject = status_list["credentialSubject"]
        same = status_list["id"] == entry["statusListCredential"]
        if not same or subject["statusPurpose"] != entry["statusPurpose"]:
            message = "the entry points at another list"
            raise ValueError(message)
        bits, index = decode_encoded_list(subject["encodedList"]), int(entry["statusListIndex"])
        return bool(bits[index // 8] & (0x80 >> index % 8))
    except (KeyError, TypeError, IndexError) as error:
        message = "not a status list"
        raise ValueError(message) from error
