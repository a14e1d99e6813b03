"""Serves a built platform until it is told to stop: bind, build, announce, serve, drain."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from math import ceil

import click
import structlog
import uvicorn

from mock_platform.cli.banner import Opening, as_facts, as_text
from mock_platform.cli.platform import Mode, Platform
from mock_platform.engine.bindings import HandlerUnbound
from mock_platform.engine.findings import SpecBroken
from mock_platform.infra.store_terms import StoreUnusable
from mock_platform.shared.config import CALLBACK_SECRET, Settings, secret_source
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import PlatformError
from mock_platform.shared.logging import configure, is_human

Message = MutableMapping[str, Json]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# What building may refuse; the messages name the place and the remedy. All else is a bug, and shows.
_MENDABLE = (SpecBroken, HandlerUnbound, StoreUnusable, PlatformError)

_BACKLOG = 2048
_KEEP_ALIVE_S = 75
_GRACE_S = 2


class StartRefused(Exception):
    """It cannot be served, for a reason that can be mended. The message names the remedy."""


def serve(mode: Mode, port: int, settings: Settings, platform: Platform) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code.

    Raises:
        StartRefused: the address is taken, the specs are broken, the store will not open.
        SettingBroken: a setting will not do.
    """
    configure(settings.log_format, settings.log_level)
    signed = secret_source(os.environ)(CALLBACK_SECRET) is not None
    # Bound before anything is built: a taken port is told at once, and early callers just wait.
    with _bound(settings.host, port) as listening:
        try:
            built = platform.build(mode, settings)
        except _MENDABLE as refused:
            raise StartRefused(str(refused)) from refused
        opening = Opening(
            host=settings.host,
            port=listening.getsockname()[1],
            store=settings.store,
            signed=signed,
            facts=built.banner_facts,
        )
        try:
            return _run(built.app, listening, settings, lambda: _announce(opening, settings))
        finally:
            built.stop()


def _run(
    app: App, listening: socket.socket, settings: Settings, announce: Callable[[], None]
) -> int:
    server = uvicorn.Server(
        uvicorn.Config(
            announced(app, announce),
            http="httptools",
            ws="none",
            interface="asgi3",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=ceil(settings.drain_seconds) + _GRACE_S,
        )
    )

    def leave(_signal: int, _frame: object) -> None:
        server.should_exit = True

    # uvicorn repeats a signal once it has shut down, to die of it. A stop that was asked for and
    # went well is a success; so the repeated signal ends here.
    before = {one: signal.signal(one, leave) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[listening])
    except SystemExit:  # uvicorn's way to say that the lifespan did not start; it has been logged
        return 1
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 1 if server.force_exit or getattr(server.lifespan, "shutdown_failed", False) else 0


def announced(app: App, announce: Callable[[], None]) -> App:
    """Return ``app``, with ``announce`` called as soon as its lifespan has started.

    uvicorn has no other hook for it. A request pays for one more call, not for one more coroutine.
    """

    def asked(scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "lifespan":
            return app(scope, receive, send)

        async def sent(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                announce()

        return app(scope, receive, sent)

    return asked


def _announce(opening: Opening, settings: Settings) -> None:
    if is_human(settings.log_format, sys.stderr):
        click.echo(as_text(opening), err=True)
    else:
        structlog.get_logger().info("platform.started", **as_facts(opening))


def _bound(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # localhost may be ::1 first, and then 127.0.0.1 would not be served.
        family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as refused:
        raise StartRefused(_why(refused, host, port)) from refused


def _why(refused: OSError, host: str, port: int) -> str:
    if refused.errno == errno.EADDRINUSE:
        return (
            f"{host}:{port} is taken by another program. Stop that one, or choose another port:"
            f" --port {port + 1}, or --port 0 for any free one."
        )
    if refused.errno == errno.EACCES:
        return f"port {port} is for administrators only. Choose one above 1023, e.g. --port 8080."
    return (
        f"cannot listen on {host}:{port}: {refused.strerror or refused}. Choose an address of this"
        " machine: --host 127.0.0.1, or --host 0.0.0.0 for all of them."
    )
