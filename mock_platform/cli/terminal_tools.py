"""What the terminal's commands work with, and how they end: each can be tried without a network."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

from mock_platform.cli.outcomes import BROKEN, MISUSED, refuse
from mock_platform.cli.terminal_answers import Client
from mock_platform.shared.contracts import Json, Sender
from mock_platform.shared.taming import tame

if TYPE_CHECKING:  # slow to import
    from mock_platform.shared.config import Settings

F = TypeVar("F", bound=Callable[..., object])

_START = (
    "Start one with `mock-platform up`, or name another with --url"
    " (apart, the order service is on port 8081, the callback server on 8082)."
)
_ELSEWHERE = (
    "This server does not have that. Apart, orders and deliveries are on port 8081, inboxes on"
    " 8082: name it with --url."
)


def _client(url: str) -> Client:
    from mock_platform.infra.service_client import ServiceClient

    return ServiceClient(url, new_trace=lambda: os.urandom(16).hex())


def _sender(settings: Settings) -> Sender:
    from mock_platform.infra.callback_sender import make_sender
    from mock_platform.infra.target_guard import TargetGuard

    return make_sender(TargetGuard(settings.targets, settings.target_allow))


def _now() -> datetime:
    from mock_platform.shared.clocks import utc_now

    return utc_now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Everything outside that a command touches. A test brings its own as the context's object."""

    client: Callable[[str], Client] = _client
    sender: Callable[[Settings], Sender] = _sender
    """Sends past the target guard; may raise ValueError for settings that are none."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    environ: Callable[[], Mapping[str, str]] = lambda: os.environ
    token: Callable[[], str] = lambda: os.urandom(8).hex()
    """Tells this run from all others."""


def tools_of(ctx: click.Context) -> Tools:
    return ctx.find_object(Tools) or Tools()


def url_option(command: F) -> F:
    """The option that says where the platform is."""
    option = click.option(
        "--url",
        metavar="URL",
        help="Where the platform is. [MOCK_PLATFORM_URL; default http://127.0.0.1:8080]",
    )
    option(command)
    return command


def settings_of(ctx: click.Context, url: str | None) -> Settings:
    """Return the settings, ``--url`` among them; end where one of them will not do."""
    from mock_platform.shared.config import SettingBroken, load_settings

    try:
        return load_settings({"url": url})
    except SettingBroken as broken:
        refuse(ctx, str(broken), MISUSED)


def base_url(settings: Settings) -> str:
    """Return where the platform is, without the prefix that all its operations have."""
    return settings.url.rstrip("/").removesuffix("/v1")


def client_of(ctx: click.Context, url: str | None) -> Client:
    return tools_of(ctx).client(base_url(settings_of(ctx, url)))


@contextmanager
def asking(ctx: click.Context) -> Iterator[None]:
    """End with what a person can act on when the platform is away or says no; Ctrl-C is no error."""
    from mock_platform.cli.terminal_tables import problem_text
    from mock_platform.infra.service_client import Refused, ServiceFailed, Unreachable

    try:
        yield
    except KeyboardInterrupt:
        ctx.exit(0)
    except Unreachable as away:
        refuse(ctx, f"{away}.\n{_START}", BROKEN)
    except Refused as refused:
        hint = f"\n{_ELSEWHERE}" if refused.problem.get("code") == "PATH_UNKNOWN" else ""
        refuse(ctx, problem_text(refused.problem) + hint, BROKEN)
    except ServiceFailed as failed:
        refuse(ctx, f"{failed}.\n{_START}", BROKEN)


def say_aside(what: str) -> None:
    """Say something that is no part of what was asked for."""
    click.echo(tame(what), err=True)


def as_json(value: Json, *, indent: bool = True) -> str:
    """Write one value: indented, or as one line of many."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else 0).decode()
