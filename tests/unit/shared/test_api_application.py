"""The application is connexion's, with the contracts compiled on top; what is wrong shows at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest
import structlog
from connexion.resolver import Resolver
from connexion.spec import Specification
from connexion.uri_parsing import OpenAPIURIParser

from mock_platform.api.application import Contract, Knobs, Lifecycle
from mock_platform.api.plans import Traffic
from mock_platform.api.problems import STATUSES
from mock_platform.api.routes import RouteTaken
from mock_platform.api.signatures import HandlerUnfit
from mock_platform.api.skeleton import skeleton
from mock_platform.api.warming import LONGEST_RESPITE_S, RESPITE_S, warm
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.schemas import SchemaBroken
from mock_platform.shared.contracts import Call, Json, Reply, Violation
from mock_platform.shared.errors import Kind, OrderNotFound, PlatformError
from tests.unit.shared.api_kit import Served, Wire, document, ok, scope, serve, wire_receive

IDS = {"type": "array", "items": {"type": "integer"}}
PARAMETERS = [
    {"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "ids", "in": "query", "schema": IDS, "explode": False},
    {"name": "X-Count", "in": "header", "schema": {"type": "integer"}},
]
ORDERS = document(
    {
        "/orders/{orderId}": {
            "get": {"operationId": "getOrder", "parameters": PARAMETERS, "responses": ok()}
        }
    }
)


def get_order(order_id: str, ids: Iterable[int] = (), x_count: int = 0) -> Reply:
    return Reply(body=[order_id, list(ids), x_count])


# Connexion is on the path


def test_connexions_resolver_finds_the_handlers() -> None:
    resolved = []

    class Spy(Resolver):  # type: ignore[misc]  # connexion is untyped
        def resolve(self, operation: Any) -> Any:
            resolved.append(operation.operation_id)
            return super().resolve(operation)

    served = serve(ORDERS, {"getOrder": get_order}, knobs=Knobs(resolver=Spy))

    assert resolved == ["getOrder"]
    assert served.ask("GET", "/v1/orders/7").json == ["7", [], 0]


def test_connexions_decoder_takes_the_parameters_apart() -> None:
    class Backwards(OpenAPIURIParser):  # type: ignore[misc]  # connexion is untyped
        @staticmethod
        def _split(value: str, definition: Json, where: str) -> Any:
            return OpenAPIURIParser._split(value, definition, where)[::-1]

    served = serve(ORDERS, {"getOrder": get_order}, knobs=Knobs(decoder=Backwards))

    assert served.ask("GET", "/v1/orders/abc?ids=1,2,3").json == ["abc", [3, 2, 1], 0]


def test_stock_connexion_takes_the_skeleton() -> None:
    made = skeleton(ORDERS, operations(ORDERS))

    stock = Specification.load(made)

    assert stock.base_path == "/v1"
    assert list(stock["paths"]) == ["/orders/{orderId}"]


def test_the_skeleton_holds_no_bodies_answers_or_components() -> None:
    big = document(
        {
            "/x": {
                "post": {
                    "operationId": "x",
                    "requestBody": {
                        "content": {"application/json": {"schema": {"type": "string"}}}
                    },
                    "responses": ok({"$ref": "#/components/schemas/Big"}),
                }
            }
        },
        {"schemas": {"Big": {"type": "object"}}},
    )

    assert "Big" not in str(skeleton(big, operations(big)))
    assert "requestBody" not in str(skeleton(big, operations(big)))


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.0.4"])
def test_every_patch_of_the_version_is_served(version: str) -> None:
    paths = {"/x": {"get": {"operationId": "x", "responses": ok()}}}

    served = serve(document(paths, openapi=version), {"x": lambda: Reply(body=1)})

    assert served.ask("GET", "/v1/x").json == 1


# What is wrong shows while building


def test_an_operation_that_cannot_be_resolved_is_an_error_while_building() -> None:
    def resolve(operation_id: str) -> Any:
        raise ValueError(f"nobody answers {operation_id}")

    with pytest.raises(LookupError, match="nobody answers getOrder"):
        serve([Contract(document=ORDERS, resolve=resolve)])


def asks_for_more(order_id: str, colour: str) -> Reply:
    return Reply(body=[order_id, colour])


async def is_async(order_id: str) -> Reply:
    return Reply(body=order_id)


@pytest.mark.parametrize(
    ("handler", "says"),
    [(asks_for_more, "getOrder asks for 'colour'"), (is_async, "getOrder is async")],
)
def test_a_handler_that_does_not_fit_is_an_error_that_names_both(handler: Any, says: str) -> None:
    with pytest.raises(HandlerUnfit, match=says):
        serve(ORDERS, {"getOrder": handler})


def test_the_same_operation_in_two_contracts_is_an_error() -> None:
    one = Contract(document=ORDERS, resolve=lambda _: get_order)

    with pytest.raises(RouteTaken, match=r"GET /v1/orders/\{orderId\}"):
        serve([one, one])


def test_a_dialect_that_is_not_known_is_an_error() -> None:
    with pytest.raises(SchemaBroken, match=r"schemas of 2\.9 are unknown"):
        serve(Document(name="x", root=ORDERS.root, dialect="2.9"), {"getOrder": get_order})


def test_several_contracts_are_served_beside_each_other() -> None:
    others = document({"/inboxes": {"get": {"operationId": "list", "responses": ok()}}})
    served = serve(
        [
            Contract(document=ORDERS, resolve=lambda _: get_order),
            Contract(
                document=others, resolve=lambda _: lambda: Reply(body="inboxes"), blocking=True
            ),
        ]
    )

    assert served.ask("GET", "/v1/orders/7").json == ["7", [], 0]
    assert served.ask("GET", "/v1/inboxes").json == "inboxes"


# Handlers


def test_a_handler_is_given_only_what_it_names() -> None:
    def bound(service: str, /, *, order_id: str) -> Reply:
        return Reply(body=[service, order_id])

    served = serve(ORDERS, {"getOrder": partial(bound, "orders")})

    assert served.ask("GET", "/v1/orders/7?ids=1").json == ["orders", "7"]


def test_a_handler_with_open_arms_is_given_every_parameter() -> None:
    def everything(call: Call, **parameters: Json) -> Reply:
        return Reply(body=[call.path, call.query, parameters])

    served = serve(ORDERS, {"getOrder": everything})

    assert served.ask("GET", "/v1/orders/a%20b?ids=1", {"x-count": "2"}).json == [
        "/v1/orders/a%20b",
        "ids=1",
        {"order_id": "a b", "ids": [1], "x_count": 2},
    ]


def test_headers_reach_a_handler_as_they_came() -> None:
    served = serve(ORDERS, {"getOrder": lambda call: Reply(body=list(map(list, call.headers)))})

    assert ["x-any", "é"] in served.ask("GET", "/v1/orders/7", {"X-Any": "é"}).json


@pytest.mark.parametrize("blocking", [False, True], ids=["inline", "blocking"])
def test_only_blocking_handlers_leave_the_loops_thread(blocking: bool) -> None:
    def where() -> Reply:
        return Reply(body=threading.current_thread() is threading.main_thread())

    served = serve(ORDERS, {"getOrder": where}, blocking=blocking)

    assert served.ask("GET", "/v1/orders/7").json is not blocking


def test_callback_urls_are_found_in_the_request() -> None:
    operation = {
        "operationId": "subscribe",
        "parameters": [{"name": "to", "in": "query", "schema": {"type": "string"}}],
        "requestBody": {"content": {"application/json": {}}},
        "responses": ok(),
        "callbacks": {
            "inBody": {"{$request.body#/url}": {}},
            "inQuery": {"http://h/{$request.query.to}": {}},
            "inHeader": {"{$request.header.x-to}": {}},
            "absent": {"{$request.body#/nothing}": {}},
            "whole": {"{$url}": {}},
        },
    }
    served = serve(
        document({"/x": {"post": operation}}),
        {"subscribe": lambda call: Reply(body=dict(call.callbacks))},
    )
    headers = {"content-type": "application/json", "X-To": "http://c"}

    answer = served.ask("POST", "/v1/x?to=b", headers, {"url": "http://a"})

    assert answer.json == {
        "inBody": "http://a",
        "inQuery": "http://h/b",
        "inHeader": "http://c",
        "whole": "http://mock.test/v1/x?to=b",
    }


# Failures


def failing(error: Exception) -> Served:
    def fail() -> Reply:
        raise error

    return serve(ORDERS, {"getOrder": fail})


def test_an_expected_failure_is_a_problem_with_its_facts() -> None:
    violations = [Violation("/a", "type", "wrong")]
    error = OrderNotFound("No order 7.", violations=violations, order_id="7", status=1)

    answer = failing(error).ask("GET", "/v1/orders/7", {"x-trace-id": "t"})

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "urn:mock-platform:error:ORDER_NOT_FOUND",
        "title": "No order has this id.",
        "status": 404,
        "detail": "No order 7.",
        "instance": "/v1/orders/7",
        "code": "ORDER_NOT_FOUND",
        "traceId": "t",
        "order_id": "7",
        "violations": [{"pointer": "/a", "rule": "type", "message": "wrong"}],
    }


def test_an_unexpected_failure_is_logged_and_tells_nothing() -> None:
    with structlog.testing.capture_logs() as logged:
        answer = failing(RuntimeError("s3cret")).ask("GET", "/v1/orders/7")

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert b"s3cret" not in answer.body
    assert [(line["event"], line["operation"]) for line in logged] == [
        ("request.broken", "getOrder")
    ]
    assert "s3cret" in str(logged[0]["exc_info"])


def test_every_kind_of_failure_has_a_status() -> None:
    assert set(STATUSES) == set(Kind)
    assert all(error.kind in STATUSES for error in PlatformError.registry.values())


def test_a_page_that_breaks_is_a_problem_too() -> None:
    def broken(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise RuntimeError("s3cret")

    served = serve(ORDERS, {"getOrder": get_order}, pages=broken)

    with structlog.testing.capture_logs() as logged:
        answer = served.ask("GET", "/anything")

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert [line["event"] for line in logged] == ["request.broken"]


# The access log


def test_every_request_is_noted_once() -> None:
    ticks = iter(range(100))
    served = serve(ORDERS, {"getOrder": get_order}, knobs=Knobs(tick=lambda: next(ticks)))
    headers = {"x-trace-id": "t"}

    served.ask("GET", "/v1/orders/7?ids=1", headers)
    served.ask("GET", "/v1/nothing", headers)
    served.ask("PUT", "/v1/orders/7", headers)
    served.ask("GET", "/page", headers)

    assert served.log == [
        ("GET", "/v1/orders/7", 200, 1, "t", "getOrder"),
        ("GET", "/v1/nothing", 404, 1, "t", None),
        ("PUT", "/v1/orders/7", 405, 1, "t", None),
        ("GET", "/page", 200, 1, "t", None),
    ]


# Trying operations out


def test_the_page_to_try_operations_shows_every_document_and_comes_with_its_files() -> None:
    served = serve(ORDERS, {"getOrder": get_order}, documented=["order-service", "callback-server"])

    shown = served.ask("GET", "/docs/try/").body.decode()

    first, second = (
        shown.index("/specs/order-service.json"),
        shown.rindex("/specs/callback-server.json"),
    )
    assert first < second
    assert "http://" not in shown
    assert "https://" not in shown
    assert served.ask("GET", "/docs/try/swagger-ui-bundle.js").status == 200
    assert served.ask("GET", "/docs/try").headers["location"].endswith("/docs/try/")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/docs/try/nothing.js", 404, "PATH_UNKNOWN"),
        ("GET", "/docs/try/../../secret", 404, "PATH_UNKNOWN"),
        ("POST", "/docs/try/", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_what_the_page_to_try_operations_does_not_have_is_a_problem(
    method: str, path: str, status: int, code: str
) -> None:
    answer = serve(ORDERS, {"getOrder": get_order}).ask(method, path)

    assert (answer.status, answer.json["code"]) == (status, code)


# Beginning and end


async def live(served: Served) -> list[str]:
    """Start the server, ask it something, and stop it."""
    wire = Wire()
    for step in ("startup", "shutdown"):
        wire.incoming.put_nowait({"type": f"lifespan.{step}"})
    await served.app({"type": "lifespan"}, wire_receive(wire), wire.send)
    return [message["type"] for message in wire.sent]


def test_what_begins_with_the_server_ends_with_it() -> None:
    happened: list[str] = []
    lifecycle = Lifecycle(
        start=lambda: happened.append("start"), stop=lambda: happened.append("stop")
    )
    served = serve(ORDERS, {"getOrder": get_order}, lifecycle=lifecycle)

    told = asyncio.run(live(served))

    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert happened == ["start", "stop"]


def test_a_start_that_fails_is_told_to_the_server() -> None:
    def fail() -> None:
        raise RuntimeError("no store")

    served = serve(ORDERS, {"getOrder": get_order}, lifecycle=Lifecycle(start=fail))
    wire = Wire()

    async def start() -> None:
        wire.incoming.put_nowait({"type": "lifespan.startup"})
        await served.app({"type": "lifespan"}, wire_receive(wire), wire.send)

    with pytest.raises(RuntimeError, match="no store"):
        asyncio.run(start())
    assert [one["type"] for one in wire.sent] == ["lifespan.startup.failed"]


def test_operations_are_compiled_at_their_first_use() -> None:
    served = serve(ORDERS, {"getOrder": get_order})
    (endpoint,) = served.app.warming.endpoints
    before = endpoint.plan

    served.ask("GET", "/v1/orders/7")

    assert before is None
    assert endpoint.plan is not None
    assert endpoint.compiled() is endpoint.plan


def test_operations_are_compiled_in_the_background_once_the_server_runs() -> None:
    served = serve(ORDERS, {"getOrder": get_order})
    (endpoint,) = served.app.warming.endpoints
    warmed = threading.Event()
    served.app.warming.endpoints.append(LastOne(warmed))

    async def stay_until_warm() -> None:
        wire = Wire()
        wire.incoming.put_nowait({"type": "lifespan.startup"})
        living = asyncio.create_task(
            served.app({"type": "lifespan"}, wire_receive(wire), wire.send)
        )
        await asyncio.to_thread(warmed.wait, 10)
        wire.incoming.put_nowait({"type": "lifespan.shutdown"})
        await living

    asyncio.run(stay_until_warm())

    assert endpoint.plan is not None


class LastOne:
    """Stands at the end of the line of operations, and tells when it is its turn."""

    def __init__(self, reached: threading.Event) -> None:
        self.reached = reached
        self.answers = self

    def compiled(self) -> LastOne:
        return self

    def warm(self) -> None:
        self.reached.set()


def test_a_broken_schema_is_told_while_warming_and_breaks_only_its_own_operation() -> None:
    broken = document(
        {
            "/x": {"get": {"operationId": "x", "responses": ok({"pattern": "("})}},
            "/y": {"get": {"operationId": "y", "responses": ok()}},
        }
    )
    served = serve(broken, dict.fromkeys("xy", lambda: Reply(body=1)))

    with structlog.testing.capture_logs() as logged:
        warm(served.app.warming.endpoints, threading.Event())
        statuses = [served.ask("GET", path).status for path in ("/v1/x", "/v1/y")]

    assert statuses == [500, 200]
    assert [line["event"] for line in logged] == ["schema.broken", "request.broken"]
    assert (logged[0]["operation"], "/pattern" in logged[0]["reason"]) == ("x", True)


def test_warming_takes_a_small_share_from_who_asks_all_the_time() -> None:
    clock, traffic, respites = [0.0], Traffic(), []

    class Busy:
        """An operation that takes a while to compile, in which somebody else is asked for."""

        operation: Any = None

        def __init__(self, took_s: float) -> None:
            self.took_s = took_s

        def compiled(self) -> Busy:
            clock[0] += self.took_s
            traffic.requests += 1
            return self

        def warm(self) -> None:
            pass

    class Patience(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            respites.append(timeout)
            return False

    operations: Any = [Busy(0.001), Busy(0.02), Busy(1.0), Busy(0.001)]
    warm(operations, Patience(), traffic, lambda: clock[0])

    assert respites == pytest.approx([RESPITE_S, 1.0, LONGEST_RESPITE_S])


def test_warming_ends_with_the_server() -> None:
    served = serve(ORDERS, {"getOrder": get_order})
    stopped = threading.Event()
    stopped.set()

    warm(served.app.warming.endpoints, stopped)

    assert served.app.warming.endpoints[0].plan is None


def test_what_was_in_use_is_compiled_before_a_contract_takes_over() -> None:
    two = document(
        {
            "/x": {"get": {"operationId": "x", "responses": ok()}},
            "/y": {"get": {"operationId": "y", "responses": ok()}},
        }
    )
    handlers = dict.fromkeys("xy", lambda: Reply(body=1))
    before, after = serve(two, handlers), serve(two, handlers)
    before.ask("GET", "/v1/y")

    after.app.warming.like(before.app.warming)

    compiled = {one.operation.id for one in after.app.warming.endpoints if one.plan is not None}
    assert compiled == {"y"}


def test_a_websocket_is_declined() -> None:
    wire = Wire()
    served = serve(ORDERS, {"getOrder": get_order})

    async def connect() -> None:
        wire.incoming.put_nowait({"type": "websocket.connect"})
        await served.app(
            {**scope("GET", "/v1/x"), "type": "websocket"}, wire_receive(wire), wire.send
        )

    asyncio.run(connect())

    assert [one["type"] for one in wire.sent] == ["websocket.close"]


def test_a_root_path_before_ours_is_no_part_of_it() -> None:
    served = serve(ORDERS, {"getOrder": get_order})

    async def ask() -> Wire:
        wire = Wire()
        wire.body(b"")
        target = scope("GET", "/proxy/v1/orders/7") | {"root_path": "/proxy"}
        await served.app(target, wire_receive(wire), wire.send)
        return wire

    assert asyncio.run(ask()).answered.json == ["7", [], 0]
