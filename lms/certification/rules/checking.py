"""What a file is that somebody brings to be checked."""

from __future__ import annotations

from enum import StrEnum


class FileFinding(StrEnum):
    """What was found.

    `EXACT`: the very file that was issued. `GENUINE`: a credential of ours, as a badge or as data. `REWRAPPED`: a
    genuine credential in a PDF that is not the one issued, so only the credential counts.
    """

    EXACT = "exact"
    GENUINE = "genuine"
    REWRAPPED = "rewrapped"
    ALTERED = "altered"
    OTHER_ISSUER = "other-issuer"
    NO_CREDENTIAL = "no-credential"

    @property
    def is_ours(self) -> bool:
        """Return whether the award that the file speaks of may be believed."""
        return self in {FileFinding.EXACT, FileFinding.GENUINE, FileFinding.REWRAPPED}
