"""Builds the ASGI application: compiled contracts above, docs page and other pages below.

Everything is resolved and checked while building, schemas apart: those are compiled at an
operation's first use, and in the background once the server runs.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

from a2wsgi import WSGIMiddleware
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.main import API
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.uri_parsing import OpenAPIURIParser

from mock_platform.api.cors import Cors
from mock_platform.api.exchange import App, Receive, Scope, Send
from mock_platform.api.leniency import Validation
from mock_platform.api.middleware import ContractMiddleware, Tick
from mock_platform.api.plans import Announce, Endpoint, Means, Violated
from mock_platform.api.schemes import Nonces
from mock_platform.api.signatures import Handler
from mock_platform.api.skeleton import Skeleton, skeleton
from mock_platform.api.tracing import Entropy
from mock_platform.api.waiting import WaitingRoom
from mock_platform.api.warming import Warming, nothing
from mock_platform.engine.answering.sheets import Means as Making
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.shared.credentials import Credentials
from mock_platform.shared.logging import AccessLog
from mock_platform.shared.tracer import Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A document to serve, and who answers its operations."""

    document: Document
    resolve: Callable[[str], Handler]
    """Returns an operationId's handler, its service already bound."""
    bare_paths: bool = False
    """Serve its paths without the servers' base path too, where nothing else is."""
    blocking: bool = False
    """Handlers may block: call them in threads, not on the event loop."""
    validation: Validation = Validation.STRICT
    """What becomes of requests that break the contract."""
    credentials: Credentials = field(default_factory=dict)
    """What is let in, by security scheme; of other schemes whatever has the right form."""
    making: Making | None = None
    """What its answers are made from, where its handlers use that too."""
    announce: Announce | None = None
    """Sends its callbacks, where its handlers do not; told of every answer that is no refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What to do when the server starts, and before it ends (in a thread: it may take a while)."""

    start: Callable[[], None] = nothing
    stop: Callable[[], None] = nothing
    warm: Callable[[], None] = nothing
    """What else to make ready, in the background, once the server runs."""
    warmed: Callable[[], None] = nothing
    """What to do when all is ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken at once."""

    body_bytes: int = 1024 * 1024
    threads: int = 16
    """For blocking handlers."""
    page_threads: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What tests and later issues replace."""

    entropy: Entropy = os.urandom
    tick: Tick = time.perf_counter
    decoder: type[Any] = OpenAPIURIParser
    """Connexion's decoder of parameter styles."""
    resolver: type[Any] = Resolver
    """Connexion's resolver of operationIds."""


class Application:
    """One set of contracts, being served. An ASGI application."""

    def __init__(self, connexions: Any, warming: Warming) -> None:
        self._connexions = connexions
        self.app: App = connexions.app
        self.warming = warming
        """Compiles its operations before they are asked for."""

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # What connexion's own __call__ does, without a coroutine for it: this is the hot path.
        scope["app"] = self._connexions
        return self.app(scope, receive, send)


def build_app(
    contracts: Sequence[Contract],
    *,
    pages: Callable[..., Iterable[bytes]],
    access_log: AccessLog,
    room: WaitingRoom,
    lifecycle: Lifecycle = Lifecycle(),
    limits: Limits = Limits(),
    knobs: Knobs = Knobs(),
    documented: Sequence[str] | None = None,
    cors: Cors | None = None,
    violated: Violated = lambda _operation, _direction, _rules: None,
    tracer: Tracer | None = None,
    beneath: Mapping[str, App] = MappingProxyType({}),
) -> Application:
    """Build the application.

    ``pages`` is a WSGI application for every path that is no operation; ``documented`` names the
    documents that the docs page offers at ``/specs/NAME.json``, the contracts' own by default;
    ``cors`` lets pages from other origins in, None leaves it to the contracts; ``violated`` is told
    of messages that break a contract, ``tracer`` of requests to operations; ``beneath`` serves
    single paths that need no thread.

    Raises:
        RouteTaken: two operations have the same method and path.
        HandlerUnfit: a handler asks for what its operation does not have.
        SchemaBroken: a document is of a dialect that cannot be validated against.
        LookupError: a reference points nowhere, or an operationId cannot be resolved.
    """
    executor = ThreadPoolExecutor(limits.threads, thread_name_prefix="handler")
    means = Means(
        room=room,
        executor=executor,
        body_limit=limits.body_bytes,
        nonces=Nonces.drawn(knobs.entropy),
        violated=violated,
    )
    endpoints: list[Endpoint] = []
    warming = Warming(endpoints, means.traffic)
    ours = partial(
        ContractMiddleware,
        means=means,
        endpoints=endpoints,
        entropy=knobs.entropy,
        access_log=access_log,
        tick=knobs.tick,
        cors=cors,
        tracer=tracer,
    )
    app = ConnexionMiddleware(
        _forked(WSGIMiddleware(pages, workers=limits.page_threads), beneath),
        middlewares=[ours, LifespanMiddleware, SwaggerUIMiddleware],
        lifespan=_lifespan(lifecycle, room, executor, warming),
    )
    names = [one.document.name for one in contracts] if documented is None else documented
    app.apis += [_api(one, knobs) for one in contracts]
    app.apis.append(_docs_page(names))
    # Connexion would build its stack at the first request; what is wrong must show now.
    app.app, app.middleware_stack = app._build_middleware_stack()  # noqa: SLF001 - it has no public name
    return Application(app, warming)


def _forked(pages: Any, beneath: Mapping[str, App]) -> App:
    """Return what serves single paths by applications of their own, and all others by pages."""

    async def fork(scope: Scope, receive: Receive, send: Send) -> None:
        await beneath.get(scope.get("path", ""), pages)(scope, receive, send)

    return fork


def _api(contract: Contract, knobs: Knobs) -> Any:
    document = contract.document
    listed = operations(document)
    return API(
        Skeleton(skeleton(document, listed)),
        base_path=None,
        contract=contract,
        listed=listed,
        resolver=knobs.resolver(contract.resolve),
        uri_parser_class=knobs.decoder,
        swagger_ui_options=SwaggerUIOptions(serve_spec=False, swagger_ui=False),
    )


def _docs_page(names: Sequence[str]) -> Any:
    """Connexion's Swagger UI, once for all contracts: where operations are tried out."""
    urls = [{"url": f"/specs/{name}.json", "name": name} for name in names]
    options = SwaggerUIOptions(
        serve_spec=False,
        spec_path=urls[0]["url"] if urls else None,
        swagger_ui_path="/docs/try",
        swagger_ui_template_arguments={"urls": urls},
    )
    empty = {"openapi": "3.0.3", "info": {"title": "docs", "version": "1"}, "paths": {}}
    return API(Skeleton(empty), base_path=None, swagger_ui_options=options)


def _lifespan(
    lifecycle: Lifecycle, room: WaitingRoom, executor: ThreadPoolExecutor, warming: Warming
) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        lifecycle.start()
        warming.begin(lifecycle.warm, lifecycle.warmed)
        try:
            yield
        finally:
            warming.end()
            room.close()
            await asyncio.to_thread(lifecycle.stop)
            executor.shutdown(wait=False, cancel_futures=True)

    return lifespan
