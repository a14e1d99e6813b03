"""After an attempt the rules alone decide: done, again at this time, or never again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.domain.deliveries import RetryRules
from mock_platform.scheduler.retry import Done, GiveUp, RetryAt, Verdict, decide
from mock_platform.shared.contracts import Outcome
from tests.fakes import NOON

RULES = RetryRules(jitter="none")


def http(status: int, *retry_after: str) -> Outcome:
    headers = tuple(("retry-after", value) for value in retry_after)
    return Outcome(kind=f"http_{status}", status=status, headers=headers)


def judge(outcome: Outcome, rules: RetryRules = RULES, tries: int = 1, seed: int = 0) -> Verdict:
    return decide(rules, outcome, tries=tries, now=NOON, random=Random(seed))  # noqa: S311 - jitter is no secret


def wait_s(verdict: Verdict) -> float:
    assert isinstance(verdict, RetryAt)
    return (verdict.at - NOON).total_seconds()


def test_a_delivered_callback_is_done() -> None:
    assert judge(Outcome(kind="delivered", status=204)) == Done()


@pytest.mark.parametrize("status", [500, 502, 503, 599, 408, 425, 429])
def test_by_default_trouble_that_may_pass_is_tried_again(status: int) -> None:
    assert isinstance(judge(http(status)), RetryAt)


@pytest.mark.parametrize("status", [101, 300, 302, 304, 400, 401, 404, 410, 422])
def test_by_default_every_other_answer_is_final(status: int) -> None:
    assert isinstance(judge(http(status)), GiveUp)


@pytest.mark.parametrize("kind", ["timeout", "connect", "dns", "tls", "reset", "protocol"])
def test_no_answer_is_tried_again_if_the_rules_say_so(kind: str) -> None:
    word = "timeout" if kind == "timeout" else "connect"

    assert isinstance(judge(Outcome(kind=kind)), RetryAt)
    assert isinstance(judge(Outcome(kind=kind), RetryRules(retry_on=frozenset({word}))), RetryAt)
    assert isinstance(judge(Outcome(kind=kind), RetryRules(retry_on=frozenset({"5XX"}))), GiveUp)


@pytest.mark.parametrize(
    "kind", ["target_refused", "body_invalid", "secret_missing", "callback_unknown"]
)
def test_what_was_never_sent_is_final_at_once(kind: str) -> None:
    everything = RetryRules(retry_on=frozenset({kind, "connect", "timeout", "5XX"}))

    assert judge(Outcome(kind=kind), everything) == GiveUp("trying again would change nothing")


@pytest.mark.parametrize(
    ("retry_on", "stop_on", "status", "retried"),
    [
        ({"4XX"}, {"410"}, 410, False),
        ({"4XX"}, {"410"}, 409, True),
        ({"5XX"}, {"501"}, 501, False),
        ({"429"}, {"4XX"}, 429, True),
        ({"429"}, {"429"}, 429, False),
        ({"4XX"}, {"4XX"}, 404, False),
        ({"3XX"}, set(), 302, True),
        (set(), set(), 503, False),
    ],
)
def test_a_status_beats_its_class_and_stopping_beats_retrying(
    retry_on: set[str], stop_on: set[str], status: int, retried: bool
) -> None:
    rules = RetryRules(retry_on=frozenset(retry_on), stop_on=frozenset(stop_on))

    assert isinstance(judge(http(status), rules), RetryAt) is retried


def test_without_jitter_the_back_off_is_exactly_exponential_up_to_its_maximum() -> None:
    rules = RetryRules(jitter="none", initial_s=0.5, max_s=5, exponent=2, attempts=100)

    waits = [wait_s(judge(http(503), rules, tries)) for tries in (1, 2, 3, 4, 5, 99)]

    assert waits == [0.5, 1, 2, 4, 5, 5]


def test_the_last_attempt_is_the_last() -> None:
    rules = RetryRules(attempts=3)

    verdicts = [judge(http(503), rules, tries) for tries in (1, 2, 3, 4)]

    assert [type(verdict) for verdict in verdicts] == [RetryAt, RetryAt, GiveUp, GiveUp]
    assert verdicts[2] == GiveUp("all 3 attempts are spent")


@given(seed=st.integers(), tries=st.integers(1, 60))
def test_full_jitter_stays_below_the_back_off_and_repeats_with_its_seed(
    seed: int, tries: int
) -> None:
    jittery, exact = RetryRules(attempts=99), RetryRules(attempts=99, jitter="none")

    verdict = judge(http(503), jittery, tries, seed)

    assert 0 <= wait_s(verdict) <= wait_s(judge(http(503), exact, tries))
    assert verdict == judge(http(503), jittery, tries, seed)


def test_full_jitter_is_spread_evenly() -> None:
    random = Random(1)  # noqa: S311 - jitter is no secret
    rules = RetryRules(initial_s=10, max_s=10)

    waits = sorted(
        wait_s(decide(rules, http(503), tries=1, now=NOON, random=random)) for _ in range(2000)
    )

    # Kolmogorov-Smirnov against the uniform law; 1.63 is its 1 % point.
    gap = max(abs(wait / 10 - (i + 0.5) / 2000) for i, wait in enumerate(waits))
    assert gap * 2000**0.5 < 1.63


@pytest.mark.parametrize(
    ("values", "expected_s"),
    [
        (["120"], 120),
        ([" 120 "], 120),
        (["0"], 0.5),
        (["100000"], 86_400),
        (["9" * 400], 86_400),
        (["9" * 5000], 86_400),
        ([format_datetime(NOON + timedelta(seconds=90), usegmt=True)], 90),
        (["Sun, 01 Mar 2026 12:01:30 -0000"], 90),
        (["Sunday, 01-Mar-26 12:01:30 GMT"], 90),
        ([format_datetime(NOON - timedelta(days=1), usegmt=True)], 0.5),
        ([format_datetime(NOON + timedelta(days=400), usegmt=True)], 86_400),
        (["-5"], 0.5),
        (["1e9"], 0.5),
        (["soon"], 0.5),
        ([""], 0.5),
        (["١٢٠"], 0.5),
        (["Sun, 99 Mar 2026 12:01:30 GMT"], 0.5),
        (["5", "120", "x"], 120),
    ],
)
def test_retry_after_is_never_undercut_and_never_trusted_blindly(
    values: Sequence[str], expected_s: float
) -> None:
    assert wait_s(judge(http(503, *values))) == expected_s


def test_retry_after_counts_in_any_spelling_and_for_any_answer_that_is_retried() -> None:
    outcome = Outcome(kind="http_429", status=429, headers=(("Retry-After", "7"),))

    assert wait_s(judge(outcome)) == 7


def test_the_longer_of_back_off_and_retry_after_counts() -> None:
    assert wait_s(judge(http(503, "1"), tries=4)) == 4


def test_the_rules_may_ignore_retry_after_or_cap_it() -> None:
    ignoring = RetryRules(jitter="none", respect_retry_after=False)
    capped = RetryRules(jitter="none", retry_after_cap_s=10)

    assert wait_s(judge(http(503, "120"), ignoring)) == 0.5
    assert wait_s(judge(http(503, "120"), capped)) == 10


@given(value=st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ .{0,8}"))
def test_no_retry_after_breaks_anything(value: str) -> None:
    assert 0.5 <= wait_s(judge(http(503, value))) <= 86_400


def test_even_absurd_rules_give_a_date() -> None:
    rules = RetryRules(jitter="none", initial_s=1e300, max_s=1e300)

    assert wait_s(judge(http(503), rules)) < 1e9


def test_dates_keep_their_zone() -> None:
    verdict = judge(http(503))

    assert isinstance(verdict, RetryAt)
    assert verdict.at == datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
