"""The arguments and options of commands that read contracts and write something of them."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file to read."""
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
"""A file to write; what it holds is replaced."""

SPECS = click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=FILE)
OUTPUT = click.option(
    "-o", "--output", type=NEW_FILE, help="Write to this file instead of standard output."
)
OVERLAYS = click.option(
    "--overlay",
    "overlays",
    metavar="FILE",
    multiple=True,
    type=FILE,
    help="Lay an OpenAPI Overlay over them first. Repeatable, in this order.",
)
