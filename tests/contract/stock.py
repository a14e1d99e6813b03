"""Stock connexion and our application side by side: the same document, the same handlers, in process.

Before every request both find the same world: a few orders, a delivery, a record, made anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial, wraps
from importlib import import_module
from typing import Any

import connexion
from connexion.resolver import Resolver

from mock_platform.api.application import Contract, build_app
from mock_platform.api.conditionals import entity_tag, expected_versions
from mock_platform.api.problems import STATUSES
from mock_platform.api.signatures import signature_of
from mock_platform.api.waiting import WaitingRoom
from mock_platform.domain.order_forms import ORDERS
from mock_platform.domain.orders import OrderService
from mock_platform.domain.receipts import InboxService
from mock_platform.engine.bindings import Handler, handlers_in, python_name
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, operations
from mock_platform.infra.stores import open_stores
from mock_platform.infra.target_guard import TargetGuard
from mock_platform.shared.contracts import Answer, Call, Json, Play, Reply, Trace, Wait
from mock_platform.shared.errors import PlatformError
from tests.contract.in_process import Asgi, Request
from tests.contract.specs_read import machine
from tests.contract.wire import Answered, ask
from tests.fakes import HandClock, counting_ids
from tests.integration.platform_process import DRAFT
from tests.unit.callback_server.inbox_kit import ANYTHING
from tests.unit.callback_server.inbox_kit import send as receive

TRACE = Trace("trace-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
CALLBACK = "http://127.0.0.1:1/v1/inboxes/my-test/callbacks"


class World:
    """What both applications work on; ``renew`` makes it anew, always the same."""

    orders: OrderService
    inboxes: InboxService
    taken: bool
    """A handler has been called since, with nothing to complain about."""

    def renew(self) -> None:
        self.taken = False
        stores, clock, ids = open_stores("memory://"), HandClock(), counting_ids()
        self.orders = OrderService(
            machine=machine(),
            orders=stores.repository(ORDERS),
            deliveries=stores.deliveries,
            clock=clock,
            new_id=ids,
            refuse_target=TargetGuard("dev").refuse_url,
            wake=lambda: None,
            readiness=lambda: {"store": "ok"},
        )
        self.inboxes = InboxService(
            records=stores.records,
            policies=stores.policies,
            secrets_for=lambda _inbox: (),
            clock=clock,
            new_id=ids,
            ring=lambda _topic: None,
            hold_limit_s=0.0,
            wait_limit_s=0.0,
            readiness=lambda: {"store": "ok"},
        )
        paid, shipped = ("payOrder",), ("payOrder", "shipOrder")
        for steps in ((), paid, (), shipped, (), ("cancelOrder",)):
            self._order(steps)
        receive(self.inboxes, "evt_1")
        self.inboxes.set_policy("played", {"kind": "status", "status": 503})

    def _order(self, steps: tuple[str, ...]) -> None:
        told = {"orderStatusChanged": CALLBACK}
        order = self.orders.create(DRAFT, callbacks=told, key=None, trace=TRACE).order
        for step in steps:
            self.orders.advance(order.id, step, expected=None, trace=TRACE)

    def ids(self) -> Mapping[str, list[str]]:
        """Path parameter → what it may be so that something is found."""
        orders = self.orders.page(status=None, customer_id=None, limit=100, cursor=None)
        deliveries = self.orders.delivery_page(order_id=None, state=None, limit=100, cursor=None)
        records = self.inboxes.records.page("default", "my-test", ANYTHING, after=None, limit=100)
        return {
            "orderId": [one.id for one in orders.items],
            "deliveryId": [one.id for one in deliveries.items],
            "recordId": [one.id for one in records.items],
            "inboxId": [*["my-test"] * 9, "played"],
        }


class Stage:
    """Both applications over one document and one world."""

    def __init__(
        self,
        service: str,
        document: Document,
        *,
        ours: Document | None = None,
        replaced: Mapping[str, Handler] | None = None,
    ) -> None:
        """Serve the document; to plant a fault, ours may get another, and both other handlers."""
        self.world = World()
        self.world.renew()
        self.ids = self.world.ids()
        self.operations = {one.id: one for one in operations(document)}
        functions = handlers_in(import_module(f"handlers.{python_name(service)}"))
        kept = "orders" if service == "order-service" else "inboxes"
        bound: dict[str, Handler] = {
            one.id: partial(functions[python_name(one.id)], _Present(self.world, kept))
            for one in self.operations.values()
        }
        handlers = {
            name: _noted(handler, self.world)
            for name, handler in (bound | dict(replaced or {})).items()
        }
        self.ours = _ours(ours or document, handlers)
        self.stock = _stock(document, self.operations, handlers)

    def verdicts(self, request: Request) -> tuple[Answered, Answered]:
        """Return our answer and stock connexion's, each given by an untouched world."""
        return self.asked(self.ours, request), self.asked(self.stock, request)

    def asked(self, app: Asgi, request: Request) -> Answered:
        self.world.renew()
        status, body = ask(app, request)
        return Answered(status=status, body=body, taken=self.world.taken)


class _Present:
    """Stands for a service of the world as it is when it is asked something."""

    def __init__(self, world: World, kept: str) -> None:
        self._world, self._kept = world, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(self._world, self._kept), name)


def _noted(handler: Handler, world: World) -> Handler:
    @wraps(handler)
    def noted(**arguments: Any) -> Answer:
        world.taken = not arguments.get("violations")
        return handler(**arguments)

    return noted


def _ours(document: Document, handlers: Mapping[str, Handler]) -> Asgi:
    return build_app(
        [Contract(document=document, resolve=handlers.__getitem__)],
        pages=_no_page,
        access_log=lambda *_line: None,
        room=WaitingRoom(),
    )


def _no_page(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [("content-type", "text/plain")])
    return [b""]


def _stock(
    document: Document, listed: Mapping[str, Operation], handlers: Mapping[str, Handler]
) -> Asgi:
    app = connexion.AsyncApp("stock")
    resolver = Resolver(lambda name: _adapted(listed[name], handlers[name]))
    app.add_api(copy.deepcopy(document.root), resolver=resolver, validate_responses=True)
    stock: Asgi = app
    return stock


# Our handlers under stock connexion --------------------------------------------------------------


def _adapted(operation: Operation, handler: Handler) -> Callable[..., Any]:
    signature = signature_of(handler, operation)

    async def answer(**given: Json) -> Any:
        request = connexion.request
        headers = {one.name: request.headers.get(one.name) for one in operation.parameters}
        found = {
            "path": given,
            "query": given,
            "header": {name: value for name, value in headers.items() if value is not None},
        }
        arguments = signature.arguments(found, {})
        if signature.body:
            arguments["body"] = given.get("body")
        if signature.violations:
            arguments["violations"] = ()
        if signature.call:
            arguments["call"] = _call(request, given.get("body"), await request.body())
        try:
            return _response(operation, _now(handler(**arguments)))
        except PlatformError as refused:
            return _problem(refused)

    return answer


def _call(request: Any, body: Json, raw: bytes) -> Call:
    if_match = request.headers.get("if-match")
    url = body.get("callbackUrl") if isinstance(body, dict) else None
    return Call(
        trace=TRACE,
        headers=tuple(request.headers.items()),
        raw_body=raw,
        expected_versions=expected_versions(if_match.encode() if if_match else None),
        callbacks={"orderStatusChanged": url} if url else {},
        path=request.scope["path"],
        query=request.scope["query_string"].decode(),
    )


def _now(answer: Answer) -> Reply:
    if isinstance(answer, Wait):
        return answer.ready() or answer.otherwise()
    return answer.reply if isinstance(answer, Play) else answer


def _response(operation: Operation, reply: Reply) -> Any:
    headers = {"X-Trace-Id": TRACE.id, **reply.headers}
    if reply.version is not None:
        headers["ETag"] = entity_tag(reply.version).decode()
    for media_type in operation.responses[str(reply.status)].content:
        headers["Content-Type"] = media_type
    return reply.body, reply.status, headers


def _problem(refused: PlatformError) -> Any:
    status = STATUSES[refused.kind]
    body = {"type": "about:blank", "title": refused.title(), "status": status}
    headers = {"X-Trace-Id": TRACE.id, "Content-Type": "application/problem+json"}
    return body | {"code": refused.code}, status, headers
