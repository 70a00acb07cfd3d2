"""Trained: all modules and the certificate, of all assigned active staff.

"Train the remaining 70–80 % of affected staff" (N13) reads two ways: the remainder *is* 70–80 % of the staff and all of
it is trained, or 70–80 % *of* the remainder is. The gate tests against all affected staff; both are reported
(curriculum.md section 7, trap b).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trained:
    """Counts of people. `remaining` are those outside the pilot wave, `remaining_trained` the trained of them."""

    staff: int
    trained: int
    remaining: int
    remaining_trained: int
    away: int = 0

    @property
    def share_of_staff(self) -> float | None:
        """Return trained / all affected staff as a fraction; None where nobody is affected."""
        return self.trained / self.staff if self.staff else None

    @property
    def share_of_remaining(self) -> float | None:
        """Return trained / staff outside the pilot as a fraction; None where there is nobody outside it."""
        return self.remaining_trained / self.remaining if self.remaining else None
