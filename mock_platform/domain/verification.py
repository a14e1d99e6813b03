"""Verification: whether what arrived is what a test expected, and if not, in words.

A failed expectation shows what came closest: the records that miss by one filter only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Record, RecordFilter

RECORDS_SHOWN: Final = 10
NEAREST_SHOWN: Final = 5

_FILTERS: Final = {"order_id": "orderId", "event_type": "type", "outcome": "outcome"}
"""What a filter can ask for → how the contract calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How many records of which kind should be there: ``exactly`` or ``at_least`` so many."""

    exactly: int | None = None
    at_least: int | None = None
    which: RecordFilter = field(default_factory=RecordFilter)

    @property
    def least(self) -> int:
        return (self.at_least or 0) if self.exactly is None else self.exactly

    def holds(self, found: int) -> bool:
        return found >= self.least if self.exactly is None else found == self.exactly


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A record that one filter kept out."""

    record: Record
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What an expectation came to."""

    expected: Expectation
    verified: bool
    count: int
    reason: str
    records: tuple[Record, ...]
    nearest: tuple[NearMiss, ...]


def asked(which: RecordFilter) -> dict[str, str]:
    """Return what a filter asks for, in the contract's words."""
    return present({said: getattr(which, name) for name, said in _FILTERS.items()})


def relaxed(which: RecordFilter) -> Iterator[RecordFilter]:
    """Yield the filter without one of its conditions, for each of them."""
    for name in _FILTERS:
        if getattr(which, name) is not None:
            yield replace(which, **{name: None})


def misses(record: Record, which: RecordFilter) -> tuple[str, ...]:
    """Return the conditions that a record does not meet; empty when it matches."""
    return tuple(
        said
        for name, said in _FILTERS.items()
        if getattr(which, name) not in {None, getattr(record, name)}
    )


def verdict(
    expected: Expectation, found: int, matching: Sequence[Record], near: Sequence[Record]
) -> Verification:
    nearest = tuple(NearMiss(record, misses(record, expected.which)) for record in near)
    return Verification(
        expected=expected,
        verified=expected.holds(found),
        count=found,
        reason=_reason(expected, found, matching, nearest),
        records=tuple(matching),
        nearest=nearest,
    )


def _reason(
    expected: Expectation, found: int, matching: Sequence[Record], nearest: Sequence[NearMiss]
) -> str:
    quantity = "at least" if expected.exactly is None else "exactly"
    noun = "record" if expected.least == 1 else "records"
    kind = ", ".join(f"{name} {value}" for name, value in asked(expected.which).items())
    wanted = f"expected {quantity} {expected.least} {noun}{kind and f' with {kind}'}"
    shown = ", ".join(f"{record.id} ({_told(record)})" for record in matching)
    more = f" and {found - len(matching)} more" if found > len(matching) else ""
    near = ", ".join(f"{miss.record.id} ({_told(miss.record)})" for miss in nearest)
    return f"{wanted}, found {found}{shown and f': {shown}{more}'}{near and f'; nearest: {near}'}"


def _told(record: Record) -> str:
    facts = (record.event_type, record.order_id, record.outcome)
    return ", ".join(fact for fact in facts if fact is not None)
