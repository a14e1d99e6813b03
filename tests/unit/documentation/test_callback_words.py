"""What a contract promises of its callbacks can be read by people, and is what the courier does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from textwrap import dedent

import pytest

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.engine.describing.callback_words import (
    backoffs,
    duration,
    promises,
    retry_words,
)
from mock_platform.scheduler.retry import GiveUp, RetryAt, decide
from mock_platform.shared.contracts import Outcome

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = CallbackRules(name="told", expression="{$request.body#/url}")


def in_lines(rules: CallbackRules, *, in_order: bool = False) -> str:
    return "".join(f"{one.about}: {one.said}\n" for one in promises(rules, in_order=in_order))


def test_every_side_of_a_delivery_is_told() -> None:
    rules = replace(RULES, secret_env="A_SECRET")

    assert in_lines(rules, in_order=True) == dedent(
        """\
        Attempts: It is tried up to 8 times, waiting at most 0.5 s, 1 s, 2 s, 4 s … 32 s in between. Each wait is a random part of that. It is given up at the latest 2 min 24 s after the first attempt began, unless an answer asked for longer waits.
        Tried again after: 408, 425, 429, 5xx, no connection or no answer in time
        Not tried again after: Any 2xx is a receipt. Every other answer ends it at once, and so does 410.
        Retry-After: An answer that names a time is given it: the wait is then at least that long, at most 24 h.
        Timeout: Each attempt may take 10 s.
        Signature: Standard Webhooks: the header webhook-signature is `v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, with a secret that sender and receiver share. Every attempt is signed afresh; compare in constant time, and refuse timestamps that are minutes off.
        Order: The callbacks of one resource to one URL go out one after another; the next waits until the one before is delivered or given up.
        Duplicates: Delivered at least once. The header webhook-id is the same over all attempts and replays: recognise duplicates by it.
        """
    )


def test_what_is_not_promised_is_not_told() -> None:
    once = RetryRules(attempts=1, stop_on=frozenset())

    assert in_lines(replace(RULES, retry=once, timeout_s=90.0)) == dedent(
        """\
        Attempts: It is tried once, and not again.
        Not tried again after: Any 2xx is a receipt. Every other answer ends it at once.
        Timeout: Each attempt may take 1 min 30 s.
        Signature: It is not signed.
        Duplicates: Delivered at least once. The header webhook-id is the same over all attempts and replays: recognise duplicates by it.
        """
    )


@pytest.mark.parametrize(
    ("attempts", "waits"),
    [
        (2, "waiting 1 s in between."),
        (5, "waiting 1 s, 3 s, 9 s, 10 s in between."),
        (6, "waiting 1 s, 3 s, 9 s, 10 s, 10 s in between."),
        (9, "waiting 1 s, 3 s, 9 s, 10 s … 10 s in between."),
    ],
)
def test_waits_that_are_not_drawn_are_told_as_they_are(attempts: int, waits: str) -> None:
    rules = RetryRules(attempts=attempts, initial_s=1, max_s=10, exponent=3, jitter="none")

    said = retry_words(rules, 1.0)

    assert said.startswith(f"It is tried up to {attempts} times, {waits} It is given up")


@pytest.mark.parametrize(
    "rules",
    [
        RetryRules(jitter="none"),
        RetryRules(jitter="none", attempts=4, initial_s=3, max_s=5, exponent=1.5),
        RetryRules(jitter="none", attempts=2, initial_s=0.01, max_s=60, exponent=10),
        RetryRules(jitter="none", attempts=30, initial_s=1, max_s=3600, exponent=1000),
    ],
)
def test_the_waits_told_are_those_of_the_courier(rules: RetryRules) -> None:
    failed = Outcome(kind="http_503", status=503)

    verdicts = [
        decide(rules, failed, tries=tries, now=NOW, random=Random(0))  # noqa: S311 - jitter, no secret
        for tries in range(1, rules.attempts + 1)
    ]

    waited = [(one.at - NOW).total_seconds() for one in verdicts if isinstance(one, RetryAt)]
    assert waited == pytest.approx(backoffs(rules))
    assert isinstance(verdicts[-1], GiveUp)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.25, "0.25 s"),
        (59, "59 s"),
        (60, "1 min"),
        (143.5, "2 min 24 s"),
        (3661, "1 h 1 min 1 s"),
        (86_400, "24 h"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said
