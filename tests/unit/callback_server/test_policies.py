"""A policy decides by what it is told and what has arrived since, and always the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.domain.policies import (
    OK,
    delay_s,
    fails,
    played_status,
    plays,
    policy_from,
    policy_json,
)
from mock_platform.shared.contracts import Arrival, Json

SEEDS = st.integers(-(2**31), 2**31 - 1)
RATES = st.floats(0, 1)


def arrival(n: int, *, same: int = 0) -> Arrival:
    return Arrival(seq=n, since_policy=n - 1, same_since_policy=same, original=None)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        pytest.param({"kind": "status", "status": 410}, 410, id="status"),
        pytest.param({"kind": "timeout"}, None, id="timeout"),
        pytest.param({"kind": "reject_signature"}, 401, id="reject_signature"),
        pytest.param({"kind": "fail_rate", "rate": 1}, 503, id="fail_rate of everything"),
        pytest.param({"kind": "fail_first", "count": 1, "status": 500}, 500, id="fail_first"),
    ],
)
def test_a_failing_policy_decides_the_first_answer(told: Json, status: int | None) -> None:
    policy = policy_from(told, since=0)

    assert plays(policy, arrival(1), "evt_1")
    assert played_status(policy) == status


@pytest.mark.parametrize("told", [{"kind": "ok"}, {"kind": "delay", "milliseconds": 1500}])
def test_a_harmless_policy_leaves_the_answer_alone(told: Json) -> None:
    assert not plays(policy_from(told, since=0), arrival(1), "evt_1")


def test_a_delay_is_told_in_milliseconds_and_played_in_seconds() -> None:
    assert delay_s(policy_from({"kind": "delay", "milliseconds": 1500}, since=0)) == 1.5
    assert delay_s(OK) == 0


def test_fail_first_counts_every_message_for_itself() -> None:
    policy = policy_from({"kind": "fail_first", "count": 2}, since=0)

    decisions = [plays(policy, arrival(50, same=same), "evt_1") for same in range(4)]

    assert decisions == [True, True, False, False]


def test_fail_first_counts_the_whole_inbox_when_told_so() -> None:
    policy = policy_from({"kind": "fail_first", "count": 2, "per": "inbox"}, since=0)

    decisions = [plays(policy, arrival(n), f"evt_{n}") for n in (1, 2, 3, 4)]

    assert decisions == [True, True, False, False]


def test_fail_first_counts_callbacks_without_an_id_with_the_whole_inbox() -> None:
    policy = policy_from({"kind": "fail_first", "count": 2}, since=0)

    decisions = [plays(policy, arrival(n), None) for n in (1, 2, 3, 4)]

    assert decisions == [True, True, False, False]


def test_what_a_policy_leaves_out_is_told_back() -> None:
    first = policy_from({"kind": "fail_first", "count": 3}, since=9)
    rate = policy_from({"kind": "fail_rate", "rate": 0.3}, since=9)

    assert policy_json(first) == {
        "kind": "fail_first",
        "count": 3,
        "status": 503,
        "per": "message",
    }
    assert policy_json(rate) == {"kind": "fail_rate", "rate": 0.3, "seed": 0, "status": 503}
    assert policy_json(OK) == {"kind": "ok"}


def test_a_whole_number_may_be_written_with_a_fraction_of_nothing() -> None:
    policy = policy_from({"kind": "fail_rate", "rate": 0.5, "seed": 7.0, "status": 500.0}, since=0)

    assert policy == policy_from(
        {"kind": "fail_rate", "rate": 0.5, "seed": 7, "status": 500}, since=0
    )
    assert str(played_status(policy)) == "500"


def test_the_arrivals_that_fail_are_the_same_on_every_machine() -> None:
    failing = [n for n in range(1, 31) if fails(7, n, 0.3)]

    assert failing == [3, 4, 7, 8, 12, 16, 18, 20, 26, 27, 30]


def test_about_as_many_fail_as_the_rate_says() -> None:
    failing = sum(fails(7, n, 0.3) for n in range(10_000))

    assert 2_850 < failing < 3_150


@given(seed=SEEDS, n=st.integers(1, 10**6), rate=RATES, higher=RATES)
def test_who_fails_at_a_rate_fails_at_every_higher_one(
    seed: int, n: int, rate: float, higher: float
) -> None:
    low, high = sorted((rate, higher))

    assert fails(seed, n, low) <= fails(seed, n, high)
    assert not fails(seed, n, 0)
    assert fails(seed, n, 1)
