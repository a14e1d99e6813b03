"""What the console's tests build on: the real services on a memory store, a clock turned by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from mock_platform.bootstrap.console import inboxes_shown, orders_shown
from mock_platform.console.application import make_console
from mock_platform.console.door import Door
from mock_platform.console.guesses import Guesses
from mock_platform.console.showroom import Offered, Service, Showroom
from mock_platform.domain.order_forms import ORDERS, Order
from mock_platform.domain.orders import OrderService
from mock_platform.domain.receipts import InboxService
from mock_platform.engine.documents import Document
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import operations
from mock_platform.infra.spec_files import load_checked
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import (
    Attempt,
    Call,
    Json,
    RecordFilter,
    Settlement,
    Trace,
)
from tests.fakes import HandClock, counting_ids

SPECS = Path(__file__).parents[3] / "specs"
KEY = b"k" * 32
HOST = "127.0.0.1:8080"
TRACE = Trace("trace-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
INBOX = f"http://{HOST}/v1/inboxes/orders/callbacks"
DRAFT: Mapping[str, Json] = {
    "customerId": "cust-42",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}
_MARK = re.compile(r'name="mark" value="([0-9a-f]{64})"')


@cache
def contract(name: str) -> Document:
    return load_checked(SPECS / f"{name}.spec.yaml")


@dataclass
class HandSending:
    """A dispatcher that only remembers what it was told."""

    state: str = "running"
    paused: bool = False
    in_flight: int = 0

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False


@dataclass
class House:
    """One console, the services it shows, and somebody who looks at it."""

    host: str = "127.0.0.1"
    token: str | None = None
    serves: tuple[str, ...] = ("order-service", "callback-server")
    sending: HandSending = field(default_factory=HandSending)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.stores = open_stores("memory://")
        numbers = count(1)
        ids = counting_ids()
        common: dict[str, Any] = {"clock": self.clock, "new_id": ids, "readiness": dict}
        [(_, machine)] = machines(contract("order-service"))
        self.orders = OrderService(
            machine=machine,
            orders=self.stores.repository(ORDERS),
            deliveries=self.stores.deliveries,
            refuse_target=lambda _url: None,
            wake=lambda: None,
            **common,
        )
        self.inboxes = InboxService(
            records=self.stores.records,
            policies=self.stores.policies,
            secrets_for=lambda _inbox: (),
            ring=lambda _topic: None,
            hold_limit_s=1,
            wait_limit_s=1,
            **common,
        )
        self.door = Door(
            host=self.host,
            port=8080,
            token=self.token,
            key=KEY,
            entropy=lambda size: next(numbers).to_bytes(size, "big"),
            guesses=Guesses(clock=self.clock),
        )
        self.console = make_console(self.showroom(), self.door)
        mounted = DispatcherMiddleware(flask.Flask("pages"), {"/console": self.console})
        self.browser = Client(mounted, TestResponse)

    def showroom(self) -> Showroom:
        services = [
            Service(
                name=name,
                title=name,
                version="1",
                offered=[
                    Offered(operation=one, by="handler") for one in operations(contract(name))
                ],
            )
            for name in self.serves
        ]
        by_name: dict[str, Any] = {}
        if "order-service" in self.serves:
            shown = orders_shown(self.orders, contract("order-service"), self.sending)
            by_name["orders"] = shown
        if "callback-server" in self.serves:
            by_name["inboxes"] = inboxes_shown(self.inboxes, contract("callback-server"))
        return Showroom(
            services=services,
            clock=self.clock,
            new_trace=lambda: TRACE,
            store="memory://",
            **by_name,
        )

    # Looking

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.browser.get(
            f"/console{path}", base_url=f"http://{HOST}", headers=headers, buffered=True
        )

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def mark(self, path: str = "/orders/new") -> str:
        found = _MARK.search(self.page(path))
        assert found is not None
        return found[1]

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> TestResponse:
        """Send a form as a browser does that has one of our pages open."""
        marked = form if "mark" in form else {**form, "mark": self.mark("/login")}
        return self.browser.post(
            f"/console{path}", data=marked, base_url=f"http://{HOST}", headers=headers
        )

    # What happens elsewhere

    def order(self, *steps: str, url: str | None = INBOX, **draft: Json) -> Order:
        callbacks = {} if url is None else {"orderStatusChanged": url}
        told = {**DRAFT, **draft} | ({} if url is None else {"callbackUrl": url})
        order = self.orders.create(told, callbacks=callbacks, key=None, trace=TRACE).order
        for step in steps:
            order = self.orders.advance(order.id, step, expected=None, trace=TRACE)
        return order

    def receive(self, body: bytes, inbox: str = "orders", **headers: str) -> str:
        """Have a callback arrive; return its record's id."""
        call = Call(trace=TRACE, headers=tuple(headers.items()), raw_body=body)
        self.inboxes.receive(inbox, body={}, call=call, violations=())
        return self.last_record(inbox)

    def last_record(self, inbox: str) -> str:
        page = self.inboxes.page(inbox, RecordFilter(), limit=100, cursor=None)
        return page.items[-1].id

    def attempt(self, state: str, outcome: str = "http_503", **facts: Any) -> str:
        """Have the next delivery that is due tried; return its id."""
        [delivery] = self.stores.deliveries.claim(self.clock(), 1)
        settled: dict[str, Any] = {
            name: facts.pop(name) for name in ("next_attempt_at", "reason") if name in facts
        }
        tried = Attempt(
            number=delivery.attempts + 1,
            trigger=delivery.trigger,
            started_at=self.clock(),
            ended_at=self.clock(),
            outcome=outcome,
            **facts,
        )
        self.stores.deliveries.settle(
            [
                Settlement(
                    delivery_id=delivery.id,
                    world=delivery.world,
                    generation=delivery.generation,
                    attempt=tried,
                    state=state,
                    **settled,
                )
            ]
        )
        return delivery.id
