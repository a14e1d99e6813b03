"""Answers every operation of the contracts; what is no operation goes on to the rooms below.

A middleware of connexion's stack, and its outermost: connexion hands it the specifications, resolves
their operations and decodes their parameters, but the path of a request is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from connexion.middleware.abstract import SpecMiddleware
from starlette.exceptions import HTTPException

from mock_platform.api.cors import Cors
from mock_platform.api.exchange import (
    App,
    ClientGone,
    Exchange,
    HangUp,
    Message,
    Receive,
    Rendered,
    Scope,
    Send,
    header_map,
)
from mock_platform.api.forks import Fork, choices_of
from mock_platform.api.plans import Endpoint, Means, Plan
from mock_platform.api.problems import problem, surprise, translated
from mock_platform.api.routes import Leaf, Routes, RouteTaken
from mock_platform.api.sending import hang_up, send_answer, send_while_unread
from mock_platform.api.tracing import Entropy, made_ids, tell, trace_of
from mock_platform.engine.answering.generating import means_of
from mock_platform.engine.operations import Operation, base_path
from mock_platform.engine.path_templates import bare, parameter_names
from mock_platform.engine.refusals import Refusing
from mock_platform.engine.servers import OtherPlaces
from mock_platform.shared.errors import BodyTooLarge, MethodNotAllowed, PathUnknown, PlatformError
from mock_platform.shared.logging import AccessLog
from mock_platform.shared.tracer import Tracer

Tick = Callable[[], float]

CLIENT_GONE = 499
"""What is logged, though never sent, when there was nobody left to answer (nginx's number)."""

HUNG_UP = 444
"""What is logged, though never sent, when we closed the connection (nginx's number)."""


_ALWAYS_TAKEN = frozenset({"HEAD", "OPTIONS"})

Found = tuple[Leaf[Endpoint | Fork], tuple[str, ...]]


class _NoOperation(Exception):
    """The request is answered without any operation."""

    def __init__(self, rendered: Rendered) -> None:
        super().__init__()
        self.rendered = rendered


class ContractMiddleware(SpecMiddleware):  # type: ignore[misc]  # connexion is untyped
    """The compiled contracts."""

    def __init__(
        self,
        app: App,
        *,
        means: Means,
        endpoints: list[Endpoint],
        entropy: Entropy,
        access_log: AccessLog,
        tick: Tick,
        cors: Cors | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        self._below = app
        self._means = means
        self._traffic = means.traffic
        self._ids = made_ids(entropy)
        self._access_log = access_log
        self._tick = tick
        self._cors = cors
        self._tracer = tracer
        self._routes: Routes[Endpoint | Fork] = Routes()
        self._bare: Routes[Endpoint | Fork] = Routes()
        self._bases: set[str] = set()
        self._endpoints = endpoints

    def add_api(
        self,
        specification: Any,
        contract: Any = None,
        listed: Sequence[Operation] = (),
        **options: Any,
    ) -> None:
        """Take in one contract, operation by operation, as connexion reads them.

        Raises:
            RouteTaken: another operation has the same method and path.
            HandlerUnfit: a handler asks for what its operation does not have.
        """
        if contract is None:  # the docs page is an API without operations
            return
        document = contract.document
        base = base_path(document)
        making = contract.making or means_of(document)
        if base:
            self._bases.add(base)
        refusing, elsewhere = Refusing(making), OtherPlaces(document.root)
        for operation in listed:
            connexions = specification.operation_cls.from_spec(
                specification,
                path=operation.path.removeprefix(base) or "/",
                method=operation.method.lower(),
                resolver=options["resolver"],
                uri_parser_class=options.get("uri_parser_class"),
            )
            endpoint = Endpoint(
                operation=operation,
                connexions=connexions,
                root=document.root,
                refusing=refusing,
                schemas=making.schemas,
                blocking=contract.blocking,
                validation=contract.validation,
                credentials=contract.credentials,
                announce=contract.announce,
                means=self._means,
            )
            _place(self._routes, bare(operation.path), endpoint)
            self._endpoints.append(endpoint)
            others = elsewhere.of(operation.path, operation.pointer, operation.raw)
            for other in others if contract.bare_paths else ():
                with suppress(RouteTaken):  # the first contract to want it has it
                    _place(self._bare, bare(other), endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens, and note it."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        began = self._tick()
        self._traffic.requests += 1
        headers = header_map(scope["headers"])
        trace = trace_of(headers, self._ids)
        if self._tracer is not None:
            trace = self._tracer.begin(trace, headers.get(b"traceparent"))
        exchange = Exchange(scope, receive, headers, trace)
        status = CLIENT_GONE
        try:
            status = await self._answered(exchange, send)
        except ClientGone:
            pass
        except HangUp:
            status = HUNG_UP
            await hang_up(exchange, send)
        finally:
            self._access_log(
                exchange.method,
                exchange.path,
                status,
                self._tick() - began,
                exchange.trace.id,
                exchange.operation,
            )
            if self._tracer is not None:
                tell(self._tracer, exchange, status, self._tick() - began)

    async def _answered(self, exchange: Exchange, send: Send) -> int:
        found = self._found(exchange)
        if exchange.method == "OPTIONS" and self._cors is not None:
            preflight = self._cors.preflight(exchange, found and found[0].allowed)
            if preflight is not None:
                await send_answer(exchange, preflight, send, self._cors)
                return preflight.status
        if found is None and not self._is_ours(exchange.path):
            return await self._passed_on(exchange, send)
        try:
            leaf, values = found or _nothing(exchange)
            plan, names = _planned(exchange, leaf, values)
            rendered = await plan.serve(exchange, names, values)
        except _NoOperation as told:
            rendered = told.rendered
        except BodyTooLarge as refusal:
            rendered = problem(refusal, exchange)
            await send_while_unread(exchange, rendered, send, self._cors)
            return rendered.status
        except PlatformError as refusal:
            rendered = problem(refusal, exchange)
        except (ClientGone, HangUp):
            raise
        except Exception as broken:  # noqa: BLE001 - whatever a handler raises becomes a 500 here
            rendered = surprise(broken, exchange)
        await send_answer(exchange, rendered, send, self._cors)
        return rendered.status

    def _found(self, exchange: Exchange) -> Found | None:
        """Find what a path leads to; rather to something that takes the method than to a 405."""
        path, method = exchange.path, exchange.method
        for routes in (self._routes, self._bare):
            if (found := routes.find(path)) is not None:
                known = found[0].methods
                if method in known or method in _ALWAYS_TAKEN:
                    return found
                return routes.find(path, method) or found
        return None

    def _is_ours(self, path: str) -> bool:
        return path == "*" or any(path == one or path.startswith(one + "/") for one in self._bases)

    async def _passed_on(self, exchange: Exchange, send: Send) -> int:
        """Let the rooms below answer; see what they say, and add the trace."""
        status = 0

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # The server says the date itself, once.
                headers = [one for one in message.get("headers", ()) if one[0] != b"date"]
                headers.append((b"x-trace-id", exchange.trace.id.encode()))
                if self._cors is not None:
                    self._cors.open(exchange, headers)
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._below(exchange.scope, exchange.receive, traced)
        except HTTPException as refusal:  # what starlette's router does not find
            rendered = problem(translated(refusal), exchange)
        except Exception as broken:  # noqa: BLE001 - pages are guests; their failures are told alike
            rendered = surprise(broken, exchange)
        else:
            return status or CLIENT_GONE
        if not status:
            status = rendered.status
            await send_answer(exchange, rendered, send, self._cors)
        return status

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            await self._below(scope, receive, send)


def _nothing(exchange: Exchange) -> NoReturn:
    if exchange.path == "*" and exchange.method == "OPTIONS":  # what the server can, as a whole
        raise _NoOperation(Rendered(204, [], b""))
    raise PathUnknown("No operation has this path.")


def _place(routes: Routes[Endpoint | Fork], path: str, endpoint: Endpoint) -> None:
    """Put an operation under its path, beside others of its document that are told apart."""
    choices = choices_of(endpoint.operation, endpoint.root)
    method, leaf = endpoint.operation.method, routes.leaf(path, choices)
    first, names = leaf.methods.get(method, (None, ()))
    if first is None or first.schemas is not endpoint.schemas:
        routes.add(method, path, endpoint, choices)
        return
    if isinstance(first, Endpoint):
        fork = Fork(endpoint.root, endpoint.schemas)
        fork.add(first, names)
        leaf.methods[method] = (fork, ())
        first = fork
    first.add(endpoint, tuple(parameter_names(path)))


def _planned(
    exchange: Exchange, leaf: Leaf[Endpoint | Fork], values: tuple[str, ...]
) -> tuple[Plan, tuple[str, ...]]:
    """Find the operation that a method means; GET's answers HEAD too."""
    method = exchange.method
    found = leaf.methods.get(method)
    if found is None and method == "HEAD":
        found = leaf.methods.get("GET")
    if found is None:
        if method == "OPTIONS":
            raise _NoOperation(Rendered(204, [(b"allow", leaf.allowed.encode())], b""))
        allowed = leaf.allowed.split(", ")
        raise MethodNotAllowed(f"The path takes {leaf.allowed}.", allowed=allowed)
    endpoint, names = found
    if isinstance(endpoint, Fork):
        endpoint, names = endpoint.chosen(exchange, values)
    exchange.operation = endpoint.operation.id
    endpoint.is_in_use = True
    return endpoint.plan or endpoint.compiled(), names
