"""One change, as a value: which rule it falls under, where it is written on both sides, whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where something is written, in one version."""

    pointer: str
    """Into the file."""
    file: str = ""
    line: int = 0
    """From 1; 0 until the place has been looked up."""
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was."""

    rule: str
    """The rule's id; ``RULES`` says why it is classed so."""
    level: str
    """``breaking``, ``risky``, ``additive`` or ``docs``."""
    direction: str
    """``request``, ``answer``, or ``contract`` when it is neither alone."""
    message: str
    remedy: str
    old: Written | None
    """Where it was; the nearest thing around it when there was nothing yet."""
    new: Written | None
    """Where it is; the nearest thing around it when it is gone."""
    operations: tuple[str, ...]
    """What it touches, as ``POST /v1/orders``; empty when that is all of it, or nothing."""
    accepted: str = ""
    """The reason why somebody accepted it; empty when nobody did."""
