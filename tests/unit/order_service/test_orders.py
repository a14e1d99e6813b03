"""An order is created once, moves only as the machine says, and nothing is told that was not kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_platform.domain.order_forms import ORDERS, Order, order_to_json
from mock_platform.domain.orders import OrderService
from mock_platform.domain.state_machine import parse_machine
from mock_platform.infra.stores import Stores, open_stores
from mock_platform.shared.contracts import Trace
from mock_platform.shared.errors import (
    CallbackTargetRefused,
    CursorInvalid,
    DeliveryNotFound,
    IdempotencyKeyReused,
    OrderNotFound,
    PreconditionFailed,
    StaleVersion,
    TransitionIllegal,
)
from tests.fakes import HandClock, counting_ids

TRACE = Trace("t-1", "00-11111111111111111111111111111111-2222222222222222-01")
URL = "http://127.0.0.1:1/v1/inboxes/orders/callbacks"
CALLBACKS = {"orderStatusChanged": URL}
DRAFT: dict[str, Any] = {
    "customerId": "c-1",
    "currency": "EUR",
    "items": [{"sku": "tea", "quantity": 2, "unitAmount": 1999}],
    "note": "ring twice",
}
MACHINE = parse_machine(
    {
        "resource": "Order",
        "initial": "created",
        "terminal": ["cancelled"],
        "transitions": [
            {"to": "created", "via": "createOrder", "emit": "orderStatusChanged"},
            {"from": "created", "to": "created", "via": "updateOrder"},
            {"from": "created", "to": "paid", "via": "payOrder", "emit": "orderStatusChanged"},
            {"from": ["created", "paid"], "to": "cancelled", "via": "cancelOrder"},
        ],
    },
    ["created", "paid", "cancelled"],
    {"createOrder", "updateOrder", "payOrder", "cancelOrder"},
)


@dataclass
class Shop:
    """The service on a memory store, with everything around it in reach of a test."""

    clock: HandClock = field(default_factory=HandClock)
    stores: Stores = field(default_factory=lambda: open_stores("memory://"))
    woken: list[int] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _url: None

    def __post_init__(self) -> None:
        self.orders = OrderService(
            machine=MACHINE,
            orders=self.stores.repository(ORDERS),
            deliveries=self.stores.deliveries,
            clock=self.clock,
            new_id=counting_ids(),
            refuse_target=self._refuse,
            wake=lambda: self.woken.append(1),
            readiness=dict,
        )

    def _refuse(self, url: str) -> str | None:
        return self.refuse(url)

    def create(
        self,
        draft: Mapping[str, Any] = DRAFT,
        *,
        key: str | None = None,
        callbacks: Mapping[str, str] = CALLBACKS,
    ) -> Order:
        return self.orders.create(draft, callbacks=callbacks, key=key, trace=TRACE).order

    def advance(self, order: Order, trigger: str) -> Order:
        return self.orders.advance(order.id, trigger, expected=None, trace=TRACE)

    def told(self, order: Order) -> list[Any]:
        page = self.orders.events(order.id, limit=100, cursor=None)
        return [orjson.loads(event.body) for event in page.items]

    def owed(self, order: Order) -> list[str]:
        page = self.orders.delivery_page(order_id=order.id, state=None, limit=100, cursor=None)
        return [delivery.event_type for delivery in page.items]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_new_order_is_stored_with_its_event_and_its_delivery(shop: Shop) -> None:
    order = shop.create()

    assert shop.orders.get(order.id) == order
    assert [(told["type"], told["orderVersion"]) for told in shop.told(order)] == [
        ("order.created", 1)
    ]
    assert shop.owed(order) == ["order.created"]
    assert shop.woken == [1]


def test_the_total_is_the_sum_of_the_items_in_the_minor_unit(shop: Shop) -> None:
    assert order_to_json(shop.create())["total"] == {"amount": 3998, "currency": "EUR"}


def test_an_order_without_a_callback_owes_nothing_and_wakes_nobody(shop: Shop) -> None:
    order = shop.create(callbacks={})

    assert shop.owed(order) == []
    assert shop.woken == []


def test_every_move_raises_the_version_and_is_told_with_where_it_came_from(shop: Shop) -> None:
    order = shop.create()

    paid = shop.advance(order, "payOrder")

    assert (paid.status, paid.version) == ("paid", 2)
    assert shop.told(order)[1] == {
        "id": "evt_00000000000000000000000000000004",
        "type": "order.paid",
        "occurredAt": "2026-03-01T12:00:00.000Z",
        "orderId": order.id,
        "orderVersion": 2,
        "data": {
            "status": "paid",
            "previousStatus": "created",
            "trigger": "payOrder",
            "customerId": "c-1",
            "total": {"amount": 3998, "currency": "EUR"},
        },
    }


def test_a_move_without_emit_is_recorded_but_owed_to_nobody(shop: Shop) -> None:
    order = shop.create()

    shop.advance(order, "cancelOrder")

    assert [told["type"] for told in shop.told(order)] == ["order.created", "order.cancelled"]
    assert shop.owed(order) == ["order.created"]


def test_a_refused_move_writes_nothing(shop: Shop) -> None:
    order = shop.create()
    shop.advance(order, "cancelOrder")
    before = shop.orders.get(order.id)

    with pytest.raises(TransitionIllegal) as refusal:
        shop.advance(order, "payOrder")

    assert refusal.value.facts["allowed"] == []
    assert shop.orders.get(order.id) == before
    assert len(shop.told(order)) == 2


def test_a_patch_changes_what_it_names_and_null_takes_away(shop: Shop) -> None:
    order = shop.create()
    item = {"sku": "pot", "quantity": 1, "unitAmount": 500}

    changed = shop.orders.update(
        order.id, {"items": [item], "note": None}, expected={1}, trace=TRACE
    )

    assert (changed.total, changed.note, changed.version) == (500, None, 2)
    assert shop.told(order)[-1]["type"] == "order.updated"
    assert shop.owed(order) == ["order.created"]


def test_a_patch_leaves_alone_what_it_does_not_name(shop: Shop) -> None:
    order = shop.create()

    changed = shop.orders.update(order.id, {"note": "knock"}, expected={1}, trace=TRACE)

    assert changed == replace(order, note="knock", version=2)


def test_a_patch_is_refused_once_the_machine_has_no_self_loop(shop: Shop) -> None:
    order = shop.create()
    shop.advance(order, "payOrder")

    with pytest.raises(TransitionIllegal):
        shop.orders.update(order.id, {"note": "late"}, expected={2}, trace=TRACE)


@pytest.mark.parametrize("expected", [{2}, {7, 9}, set()], ids=["later", "several", "never-ours"])
def test_a_version_that_is_not_the_present_one_fails_the_precondition(
    shop: Shop, expected: set[int]
) -> None:
    order = shop.create()

    with pytest.raises(PreconditionFailed) as refusal:
        shop.orders.advance(order.id, "payOrder", expected=expected, trace=TRACE)

    assert refusal.value.facts == {"version": 1}
    assert shop.orders.get(order.id).version == 1


class Overtaken:
    """A repository in which somebody else always writes first."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def save(self, *_args: object, **_more: object) -> None:
        raise StaleVersion("too late")


@pytest.mark.parametrize(
    ("expected", "refusal"),
    [
        pytest.param(None, StaleVersion, id="409-without-if-match"),
        pytest.param({1}, PreconditionFailed, id="412-with-if-match"),
    ],
)
def test_the_writer_who_comes_second_is_told_in_the_terms_it_asked_in(
    shop: Shop, expected: set[int] | None, refusal: type[Exception]
) -> None:
    order = shop.create()
    late = replace(shop.orders, orders=Overtaken(shop.orders.orders))

    with pytest.raises(refusal):
        late.advance(order.id, "payOrder", expected=expected, trace=TRACE)


def test_an_idempotency_key_gives_the_first_answer_again_and_writes_nothing(shop: Shop) -> None:
    first = shop.orders.create(DRAFT, callbacks=CALLBACKS, key="k", trace=TRACE)
    shop.advance(first.order, "payOrder")

    again = shop.orders.create(DRAFT, callbacks=CALLBACKS, key="k", trace=TRACE)

    assert again.order == first.order
    assert (first.replayed, again.replayed) == (False, True)
    assert len(shop.orders.page(status=None, customer_id=None, limit=9, cursor=None).items) == 1


def test_an_idempotency_key_with_another_body_is_refused(shop: Shop) -> None:
    shop.create(key="k")

    with pytest.raises(IdempotencyKeyReused):
        shop.create({**DRAFT, "customerId": "c-2"}, key="k")


def test_the_order_of_members_does_not_make_another_body(shop: Shop) -> None:
    first = shop.create(key="k")

    assert shop.create(dict(reversed(DRAFT.items())), key="k") == first


def test_an_idempotency_key_is_forgotten_after_its_life(shop: Shop) -> None:
    first = shop.create(key="k")
    shop.clock.advance(24 * 3600)

    assert shop.create({**DRAFT, "customerId": "c-2"}, key="k").id != first.id


def test_a_refused_target_creates_no_order(shop: Shop) -> None:
    shop.refuse = lambda url: f"{url} is not loopback"

    with pytest.raises(CallbackTargetRefused) as refusal:
        shop.create()

    assert refusal.value.violations[0].pointer == "callbacks/orderStatusChanged"
    assert shop.orders.page(status=None, customer_id=None, limit=9, cursor=None).items == ()


def test_unknown_ids_are_named(shop: Shop) -> None:
    with pytest.raises(OrderNotFound, match="ord_x"):
        shop.orders.get("ord_x")
    with pytest.raises(OrderNotFound):
        shop.orders.events("ord_x", limit=1, cursor=None)
    with pytest.raises(DeliveryNotFound, match="dlv_x"):
        shop.orders.delivery("dlv_x")


def test_walking_the_pages_meets_every_order_once_under_every_filter(shop: Shop) -> None:
    made = [shop.create({**DRAFT, "customerId": f"c-{n % 2}"}) for n in range(7)]
    shop.advance(made[2], "payOrder")

    def walk(**wanted: str | None) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            page = shop.orders.page(
                status=wanted.get("status"),
                customer_id=wanted.get("customer_id"),
                limit=2,
                cursor=cursor,
            )
            found += [order.id for order in page.items]
            cursor = page.next_after
            if cursor is None:
                return found

    assert walk() == [order.id for order in made]
    assert walk(customer_id="c-1") == [order.id for order in made[1::2]]
    assert walk(status="paid", customer_id="c-0") == [made[2].id]
    assert walk(status="cancelled") == []


def test_a_cursor_of_another_list_is_refused(shop: Shop) -> None:
    for _ in range(3):
        shop.create()
    page = shop.orders.page(status="created", customer_id=None, limit=1, cursor=None)

    with pytest.raises(CursorInvalid, match="other filters"):
        shop.orders.page(status=None, customer_id=None, limit=1, cursor=page.next_after)


@given(st.text(max_size=60))
@example(urlsafe_b64encode(b"[" * 10_000).decode())
def test_a_cursor_that_nobody_made_is_refused_and_never_crashes(text: str) -> None:
    with pytest.raises(CursorInvalid):
        Shop().orders.page(status=None, customer_id=None, limit=1, cursor=text)


@given(
    st.builds(
        Order,
        id=st.just("ord_1"),
        status=st.text(),
        customer_id=st.text(),
        currency=st.just("EUR"),
        items=st.just(()),
        note=st.none() | st.text(),
        callback_url=st.none() | st.text(),
        callbacks=st.dictionaries(st.text(), st.text()),
        created_at=st.just(HandClock().now),
        updated_at=st.just(HandClock().now),
    )
)
def test_an_order_survives_its_store(order: Order) -> None:
    assert ORDERS.decode(ORDERS.encode(order)) == order
