"""Which refusals a callback is put to follows from its contract, and so does what must come of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.domain.state_machine import Machine, Move
from mock_platform.engine.verifying.arrivals import Arrival
from mock_platform.engine.verifying.journeys import first_told
from mock_platform.engine.verifying.rebuffs import Rebuff, judged_again, planned

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = CallbackRules(name="lampChanged", expression="", timeout_s=10.0)


def tried(rules: CallbackRules = RULES, patience_s: float = 60.0) -> dict[str, bool]:
    return {one.name: one.retried for one in planned(rules, patience_s)[0]}


def test_every_outcome_that_the_contract_names_is_tried() -> None:
    retried = dict.fromkeys(("503", "408", "425", "429", "timeout", "connect"), True)

    assert tried() == {**retried, "410": False}


def test_a_class_is_tried_by_a_status_that_is_not_singled_out() -> None:
    retry = RetryRules(retry_on=frozenset({"5XX"}), stop_on=frozenset({"503", "4XX"}))

    assert tried(replace(RULES, retry=retry)) == {"500": True, "400": False, "503": False}


def test_where_there_is_one_attempt_only_every_refusal_is_final() -> None:
    assert set(tried(replace(RULES, retry=RetryRules(attempts=1))).values()) == {False}


def test_what_no_receiver_answers_is_not_tried() -> None:
    retry = RetryRules(retry_on=frozenset({"1XX", "204"}), stop_on=frozenset())

    assert tried(replace(RULES, retry=retry)) == {}


@pytest.mark.parametrize(
    ("patience_s", "late"),
    [(15.0, ()), (11.0, ("timeout",)), (0.9, ("429", "timeout")), (0.1, tuple(sorted(tried())))],
)
def test_what_takes_longer_than_we_wait_is_named_instead(
    patience_s: float, late: tuple[str, ...]
) -> None:
    assert planned(RULES, patience_s)[1] == late


# What comes of them -------------------------------------------------------------------------------

FAILED = Rebuff(name="503", retried=True, status=503)
GONE = Rebuff(name="410", retried=False, status=410)
BUSY = Rebuff(name="429", retried=True, status=429, retry_after_s=1)


def came(name: str | None, after_s: float = 0.0, body: bytes = b"{}") -> Arrival:
    headers = {} if name is None else {"webhook-id": name}
    return Arrival(headers=headers, body=body, at=NOW + timedelta(seconds=after_s))


@pytest.mark.parametrize(
    ("rebuff", "arrivals", "rules"),
    [
        pytest.param(FAILED, [came("a"), came("a", 1)], [], id="again"),
        pytest.param(FAILED, [came(None), came(None, 1)], [], id="again-without-an-id"),
        pytest.param(FAILED, [came("a")], ["callback-not-retried"], id="never"),
        pytest.param(
            FAILED, [came("a"), came("b", 1, b"[]")], ["callback-not-retried"], id="another"
        ),
        pytest.param(FAILED, [came("a"), came("b", 1)], ["callback-renamed"], id="new-id"),
        pytest.param(GONE, [came("a")], [], id="final"),
        pytest.param(GONE, [came("a"), came("a", 1)], ["callback-retried"], id="not-final"),
        pytest.param(BUSY, [came("a"), came("a", 1.0)], [], id="as-asked"),
        pytest.param(BUSY, [came("a"), came("a", 0.2)], ["callback-early"], id="too-early"),
    ],
)
def test_what_follows_a_rebuff_is_held_to_the_contract(
    rebuff: Rebuff, arrivals: list[Arrival], rules: list[str]
) -> None:
    assert [rule for rule, _ in judged_again(rebuff, arrivals, 5.0)] == rules


# What is refused ----------------------------------------------------------------------------------


def lamp(**moves: Move) -> Machine:
    ways = {"make": (None, "make"), "light": ("off", "light"), "smash": ("on", "smash")}
    return Machine(
        resource="Lamp",
        key="id",
        field="status",
        initial="off",
        terminal=frozenset({"broken"}),
        moves={ways[name]: move for name, move in moves.items()},
    )


def test_the_first_callback_of_the_shortest_way_is_refused() -> None:
    silent = lamp(make=Move("off"), light=Move("on"), smash=Move("broken", "told"))

    assert first_told(lamp(make=Move("off", "told")), "make", "told") == (("make",), "off")
    assert first_told(silent, "make", "told") == (("make", "light", "smash"), "broken")


def test_what_never_comes_first_is_not_refused() -> None:
    later = lamp(make=Move("off", "other"), light=Move("on", "told"))

    assert first_told(later, "make", "told") is None
