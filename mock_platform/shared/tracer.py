"""Who hears of the spans of a trace: requests, attempts to deliver, what inboxes made of them.

Spans are told when they are over, so nothing has to be carried along meanwhile but the W3C
``traceparent`` that requests and callbacks carry anyway. Nobody listens unless OpenTelemetry is
configured: see ``infra.telemetry``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mock_platform.shared.contracts import Attempt, Delivery, Record, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSpan:
    """A request that has been answered."""

    trace: Trace
    """Its own; ``trace.parent`` names its span."""
    caller: bytes | None
    """The ``traceparent`` that it came with."""
    operation: str
    method: str
    path: str
    status: int
    seconds: float


class Tracer(Protocol):
    """Takes spans. Safe from any thread; neither waits nor raises."""

    def begin(self, trace: Trace, caller: bytes | None, /) -> Trace:
        """Return a request's trace with the decision whether it is sampled."""
        ...

    def request(self, span: RequestSpan, /) -> None:
        """A request has been answered."""
        ...

    def attempt(self, parent: str, /) -> str:
        """Return the ``traceparent`` that an attempt sends: its own span's, below ``parent``."""
        ...

    def attempted(self, delivery: Delivery, attempt: Attempt, span: str, /) -> None:
        """An attempt is over; ``span`` is what ``attempt`` returned."""
        ...

    def received(self, record: Record, trace: Trace, /) -> None:
        """An inbox has recorded a callback that came with this request."""
        ...

    def close(self) -> None:
        """Hand on what is left, for no longer than a moment."""
        ...


class NoTracer:
    """Nobody listens: attempts are told from the request that caused them by nothing but time."""

    def begin(self, trace: Trace, _caller: bytes | None, /) -> Trace:
        return trace

    def request(self, span: RequestSpan, /) -> None:
        """Say nothing."""

    def attempt(self, parent: str, /) -> str:
        return parent

    def attempted(self, delivery: Delivery, attempt: Attempt, span: str, /) -> None:
        """Say nothing."""

    def received(self, record: Record, trace: Trace, /) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Hold nothing."""
