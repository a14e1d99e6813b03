"""What an attempt makes of its delivery, and the line of the log that tells of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import structlog

from mock_platform.scheduler.courier import Tried
from mock_platform.scheduler.retry import GiveUp, RetryAt, Verdict
from mock_platform.shared.contracts import Delivery, Outcome, Settlement


def settlement_of(delivery: Delivery, tried: Tried, verdict: Verdict) -> Settlement:
    """Return what an attempt makes of its delivery."""
    state, retry_at, reason = "delivered", None, None
    if isinstance(verdict, RetryAt):
        state, retry_at, reason = "pending", verdict.at, _what(tried.outcome)
    elif isinstance(verdict, GiveUp):
        state, reason = "dead", f"{_what(tried.outcome)}; {verdict.reason}"
    return Settlement(
        delivery_id=delivery.id,
        world=delivery.world,
        generation=delivery.generation,
        attempt=replace(tried.attempt, retry_at=retry_at),
        state=state,
        next_attempt_at=retry_at,
        reason=reason,
    )


def _what(outcome: Outcome) -> str:
    return f"{outcome.kind}: {outcome.reason}" if outcome.reason else outcome.kind


_TOLD = {
    "delivered": ("info", "callback.delivered"),
    "pending": ("warning", "callback.failed"),
    "dead": ("error", "callback.dead"),
}


def tell(delivery: Delivery, settlement: Settlement) -> None:
    """Write one line of the log, once the settlement is kept: who reads it may look it up."""
    attempt = settlement.attempt
    level, event = _TOLD[settlement.state]
    facts = {
        "delivery": delivery.id,
        "event_id": delivery.event_id,
        "host": urlsplit(delivery.url).hostname,  # the rest of a URL may be a capability
        "attempt": attempt.number,
        "outcome": attempt.outcome,
        "trace_id": delivery.trace.id,
    }
    if settlement.reason:
        facts["reason"] = settlement.reason
    if settlement.next_attempt_at:
        facts["next_try"] = settlement.next_attempt_at.isoformat()
    getattr(structlog.get_logger(), level)(event, **facts)
