"""The commands that look into an inbox of a running platform."""

from __future__ import annotations

import click

from mock_platform.cli.terminal_answers import record as checked
from mock_platform.cli.terminal_answers import thing
from mock_platform.cli.terminal_looking import arrivals, newest
from mock_platform.cli.terminal_options import (
    INBOX,
    INTERVAL,
    JSON_LINES,
    LIMIT,
    ONE_VALUE,
    follow,
    pause_of,
    record_filters,
)
from mock_platform.cli.terminal_screen import Screen
from mock_platform.cli.terminal_tables import RECORDS, facts
from mock_platform.cli.terminal_tools import asking, client_of, say_aside, url_option
from mock_platform.shared.contracts import Json

_RECORD_FACTS = (
    *("id", "seq", "receivedAt", "type", "orderId", "orderVersion", "webhookId", "outcome"),
    *("signature", "status", "duplicateOf", "policy", "traceId"),
)


@click.group(epilog="Example:  mock-platform inbox watch orders")
def inbox() -> None:
    """Look at what arrived in an inbox of a running platform."""


@inbox.command("ls", epilog="Example:  mock-platform inbox ls orders --outcome rejected")
@INBOX
@record_filters
@LIMIT
@ONE_VALUE
@url_option
@click.pass_context
def list_records(
    ctx: click.Context, /, url: str | None, as_json: bool, limit: int, inbox: str, **which: Json
) -> None:
    """List the newest callbacks in an inbox, oldest of them first."""
    with asking(ctx):
        path = ("inboxes", inbox, "records")
        found = newest(client_of(ctx, url), path, _which(**which), limit)
        Screen(as_json).listed(RECORDS, found, f"Nothing like that has arrived in {inbox}.")


@inbox.command("show", epilog="Example:  mock-platform inbox show orders rec_0192f0c1…")
@INBOX
@click.argument("record_id", metavar="RECORD")
@ONE_VALUE
@url_option
@click.pass_context
def show_record(
    ctx: click.Context, /, url: str | None, as_json: bool, inbox: str, record_id: str
) -> None:
    """Show one callback as it came: verdict, headers, body."""
    with asking(ctx):
        asked = client_of(ctx, url).get("inboxes", inbox, "records", record_id)
        record = thing(checked(asked), "violations", "bodyText")
        if as_json:
            Screen(as_json).value(record)
            return
        click.echo(facts(record, _RECORD_FACTS))
        headers = {one["name"]: one["value"] for one in record["headers"]}
        click.echo(facts(headers, [*headers]))
        flaws = [thing(one, "pointer", "message") for one in record["violations"] or ()]
        broken = {one["pointer"] or "(the body)": one["message"] for one in flaws}
        click.echo(facts(broken, [*broken]), nl=False)
        click.echo(facts({"body": record["bodyText"]}, ["body"]), nl=False)


@inbox.command("watch", epilog="Example:  mock-platform inbox watch orders --type order.paid")
@INBOX
@record_filters
@INTERVAL
@JSON_LINES
@url_option
@click.pass_context
def watch_inbox(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    as_json: bool,
    interval: float,
    inbox: str,
    **which: Json,
) -> None:
    """Write a line for every callback that arrives, until Ctrl-C."""
    with asking(ctx):
        client = client_of(ctx, url)
        pause = pause_of(ctx, interval)
        came = arrivals(client, inbox, _which(**which), pause=pause, say=say_aside, since_now=True)
        follow(Screen(as_json), RECORDS, came)


def _which(order: str | None, event: str | None, outcome: str | None) -> dict[str, str | None]:
    return {"orderId": order, "type": event, "outcome": outcome}
