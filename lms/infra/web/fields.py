"""Form fields that every room uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import DateField

from lms.infra.i18n import _, format_date

FIRST, LAST = date(1950, 1, 1), date(2149, 12, 31)


class DayField(DateField):
    """A day of somebody's working life: what is reckoned from it, years before or after, is still a day.

    Raises:
        ValueError: the day lies outside `FIRST` to `LAST`; WTForms shows it as the field's error.
    """

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day, and keep none that a calendar cannot be laid around."""
        super().process_formdata(list(valuelist))
        if self.data is not None and not FIRST <= self.data <= LAST:
            self.data = None
            message = _("Write a day between %(first)s and %(last)s.", first=format_date(FIRST), last=format_date(LAST))
            raise ValueError(message)
