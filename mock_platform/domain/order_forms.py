"""How orders, their events and their deliveries look outside: the JSON the contract describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from mock_platform.shared.absence import present
from mock_platform.shared.clocks import rfc3339
from mock_platform.shared.contracts import Attempt, Delivery, Json, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """So many pieces of one thing. ``unit_amount`` is in the currency's minor unit."""

    sku: str
    quantity: int
    unit_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order at one version."""

    id: str
    version: int = 1
    status: str
    customer_id: str
    currency: str
    items: tuple[OrderItem, ...]
    note: str | None = None
    callback_url: str | None = None
    callbacks: Mapping[str, str] = field(default_factory=dict)
    """Callback name → URL, as the contract's expressions found them in the first request."""
    created_at: datetime
    updated_at: datetime

    @property
    def total(self) -> int:
        """The sum of all items, in the currency's minor unit."""
        return sum(item.quantity * item.unit_amount for item in self.items)


@dataclass(frozen=True, slots=True)
class Created:
    """A new order, or the one that the same idempotency key made before."""

    order: Order
    replayed: bool

    @property
    def headers(self) -> dict[str, str]:
        """``Idempotency-Replayed: true`` when this answer was given before."""
        return {"Idempotency-Replayed": "true"} if self.replayed else {}


def items_from(listed: Sequence[Json]) -> tuple[OrderItem, ...]:
    """Read the items of a draft or patch that the contract has already validated."""
    return tuple(
        OrderItem(sku=one["sku"], quantity=one["quantity"], unit_amount=one["unitAmount"])
        for one in listed
    )


def order_to_json(order: Order) -> Json:
    """Return the contract's ``Order``."""
    return _members(
        id=order.id,
        version=order.version,
        status=order.status,
        customerId=order.customer_id,
        items=_items(order.items),
        total={"amount": order.total, "currency": order.currency},
        note=order.note,
        callbackUrl=order.callback_url,
        createdAt=rfc3339(order.created_at),
        updatedAt=rfc3339(order.updated_at),
    )


def event_body(
    event_id: str, event_type: str, order: Order, *, previous: str | None, trigger: str
) -> bytes:
    """Return the contract's ``OrderEvent``, as the bytes that will be signed and sent."""
    data = _members(
        status=order.status,
        previousStatus=previous,
        trigger=trigger,
        customerId=order.customer_id,
        total={"amount": order.total, "currency": order.currency},
    )
    return orjson.dumps(
        {
            "id": event_id,
            "type": event_type,
            "occurredAt": rfc3339(order.updated_at),
            "orderId": order.id,
            "orderVersion": order.version,
            "data": data,
        }
    )


def delivery_to_json(delivery: Delivery) -> Json:
    """Return the contract's ``Delivery``."""
    return _members(
        id=delivery.id,
        orderId=delivery.order_key,
        orderVersion=delivery.version,
        eventId=delivery.event_id,
        eventType=delivery.event_type,
        callback=delivery.callback,
        url=delivery.url,
        state=delivery.state,
        attempts=delivery.attempts,
        createdAt=rfc3339(delivery.created_at),
        nextAttemptAt=_instant(delivery.next_attempt_at),
        reason=delivery.reason,
    )


def report_to_json(delivery: Delivery, attempts: Sequence[Attempt]) -> Json:
    """Return the contract's ``DeliveryReport``: the delivery and every attempt."""
    return delivery_to_json(delivery) | {"history": [_attempt_to_json(one) for one in attempts]}


def _attempt_to_json(attempt: Attempt) -> Json:
    return _members(
        number=attempt.number,
        trigger=attempt.trigger,
        startedAt=rfc3339(attempt.started_at),
        endedAt=rfc3339(attempt.ended_at),
        outcome=attempt.outcome,
        status=attempt.status,
        address=attempt.address,
        requestHeaders=_header_lines(attempt.request_headers),
        responseHeaders=_header_lines(attempt.response_headers),
        responseBody=attempt.response_body.decode("utf-8", "replace"),
        reason=attempt.reason,
        retryAt=_instant(attempt.retry_at),
    )


def _header_lines(headers: Sequence[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in headers]


def _items(items: Sequence[OrderItem]) -> list[Json]:
    return [
        {"sku": item.sku, "quantity": item.quantity, "unitAmount": item.unit_amount}
        for item in items
    ]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _members(**members: Json) -> dict[str, Json]:
    """Leave out what is None: the contract has optional members, not null ones."""
    return present(members)


# How a store keeps orders -------------------------------------------------------------------------


def _encode(order: Order) -> bytes:
    return orjson.dumps(
        {
            "id": order.id,
            "version": order.version,
            "status": order.status,
            "customerId": order.customer_id,
            "currency": order.currency,
            "items": _items(order.items),
            "note": order.note,
            "callbackUrl": order.callback_url,
            "callbacks": dict(order.callbacks),
            "createdAt": order.created_at,
            "updatedAt": order.updated_at,
        }
    )


def _decode(stored: bytes) -> Order:
    told = orjson.loads(stored)
    return Order(
        id=told["id"],
        version=told["version"],
        status=told["status"],
        customer_id=told["customerId"],
        currency=told["currency"],
        items=items_from(told["items"]),
        note=told["note"],
        callback_url=told["callbackUrl"],
        callbacks=told["callbacks"],
        created_at=datetime.fromisoformat(told["createdAt"]),
        updated_at=datetime.fromisoformat(told["updatedAt"]),
    )


ORDERS: Kind[Order] = Kind(
    name="order",
    encode=_encode,
    decode=_decode,
    facets=lambda order: {"status": order.status, "customerId": order.customer_id},
)
"""What a repository of orders is made from."""
