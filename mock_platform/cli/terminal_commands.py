"""The commands that look at the orders and deliveries of a running platform."""

from __future__ import annotations

import click

from mock_platform.cli.terminal_answers import thing
from mock_platform.cli.terminal_looking import Tail, changes, newest
from mock_platform.cli.terminal_options import (
    INTERVAL,
    JSON_LINES,
    LIMIT,
    ONE_VALUE,
    WINDOW,
    delivery_filters,
    follow,
    order_filters,
    pause_of,
)
from mock_platform.cli.terminal_screen import Screen
from mock_platform.cli.terminal_tables import ATTEMPTS, DELIVERIES, EVENTS, ORDERS, facts
from mock_platform.cli.terminal_tools import asking, client_of, url_option
from mock_platform.shared.contracts import Json

_ORDER_FACTS = ("id", "version", "status", "customerId", "note", "callbackUrl", "createdAt")
_DELIVERY_FACTS = (
    *("id", "state", "eventType", "eventId", "orderId", "orderVersion", "url"),
    *("attempts", "createdAt", "nextAttemptAt", "reason"),
)


@click.group(epilog="Example:  mock-platform orders ls --status paid")
def orders() -> None:
    """Look at the orders of a running platform."""


@orders.command("ls", epilog="Example:  mock-platform orders ls --customer cust-42 --json")
@order_filters
@LIMIT
@ONE_VALUE
@url_option
@click.pass_context
def list_orders(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    as_json: bool,
    limit: int,
    status: str | None,
    customer: str | None,
) -> None:
    """List the newest orders, oldest of them first."""
    with asking(ctx):
        filters = {"status": status, "customerId": customer}
        found = newest(client_of(ctx, url), ("orders",), filters, limit)
        Screen(as_json).listed(ORDERS, found, "There are no such orders.")


@orders.command("show", epilog="Example:  mock-platform orders show ord_0192f0c1…")
@click.argument("order_id", metavar="ORDER")
@ONE_VALUE
@url_option
@click.pass_context
def show_order(ctx: click.Context, /, url: str | None, as_json: bool, order_id: str) -> None:
    """Show an order, what happened to it, and its callbacks."""
    with asking(ctx):
        client = client_of(ctx, url)
        order = thing(client.get("orders", order_id), "total")
        events = newest(client, ("orders", order_id, "events"), {}, 100).items
        owed = newest(client, ("deliveries",), {"orderId": order_id}, 100).items
        screen = Screen(as_json)
        if as_json:
            screen.value({"order": order, "events": events, "deliveries": owed})
            return
        total = thing(order["total"], "amount", "currency")
        shown = {**order, "total": f"{total['amount']} {total['currency']}"}
        click.echo(facts(shown, (*_ORDER_FACTS, "total")))
        screen.table(EVENTS, events, "Nothing has happened to it.")
        click.echo()
        screen.table(DELIVERIES, owed, "No callbacks: it has no callbackUrl.")


@orders.command("watch", epilog="Example:  mock-platform orders watch --status paid")
@order_filters
@WINDOW
@INTERVAL
@JSON_LINES
@url_option
@click.pass_context
def watch_orders(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    as_json: bool,
    limit: int,
    interval: float,
    status: str | None,
    customer: str | None,
) -> None:
    """Write a line for every order that is new or changes, until Ctrl-C."""
    with asking(ctx):
        filters = {"status": status, "customerId": customer}
        tail = Tail(client_of(ctx, url), ("orders",), filters, lambda it: it.get("version"), limit)
        follow(
            Screen(as_json), ORDERS, changes(tail, pause=pause_of(ctx, interval), since_now=True)
        )


@click.group(epilog="Example:  mock-platform deliveries ls --state dead")
def deliveries() -> None:
    """Look at the callbacks of a running platform, and send them again."""


@deliveries.command("ls", epilog="Example:  mock-platform deliveries ls --state dead --json")
@delivery_filters
@LIMIT
@ONE_VALUE
@url_option
@click.pass_context
def list_deliveries(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    as_json: bool,
    limit: int,
    order: str | None,
    state: str | None,
) -> None:
    """List the newest deliveries, oldest of them first."""
    with asking(ctx):
        filters = {"orderId": order, "state": state}
        found = newest(client_of(ctx, url), ("deliveries",), filters, limit)
        Screen(as_json).listed(DELIVERIES, found, "There are no such deliveries.")


@deliveries.command("show", epilog="Example:  mock-platform deliveries show dlv_0192f0c1…")
@click.argument("delivery_id", metavar="DELIVERY")
@ONE_VALUE
@url_option
@click.pass_context
def show_delivery(ctx: click.Context, /, url: str | None, as_json: bool, delivery_id: str) -> None:
    """Show a delivery with every attempt."""
    with asking(ctx):
        report = thing(client_of(ctx, url).get("deliveries", delivery_id), "history")
        screen = Screen(as_json)
        if as_json:
            screen.value(report)
            return
        click.echo(facts(report, _DELIVERY_FACTS))
        attempts = [thing(one) for one in report["history"] or ()]
        screen.table(ATTEMPTS, attempts, "It has not been tried yet.")


@deliveries.command("watch", epilog="Example:  mock-platform deliveries watch --state dead")
@delivery_filters
@WINDOW
@INTERVAL
@JSON_LINES
@url_option
@click.pass_context
def watch_deliveries(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    as_json: bool,
    limit: int,
    interval: float,
    order: str | None,
    state: str | None,
) -> None:
    """Write a line for every delivery that is new or changes, until Ctrl-C."""
    with asking(ctx):
        filters = {"orderId": order, "state": state}
        tail = Tail(client_of(ctx, url), ("deliveries",), filters, _progress, limit)
        followed = changes(tail, pause=pause_of(ctx, interval), since_now=True)
        follow(Screen(as_json), DELIVERIES, followed)


@deliveries.command("replay", epilog="Example:  mock-platform deliveries replay dlv_0192f0c1…")
@click.argument("delivery_ids", metavar="DELIVERY...", nargs=-1, required=True)
@JSON_LINES
@url_option
@click.pass_context
def replay(
    ctx: click.Context, /, url: str | None, as_json: bool, delivery_ids: tuple[str, ...]
) -> None:
    """Send deliveries again that were delivered or are dead."""
    with asking(ctx):
        client, screen = client_of(ctx, url), Screen(as_json)
        for delivery_id in delivery_ids:
            screen.line(DELIVERIES, thing(client.post("deliveries", delivery_id, "replay")))


def _progress(delivery: Json) -> Json:
    return delivery.get("state"), delivery.get("attempts")
