"""Serves a built platform until it is told to stop: bind, build, announce, serve, drain."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from math import ceil
from types import FrameType

import click
import structlog
import uvicorn

from mock_platform.cli.banner import Opening, as_facts, as_text
from mock_platform.cli.bounded_http import BoundedHttp
from mock_platform.cli.platform import Built
from mock_platform.console.door import is_loopback
from mock_platform.shared import garbage
from mock_platform.shared.config import Settings
from mock_platform.shared.logging import configure, is_human

_BACKLOG = 2048
_KEEP_ALIVE_S = 75
_GRACE_S = 2


class StartRefused(Exception):
    """It cannot be served, for a reason that can be mended. The message names the remedy."""


def serve(build: Callable[[Settings], Built], port: int, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code.

    Raises:
        StartRefused: the address is taken, the specs are broken, the store will not open.
        SettingBroken: a setting will not do.
    """
    configure(settings.log_format, settings.log_level)
    # Bound before anything is built: a taken port is told at once, and early callers just wait.
    with _bound(settings.host, port) as listening:
        settings = settings.model_copy(update={"port": listening.getsockname()[1]})
        try:
            with garbage.none_while_building():
                built = build(settings)
        except _mendable() as refused:
            raise StartRefused(str(refused)) from refused
        try:
            return _run(built, listening, settings)
        finally:
            built.stop()


def _mendable() -> tuple[type[Exception], ...]:
    """Return what building may refuse; its messages name the place and the remedy.

    All else is a bug, and shows. Asked for only when something was refused: a start that goes well
    need not know by whom it might have been.
    """
    from mock_platform.api.routes import RouteTaken
    from mock_platform.api.signatures import HandlerUnfit
    from mock_platform.engine.bindings import HandlerUnbound
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.engine.resources.seeding import SeedBroken
    from mock_platform.engine.schemas import SchemaBroken
    from mock_platform.infra.handler_files import HandlersUnusable
    from mock_platform.infra.store_terms import StoreUnusable
    from mock_platform.shared.errors import PlatformError

    return (
        SpecBroken,
        HandlerUnbound,
        HandlerUnfit,
        HandlersUnusable,
        RouteTaken,
        SchemaBroken,
        SeedBroken,
        StoreUnusable,
        PlatformError,
    )


def _run(built: Built, listening: socket.socket, settings: Settings) -> int:
    config = uvicorn.Config(
        built.app,
        http=BoundedHttp,
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    server = _Server(config, built, settings)
    try:
        server.run(sockets=[listening])
    except SystemExit:  # uvicorn's way to say that the lifespan did not start; it has been logged
        return 1
    return 1 if getattr(server.lifespan, "shutdown_failed", False) else 0


class _Server(uvicorn.Server):
    """uvicorn, whose hooks are methods."""

    def __init__(self, config: uvicorn.Config, built: Built, settings: Settings) -> None:
        super().__init__(config)
        self.built, self.settings = built, settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _announce(self.built, self.settings)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Before the doors are closed, as some callbacks may be on their way to this very server.
        # Drain and open requests share one deadline.
        until = time.monotonic() + self.settings.drain_seconds
        await asyncio.to_thread(self.built.drain)
        left_s = max(0.0, until - time.monotonic())
        self.config.timeout_graceful_shutdown = ceil(left_s) + _GRACE_S
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        # uvicorn waits for open requests, so those that wait for something must be let go. Its own
        # handler repeats the signal at the end, to die of it; but a stop that was asked for and went
        # well is a success. Who asks twice does not want to wait, and no store minds a sudden end.
        if self.should_exit and sig == signal.SIGINT:
            os._exit(1)
        self.built.leave()
        self.should_exit = True


def _announce(built: Built, settings: Settings) -> None:
    opening = Opening(
        host=settings.host,
        port=settings.port or 0,
        store=settings.store,
        signing=built.signing,
        facts=built.banner_facts,
        console=_console(settings),
    )
    if is_human(settings.log_format, sys.stderr):
        click.echo(as_text(opening), err=True)
    else:
        structlog.get_logger().info("platform.started", **as_facts(opening))


def _console(settings: Settings) -> str | None:
    if not settings.console:
        return None
    if settings.console_token:
        return "token"
    return "open" if is_loopback(settings.host) else "closed"


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
