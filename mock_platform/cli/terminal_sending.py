"""The commands that send callbacks: ``listen`` passes on what arrives, ``trigger`` makes one up."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from mock_platform.cli import terminal_completion as complete
from mock_platform.cli.file_options import FILE
from mock_platform.cli.outcomes import BROKEN, MISUSED, refuse
from mock_platform.cli.terminal_looking import arrivals
from mock_platform.cli.terminal_making import Made, callback_made, checked_url, signing_secrets
from mock_platform.cli.terminal_passing import forwarded, has_come_by, same_place
from mock_platform.cli.terminal_tools import (
    as_json,
    asking,
    base_url,
    say_aside,
    settings_of,
    tools_of,
    url_option,
)
from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Json, Outcome
from mock_platform.shared.masking import masked_text
from mock_platform.shared.taming import tame

if TYPE_CHECKING:  # slow to import
    from mock_platform.shared.config import Settings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@click.command(epilog="Example:  mock-platform listen orders --forward http://127.0.0.1:3000/hook")
@click.argument("inbox", shell_complete=complete.inbox_names)
@click.option("--forward", "target", metavar="URL", required=True, help="Where to send it on to.")
@click.option(
    "--resign",
    metavar="VARIABLE",
    help="Sign anew, now, with the secret in this environment variable.",
)
@click.option(
    "--since",
    type=click.Choice(["now", "start"]),
    default="now",
    show_default=True,
    help="Forward what comes from now on, or first what is there already.",
)
@click.option(
    "--count",
    type=click.IntRange(1),
    metavar="N",
    help="End after so many; with exit code 1 where one was not taken.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 300),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one forward may take.",
)
@click.option("--json", "json_lines", is_flag=True, help="A line of JSON each, for programs.")
@url_option
@click.pass_context
def listen(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    inbox: str,
    target: str,
    resign: str | None,
    since: str,
    count: int | None,
    timeout: float,
    json_lines: bool,
) -> None:
    """Pass on every callback that arrives in an inbox, as it came.

    Body and headers stay as they are, the signature too. Each is sent once: whether it arrives is
    told, but trying again is the business of whoever sent it first. A receiver on the internet
    needs MOCK_PLATFORM_TARGET_ALLOW.
    """
    tools, settings = tools_of(ctx), settings_of(ctx, url)
    checked_url(ctx, settings, target)
    if same_place(target, inbox_url(settings, inbox)):
        refuse(ctx, f"that is the inbox {inbox} itself: it would never end", MISUSED)
    secrets = signing_secrets(ctx, resign) if resign else None
    send, via = tools.sender(settings), f"mock-platform-{tools.token()}"
    with asking(ctx):
        came = arrivals(
            tools.client(base_url(settings)),
            inbox,
            {},
            pause=partial(tools.sleep, 1.0),
            say=say_aside,
            since_now=since == "now",
        )
        shown = masked_text(target)
        say_aside(f"Forwarding what arrives in {inbox} to {shown}; Ctrl-C ends it.")
        failed = False
        for record in islice(came, count):
            if has_come_by(record, via):
                refuse(ctx, f"{shown} leads back to {inbox}: it would never end", BROKEN)
            outbound = forwarded(record, target, timeout, secrets, tools.clock(), via=via)
            began = tools.monotonic()
            outcome = send(outbound)
            took_ms = (tools.monotonic() - began) * 1000
            show = as_line if json_lines else as_words
            click.echo(show(record, outcome, took_ms))
            failed |= outcome.kind != "delivered"
        ctx.exit(BROKEN if failed else 0)


@click.command(
    epilog="\b\nExample:  mock-platform trigger order.paid --set /data/total/amount=9 --inbox orders"
)
@click.argument("event", shell_complete=complete.event_types)
@click.option(
    "--set",
    "settings_of_body",
    metavar="/POINTER=VALUE",
    multiple=True,
    help="Put a value into the body: JSON, or else text. Repeatable.",
)
@click.option(
    "--inbox",
    default=None,
    shell_complete=complete.inbox_names,
    help="Send it to this inbox of the platform. [default: orders]",
)
@click.option("--to", "target", metavar="URL", help="Send it there instead.")
@click.option("--sign/--no-sign", default=True, help="Sign it as the contract says. [default: yes]")
@click.option("--invalid", is_flag=True, help="Send it although it breaks the contract.")
@click.option(
    "--spec",
    type=FILE,
    help="Another contract; EVENT is then one of its events or callbacks.",
)
@click.option("--json", "is_json", is_flag=True, help="One JSON value, for programs.")
@url_option
@click.pass_context
def trigger(
    ctx: click.Context,
    /,
    *,
    url: str | None,
    event: str,
    settings_of_body: tuple[str, ...],
    inbox: str | None,
    target: str | None,
    sign: bool,
    invalid: bool,
    spec: Path | None,
    is_json: bool,
) -> None:
    """Send a callback as if it had happened.

    Its body is the contract's example, completed from its schema, with new ids and the present
    time. It is checked and signed like any other. No order is touched, and nothing is tried again.
    """
    if inbox is not None and target is not None:
        raise click.UsageError("Choose one of --inbox and --to.")
    tools, settings = tools_of(ctx), settings_of(ctx, url)
    goal = target or inbox_url(settings, inbox or "orders")
    checked_url(ctx, settings, goal)
    made = callback_made(
        ctx, event, settings_of_body, spec or settings.specs, is_signed=sign, is_forced=invalid
    )
    outbound = made.to(goal)
    began = tools.monotonic()
    outcome = tools.sender(settings)(outbound)
    took_ms = (tools.monotonic() - began) * 1000
    click.echo(
        _exchange_json(made, goal, outcome) if is_json else told(made, goal, outcome, took_ms)
    )
    ctx.exit(0 if outcome.kind == "delivered" else BROKEN)


def inbox_url(settings: Settings, inbox: str) -> str:
    return f"{base_url(settings)}/v1/inboxes/{quote(inbox, safe='')}/callbacks"


def as_words(record: Json, outcome: Outcome, took_ms: float) -> str:
    """Say in a line what was forwarded, and what came of it."""
    at = str(record["receivedAt"])[11:19]
    what = f"{record.get('type', '(no type)')} {record.get('webhookId', record['id'])}"
    return tame(f"{at} #{record['seq']} {what} -> {_came_of(outcome)} in {took_ms:.0f} ms")


def as_line(record: Json, outcome: Outcome, took_ms: float) -> str:
    """Say the same for programs."""
    facts = {
        **{name: record.get(name) for name in ("seq", "id", "type", "webhookId")},
        "outcome": outcome.kind,
        "status": outcome.status,
        "reason": outcome.reason and masked_text(outcome.reason),
        "ms": round(took_ms, 1),
    }
    return as_json(present(facts), indent=False)


def told(made: Made, goal: str, outcome: Outcome, took_ms: float) -> str:
    """Show what was sent, and the answer."""
    body = outcome.body.decode("utf-8", errors="replace")
    lines = [
        f"POST {masked_text(goal)}",
        *(f"{name}: {value}" for name, value in made.headers),
        "",
        *as_json(made.body).splitlines(),
        "",
        f"{_came_of(outcome)} in {took_ms:.0f} ms",
        *body.splitlines(),
    ]
    return "\n".join(map(tame, lines))


def _came_of(outcome: Outcome) -> str:
    if outcome.status is not None:
        is_elsewhere = outcome.status in _REDIRECTS
        return f"{outcome.status}{' (redirects are not followed)' if is_elsewhere else ''}"
    return f"{outcome.kind}: {masked_text(outcome.reason)}" if outcome.reason else outcome.kind


def _exchange_json(made: Made, goal: str, outcome: Outcome) -> str:
    answer = {
        "outcome": outcome.kind,
        "status": outcome.status,
        "reason": outcome.reason and masked_text(outcome.reason),
        "body": outcome.body.decode("utf-8", errors="replace"),
    }
    sent = {"url": masked_text(goal), "headers": dict(made.headers), "body": made.body}
    return as_json({"sent": sent, "answer": answer})
