"""The matrix of cohorts and modules as a frame. Only counters go in: one number a cohort and module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.reporting.queries.matrix import CohortSize, MatrixData

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A cohort's row: its size, and how many members have completed each module."""

    cohort: CohortSize
    completed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in the order of the cohorts, and the row of all of them together."""

    modules: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    everybody: MatrixRow


def lay_matrix(data: MatrixData) -> Matrix:
    """Return the counters as rows and columns, missing ones as nought, with the row of everybody."""
    frame = counters(data)
    completed = frame.to_numpy().tolist()
    rows = tuple(MatrixRow(cohort, tuple(counts)) for cohort, counts in zip(data.cohorts, completed, strict=True))
    people = sum(cohort.people for cohort in data.cohorts)
    return Matrix(
        modules=data.modules,
        rows=rows,
        everybody=MatrixRow(CohortSize(ALL, "", people), tuple(frame.sum().to_numpy().tolist())),
    )


def counters(data: MatrixData) -> pd.DataFrame:
    """Return a frame with a row a cohort and a column a module."""
    import pandas as pd  # noqa: PLC0415 - half a second and 50 MB that only reports pay for

    long = pd.DataFrame(
        [(tally.cohort, tally.module, tally.completed) for tally in data.tallies],
        columns=["cohort", "module", "completed"],
    )
    wide = long.pivot_table(index="cohort", columns="module", values="completed", aggfunc="sum", fill_value=0)
    return wide.reindex(index=[cohort.id for cohort in data.cohorts], columns=list(data.modules), fill_value=0).astype(
        "int64"
    )
