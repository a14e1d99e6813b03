"""Faults to plant among the facts, and what the check of callbacks must say about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.contract.callback_check import Arrival, Facts


def with_arrivals(facts: Facts, change: Callable[[list[Arrival]], object]) -> Facts:
    arrivals = [*facts.arrivals]
    change(arrivals)
    return replace(facts, arrivals=tuple(arrivals))


def swap(arrivals: list[Arrival]) -> None:
    """Let the second callback of some order come before its first."""
    of_one: dict[str, int] = {}
    for place, one in enumerate(arrivals):
        if one.outcome == "accepted" and one.order_id in of_one:
            first = of_one[one.order_id]
            arrivals[first], arrivals[place] = arrivals[place], arrivals[first]
            return
        if one.outcome == "accepted":
            of_one[one.order_id] = place
    raise AssertionError("no order has two callbacks")


PLANTED: Mapping[str, tuple[Callable[[list[Arrival]], object], str]] = {
    "drop": (lambda arrivals: arrivals.pop(1), "was accepted never"),
    "swap": (swap, "in the order [2, 1"),
    "accepted twice": (lambda arrivals: arrivals.append(arrivals[1]), "was accepted 2 times"),
    "duplicate": (
        lambda arrivals: arrivals.append(replace(arrivals[1], outcome="duplicate")),
        "came 2 times in 1 attempts",
    ),
    "bad signature": (
        lambda arrivals: arrivals.append(
            replace(arrivals.pop(1), outcome="rejected", signature="invalid")
        ),
        "was rejected, its signature invalid",
    ),
    "invalid body": (
        lambda arrivals: arrivals.append(replace(arrivals.pop(1), outcome="invalid")),
        "was invalid, its signature valid",
    ),
    "another body": (
        lambda arrivals: arrivals.insert(1, replace(arrivals.pop(1), body={})),
        "says something else",
    ),
    "stranger": (
        lambda arrivals: arrivals.append(replace(arrivals[1], event_id="z")),
        "was never promised",
    ),
}
