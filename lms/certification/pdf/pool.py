"""Many certificates at once: a process per core, each with its fonts and templates ready, in a steady stream.

Drawing holds the interpreter for itself, so threads would not help; and a process that has drawn one certificate
draws the next in about a millisecond. Orders are handed out as they are asked for, so memory stays flat however many
there are.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from lms.certification.adapters.sealfiles import SealFiles
from lms.certification.pdf.branding import Branding
from lms.certification.pdf.issue import make_certificate
from lms.certification.pdf.layout import MissingGlyphsError
from lms.certification.pdf.signing import CompanySeal
from lms.certification.rules.snapshot import from_json
from lms.infra.processes import end_with_parent

# Orders under way per process: enough that none of them waits.
_AHEAD = 4
_PER_TASK = 8


@dataclass(frozen=True, slots=True)
class Order:
    """One certificate to be drawn; `snapshot` is its canonical JSON."""

    key: str
    snapshot: str
    branding: Branding
    public_url: str
    credential: bytes


@dataclass(frozen=True, slots=True)
class Drawn:
    """The file of one order, or in `problem` the characters that no font can draw."""

    key: str
    pdf: bytes = field(default=b"", repr=False)
    problem: str = ""


def draw_all(orders: Iterable[Order], seal: SealFiles | None, processes: int | None = None) -> Iterator[Drawn]:
    """Yield the files of all orders, in their order.

    Args:
        orders: read as they are needed.
        seal: what to sign with, if anything.
        processes: how many; by default one per core.
    """
    count = processes or os.cpu_count() or 1
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=end_with_parent, initargs=(os.getpid(),)
    )
    with pool:
        source = iter(orders)
        tasks: list[Future[list[Drawn]]] = []
        while True:
            while len(tasks) < count * _AHEAD and (some := list(islice(source, _PER_TASK))):
                tasks.append(pool.submit(_draw_some, some, seal))
            if not tasks:
                return
            yield from tasks.pop(0).result()


def draw(order: Order, seal: SealFiles | None) -> Drawn:
    """Return the file of one order, drawn in this process."""
    try:
        made = make_certificate(
            from_json(order.snapshot), order.branding, order.public_url, order.credential, company_seal(seal)
        )
    except MissingGlyphsError as error:
        return Drawn(order.key, problem=error.characters)
    return Drawn(order.key, made.pdf)


@cache
def company_seal(files: SealFiles | None) -> CompanySeal | None:
    """Return what signs files, ready for use; None where the company has no seal.

    Raises:
        ValueError: key and certificate do not belong together, or the key is not on P-256.
    """
    if files is None:
        return None
    key, (certificate, *chain) = files.load()
    return CompanySeal(key, certificate, chain)


def _draw_some(orders: list[Order], seal: SealFiles | None) -> list[Drawn]:
    return [draw(order, seal) for order in orders]
