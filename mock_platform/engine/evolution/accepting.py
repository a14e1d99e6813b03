"""Lets a change pass that somebody has accepted, for a reason that they wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mock_platform.engine.evolution.changes import Change
from mock_platform.engine.evolution.rules import RULES
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.pointers import join
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

_KEYS = ("rule", "at", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One kind of change that is accepted, and where."""

    rule: str
    at: str
    """A part of the message, or an operation; empty: wherever it is."""
    reason: str

    def covers(self, change: Change) -> bool:
        """Whether it is this change that was accepted."""
        return self.rule == change.rule and (
            self.at in change.message or self.at in change.operations
        )

    def __str__(self) -> str:
        return f"{self.rule} at {self.at}" if self.at else self.rule


def acceptances(written: Json) -> tuple[Acceptance, ...]:
    """Read what is accepted: ``accept: [{rule, at, reason}]``.

    Raises:
        SpecBroken: with every finding, pointing into what was written.
    """
    rows = written.get("accept") if isinstance(written, dict) else None
    if not isinstance(rows, list):
        remedy = "accept: [{rule: …, at: …, reason: …}]"
        raise SpecBroken([Finding(message="this accepts nothing", remedy=remedy)])
    findings = [found for index, row in enumerate(rows) for found in _flaws(row, index)]
    if findings:
        raise SpecBroken(findings)
    return tuple(
        Acceptance(rule=row["rule"], at=str(row.get("at", "")), reason=row["reason"])
        for row in rows
    )


def _flaws(row: Json, index: int) -> Iterator[Finding]:
    place = join("accept", index)
    if not isinstance(row, dict):
        yield Finding(pointer=place, message="this is no mapping", remedy="rule, at, reason")
        return
    if row.get("rule") not in RULES:
        told = f"there is no rule {row.get('rule')!r}"
        remedy = did_you_mean(str(row.get("rule")), [*RULES])
        yield Finding(pointer=f"{place}/rule", message=told, remedy=remedy)
    if not (isinstance(row.get("reason"), str) and row["reason"].strip()):
        remedy = "reason: why nobody is hurt"
        yield Finding(pointer=place, message="nobody says why this is accepted", remedy=remedy)
    for key in row:
        if key not in _KEYS:
            remedy = did_you_mean(str(key), [*_KEYS])
            yield Finding(pointer=place + join(key), message=f"this has no {key!r}", remedy=remedy)


def accepted(changes: Sequence[Change], wanted: Sequence[Acceptance]) -> tuple[Change, ...]:
    """Mark the changes that are accepted with the reason."""
    return tuple(
        replace(change, accepted=next((each.reason for each in wanted if each.covers(change)), ""))
        for change in changes
    )


def unneeded(changes: Sequence[Change], wanted: Sequence[Acceptance]) -> tuple[Acceptance, ...]:
    """Return what is accepted and did not happen."""
    return tuple(each for each in wanted if not any(each.covers(change) for change in changes))
