"""Puts tables and lines on the screen: in colour on a terminal, plain or as JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mock_platform.cli.terminal_looking import Listed
from mock_platform.cli.terminal_tables import STYLES, Column, cells, heading, line, table
from mock_platform.cli.terminal_tools import as_json
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from rich.console import Console
    from rich.text import Text


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
        else:
            _show(console, columns, items)

    def value(self, value: Json) -> None:
        click.echo(as_json(value))

    def line(self, columns: Sequence[Column], item: Json) -> None:
        """Show one of many that come one by one."""
        if self.is_json:
            click.echo(as_json(item, indent=False))
        else:
            self._told(columns, item)
        sys.stdout.flush()

    def _told(self, columns: Sequence[Column], item: Json) -> None:
        if not self._headed:
            click.echo(heading(columns), nl=False)
            self._headed = True
        console = _console()
        if console is None:
            click.echo(line(columns, item), nl=False)
            return
        told = _texts(columns, item)
        for text, column in zip(told, columns, strict=True):
            text.pad_right(max(0, column.width - len(text)) + 2)
        console.print(*told, sep="", soft_wrap=True)


def _console() -> Console | None:
    """Return rich's console; None when nobody looks at a screen."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    return Console(highlight=False)  # heeds NO_COLOR


def _show(console: Console, columns: Sequence[Column], items: Sequence[Json]) -> None:
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        # Ids are there to be copied; what is told in words may be wrapped.
        shown.add_column(column.title, no_wrap=column.width > 0, overflow="fold")
    for item in items:
        shown.add_row(*_texts(columns, item))
    console.print(shown)


def _texts(columns: Sequence[Column], item: Json) -> list[Text]:
    from rich.text import Text

    told = zip(columns, cells(columns, item), strict=True)
    return [Text(cell, STYLES.get(cell, "") if column.is_state else "") for column, cell in told]
