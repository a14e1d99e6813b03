"""Operations of ``specs/order-service.spec.yaml``.

Translate, call, translate back. An ``if`` in this file is a rule in the wrong room.
"""

from __future__ import annotations

from http import HTTPStatus

import orjson

from mock_platform.domain.health import health, readiness
from mock_platform.domain.order_forms import (
    Order,
    delivery_to_json,
    order_to_json,
    report_to_json,
)
from mock_platform.domain.orders import OrderService
from mock_platform.domain.paging import listed
from mock_platform.shared.contracts import Call, Json, Reply


def create_order(
    orders: OrderService, /, body: Json, call: Call, idempotency_key: str | None = None
) -> Reply:
    created = orders.create(body, callbacks=call.callbacks, key=idempotency_key, trace=call.trace)
    return Reply(
        status=HTTPStatus.CREATED,
        body=order_to_json(created.order),
        version=created.order.version,
        headers={"Location": f"{call.path}/{created.order.id}"} | created.headers,
    )


def list_orders(
    orders: OrderService,
    /,
    *,
    call: Call,
    limit: int,
    status: str | None = None,
    customer_id: str | None = None,
    cursor: str | None = None,
) -> Reply:
    page = orders.page(status=status, customer_id=customer_id, limit=limit, cursor=cursor)
    return listed(page, order_to_json, call)


def get_order(orders: OrderService, /, order_id: str) -> Reply:
    return _shown(orders.get(order_id))


def update_order(orders: OrderService, /, order_id: str, body: Json, call: Call) -> Reply:
    return _shown(orders.update(order_id, body, expected=call.expected_versions, trace=call.trace))


def pay_order(orders: OrderService, /, order_id: str, call: Call) -> Reply:
    return _advanced(orders, order_id, "payOrder", call)


def ship_order(orders: OrderService, /, order_id: str, call: Call) -> Reply:
    return _advanced(orders, order_id, "shipOrder", call)


def deliver_order(orders: OrderService, /, order_id: str, call: Call) -> Reply:
    return _advanced(orders, order_id, "deliverOrder", call)


def cancel_order(orders: OrderService, /, order_id: str, call: Call) -> Reply:
    return _advanced(orders, order_id, "cancelOrder", call)


def refund_order(orders: OrderService, /, order_id: str, call: Call) -> Reply:
    return _advanced(orders, order_id, "refundOrder", call)


def list_order_events(
    orders: OrderService, /, order_id: str, call: Call, limit: int, cursor: str | None = None
) -> Reply:
    page = orders.events(order_id, limit=limit, cursor=cursor)
    return listed(page, lambda event: orjson.loads(event.body), call)


def list_deliveries(
    orders: OrderService,
    /,
    *,
    call: Call,
    limit: int,
    order_id: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
) -> Reply:
    page = orders.delivery_page(order_id=order_id, state=state, limit=limit, cursor=cursor)
    return listed(page, delivery_to_json, call)


def get_delivery(orders: OrderService, /, delivery_id: str) -> Reply:
    delivery, attempts = orders.delivery(delivery_id)
    return Reply(body=report_to_json(delivery, attempts))


def replay_delivery(orders: OrderService, /, delivery_id: str) -> Reply:
    return Reply(status=HTTPStatus.ACCEPTED, body=delivery_to_json(orders.replay(delivery_id)))


def get_health(_orders: OrderService, /) -> Reply:
    return health()


def get_readiness(orders: OrderService, /) -> Reply:
    return readiness(orders.readiness())


def _advanced(orders: OrderService, order_id: str, trigger: str, call: Call) -> Reply:
    return _shown(
        orders.advance(order_id, trigger, expected=call.expected_versions, trace=call.trace)
    )


def _shown(order: Order) -> Reply:
    return Reply(body=order_to_json(order), version=order.version)
