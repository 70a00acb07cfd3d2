"""The consoles there are, by the id that course files and the command line use. A new console is one line here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.floor_desk.console import FloorDesk
from lms.sandbox.rules.consoles.reply_desk.console import ReplyDesk
from lms.sandbox.rules.consoles.trust_gym.console import TrustGym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.console import Console

CONSOLES: Mapping[str, Console] = MappingProxyType(
    {console.id: console for console in (TrustGym(), FloorDesk(), ReplyDesk())}
)
