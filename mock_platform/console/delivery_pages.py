"""Deliveries: where each callback stands, every attempt at it, and how to send it again."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from mock_platform.console.asking import cursor_from, next_cursor, text
from mock_platform.console.showroom import Orders, Sending, Showroom
from mock_platform.console.terminal_lines import curl_of
from mock_platform.domain.orders import OrderService
from mock_platform.shared.contracts import DELIVERY_STATES, FINISHED, Attempt, Delivery
from mock_platform.shared.curl import ON_LINES, Command
from mock_platform.shared.masking import masked_headers, masked_text

PAGE: Final = 25


def add(console: flask.Flask, room: Showroom, orders: Orders) -> None:
    """Add the pages."""
    pages = _DeliveryPages(room, orders.service, orders.sending)
    console.add_url_rule("/deliveries", "deliveries", pages.index)
    console.add_url_rule("/deliveries/<delivery_id>", "delivery", pages.delivery)
    console.add_url_rule(
        "/deliveries/<delivery_id>/replay", "replay", pages.replay, methods=["POST"]
    )
    console.add_url_rule("/sending", "steer_sending", pages.steer, methods=["POST"])


@dataclass(frozen=True, slots=True)
class _DeliveryPages:
    room: Showroom
    service: OrderService
    sending: Sending | None

    def index(self) -> str:
        state, order = text("state"), text("order")
        asked = {"state": state, "orderId": order}
        page = self.service.deliveries.latest(
            self.service.world,
            order_key=order,
            state=state,
            before=cursor_from(list="deliveries", **asked),
            limit=PAGE,
        )
        listing = self.room.operation("listDeliveries")
        return flask.render_template(
            "console/deliveries.html",
            deliveries=page.items,
            states=DELIVERY_STATES,
            counts=self.service.deliveries.counts(),
            state=state,
            order=order,
            sending=self.sending,
            next=next_cursor(page, list="deliveries", **asked),
            curl=curl_of(listing, flask.request.host_url, query=asked),
        )

    def delivery(self, delivery_id: str) -> str:
        delivery, attempts = self.service.delivery(delivery_id)
        operation, base = self.room.operation, flask.request.host_url
        named = [
            ("This delivery", curl_of(operation("getDelivery"), base, deliveryId=delivery_id)),
            ("Send it again", curl_of(operation("replayDelivery"), base, deliveryId=delivery_id)),
        ]
        return flask.render_template(
            "console/delivery.html",
            delivery=delivery,
            attempts=[(one, _by_hand(delivery, one)) for one in reversed(attempts)],
            can_replay=delivery.state in FINISHED,
            paused=self.sending is not None and self.sending.paused,
            curls=[(name, line) for name, line in named if line is not None],
        )

    def replay(self, delivery_id: str) -> ResponseReturnValue:
        self.service.replay(delivery_id)
        where = flask.url_for("delivery", delivery_id=delivery_id)
        return flask.redirect(where, HTTPStatus.SEE_OTHER)

    def steer(self) -> ResponseReturnValue:
        if self.sending is not None:
            wanted = flask.request.form.get("wanted")
            if wanted == "pause":
                self.sending.pause()
            elif wanted == "resume":
                self.sending.resume()
        return flask.redirect(flask.url_for("deliveries"), HTTPStatus.SEE_OTHER)


def _by_hand(delivery: Delivery, attempt: Attempt) -> str:
    """Return the same request, to be sent from a terminal."""
    asked = Command(
        method="POST",
        url=masked_text(delivery.url),
        headers=masked_headers(attempt.request_headers),
        body=delivery.body,
    )
    return asked.written(ON_LINES)
