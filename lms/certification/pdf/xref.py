"""Writing a PDF file: numbered objects, then a table that says at which byte each of them starts.

A PDF reader begins at the end: `startxref` points to the cross-reference stream, which gives for every object number
either a place in the file (type 1) or a seat in an object stream (type 2), a compressed bundle of small objects
(ISO 32000-1, 7.5.7 and 7.5.8). What certificates of one kind share is written once, as a `Prefix`; a file is
the prefix, the objects of one learner, and the table.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

# The second line holds bytes above 127, so that no program takes the file for text.
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# Widths of a table row: type, offset or object stream number, index.
WIDTHS = (1, 4, 2)
ROW = sum(WIDTHS)
_BUNDLE = 200


class Seal(Protocol):
    """Something that signs a digest; see `signing`."""

    @property
    def room(self) -> int:
        """Return the most bytes a signature takes."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """Return the signature container of a SHA-256 digest."""
        ...


@dataclass(frozen=True, slots=True)
class Prefix:
    """The shared start of many files: its bytes, and its rows of the table for object numbers 0 to `size` - 1."""

    data: bytes
    table: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Where a signature goes: the number of its object, the dictionary entries it carries, and who signs."""

    number: int
    entries: bytes
    seal: Seal


def stream(entries: bytes, content: bytes) -> bytes:
    """Return a stream object: a dictionary with its length, then the bytes."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def flate(content: bytes, level: int = 6) -> bytes:
    """Return a compressed stream object."""
    return stream(b"/Filter/FlateDecode", zlib.compress(content, level))


def _indirect(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _row(kind: int, place: int, index: int = 0) -> bytes:
    return kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")


def lay_prefix(streams: Mapping[int, bytes], small: Mapping[int, bytes], size: int) -> Prefix:
    """Return the start of a file: streams as they are, small objects bundled and compressed.

    Args:
        streams: whole stream objects by number; a stream may not sit in an object stream.
        small: dictionaries and arrays by number.
        size: the first object number that is free; the bundles take the next ones.
    """
    data, rows = bytearray(HEADER), {0: _row(0, 0)}
    for number, body in streams.items():
        rows[number] = _row(1, len(data))
        data += _indirect(number, body)
    numbers = sorted(small)
    for start in range(0, len(numbers), _BUNDLE):
        bundle = numbers[start : start + _BUNDLE]
        rows |= {number: _row(2, size, index) for index, number in enumerate(bundle)}
        rows[size] = _row(1, len(data))
        data += _indirect(size, _object_stream([(number, small[number]) for number in bundle]))
        size += 1
    unused = _row(0, 0)
    return Prefix(bytes(data), b"".join(rows.get(number, unused) for number in range(size)), size)


def _object_stream(bundle: list[tuple[int, bytes]]) -> bytes:
    """Return the bundle: pairs of number and offset, then the objects."""
    pairs, position = [], 0
    for number, body in bundle:
        pairs.append(b"%d %d" % (number, position))
        position += len(body) + 1
    head = b" ".join(pairs) + b" "
    content = zlib.compress(head + b"\n".join(body for _number, body in bundle), 9)
    return stream(b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(bundle), len(head)), content)


def write_file(
    prefix: Prefix, objects: Iterable[tuple[int, bytes]], *, root: int, info: int, signature: Signature | None = None
) -> bytes:
    """Return a whole file.

    Args:
        prefix: what the file shares with others.
        objects: the numbered objects of its own.
        root: the number of the catalogue, from which a reader reaches everything.
        info: the number of the Info dictionary.
        signature: what to sign with, if anything.
    """
    parts, table, position = [prefix.data], bytearray(prefix.table), len(prefix.data)
    for number, body in objects:
        table[number * ROW : number * ROW + ROW] = _row(1, position)
        parts.append(written := _indirect(number, body))
        position += len(written)
    hole = 0
    if signature:
        table[signature.number * ROW : signature.number * ROW + ROW] = _row(1, position)
        parts.append(written := _indirect(signature.number, _unsigned(signature)))
        hole = position + written.index(_CONTENTS) + len(_CONTENTS)
        position += len(written)
    table += _row(1, position)
    # The same award always has the same identifier: nothing random, no clock.
    identifier = hashlib.sha256(b"".join(parts[1:])).hexdigest()[:32].encode()
    entries = b"/Type/XRef/Size %d/W[%d %d %d]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
        prefix.size + 1, *WIDTHS, root, info, identifier, identifier,
    )  # fmt: skip
    parts.append(_indirect(prefix.size, stream(entries, bytes(table))))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % position)
    return _signed(b"".join(parts), hole, signature) if signature else b"".join(parts)


# Ten digits each, so that the file keeps its length when the real numbers are known.
_RANGE = b"/ByteRange[%10d %10d %10d %10d]"
_CONTENTS = b"/Contents"


def _unsigned(signature: Signature) -> bytes:
    """Return the signature dictionary with a hole of zeros where the signature will be."""
    return b"<<%s%s%s<%s>>>" % (
        signature.entries, _RANGE % (0, 0, 0, 0), _CONTENTS, b"0" * (2 * signature.seal.room),
    )  # fmt: skip


def _signed(unsigned: bytes, start: int, signature: Signature) -> bytes:
    """Return the file with its signature: it covers every byte except the hole that holds it."""
    data = bytearray(unsigned)
    end = start + 2 + 2 * signature.seal.room
    placeholder = _RANGE % (0, 0, 0, 0)
    place = data.rindex(placeholder, 0, start)
    data[place : place + len(placeholder)] = _RANGE % (0, start, end, len(data) - end)
    with memoryview(data) as view:
        digest = hashlib.sha256(view[:start])
        digest.update(view[end:])
    written = signature.seal.sign(digest.digest()).hex().encode()
    if len(written) > 2 * signature.seal.room:
        message = "The signature is longer than the room left for it."
        raise ValueError(message)
    data[start + 1 : start + 1 + len(written)] = written
    return bytes(data)
