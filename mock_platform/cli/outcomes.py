"""How commands end, and how they say so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from mock_platform.cli.platform import Platform

if TYPE_CHECKING:  # slow to import
    from mock_platform.engine.findings import Finding

BROKEN, MISUSED = 1, 2
"""Exit codes: what was asked for cannot be done; it was asked for wrongly."""


def platform_of(ctx: click.Context) -> Platform:
    """The composition root, unless a test brought its own."""
    if ctx.obj is not None:
        brought: Platform = ctx.obj
        return brought
    from mock_platform import bootstrap

    return bootstrap


def refuse(ctx: click.Context, why: str, code: int) -> NoReturn:
    click.echo(f"Error: {why}", err=True)
    ctx.exit(code)


def listed(findings: tuple[Finding, ...]) -> str:
    return "\n".join(["the spec is broken:", *map(str, findings)])


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def write(text: str | bytes, output: Path | None) -> None:
    """Write what a command made: to a file, or to standard output."""
    if output is None:
        click.echo(text, nl=False)
    else:
        data = text if isinstance(text, bytes) else text.encode()
        try:
            output.write_bytes(data)
        except OSError as error:
            raise click.FileError(str(output), error.strerror) from error
