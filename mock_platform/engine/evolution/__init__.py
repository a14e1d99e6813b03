"""What changed between two versions of a contract, and for whom: breaking, risky or additive."""

from mock_platform.engine.evolution.changes import Change, Written
from mock_platform.engine.evolution.comparing import appeared, compare, vanished
from mock_platform.engine.evolution.rules import RULES
from mock_platform.engine.evolution.terms import ADDITIVE, BREAKING, DOCS, LEVELS, RISKY, Rule
from mock_platform.engine.evolution.wording_changes import major_of

__all__ = (
    "ADDITIVE",
    "BREAKING",
    "DOCS",
    "LEVELS",
    "RISKY",
    "RULES",
    "Change",
    "Rule",
    "Written",
    "appeared",
    "compare",
    "major_of",
    "vanished",
)
