"""Mounts the console beside the API: what it shows, who may look, and who rings when something changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ParamSpec

from mock_platform.api.event_stream import EventStream
from mock_platform.api.exchange import App
from mock_platform.api.tracing import made_ids, trace_of
from mock_platform.bootstrap.when_asked import Wsgi
from mock_platform.console.door import Door, Verdict, is_loopback
from mock_platform.console.guesses import Guesses
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.runtime_expressions import Facts, compile_expression
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import Settings
from mock_platform.shared.contracts import Json, Record, Settlement, Trace, Violation
from mock_platform.shared.news import News

if TYPE_CHECKING:  # slow to import, and many never open it
    import flask

    from mock_platform.console.showroom import Inboxes, Orders, Sending, Service, Showroom
    from mock_platform.domain.order_forms import Order
    from mock_platform.domain.orders import OrderService
    from mock_platform.domain.receipts import InboxService

PLACE = "/console"
_STREAM = f"{PLACE}/events"
_JSON = "application/json"

P = ParamSpec("P")


@dataclass(frozen=True)
class Console:
    """What of the console outlives a reload: its door, its streams, its bells."""

    settings: Settings
    news: News = field(default_factory=News)

    @cached_property
    def door(self) -> Door:
        return Door(
            host=self.settings.host,
            port=self.settings.port or 0,
            token=self.settings.console_token,
            key=os.urandom(32),
            entropy=os.urandom,
            guesses=Guesses(clock=utc_now),
        )

    @cached_property
    def stream(self) -> EventStream:
        return EventStream(self.news, lambda it: self.door.verdict(it) is Verdict.ADMITTED)

    def close(self) -> None:
        """End the streams, so that they hold up no stop."""
        if self.settings.console:
            self.stream.close()

    @property
    def home(self) -> str:
        """Return where the way begins: here, where everybody who can ask may look."""
        return (
            f"{PLACE}/" if self.settings.console and is_loopback(self.settings.host) else "/docs/"
        )

    def beneath(self) -> Mapping[str, App]:
        """Return what must not go through the pages' few threads."""
        return {_STREAM: self.stream} if self.settings.console else {}

    def mounted(self, pages: flask.Flask, room: Callable[[], Showroom]) -> Wsgi:
        """Return the pages, the console with them if it is wanted."""
        if not self.settings.console:
            return pages
        from werkzeug.middleware.dispatcher import DispatcherMiddleware

        from mock_platform.console.application import make_console

        console = make_console(room(), self.door)
        mounted: Any = DispatcherMiddleware(pages, {PLACE: console})
        wsgi: Wsgi = mounted
        return wsgi

    def room(
        self,
        documents: Mapping[str, Document],
        who: Callable[[str, str], str],
        orders: Orders | None = None,
        inboxes: Inboxes | None = None,
    ) -> Showroom:
        """Return what there is to see of these documents.

        ``who`` says who answers: document, operationId → ``handler``, ``transition``, ``example``.
        """
        from mock_platform.console.showroom import Showroom

        ids = made_ids(os.urandom)

        def new_trace() -> Trace:
            return trace_of({}, ids)

        return Showroom(
            services=[_service(name, one, who) for name, one in documents.items()],
            clock=utc_now,
            new_trace=new_trace,
            store=self.settings.store.partition("://")[0] + "://",
            orders=orders,
            inboxes=inboxes,
        )

    # The bells: called after every change, in whatever thread made it

    def order_changed(self, order: Order) -> None:
        self.news.ring("orders", order.id)
        self.news.ring("deliveries")

    def delivery_tried(self, settlement: Settlement) -> None:
        self.news.ring("deliveries", settlement.delivery_id)

    def deliveries_changed(self) -> None:
        self.news.ring("deliveries")

    def record_kept(self, record: Record) -> None:
        self.news.ring("inboxes", record.inbox)

    def policy_changed(self, inbox: str) -> None:
        self.news.ring("inboxes", inbox)


def both(one: Callable[P, None], other: Callable[P, None]) -> Callable[P, None]:
    """Return what tells two of the same thing."""

    def told(*facts: P.args, **named: P.kwargs) -> None:
        one(*facts, **named)
        other(*facts, **named)

    return told


def orders_shown(service: OrderService, document: Document, sending: Sending | None) -> Orders:
    """Return the order service as the console asks it: held to the same contract as the API."""
    from mock_platform.console.showroom import Orders

    create = _operation(document, "createOrder")
    expressions = {} if create is None else create.callbacks
    return Orders(
        service=service,
        flaws=_body_flaws(document, create),
        callbacks=partial(_urls, {n: compile_expression(text) for n, text in expressions.items()}),
        sending=sending,
    )


def inboxes_shown(service: InboxService, document: Document) -> Inboxes:
    """Return the callback server as the console asks it."""
    from mock_platform.console.showroom import Inboxes

    return Inboxes(service=service, flaws=_body_flaws(document, _operation(document, "setPolicy")))


def _service(name: str, document: Document, who: Callable[[str, str], str]) -> Service:
    info = document.root.get("info") or {}
    from mock_platform.console.showroom import Offered, Service

    return Service(
        name=name,
        title=str(info.get("title", name)),
        version=str(info.get("version", "")),
        offered=[Offered(operation=one, by=who(name, one.id)) for one in operations(document)],
    )


def _operation(document: Document, name: str) -> Operation | None:
    return next((one for one in operations(document) if one.id == name), None)


def _body_flaws(
    document: Document, operation: Operation | None
) -> Callable[[Json], Sequence[Violation]]:
    content = None if operation is None or operation.body is None else operation.body.get(_JSON)
    if content is None or content.schema_pointer is None:
        return lambda _body: ()
    schemas, pointer = Schemas(document), content.schema_pointer
    return schemas.validator(pointer, Direction.REQUEST)


def _urls(expressions: Mapping[str, Callable[[Facts], Json]], body: Json) -> Mapping[str, str]:
    facts = Facts(url="", method="POST", body=body)
    found = ((name, expression(facts)) for name, expression in expressions.items())
    return {name: url for name, url in found if isinstance(url, str)}
