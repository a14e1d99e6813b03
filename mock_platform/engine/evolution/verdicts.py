"""The verdicts that most rules for schemas share: what was asked grows or shrinks."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.terms import (
    ADDITIVE,
    BREAKING,
    RISKY,
    Verdict,
)

LESS_TAKEN: Final[Verdict] = (
    BREAKING,
    "What clients send today is refused.",
    "Take what was taken before; ask for more only in a new major version.",
)
MORE_TAKEN: Final[Verdict] = (ADDITIVE, "Whatever was taken is still taken.", "")
LESS_COMES: Final[Verdict] = (ADDITIVE, "Whatever comes could come before.", "")
MORE_COMES: Final[Verdict] = (
    RISKY,
    "Something may come that could not before; a strict client does not expect it.",
    "Tell the clients first; say in the description that the values may grow.",
)
OTHER_COMES: Final[Verdict] = (
    BREAKING,
    "Clients cannot read what comes now as what came before.",
    "Add a new property beside the old one and deprecate the old one.",
)
UNCLEAR: Final[Verdict] = (
    RISKY,
    "Which of the two allows more cannot be told from the text.",
    "Try the values that clients use with both.",
)
NARROWED = (LESS_TAKEN, LESS_COMES)
WIDENED = (MORE_TAKEN, MORE_COMES)

VALIDATION: Final = "JSON Schema Validation"
