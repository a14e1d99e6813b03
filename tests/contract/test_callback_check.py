"""The check of callbacks finds whatever may go wrong with them, because each fault is planted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contract.callback_check import Arrival, Facts, Promise, problems
from tests.contract.callback_faults import PLANTED, with_arrivals


def sound() -> Facts:
    """Two orders whose callbacks came as promised; one was sent twice, and both came."""
    told = [("a", "ord-1", 1), ("b", "ord-2", 1), ("c", "ord-1", 2), ("d", "ord-1", 3)]
    promises = [
        Promise(event_id=event, order_id=order, version=version, body={"id": event})
        for event, order, version in told
    ]
    arrivals = [
        Arrival(
            event_id=event,
            order_id=order,
            version=version,
            outcome="accepted",
            signature="valid",
            body={"id": event},
        )
        for event, order, version in told
    ]
    again = replace(arrivals[0], outcome="duplicate")
    attempts = {"a": 2, "b": 1, "c": 1, "d": 1}
    return Facts(promises=tuple(promises), arrivals=(*arrivals, again), attempts=attempts)


def test_kept_promises_are_no_problem() -> None:
    assert problems(sound()) == []


def test_promising_nothing_is_a_problem() -> None:
    assert problems(Facts(promises=(), arrivals=(), attempts={})) != []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(planted: str) -> None:
    fault, told = PLANTED[planted]

    assert told in "; ".join(problems(with_arrivals(sound(), fault)))
