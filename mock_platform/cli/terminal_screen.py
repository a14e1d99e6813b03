"""Puts tables and lines on the screen: in colour on a terminal, plain or as JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mock_platform.cli.terminal_looking import Listed
from mock_platform.cli.terminal_tables import STYLES, Column, cells, heading, line, table, widths
from mock_platform.cli.terminal_tools import as_json
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from rich.console import Console


@dataclass(slots=True)
class Screen:
    """Where a command writes."""

    is_json: bool
    _headed: bool = False

    def listed(self, columns: Sequence[Column], found: Listed, nothing: str) -> None:
        """Show a list; what was left out is told beside it."""
        if self.is_json:
            click.echo(as_json(found.items))
        else:
            self.table(columns, found.items, nothing)
        if not found.is_whole:
            click.echo("There is more than can be read at once; narrow it by a filter.", err=True)

    def table(self, columns: Sequence[Column], items: Sequence[Json], nothing: str) -> None:
        console = _console()
        if console is None or not items:
            click.echo(table(columns, items, nothing), nl=False)
            return
        wide = widths(columns, items)
        _print_heading(console, columns, wide)
        for item in items:
            _print_item(console, columns, item, wide)

    def value(self, value: Json) -> None:
        click.echo(as_json(value))

    def line(self, columns: Sequence[Column], item: Json) -> None:
        """Show one of many that come one by one."""
        console = _console()
        wide = [column.width for column in columns]
        if self.is_json:
            click.echo(as_json(item, indent=False))
        elif console is None:
            head = "" if self._headed else heading(columns)
            click.echo(head + line(columns, item), nl=False)
        else:
            if not self._headed:
                _print_heading(console, columns, wide)
            _print_item(console, columns, item, wide)
        self._headed = True
        sys.stdout.flush()


def _console() -> Console | None:
    """Return rich's console; None when nobody looks at a screen."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    return Console(highlight=False)  # heeds NO_COLOR


def _print_heading(console: Console, columns: Sequence[Column], wide: Sequence[int]) -> None:
    _print(console, [(column.title, "bold") for column in columns], wide)


def _print_item(
    console: Console, columns: Sequence[Column], item: Json, wide: Sequence[int]
) -> None:
    told = zip(columns, cells(columns, item), strict=True)
    styled = [(cell, STYLES.get(cell, "") if column.is_state else "") for column, cell in told]
    _print(console, styled, wide)


def _print(console: Console, styled: Sequence[tuple[str, str]], wide: Sequence[int]) -> None:
    """Print a row. Where it is too long the terminal wraps it: ids are there to be copied."""
    from rich.text import Text

    row = Text()
    for (cell, style), width in zip(styled, wide, strict=True):
        row.append(cell, style).append(" " * (max(0, width - len(cell)) + 2))
    row.rstrip()
    console.print(row, soft_wrap=True)
