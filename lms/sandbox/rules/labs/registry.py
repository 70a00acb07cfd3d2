"""The labs there are, by the id that course files use. A new lab is one line here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lms.sandbox.rules.labs.ab_board.lab import AbBoard
from lms.sandbox.rules.labs.fault_lab.lab import FaultLab
from lms.sandbox.rules.labs.prompt_lab.lab import PromptLab
from lms.sandbox.rules.labs.rule_lab.lab import RuleLab
from lms.sandbox.rules.labs.summary_audit.lab import SummaryAudit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.lab import Lab

LABS: Mapping[str, Lab[Any, Any, Any]] = MappingProxyType(
    {lab.id: lab for lab in (AbBoard(), FaultLab(), PromptLab(), RuleLab(), SummaryAudit())}
)
