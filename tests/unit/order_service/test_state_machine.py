"""A machine says what may follow, and is not built if it could strand an order."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mock_platform.domain.state_machine import Machine, MachineBroken, Move, parse_machine
from mock_platform.shared.errors import TransitionIllegal

STATES = ["created", "paid", "cancelled"]
OPERATIONS = {"createOrder", "payOrder", "cancelOrder", "touchOrder"}
TABLE: dict[str, Any] = {
    "resource": "Order",
    "initial": "created",
    "terminal": ["cancelled"],
    "transitions": [
        {"to": "created", "via": "createOrder", "emit": "born"},
        {"from": "created", "to": "paid", "via": "payOrder", "emit": "moved"},
        {"from": ["created", "paid"], "to": "cancelled", "via": "cancelOrder"},
        {"from": "created", "to": "created", "via": "touchOrder"},
    ],
}


def machine() -> Machine:
    return parse_machine(TABLE, STATES, OPERATIONS)


def test_a_move_tells_where_it_leads_and_which_callback_tells_of_it() -> None:
    assert machine().after("created", "payOrder") == Move("paid", "moved")
    assert machine().after("paid", "cancelOrder") == Move("cancelled", None)


def test_a_birth_is_a_transition_without_from() -> None:
    assert machine().born("createOrder") == Move("created", "born")
    assert machine().born("importOrder") == Move("created", None)


def test_an_illegal_move_lists_what_would_have_been_legal() -> None:
    with pytest.raises(TransitionIllegal) as refusal:
        machine().after("paid", "payOrder")

    assert refusal.value.facts == {
        "state": "paid",
        "trigger": "payOrder",
        "allowed": ["cancelOrder"],
    }


def test_a_final_state_allows_nothing_and_says_so() -> None:
    with pytest.raises(TransitionIllegal, match="the state is final") as refusal:
        machine().after("cancelled", "payOrder")

    assert refusal.value.facts["allowed"] == []


def test_the_triggers_of_existing_entities_exclude_births() -> None:
    assert machine().vias() == {"payOrder", "cancelOrder", "touchOrder"}


@pytest.mark.parametrize(
    ("path", "value", "pointer", "message"),
    [
        pytest.param(("initial",), "new", "/initial", "'new' is not a state", id="initial"),
        pytest.param(("terminal", 0), "gone", "/terminal/0", "'gone' is not a state", id="end"),
        pytest.param(
            ("transitions", 1, "to"),
            "payed",
            "/transitions/1/to",
            "'payed' is not a state",
            id="to",
        ),
        pytest.param(
            ("transitions", 1, "from"),
            "creatd",
            "/transitions/1/from",
            "'creatd' is not a state",
            id="from",
        ),
        pytest.param(
            ("transitions", 1, "via"),
            "buyOrder",
            "/transitions/1/via",
            "no operation has the operationId 'buyOrder'",
            id="via",
        ),
        pytest.param(
            ("terminal",), ["paid"], "/transitions/2/from", "'paid' is terminal", id="leaves-end"
        ),
        pytest.param(
            ("transitions", 0, "to"), "paid", "/transitions/0/to", "is a birth", id="birth"
        ),
        pytest.param(
            ("transitions", 3, "via"),
            "payOrder",
            "/transitions/3",
            "already transition 1",
            id="two",
        ),
        pytest.param(("transitions", 1, "emits"), "x", "/transitions/1", "emits", id="unknown-key"),
        pytest.param(("transitions",), [], "/transitions", "non-empty", id="no-transitions"),
        pytest.param(("otherwise",), {"status": 418}, "/otherwise/status", "409", id="otherwise"),
    ],
)
def test_a_flaw_is_named_with_its_place(
    path: tuple[str | int, ...], value: object, pointer: str, message: str
) -> None:
    broken = copy.deepcopy(TABLE)
    parent: Any = broken
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = value

    with pytest.raises(MachineBroken) as refusal:
        parse_machine(broken, STATES, OPERATIONS)

    assert any(f.pointer == pointer and message in f.message for f in refusal.value.flaws), (
        refusal.value.flaws
    )


def test_a_state_that_nothing_leads_to_is_a_flaw_of_the_enum() -> None:
    with pytest.raises(MachineBroken) as refusal:
        parse_machine(TABLE, [*STATES, "lost"], OPERATIONS)

    (flaw,) = refusal.value.flaws
    assert flaw.pointer == "/../enum/3"
    assert "'lost' cannot be reached" in flaw.message


def test_every_flaw_is_told_not_only_the_first() -> None:
    broken = copy.deepcopy(TABLE) | {"initial": "new", "terminal": ["gone"]}

    with pytest.raises(MachineBroken) as refusal:
        parse_machine(broken, STATES, OPERATIONS)

    assert {"/initial", "/terminal/0"} <= {flaw.pointer for flaw in refusal.value.flaws}
