"""Decides what a finished attempt leads to: done, try again at this time, or give up.

tenacity states the policy and does its arithmetic; it never sleeps here. A back-off is a date in
the store, so it holds no thread and survives a restart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from random import Random

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_result,
    stop_after_attempt,
    wait_exponential,
)

from mock_platform.domain.deliveries import RetryRules
from mock_platform.shared.contracts import Outcome

FINAL = frozenset({"target_refused", "body_invalid", "secret_missing", "callback_unknown"})
"""Outcomes that no repetition can change: nothing was sent, and somebody must mend something."""

_WORDS = {"timeout": "timeout"} | dict.fromkeys(
    ("connect", "dns", "tls", "reset", "protocol"), "connect"
)
"""How a contract's ``retry_on`` calls each outcome that has no status."""

_NEVER = "trying again would change nothing"
_NOT_RETRIED = "the callback's retry rules do not retry this"
_SECONDS = re.compile(r"[0-9]+", re.ASCII)
_LONGEST_S = timedelta(days=3650).total_seconds()


@dataclass(frozen=True, slots=True)
class Done:
    """It was delivered."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """It is worth another try, not before ``at``."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It is dead; ``reason`` says which rule decided so."""

    reason: str


Verdict = Done | RetryAt | GiveUp


def decide(
    rules: RetryRules, outcome: Outcome, *, tries: int, now: datetime, random: Random
) -> Verdict:
    """Judge an outcome.

    Args:
        rules: the contract's.
        outcome: what came of the attempt.
        tries: attempts spent since the delivery was created or last replayed, this one included.
        now: when the attempt ended; the wait begins here.
        random: draws the jitter.
    """
    if outcome.kind == "delivered":
        return Done()
    policy = _policy(rules, outcome, now, random)
    state = RetryCallState(policy, None, (), {})
    state.attempt_number = tries
    state.set_result(outcome)
    if not policy.retry(state):
        return GiveUp(_NEVER if outcome.kind in FINAL else _NOT_RETRIED)
    if policy.stop(state):
        return GiveUp(f"all {rules.attempts} attempts are spent")
    return RetryAt(now + timedelta(seconds=min(policy.wait(state), _LONGEST_S)))


def _policy(rules: RetryRules, outcome: Outcome, now: datetime, random: Random) -> Retrying:
    backoff = _backoff(rules, random)
    asked = min(_asked_s(outcome, now), rules.retry_after_cap_s) if rules.respect_retry_after else 0
    return Retrying(
        retry=retry_if_result(partial(_is_retried, rules)),
        stop=stop_after_attempt(rules.attempts),
        wait=lambda state: max(backoff(state), asked),
    )


def _backoff(rules: RetryRules, random: Random) -> Callable[[RetryCallState], float]:
    ceiling = wait_exponential(multiplier=rules.initial_s, max=rules.max_s, exp_base=rules.exponent)
    if rules.jitter == "none":
        return ceiling
    # tenacity's own wait_random_exponential draws from the global generator, which no seed of ours
    # reaches; this is the same law (uniform between 0 and the ceiling) from the one we were given.
    return lambda state: random.uniform(0, ceiling(state))


def _is_retried(rules: RetryRules, outcome: Outcome) -> bool:
    return outcome.kind not in FINAL and rules.retries(*_names(outcome))


def _names(outcome: Outcome) -> Iterator[str]:
    if outcome.status is not None:
        yield str(outcome.status)
        yield f"{outcome.status // 100}XX"
    elif word := _WORDS.get(outcome.kind):
        yield word


def _asked_s(outcome: Outcome, now: datetime) -> float:
    """Return the longest wait any ``Retry-After`` asks for; 0 when none can be read."""
    values = (value for name, value in outcome.headers if name.lower() == "retry-after")
    return max((_seconds(value.strip(), now) for value in values), default=0.0)


def _seconds(value: str, now: datetime) -> float:
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:  # "-0000"; an HTTP-date is in GMT whatever it says
            date = date.replace(tzinfo=UTC)
        return max(0.0, (date - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):  # garbage has raised all of these
        return 0.0
