"""What the order service takes from its contract: the machine, its moves, what callbacks look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson

from mock_platform.domain.order_forms import order_to_json
from mock_platform.domain.orders import OrderService
from mock_platform.domain.state_machine import Machine
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.machines import machines
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Call, Reply, Violation


def machine_of_orders(contract: Document) -> Machine:
    """Return the machine of orders. Raises SpecBroken: there is none."""
    for _, machine in machines(contract):
        if machine.resource == "Order":
            return machine
    raise SpecBroken(
        [
            Finding(
                message="no schema has an x-state-machine with resource: Order",
                remedy="put it beside the enum of an order's states; see docs/vocabulary.md",
                file=contract.origin("").file,
            )
        ]
    )


def body_check(schemas: Schemas, pointer: str) -> Callable[[bytes], Sequence[Violation]]:
    """Return what finds what is wrong with a callback's body."""
    check = schemas.validator(pointer, Direction.REQUEST)
    return lambda body: check(orjson.loads(body))


def advance(orders: OrderService, key: str, trigger: str, call: Call) -> Reply:
    """Answer an operation that nobody wrote a function for: the machine moves the order."""
    order = orders.advance(key, trigger, expected=call.expected_versions, trace=call.trace)
    return Reply(body=order_to_json(order), version=order.version)
