"""Which passwords and PINs are refused. There are no composition rules: length and guessability decide.

Source: NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, section 6.2.
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Iterable

SHORTEST, LONGEST = 12, 200
PIN_SHORTEST, PIN_LONGEST = 6, 12
# An online guesser is throttled; this also keeps a stolen hash worth more than a day of work (argon2id).
FEWEST_GUESSES = 10**9
# The estimator's work grows with the square of the length; what matters is decided within this many symbols.
ESTIMATED = 72
SHORTEST_WORD = 3


class SecretFault(enum.StrEnum):
    """Why a secret was refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    COMMON = "common"
    NOT_DIGITS = "not-digits"
    DIFFERENT = "different"


def password_fault(password: str, about: Iterable[str] = ()) -> SecretFault | None:
    """Return what is wrong with a new password, or None.

    `about` holds what others know of the person (name, number, e-mail): words of it count as guessed.
    """
    if len(password) < SHORTEST:
        return SecretFault.TOO_SHORT
    if len(password) > LONGEST:
        return SecretFault.TOO_LONG
    known = [part for text in about for part in re.split(r"[\s@.]+", text) if len(part) >= SHORTEST_WORD]
    return SecretFault.COMMON if _guesses(password[:ESTIMATED], known) < FEWEST_GUESSES else None


def pin_fault(pin: str) -> SecretFault | None:
    """Return what is wrong with a new PIN, or None: 6 to 12 digits, no run (123456) and no short repeat (121212)."""
    if not pin.isascii() or not pin.isdigit():
        return SecretFault.NOT_DIGITS
    if len(pin) < PIN_SHORTEST:
        return SecretFault.TOO_SHORT
    if len(pin) > PIN_LONGEST:
        return SecretFault.TOO_LONG
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    repeated = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in (1, 2, 3))
    return SecretFault.COMMON if steps in ({1}, {9}, {0}) or repeated else None


def _guesses(password: str, known: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists take a moment to load

    return int(zxcvbn(password, user_inputs=["groundschool", *known])["guesses"])
