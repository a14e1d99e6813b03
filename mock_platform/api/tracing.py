"""Says who caused a request: ``X-Trace-Id`` taken or made, and the W3C ``traceparent`` beside it.

A valid ``traceparent`` keeps its trace and gets a new span. An ``X-Trace-Id`` that could be a W3C
trace id becomes one. What breaks its format is ignored; made-up ids are random.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from mock_platform.api.exchange import Exchange
from mock_platform.shared.contracts import Trace
from mock_platform.shared.tracer import RequestSpan, Tracer

Entropy = Callable[[int], bytes]
"""Returns so many random bytes."""

_OURS = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_PARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_W3C = re.compile(r"[0-9a-f]{32}")
_NO_TRACE, _NO_SPAN = b"0" * 32, b"0" * 16


_DRAWN_AT_ONCE = 128


def made_ids(entropy: Entropy) -> Iterator[str]:
    """Make 32 hex digits for a trace and 16 for a span, again and again.

    Drawn by the hundred: asking the system for randomness costs more than all the rest.
    """
    while True:
        drawn = entropy(24 * _DRAWN_AT_ONCE).hex()
        for at in range(0, len(drawn), 48):
            yield drawn[at : at + 48]


def trace_of(headers: Mapping[bytes, bytes], made: Iterator[str]) -> Trace:
    """Read a request's trace, or begin one."""
    ids = next(made)
    trace_id, span = ids[:32], ids[32:]
    given, parent = headers.get(b"x-trace-id"), headers.get(b"traceparent")
    if given is None and parent is None:
        return Trace(trace_id, f"00-{trace_id}-{span}-01")
    ours = given.decode() if given is not None and _OURS.fullmatch(given) else None
    found = _PARENT.fullmatch(parent) if parent is not None else None
    if found and found[1] != _NO_TRACE and found[2] != _NO_SPAN:
        theirs = found[1].decode()
        return Trace(ours or theirs, f"00-{theirs}-{span}-{found[3].decode()}")
    if ours is None:
        return Trace(trace_id, f"00-{trace_id}-{span}-01")
    if _W3C.fullmatch(ours) and ours != _NO_TRACE.decode():
        trace_id = ours
    return Trace(ours, f"00-{trace_id}-{span}-01")


def tell(tracer: Tracer, exchange: Exchange, status: int, seconds: float) -> None:
    """Tell of a request that has been answered, if it was for an operation."""
    if exchange.operation is not None:
        span = RequestSpan(
            trace=exchange.trace,
            caller=exchange.headers.get(b"traceparent"),
            operation=exchange.operation,
            method=exchange.method,
            path=exchange.path,
            status=status,
            seconds=seconds,
        )
        tracer.request(span)
