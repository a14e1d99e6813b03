"""The command that holds a real implementation to its contract, and the table it prints."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from mock_platform.cli.file_options import FILE
from mock_platform.cli.outcomes import BROKEN, MISUSED, listed, refuse
from mock_platform.engine.documented_statuses import key_documenting, keys_seen

if TYPE_CHECKING:  # slow to import
    from rich.table import Table

    from mock_platform.bootstrap.verifying import Verdict

_UNSEEN_WIDTH = 120
"""Of what is piped or kept: nobody's window is too narrow for it."""

_NOTHING_ASKED = (
    "nothing was asked, so nothing is verified: let it --walk a contract with x-state-machine, or"
    " --fuzz any"
)
_LAST_PORT = 65_535


def _headers(
    _ctx: click.Context, _option: click.Parameter, told: tuple[str, ...]
) -> tuple[str, ...]:
    for one in told:
        if ":" not in one:
            raise click.BadParameter(f"{one!r} has no colon; write 'Name: value'")
    return told


@click.command(
    epilog="\b\nExample:  mock-platform verify --url http://127.0.0.1:8081 specs/order-service.spec.yaml"
)
@click.argument("spec", type=FILE)
@click.option(
    "--url", required=True, metavar="URL", help="Where it runs; the contract's base path is added."
)
@click.option(
    "--header",
    "-H",
    "headers",
    multiple=True,
    callback=_headers,
    help="'Name: value' for every request.",
)
@click.option(
    "--walk/--no-walk", "walks", default=True, help="Try every transition in every state."
)
@click.option("--fuzz/--no-fuzz", "fuzzes", default=True, help="Let schemathesis look.")
@click.option(
    "--examples",
    "-n",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Cases per operation, fuzzing.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same cases.")
@click.option(
    "--receive-at",
    default="127.0.0.1:0",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to listen for its callbacks; port 0 takes any free one.",
)
@click.option(
    "--receiver-url",
    metavar="URL",
    help="How it reaches that place, where it is another machine or behind a tunnel.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=15.0,
    show_default=True,
    help="Seconds to wait for callbacks that are due.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
@click.pass_context
def verify(ctx: click.Context, /, spec: Path, url: str, receive_at: str, **how: object) -> None:
    """Hold a real implementation to its contract.

    Every transition of its state machines is tried in every state, its callbacks are received,
    judged and sometimes refused, and schemathesis looks for what else is wrong. It creates and
    changes data: aim it at a test environment. Signatures are judged by the secrets that the
    contract names, from the environment. The exit code is 1 when something is otherwise than the
    contract says, and 2 when nothing could be looked at.
    """
    from mock_platform.bootstrap import verifying
    from mock_platform.engine.findings import SpecBroken

    if not _is_http(url):
        raise click.UsageError(f"--url {url}: write http://HOST:PORT")
    as_json = bool(how.pop("as_json"))
    patience = how.pop("patience")
    asked = verifying.Asked(
        spec=spec,
        url=url.rstrip("/"),
        listen=_address(receive_at),
        patience_s=patience,  # type: ignore[arg-type]  # click has made it a float
        **how,  # type: ignore[arg-type]  # click has checked them
    )
    try:
        verdict = verifying.verify(asked, lambda told: click.echo(told, err=True))
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    except verifying.Unverifiable as reason:
        refuse(ctx, str(reason), MISUSED)
    if as_json:
        click.echo(json.dumps(asdict(verdict), indent=2, default=str))
    else:
        show(verdict)
    if not verdict.requests:
        refuse(ctx, _NOTHING_ASKED, MISUSED)
    if verdict.deviations:
        ctx.exit(BROKEN)


def show(verdict: Verdict) -> None:
    """Print the tables and the deviations."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _UNSEEN_WIDTH)
    console.print(operations_table(verdict))
    if verdict.tried:
        console.print(transitions_table(verdict))
    if verdict.callbacks:
        console.print(callbacks_table(verdict))
    if verdict.rebuffed:
        console.print(rebuffed_table(verdict))
    for note in verdict.notes:
        console.print(f"note: {note}", style="yellow", markup=False)
    for number, one in enumerate(verdict.deviations, start=1):
        console.print(f"\n{number}. {one.where}: {one.rule}", style="bold red", markup=False)
        console.print(f"   {one.message}", markup=False, soft_wrap=True)
        if one.again:
            console.print(f"   again: {one.again}", style="dim", markup=False, soft_wrap=True)
    console.print(f"\n{summary(verdict)}", markup=False, soft_wrap=True)


def operations_table(verdict: Verdict) -> Table:
    """Return the table of operations: which answers were seen how often, which are only documented."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="Operations and statuses", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("operation", no_wrap=True)
    table.add_column("seen")
    table.add_column("documented, not seen")
    for row in verdict.rows:
        known = {status: key_documenting(row.documented, status) for status in row.seen}
        seen = ", ".join(
            f"{status}{'' if known[status] else '!'} ({count})"
            for status, count in row.seen.items()
        )
        unseen = ", ".join(key for key in row.documented if key not in known.values())
        table.add_row(row.place, seen, unseen)
    return table


def transitions_table(verdict: Verdict) -> Table:
    """Return the table of states: what leads where, what is refused, what is otherwise."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="Transitions", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("from", no_wrap=True)
    for name in ("leads on", "refused", "not as documented"):
        table.add_column(name)
    for state in dict.fromkeys(one.state for one in verdict.tried):
        tried = [one for one in verdict.tried if one.state == state]
        held = [one for one in tried if one.held]
        table.add_row(
            state,
            "\n".join(f"{one.trigger} → {one.to}" for one in held if one.to),
            ", ".join(one.trigger for one in held if not one.to),
            ", ".join(one.trigger for one in tried if not one.held),
        )
    return table


def callbacks_table(verdict: Verdict) -> Table:
    """Return the table of callbacks: due, came, what was wrong."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        "callback", "due", "came", "wrong", title="Callbacks", title_justify="left", box=SIMPLE_HEAD
    )
    for name, told in verdict.callbacks.items():
        table.add_row(name, str(told.due), str(told.came), str(told.wrong))
    return table


def rebuffed_table(verdict: Verdict) -> Table:
    """Return the table of callbacks refused on purpose: what the contract says follows, what did."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title="Refused on purpose", title_justify="left", box=SIMPLE_HEAD)
    for name in ("callback", "refused with", "contract", "seen", "not as documented"):
        table.add_column(name)
    for one in verdict.rebuffed:
        waited = "-" if one.after_s is None else f"came again after {one.after_s:.2f} s"
        stated = "tried again" if one.retried else "final"
        table.add_row(one.callback, one.by, stated, waited, "" if one.held else "!")
    return table


def summary(verdict: Verdict) -> str:
    """Return the last line."""
    documented = sum(len(row.documented) for row in verdict.rows)
    seen = sum(len(keys_seen(row.documented, row.seen)) for row in verdict.rows)
    held = sum(one.held for one in verdict.tried)
    found = len(verdict.deviations)
    parts = [
        f"{verdict.requests} requests",
        f"{seen} of {documented} documented answers seen",
        f"{held} of {len(verdict.tried)} transitions as documented",
        *_of_rebuffed(verdict),
        f"{found} deviation{'' if found == 1 else 's'}",
    ]
    return ", ".join(parts)


def _of_rebuffed(verdict: Verdict) -> list[str]:
    held = sum(one.held for one in verdict.rebuffed)
    told = f"{held} of {len(verdict.rebuffed)} refused callbacks as documented"
    return [told] if verdict.rebuffed else []


def _address(told: str) -> tuple[str, int]:
    host, _, port = told.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _LAST_PORT:
        raise click.UsageError(f"--receive-at {told}: write HOST:PORT")
    return host.strip("[]"), int(port)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
