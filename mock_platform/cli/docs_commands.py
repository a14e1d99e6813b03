"""The command that writes the documentation as a folder of pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mock_platform.cli.file_options import FILE, SPECS
from mock_platform.cli.outcomes import BROKEN, MISUSED, counted, listed, refuse

_EXAMPLES = """
\b
Examples:
  mock-platform docs specs/*.spec.yaml -o site
  mock-platform docs orders.yaml -o site --since old/orders-1.0.yaml --since old/orders-1.1.yaml
  mock-platform docs orders.yaml -o site --against v1.0.0 --server https://api.example.com
"""


@click.command(epilog=_EXAMPLES)
@SPECS
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write; what an earlier run wrote there is replaced.",
)
@click.option(
    "--since",
    metavar="OLD_SPEC",
    multiple=True,
    type=FILE,
    help="An older version, for the changelog. Repeatable; they are sorted by info.version.",
)
@click.option(
    "--against",
    metavar="REF",
    multiple=True,
    help="An older version too: what git has at this commit or tag. Repeatable.",
)
@click.option("--title", help="What the whole is called. [default: the document's title]")
@click.option(
    "--server",
    metavar="URL",
    help="Where the service is reached, for the curl lines. [default: the document's first server]",
)
@click.option("--force", is_flag=True, help="Write into a folder with other files in it, too.")
@click.pass_context
def docs(
    ctx: click.Context,
    *,
    specs: tuple[Path, ...],
    output: Path,
    since: tuple[Path, ...],
    against: tuple[str, ...],
    title: str | None,
    server: str | None,
    force: bool,
) -> None:
    """Write the documentation of specs as a folder of pages.

    The same pages that a running mock shows at /docs/: they need no server, load nothing from
    elsewhere, and begin at DIR/index.html. The same specs make the same bytes.
    """
    from mock_platform.bootstrap.documentation import Unrelated, Wish, site_of, write_docs
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.infra.git_files import GitUnusable
    from mock_platform.infra.site_folder import FolderForeign

    wish = Wish(specs=specs, since=since, against=against, title=title or "", server=server or "")
    try:
        count, written = write_docs(site_of(wish), output, force=force)
        shown = sys.stderr.isatty()
        with click.progressbar(
            written, length=count, label="Writing pages", file=sys.stderr, hidden=not shown
        ) as progress:
            for _ in progress:
                pass
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    except (FolderForeign, GitUnusable, Unrelated) as refused:
        refuse(ctx, str(refused), MISUSED)
    except OSError as error:
        refuse(ctx, f"{error.filename or output} cannot be written: {error.strerror}", BROKEN)
    click.echo(f"{counted(count, 'file')}; begin at {output / 'index.html'}", err=True)
