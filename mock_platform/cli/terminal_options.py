"""The options that several of the terminal's commands have, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import click

from mock_platform.cli import terminal_completion as complete
from mock_platform.cli.terminal_screen import Screen
from mock_platform.cli.terminal_tables import Column
from mock_platform.cli.terminal_tools import tools_of
from mock_platform.shared.contracts import DELIVERY_STATES, Json

F = TypeVar("F", bound=Callable[..., object])

_OUTCOMES = ("accepted", "duplicate", "invalid", "rejected", "played")

ONE_VALUE = click.option("--json", "as_json", is_flag=True, help="One JSON value, for programs.")
JSON_LINES = click.option(
    "--json", "as_json", is_flag=True, help="A line of JSON each, for programs."
)
LIMIT = click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="How many to show: the newest.",
)
WINDOW = click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=100,
    show_default=True,
    help="How many of the newest to watch for changes.",
)
INTERVAL = click.option(
    "--interval",
    type=click.FloatRange(0.2, 60),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)


ORDER = click.option("--order", metavar="ID", help="Only callbacks about this order.")


def order_filters(command: F) -> F:
    states = click.option(
        "--status", shell_complete=complete.order_states, help="Only orders in this state."
    )
    states(click.option("--customer", metavar="ID", help="Only this customer's.")(command))
    return command


def delivery_filters(command: F) -> F:
    ORDER(command)
    click.option("--state", type=click.Choice(DELIVERY_STATES), help="Only in this state.")(command)
    return command


def record_filters(command: F) -> F:
    ORDER(command)
    click.option(
        "--type", "event", shell_complete=complete.event_types, help="Only events of this type."
    )(command)
    click.option("--outcome", type=click.Choice(_OUTCOMES), help="Only with this outcome.")(command)
    return command


INBOX = click.argument("inbox", shell_complete=complete.inbox_names)


def pause_of(ctx: click.Context, seconds: float) -> Callable[[], None]:
    return partial(tools_of(ctx).sleep, seconds)


def follow(screen: Screen, columns: tuple[Column, ...], items: Iterator[Json]) -> None:
    click.echo("Watching; Ctrl-C ends it.", err=True)
    for item in items:
        screen.line(columns, item)
