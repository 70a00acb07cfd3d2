"""Bytes as text: base58btc behind a ``z`` (Multibase), as keys and signatures are written in credentials."""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_MOST = 200


def encode(data: bytes) -> str:
    """Return `data` in base58btc with its ``z``; leading zero bytes become leading ones."""
    number, digits = int.from_bytes(data, "big"), []
    while number:
        number, value = divmod(number, 58)
        digits.append(_ALPHABET[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """Return the bytes of `text`.

    Raises:
        ValueError: it is not base58btc with a ``z``, or longer than any key or signature.
    """
    if not text.startswith("z") or len(text) > _MOST or not set(text[1:]) <= _VALUES.keys():
        message = "not a short base58btc text"
        raise ValueError(message)
    number = 0
    for symbol in text[1:]:
        number = number * 58 + _VALUES[symbol]
    zeros = len(text[1:]) - len(text[1:].lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
