"""Counts what happens, in plain numbers: requests, violations, attempts, records, reloads.

Counting costs a request well under a microsecond, because whoever asks for metrics does the work:
see ``infra.metrics``. However many operations and whatever strangers send, the number of counters
stays bounded: operations come from the contract, and those beyond the first 200 share one row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Final

from mock_platform.shared.logging import AccessLog

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the durations' buckets, in seconds; one more bucket takes what is above."""

NO_OPERATION, OTHER = "(none)", "(other)"
"""Requests for no operation, and for one beyond the first 200. No operationId looks like that."""

MOST_OPERATIONS = 200
MOST_ANSWERS = 100
"""Pairs of method and status an operation is counted by; further ones, and methods that
HTTP does not know, count as ``OTHER``."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "TRACE"})


class Row:
    """What is counted of one operation. Written by the event loop's thread only."""

    __slots__ = ("answered", "buckets", "seconds", "violations")

    def __init__(self) -> None:
        self.answered: dict[tuple[str, int], int] = {}
        """(Method, status) → requests. ``(OTHER, 0)`` stands for whatever has no pair of its own."""
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.violations: dict[str, int] = {}
        """``request`` and ``answer`` → rules of the contract that were broken."""

    def begin(self, method: str, status: int) -> None:
        """Count the first request of its kind."""
        known = method in _METHODS and len(self.answered) < MOST_ANSWERS
        key = (method, status) if known else (OTHER, 0)
        self.answered[key] = self.answered.get(key, 0) + 1


class Tally:
    """The counters of one platform. They outlive reloads."""

    def __init__(self) -> None:
        self._rows: dict[str | None, Row] = {None: Row()}
        self._other = Row()
        self._lock = Lock()
        self._attempts = Counter[str]()
        self._finished = Counter[str]()
        self._records = Counter[str]()
        self._reloads = Counter[str]()

    # On the event loop

    def counting(self, log: AccessLog) -> AccessLog:
        """Return a log of requests that counts what it passes on."""
        rows, bucket = self._rows, bisect_left

        def note(  # noqa: PLR0917 - positional for speed, as AccessLog says
            method: str, path: str, status: int, seconds: float, trace: str, operation: str | None
        ) -> None:
            row = rows.get(operation) or self._row(operation)
            try:
                row.answered[method, status] += 1
            except KeyError:
                row.begin(method, status)
            row.buckets[bucket(BOUNDS, seconds)] += 1
            row.seconds += seconds
            log(method, path, status, seconds, trace, operation)

        return note

    def violated(self, operation: str | None, direction: str, rules: int) -> None:
        """Note that a message of an operation broke so many rules."""
        violations = self._row(operation).violations
        violations[direction] = violations.get(direction, 0) + rules

    def _row(self, operation: str | None) -> Row:
        found = self._rows.get(operation)
        if found is None:
            if len(self._rows) > MOST_OPERATIONS:  # one is that of no operation
                return self._other
            found = self._rows[operation] = Row()
        return found

    # In any thread

    def attempted(self, outcome: str, state: str) -> None:
        """Note an attempt to deliver, and what it made of the delivery."""
        with self._lock:
            self._attempts[outcome] += 1
            if state != "pending":
                self._finished[state] += 1

    def received(self, outcome: str) -> None:
        """Note what an inbox made of a callback."""
        with self._lock:
            self._records[outcome] += 1

    def reloaded(self, served: bool) -> None:
        """Note an edit of a contract: it is served, or it was broken."""
        with self._lock:
            self._reloads["ok" if served else "broken"] += 1

    # For whoever asks

    @property
    def rows(self) -> Mapping[str, Row]:
        """What was counted, by operation."""
        rows = {name or NO_OPERATION: row for name, row in self._rows.copy().items()}
        return rows | {OTHER: self._other} if any(self._other.buckets) else rows

    @property
    def attempts(self) -> Mapping[str, int]:
        """Attempts to deliver, by outcome."""
        return self._copied(self._attempts)

    @property
    def finished(self) -> Mapping[str, int]:
        """Deliveries that ended, by state; a replay ends again."""
        return self._copied(self._finished)

    @property
    def records(self) -> Mapping[str, int]:
        """Callbacks received, by outcome."""
        return self._copied(self._records)

    @property
    def reloads(self) -> Mapping[str, int]:
        """Edits of contracts: ``ok`` and ``broken``."""
        return self._copied(self._reloads)

    def _copied(self, counter: Counter[str]) -> Mapping[str, int]:
        with self._lock:
            return dict(counter)
