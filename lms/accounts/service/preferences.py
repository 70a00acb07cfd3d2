"""What people choose for themselves."""

from __future__ import annotations

import enum

from lms.accounts.queries.person import profile_of
from lms.accounts.rules.actor import Actor
from lms.infra.i18n import _
from lms.shared.errors import Invalid


class TextSize(enum.StrEnum):
    """How large texts are shown."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"


class Theme(enum.StrEnum):
    """Light, dark, or as the device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def change_preferences(
    actor: Actor, *, language: str, offered: tuple[str, ...], text_size: TextSize, theme: Theme, shortcuts: bool
) -> None:
    """Store how the actor wants pages to be; other rooms read them from the actor.

    Raises:
        Invalid: the language is not one of those offered.
    """
    if language not in offered:
        raise Invalid(fields={"language": _("This language is not offered. Choose one of the list.")})
    profile = profile_of(actor.id)
    profile.language, profile.text_size, profile.theme = language, text_size, theme
    profile.shortcuts = shortcuts
