"""Orders: created once, moved along the contract's state machine, told about in the same commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from mock_platform.domain.first_answers import FirstAnswers, fingerprint
from mock_platform.domain.order_forms import Created, Order, event_body, items_from
from mock_platform.domain.paging import decode_cursor, with_cursor
from mock_platform.domain.state_machine import Machine, Move
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import (
    DEFAULT_WORLD,
    Attempt,
    Clock,
    Delivery,
    DeliveryStore,
    Event,
    IdSource,
    Json,
    NewDelivery,
    Page,
    Repository,
    Trace,
    Violation,
)
from mock_platform.shared.errors import (
    CallbackTargetRefused,
    DeliveryNotFound,
    KeyTaken,
    OrderNotFound,
    PreconditionFailed,
    StaleVersion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderService:
    """The order service's use cases. Holds ports, never state."""

    machine: Machine
    orders: Repository[Order]
    deliveries: DeliveryStore
    clock: Clock
    new_id: IdSource
    refuse_target: Callable[[str], str | None]
    """Says why callbacks may not go to a URL; None when they may."""
    wake: Callable[[], None]
    """Tells the dispatcher that something may be due."""
    readiness: Callable[[], Mapping[str, str]]
    """What was asked → ``ok``, or why not."""
    key_life: timedelta = timedelta(hours=24)
    world: str = DEFAULT_WORLD
    noted: Callable[[Order], None] = lambda _order: None
    """Told of every order that was made or changed, once it is kept."""

    # Changing ------------------------------------------------------------------------------------

    def create(
        self, draft: Json, *, callbacks: Mapping[str, str], key: str | None, trace: Trace
    ) -> Created:
        """Create an order from a valid draft.

        Args:
            draft: the contract's ``OrderDraft``.
            callbacks: callback name → URL.
            key: the caller's idempotency key, if it sent one.
            trace: who caused it; the callbacks carry it on.

        Raises:
            CallbackTargetRefused: a URL that callbacks may not go to.
            IdempotencyKeyReused: the key was used before, with another body.
        """
        trigger = "createOrder"
        keys, asked = self._keys(), fingerprint(draft)
        if (first := keys.find(trigger, key, asked, self.clock())) is not None:
            return Created(first, replayed=True)
        self._admit(callbacks)
        order = self._draft_to_order(draft, callbacks)
        event = self._told(
            order, self.machine.born(trigger), previous=None, trigger=trigger, trace=trace
        )
        try:
            remembered = keys.remembered(trigger, key, asked, order, order.created_at)
            self.orders.save(self.world, order, event, remember=remembered)
        except KeyTaken:  # meanwhile, by the same request
            if (first := keys.find(trigger, key, asked, self.clock())) is None:
                raise
            return Created(first, replayed=True)
        self._wake_for(event)
        self.noted(order)
        return Created(order, replayed=False)

    def update(
        self, order_id: str, patch: Json, *, expected: Collection[int] | None, trace: Trace
    ) -> Order:
        """Apply a JSON Merge Patch (RFC 7396) that the contract has found valid.

        Raises:
            OrderNotFound, PreconditionFailed, TransitionIllegal, StaleVersion: nothing was written.
        """
        order = self._expected(order_id, expected)
        move = self.machine.after(order.status, "updateOrder")
        changed = replace(
            order,
            items=items_from(patch["items"]) if "items" in patch else order.items,
            note=patch.get("note", order.note),
        )
        return self._step(
            order, changed, move, trigger="updateOrder", expected=expected, trace=trace
        )

    def advance(
        self, order_id: str, trigger: str, *, expected: Collection[int] | None, trace: Trace
    ) -> Order:
        """Move an order along its machine and announce where it is now.

        Raises:
            OrderNotFound, PreconditionFailed, TransitionIllegal, StaleVersion: nothing was written.
        """
        order = self._expected(order_id, expected)
        move = self.machine.after(order.status, trigger)
        return self._step(order, order, move, trigger=trigger, expected=expected, trace=trace)

    def replay(self, delivery_id: str) -> Delivery:
        """Make a finished delivery due again.

        Raises:
            DeliveryNotFound, DeliveryNotReplayable: nothing was changed.
        """
        delivery = self.deliveries.replay(self.world, delivery_id, self.clock())
        self.wake()
        return delivery

    # Reading -------------------------------------------------------------------------------------

    def get(self, order_id: str) -> Order:
        """Return the order, or raise OrderNotFound."""
        order = self.orders.get(self.world, order_id)
        if order is None:
            raise OrderNotFound(f"no order {order_id!r}", orderId=order_id)
        return order

    def page(
        self, *, status: str | None, customer_id: str | None, limit: int, cursor: str | None
    ) -> Page[Order]:
        """Return orders by age; the page's ``next_after`` is a cursor. Raises CursorInvalid."""
        after = decode_cursor(cursor, list="orders", status=status, customerId=customer_id)
        facets = present({"status": status, "customerId": customer_id})
        page = self.orders.page(self.world, facets=facets, after=after, limit=limit)
        return with_cursor(page, list="orders", status=status, customerId=customer_id)

    def events(self, order_id: str, *, limit: int, cursor: str | None) -> Page[Event]:
        """Return what happened to the order, in order. Raises OrderNotFound, CursorInvalid."""
        self.get(order_id)
        after = decode_cursor(cursor, list="events", orderId=order_id)
        page = self.orders.events(self.world, order_id, after=after, limit=limit)
        return with_cursor(page, list="events", orderId=order_id)

    def delivery_page(
        self, *, order_id: str | None, state: str | None, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        """Return deliveries by age. Raises CursorInvalid."""
        after = decode_cursor(cursor, list="deliveries", orderId=order_id, state=state)
        page = self.deliveries.page(
            self.world, order_key=order_id, state=state, after=after, limit=limit
        )
        return with_cursor(page, list="deliveries", orderId=order_id, state=state)

    def delivery(self, delivery_id: str) -> tuple[Delivery, Sequence[Attempt]]:
        """Return a delivery and its attempts, or raise DeliveryNotFound."""
        delivery = self.deliveries.get(self.world, delivery_id)
        if delivery is None:
            raise DeliveryNotFound(f"no delivery {delivery_id!r}", deliveryId=delivery_id)
        return delivery, self.deliveries.attempts(self.world, delivery_id)

    # How -----------------------------------------------------------------------------------------

    def _expected(self, order_id: str, expected: Collection[int] | None) -> Order:
        order = self.get(order_id)
        if expected is not None and order.version not in expected:
            raise _outdated(order_id, order.version)
        return order

    def _step(
        self,
        order: Order,
        changed: Order,
        move: Move,
        *,
        trigger: str,
        expected: Collection[int] | None,
        trace: Trace,
    ) -> Order:
        moved = replace(changed, status=move.to, version=order.version + 1, updated_at=self.clock())
        event = self._told(moved, move, previous=order.status, trigger=trigger, trace=trace)
        try:
            self.orders.save(self.world, moved, event)
        except StaleVersion:
            if expected is not None:
                raise _outdated(order.id, moved.version) from None
            raise
        self._wake_for(event)
        self.noted(moved)
        return moved

    def _told(
        self, order: Order, move: Move, *, previous: str | None, trigger: str, trace: Trace
    ) -> Event:
        event_id = self.new_id("evt")
        event_type = "order.updated" if previous == order.status else f"order.{order.status}"
        url = order.callbacks.get(move.emit) if move.emit is not None else None
        owed = (
            ()
            if move.emit is None or url is None
            else (NewDelivery(id=self.new_id("dlv"), callback=move.emit, url=url),)
        )
        return Event(
            id=event_id,
            type=event_type,
            entity_id=order.id,
            version=order.version,
            occurred_at=order.updated_at,
            body=event_body(event_id, event_type, order, previous=previous, trigger=trigger),
            trace=trace,
            deliveries=owed,
        )

    def _draft_to_order(self, draft: Json, callbacks: Mapping[str, str]) -> Order:
        now = self.clock()
        return Order(
            id=self.new_id("ord"),
            status=self.machine.initial,
            customer_id=draft["customerId"],
            currency=draft["currency"],
            items=items_from(draft["items"]),
            note=draft.get("note"),
            callback_url=draft.get("callbackUrl"),
            callbacks=dict(callbacks),
            created_at=now,
            updated_at=now,
        )

    def _admit(self, callbacks: Mapping[str, str]) -> None:
        refused = [
            Violation(f"callbacks/{name}", "target", reason)
            for name, url in callbacks.items()
            if (reason := self.refuse_target(url)) is not None
        ]
        if refused:
            raise CallbackTargetRefused(refused[0].message, violations=refused)

    def _keys(self) -> FirstAnswers[Order]:
        return FirstAnswers(self.orders, self.world, self.key_life)

    def _wake_for(self, event: Event) -> None:
        if event.deliveries:
            self.wake()


def _outdated(order_id: str, version: int) -> PreconditionFailed:
    return PreconditionFailed(
        f"order {order_id!r} is at version {version} now; read it again", version=version
    )
