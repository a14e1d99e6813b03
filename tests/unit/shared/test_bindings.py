"""Functions and operations find each other by name, or the start says who is alone."""

from __future__ import annotations

from types import ModuleType

import pytest

from mock_platform.engine.bindings import (
    HandlerUnbound,
    Transition,
    bind,
    handlers_in,
    python_name,
)
from mock_platform.shared.contracts import Call, Reply, Trace


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("payOrder", "pay_order"),
        ("orderId", "order_id"),
        ("Idempotency-Key", "idempotency_key"),
        ("X-Trace-Id", "x_trace_id"),
        ("getHTTPStatus", "get_http_status"),
        ("limit", "limit"),
        ("v2Orders", "v2_orders"),
    ],
)
def test_a_name_becomes_the_one_python_would_use(name: str, expected: str) -> None:
    assert python_name(name) == expected


def answer() -> Reply:
    return Reply()


def test_a_function_is_bound_to_the_operation_of_its_name() -> None:
    bound = bind(["payOrder", "shipOrder"], {"pay_order": answer}, module="m", spec="s.yaml")

    assert bound == {"payOrder": answer}


def test_a_function_without_an_operation_names_both_and_the_nearest() -> None:
    with pytest.raises(HandlerUnbound) as refusal:
        bind(["payOrder"], {"pay_orders": answer}, module="handlers.shop", spec="shop.spec.yaml")

    for part in ("handlers.shop.pay_orders", "shop.spec.yaml", "did you mean pay_order?"):
        assert part in str(refusal.value)


def test_private_and_imported_functions_are_no_handlers() -> None:
    module = ModuleType("shop")

    def pay_order() -> Reply:
        return Reply()

    def _help() -> Reply:
        return Reply()

    pay_order.__module__ = _help.__module__ = "shop"
    vars(module).update(pay_order=pay_order, _help=_help, imported=answer)

    assert handlers_in(module) == {"pay_order": pay_order}


def test_a_transition_moves_the_entity_that_its_path_names() -> None:
    told: list[tuple[str, str, Call]] = []

    def advance(key: str, trigger: str, call: Call) -> Reply:
        told.append((key, trigger, call))
        return Reply(body="moved")

    call = Call(trace=Trace("t", "p"))
    hold = Transition("holdOrder", "order_id", advance)

    assert hold(call=call, order_id="ord_1") == Reply(body="moved")
    assert told == [("ord_1", "holdOrder", call)]
