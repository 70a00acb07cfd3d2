"""The consoles there are, by the id that course files and the command line use. A new console is one line here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.agent_ops.console import AgentOps
from lms.sandbox.rules.consoles.floor_desk.console import FloorDesk
from lms.sandbox.rules.consoles.match_audit.console import MatchAudit
from lms.sandbox.rules.consoles.price_promo_studio.console import PricePromoStudio
from lms.sandbox.rules.consoles.replenish_allocate.console import ReplenishAllocate
from lms.sandbox.rules.consoles.reply_desk.console import ReplyDesk
from lms.sandbox.rules.consoles.trust_gym.console import TrustGym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.console import Console

ALL: tuple[Console, ...] = (
    TrustGym(),
    FloorDesk(),
    ReplyDesk(),
    ReplenishAllocate(),
    PricePromoStudio(),
    MatchAudit(),
    AgentOps(),
)
CONSOLES: Mapping[str, Console] = MappingProxyType({console.id: console for console in ALL})
