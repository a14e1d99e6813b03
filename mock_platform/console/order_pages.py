"""Orders: the list, one with its machine and its history, the buttons that move it, a form for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import flask
import orjson
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mock_platform.console.asking import cursor_from, next_cursor, text
from mock_platform.console.showroom import Orders, Showroom
from mock_platform.console.terminal_lines import curl_of
from mock_platform.domain.order_forms import Order, order_to_json
from mock_platform.engine.drawing.machine_picture import machine_picture
from mock_platform.shared.contracts import Event, Json

PAGE: Final = 25
MOST_EVENTS: Final = 200
MOST_DELIVERIES: Final = 50
_LARGEST: Final = 2**63 - 1
"""JSON is not written with larger numbers here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What can be done with an order now."""

    trigger: str
    summary: str
    to: str
    is_button: bool
    """It takes no body, so that a click is enough."""
    curl: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of an order, as it was told."""

    event: Event
    data: Mapping[str, Json]


def add(console: flask.Flask, room: Showroom, orders: Orders) -> None:
    """Add the pages."""
    pages = _OrderPages(room, orders)
    console.add_url_rule("/orders", "orders", pages.index)
    console.add_url_rule("/orders", "create_order", pages.create, methods=["POST"])
    console.add_url_rule("/orders/new", "new_order", pages.form)
    console.add_url_rule("/orders/<order_id>", "order", pages.order)
    console.add_url_rule("/orders/<order_id>/moves", "move_order", pages.move, methods=["POST"])


@dataclass(frozen=True, slots=True)
class _OrderPages:
    room: Showroom
    orders: Orders

    def index(self) -> str:
        service = self.orders.service
        status, customer = text("status"), text("customer")
        asked = {"status": status, "customerId": customer}
        page = service.orders.latest(
            service.world,
            facets={name: value for name, value in asked.items() if value},
            before=cursor_from(list="orders", **asked),
            limit=PAGE,
        )
        machine = service.machine
        states = [machine.initial, *{move.to: None for move in machine.moves.values()}]
        return flask.render_template(
            "console/orders.html",
            orders=page.items,
            states=[*dict.fromkeys(states)],
            status=status,
            customer=customer,
            next=next_cursor(page, list="orders", **asked),
            curl=curl_of(self.room.operation("listOrders"), flask.request.host_url, query=asked),
        )

    def order(self, order_id: str) -> str:
        service = self.orders.service
        order = service.get(order_id)
        events = service.events(order_id, limit=MOST_EVENTS, cursor=None)
        history = [Happened(event=one, data=_data(one)) for one in events.items]
        deliveries = service.deliveries.latest(
            service.world, order_key=order_id, state=None, before=None, limit=MOST_DELIVERIES
        )
        return flask.render_template(
            "console/order.html",
            order=order,
            picture=self.picture(order, history),
            history=history,
            is_cut=events.next_after is not None,
            deliveries=deliveries.items,
            steps=self.steps(order),
            body=orjson.dumps(order_to_json(order)),
            curls=self.curls(order_id),
        )

    def picture(self, order: Order, history: Sequence[Happened]) -> Markup:
        travelled = {
            (one.data.get("previousStatus"), str(one.data.get("trigger"))) for one in history
        }
        machine = self.orders.service.machine
        drawn = machine_picture(machine, current=order.status, travelled=travelled, name="machine")
        return Markup(drawn)  # noqa: S704 - drawn by us, every name in it escaped

    def steps(self, order: Order) -> Sequence[Step]:
        machine = self.orders.service.machine
        found = []
        for trigger in machine.triggers(order.status):
            operation = self.room.operation(trigger)
            found.append(
                Step(
                    trigger=trigger,
                    summary="" if operation is None else operation.raw.get("summary", ""),
                    to=machine.after(order.status, trigger).to,
                    is_button=operation is not None and operation.body is None,
                    curl=curl_of(operation, flask.request.host_url, orderId=order.id),
                )
            )
        return found

    def curls(self, order_id: str) -> Sequence[tuple[str, str]]:
        base, operation = flask.request.host_url, self.room.operation
        asked = {"orderId": order_id}
        named = [
            ("This order", curl_of(operation("getOrder"), base, orderId=order_id)),
            ("Its history", curl_of(operation("listOrderEvents"), base, orderId=order_id)),
            ("Its deliveries", curl_of(operation("listDeliveries"), base, query=asked)),
        ]
        return [(name, line) for name, line in named if line is not None]

    def move(self, order_id: str) -> ResponseReturnValue:
        version = flask.request.form.get("version", type=int)
        self.orders.service.advance(
            order_id,
            flask.request.form.get("trigger", ""),
            expected=None if version is None else {version},
            trace=self.room.new_trace(),
        )
        return flask.redirect(flask.url_for("order", order_id=order_id), HTTPStatus.SEE_OTHER)

    # A new one ------------------------------------------------------------------------------------

    def form(self) -> str:
        receive = self.room.operation("receiveCallback")
        path = "" if receive is None else receive.path.replace("{inboxId}", "orders")
        given = {
            "customerId": "cust-42",
            "currency": "EUR",
            "sku": "tea-green-100",
            "quantity": "2",
            "unitAmount": "1999",
            "callbackUrl": flask.request.host_url.rstrip("/") + path if path else "",
        }
        return self._form(given, ())

    def create(self) -> ResponseReturnValue:
        given = flask.request.form
        draft = _draft(given)
        flaws = self.orders.flaws(draft)
        if flaws:
            told = [f"{one.pointer or 'the order'}: {one.message}" for one in flaws]
            return self._form(given, told), HTTPStatus.UNPROCESSABLE_ENTITY
        created = self.orders.service.create(
            draft, callbacks=self.orders.callbacks(draft), key=None, trace=self.room.new_trace()
        )
        order_id = created.order.id
        return flask.redirect(flask.url_for("order", order_id=order_id), HTTPStatus.SEE_OTHER)

    def _form(self, given: Mapping[str, str], flaws: Sequence[str]) -> str:
        line = curl_of(
            self.room.operation("createOrder"), flask.request.host_url, body=_draft(given)
        )
        return flask.render_template("console/new_order.html", given=given, flaws=flaws, curl=line)


def _data(event: Event) -> Mapping[str, Json]:
    data = orjson.loads(event.body).get("data")
    return data if isinstance(data, dict) else {}


def _draft(given: Mapping[str, str]) -> Json:
    """Read the form. What is no number stays text: the contract says what is wrong with it."""
    item = {
        "sku": given.get("sku", ""),
        "quantity": _number(given.get("quantity", "")),
        "unitAmount": _number(given.get("unitAmount", "")),
    }
    optional = {name: given.get(name, "").strip() for name in ("note", "callbackUrl")}
    return {
        "customerId": given.get("customerId", ""),
        "currency": given.get("currency", ""),
        "items": [item],
        **{name: value for name, value in optional.items() if value},
    }


def _number(written: str) -> int | str:
    try:
        number = int(written)
    except ValueError:
        return written
    return number if abs(number) <= _LARGEST else written
