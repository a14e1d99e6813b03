"""A machine's picture shows every state and every move, and says in words what it shows."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.domain.state_machine import Machine, parse_machine
from mock_platform.engine.drawing.machine_picture import in_words, machine_picture
from mock_platform.engine.drawing.placing import places_of

SVG = "{http://www.w3.org/2000/svg}"
STATES = ["created", "paid", "shipped", "delivered", "cancelled", "refunded"]
ORDERS: dict[str, Any] = {
    "resource": "Order",
    "initial": "created",
    "terminal": ["cancelled", "refunded"],
    "transitions": [
        {"to": "created", "via": "create"},
        {"from": "created", "to": "created", "via": "update"},
        {"from": "created", "to": "paid", "via": "pay"},
        {"from": "paid", "to": "shipped", "via": "ship"},
        {"from": "shipped", "to": "delivered", "via": "deliver"},
        {"from": ["created", "paid"], "to": "cancelled", "via": "cancel"},
        {"from": ["paid", "shipped", "delivered"], "to": "refunded", "via": "refund"},
    ],
}


def machine(
    extension: dict[str, Any] = ORDERS, states: list[str] = STATES, **changed: Any
) -> Machine:
    told = extension | changed
    return parse_machine(told, states, {rule["via"] for rule in told["transitions"]})


def drawn(of: Machine, **marked: Any) -> ET.Element:
    return ET.fromstring(machine_picture(of, **marked))  # noqa: S314 - we wrote it


def with_class(svg: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in svg.iter() if name in one.get("class", "").split()]


def texts(elements: list[ET.Element]) -> list[str]:
    return ["".join(one.itertext()) for one in elements]


def test_the_longest_way_is_a_row_and_ways_out_stand_beside_the_last_state_they_leave() -> None:
    places = places_of(machine())

    assert {state: (place.column, place.row) for state, place in places.items()} == {
        "created": (0, 0),
        "paid": (1, 0),
        "shipped": (2, 0),
        "delivered": (3, 0),
        "cancelled": (1, -1),
        "refunded": (3, 1),
    }


def test_every_state_and_every_move_is_drawn() -> None:
    svg = drawn(machine())

    assert sorted(texts(with_class(svg, "state"))) == sorted(STATES)
    assert len(with_class(svg, "arrow")) == 10
    assert texts(with_class(svg, "label")).count("refund") == 3


def test_the_state_it_is_in_and_the_moves_that_were_made_are_marked() -> None:
    svg = drawn(machine(), current="paid", travelled={(None, "create"), ("created", "pay")})

    assert texts(with_class(svg, "current")) == ["paid"]
    labels = [one for one in with_class(svg, "label") if one in with_class(svg, "travelled")]
    assert sorted(texts(labels)) == ["create", "pay"]


def test_who_cannot_see_it_is_told_what_it_shows() -> None:
    told = in_words(machine(), "paid")
    svg = drawn(machine(), current="paid", name="here")

    assert "From shipped, deliver leads to delivered." in told
    assert told.endswith("It is paid now.")
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "here-title here-desc")
    assert {one.get("id") for one in svg.iter() if one.get("id")} == {"here-title", "here-desc"}
    assert svg.findtext(f"{SVG}desc") == told


def test_names_are_text_whatever_they_are() -> None:
    hostile = machine(
        {
            "resource": "</svg><script>",
            "initial": '"><script>',
            "transitions": [{"to": '"><script>', "via": "<b>&"}],
        },
        ['"><script>'],
    )

    svg = drawn(hostile, current='"><script>', name='a"b')

    assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= {
        *("svg", "title", "desc", "g", "rect", "path", "circle", "text", "tspan")
    }


def test_a_strict_content_security_policy_is_content_with_it() -> None:
    assert not re.search(r"style=|<style|<script|href", machine_picture(machine()))


NAMES = [f"s{number}" for number in range(7)]


@given(
    st.tuples(*(st.integers(0, number) for number in range(len(NAMES) - 1))),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from("abc")),
        unique_by=lambda move: (move[0], move[2]),
        max_size=20,
    ),
    st.sets(st.sampled_from(NAMES)),
)
def test_no_two_states_ever_stand_in_one_place(
    parents: tuple[int, ...], moves: list[tuple[str, str, str]], ends: set[str]
) -> None:
    rules = [
        {"from": NAMES[parent], "to": NAMES[number + 1], "via": f"reach{number}"}
        for number, parent in enumerate(parents)
    ]
    rules += [{"from": start, "to": end, "via": via} for start, end, via in moves]
    terminal = sorted(ends - {rule["from"] for rule in rules})
    told = {"resource": "Any", "initial": "s0", "terminal": terminal, "transitions": rules}
    any_machine = machine(told, NAMES)

    places = places_of(any_machine)
    svg = drawn(any_machine)

    assert set(places) == set(NAMES)
    assert all(one != other for one, other in combinations(places.values(), 2))
    assert len(with_class(svg, "state")) == len(NAMES)


@pytest.mark.parametrize("length", [1, 2, 60])
def test_machines_of_any_length_are_drawn(length: int) -> None:
    names = [f"state-{number}" for number in range(length)]
    rules = [{"from": a, "to": b, "via": "go"} for a, b in pairwise(names)]
    long = machine(
        {
            "resource": "Line",
            "initial": names[0],
            "transitions": [*rules, {"to": names[0], "via": "new"}],
        },
        names,
    )

    assert len(with_class(drawn(long), "state")) == length
