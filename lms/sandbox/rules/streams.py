"""Portable randomness: named sub-streams of one seed, read as integers only.

NumPy promises that `PCG64` yields the same raw integers everywhere, but not that `Generator.normal` and its kin do;
so only the raw integers are used, and distributions come from committed quantile tables. A stream is keyed by its
name, so a new field that draws from a stream of its own never changes the fields that were there before.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.random import PCG64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

T = TypeVar("T")

WORD = 1 << 64
KNOT_STEPS = 1024
COARSE_BITS = 24
FRACTION_BITS = 54  # 64 bits of randomness: 10 choose the step between two knots, 54 the place within it


class Table(NamedTuple):
    """A quantile table: `knots` are integers in units of 1 / `scale`."""

    scale: int
    knots: tuple[int, ...]


@cache
def table(name: str) -> Table:
    """Return the committed table of that name.

    Raises:
        FileNotFoundError: there is no such table; script/build-quantiles lists them.
    """
    data = json.loads((files(__package__) / "quantiles" / f"{name}.json").read_text("ascii"))
    return Table(data["scale"], tuple(data["knots"]))


@cache
def array_of(name: str) -> NDArray[np.int64]:
    """Return the knots of a table as an array."""
    return np.array(table(name).knots, dtype=np.int64)


def attempt_seed(secret: bytes, exercise: str, version: int, learner: str, attempt_no: int, mode: str) -> int:
    """Return the 64-bit seed of one learner's attempt; without the server's `secret` nobody can compute it."""
    message = "|".join((exercise, str(version), learner, str(attempt_no), mode)).encode()
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:8], "big")


class Stream:
    """One sequence of random integers and the draws made from it."""

    __slots__ = ("_raw",)

    def __init__(self, key: str) -> None:
        digest = hashlib.sha256(key.encode()).digest()
        words = np.frombuffer(digest, dtype="<u4").astype(np.uint32)
        # PCG64 makes the SeedSequence of these words itself, and faster.
        self._raw = PCG64(words).random_raw

    def raw(self) -> int:
        """Return 64 random bits."""
        value: int = self._raw()
        return value

    def below(self, n: int) -> int:
        """Return an integer in 0 … n-1, each as likely (by rejection)."""
        value = self._raw()
        rest = value % n
        while value - rest > WORD - n:
            value = self._raw()
            rest = value % n
        return rest

    def between(self, low: int, high: int) -> int:
        """Return an integer in low … high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, bp: int) -> bool:
        """Return True with a probability of `bp` basis points."""
        return self.below(10_000) < bp

    def pick(self, options: Sequence[T]) -> T:
        """Return one of `options`, each as likely."""
        return options[self.below(len(options))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """Return a key of `weights` with a probability proportional to its integer weight."""
        place = self.below(sum(weights.values()))
        for option, weight in weights.items():
            place -= weight
            if place < 0:
                return option
        message = "weights must not be empty or negative"
        raise ValueError(message)

    def shuffled(self, options: Sequence[T]) -> tuple[T, ...]:
        """Return `options` in random order (Fisher-Yates)."""
        order = list(options)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return tuple(order)

    def sample(self, options: Sequence[T], count: int) -> tuple[T, ...]:
        """Return `count` different members of `options`."""
        return self.shuffled(options)[:count]

    def q(self, name: str) -> int:
        """Return a draw from the distribution of that quantile table, in the table's own unit."""
        knots = table(name).knots
        value = self.raw()
        step = value >> FRACTION_BITS
        place = value & ((1 << FRACTION_BITS) - 1)
        return knots[step] + (((knots[step + 1] - knots[step]) * place) >> FRACTION_BITS)

    def many(self, name: str, count: int) -> list[int]:
        """Return `count` draws from that quantile table at once; their fractions of a step have 24 bits, not 54."""
        knots = array_of(name)
        raw = self._raw(count)
        step = (raw >> np.uint64(FRACTION_BITS)).astype(np.int64)
        place = ((raw >> np.uint64(FRACTION_BITS - COARSE_BITS)) & np.uint64((1 << COARSE_BITS) - 1)).astype(np.int64)
        drawn: list[int] = (knots[step] + (((knots[step + 1] - knots[step]) * place) >> COARSE_BITS)).tolist()
        return drawn

    def scaled(self, name: str, unit: int) -> int:
        """Return `unit` times a draw from a table of factors, rounded half up: `unit` is the median of a lognormal."""
        scale = table(name).scale
        return (2 * unit * self.q(name) + scale) // (2 * scale)


class Streams:
    """The named streams of one case, or of one whole form."""

    __slots__ = ("_prefix",)

    def __init__(self, *parts: str | int) -> None:
        self._prefix = "|".join(map(str, parts))

    def within(self, *parts: str | int) -> Streams:
        """Return the streams of a part of this: another case, another try."""
        return Streams(self._prefix, *parts)

    def stream(self, name: str, index: int = 0) -> Stream:
        """Return a new reading of the stream of that name, from its beginning."""
        return Stream(f"{self._prefix}|{name}|{index}")
