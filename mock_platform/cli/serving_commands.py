"""The commands that serve something, and their options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from mock_platform.cli.file_options import FILE
from mock_platform.cli.outcomes import BROKEN, MISUSED, platform_of, refuse
from mock_platform.cli.platform import Built, Mode
from mock_platform.shared import garbage
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from mock_platform.shared.config import Settings

F = TypeVar("F", bound=Callable[..., object])

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def serving(port: int, *more: Callable[[Json], Json]) -> Callable[[F], F]:
    """The options that all serving commands have, and those of this one."""
    options: tuple[Callable[[Json], Json], ...] = (
        click.option(
            "--host", help="Address to listen on. [MOCK_PLATFORM_HOST; default 127.0.0.1]"
        ),
        click.option(
            "--port",
            metavar="PORT",
            type=click.IntRange(0, 65535),
            help=f"Port; 0 takes any free one. [MOCK_PLATFORM_PORT; default {port}]",
        ),
        click.option(
            "--store",
            metavar="URL",
            help="memory:// forgets at exit, sqlite:///orders.db survives crashes."
            " [MOCK_PLATFORM_STORE; default memory://]",
        ),
        *more,
        click.option(
            "--console/--no-console",
            default=None,
            help="Show what happens on web pages at /console/. [MOCK_PLATFORM_CONSOLE; default true]",
        ),
        click.option(
            "--reload/--no-reload",
            default=None,
            help="Serve saved specs at once, without a restart. [MOCK_PLATFORM_RELOAD; default"
            " true]",
        ),
    )

    def decorated(command: F) -> F:
        for option in reversed(options):
            option(command)  # click keeps a command's options beside it, and returns it as it is
        return command

    return decorated


_CORS = click.option(
    "--cors/--no-cors",
    default=None,
    help="Let web pages from other origins in. [MOCK_PLATFORM_CORS; default true]",
)
_SPECS = click.option(
    "--specs",
    metavar="DIR",
    type=_FOLDER,
    help="Your copies of the *.spec.yaml files. [MOCK_PLATFORM_SPECS; default: the installed ones]",
)


_HOW_DOCUMENTS_ARE_SERVED = (
    "handlers",
    "stateful",
    "seed_data",
    "dynamic",
    "validation",
    "strict",
    "allow_outside",
    "allow_remote",
    "overlays",
)


@click.command(epilog="Example:  mock-platform serve petstore.yaml --mount /billing=billing.yaml")
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=FILE)
@click.option(
    "--mount",
    "mounts",
    metavar="/PATH=SPEC",
    multiple=True,
    help="Serve a document under this path, whatever its servers say. Repeatable.",
)
@click.option(
    "--handlers",
    metavar="PLACE",
    help="A module, file or folder with functions named after operations (payOrder: pay_order).",
)
@click.option(
    "--stateful/--no-stateful",
    default=False,
    help="Keep what is created: collections and items are found in paths and schemas.",
)
@click.option(
    "--seed-data",
    type=FILE,
    help="YAML or JSON, what to begin with: {pets: [{name: Rex}]}. Implies memory for its collections.",
)
@click.option(
    "--dynamic/--no-dynamic",
    default=False,
    help="Make answers up even where there are examples, as Prefer: dynamic=true does.",
)
@click.option(
    "--validation",
    type=click.Choice(["strict", "soft", "none"]),
    default="strict",
    help="What breaks the contract is refused (strict), served and told (soft), or served (none).",
)
@click.option("--strict", is_flag=True, help="Refuse documents that are not quite right.")
@click.option(
    "--allow-outside", is_flag=True, help="Let a document refer to files outside its folder."
)
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Fetch what a document refers to by URL: up to 200 files of 16 MiB, in one minute.",
)
@click.option(
    "--overlay",
    "overlays",
    metavar="FILE",
    multiple=True,
    type=FILE,
    help="Lay an OpenAPI Overlay over the document it extends. Repeatable, in this order.",
)
@serving(8080, _CORS)
@click.pass_context
def serve(
    ctx: click.Context, /, specs: tuple[Path, ...], mounts: tuple[str, ...], **options: Json
) -> None:
    """Serve any OpenAPI documents as mocks.

    Operations without a function of yours are answered from the document: examples first, then what
    its schemas allow. docs/choosing-the-answer.md tells how, and how a request can choose.
    """
    wanted = [*((spec, None) for spec in specs), *map(_mount, mounts)]
    if not wanted:
        raise click.UsageError("Name a document to serve: mock-platform serve petstore.yaml")
    how = {name: options.pop(name) for name in _HOW_DOCUMENTS_ARE_SERVED}
    _start(ctx, lambda given: platform_of(ctx).build_documents(wanted, given, **how), 8080, options)


@click.command(epilog="Example:  mock-platform up --store sqlite:///orders.db --port 0")
@serving(8080, _SPECS)
@click.pass_context
def up(ctx: click.Context, /, **options: Json) -> None:
    """Serve both services on one port.

    .env.example lists all settings. An option beats its variable, which beats .env.
    """
    _serve(ctx, "platform", 8080, options)


@click.command(epilog="Example:  mock-platform order-service --specs ./my-specs")
@serving(8081, _SPECS)
@click.pass_context
def order_service(ctx: click.Context, /, **options: Json) -> None:
    """Serve the order service alone."""
    _serve(ctx, "order-service", 8081, options)


@click.command(epilog="Example:  mock-platform callback-server --host 0.0.0.0")
@serving(8082, _SPECS)
@click.pass_context
def callback_server(ctx: click.Context, /, **options: Json) -> None:
    """Serve the callback server alone."""
    _serve(ctx, "callback-server", 8082, options)


def _mount(told: str) -> tuple[Path, str]:
    path, equals, file = told.partition("=")
    if not (equals and path.startswith("/") and Path(file).is_file()):
        raise click.UsageError(f"--mount {told}: write /PATH=FILE, with a file that is there")
    return Path(file), path


def _serve(ctx: click.Context, mode: Mode, port: int, options: dict[str, Json]) -> NoReturn:
    _start(ctx, lambda settings: platform_of(ctx).build(mode, settings), port, options)


def _start(
    ctx: click.Context, build: Callable[[Settings], Built], port: int, options: dict[str, Json]
) -> NoReturn:
    garbage.look_seldom()
    with garbage.none_while_building():
        from mock_platform.cli import serving as server
        from mock_platform.shared.config import SettingBroken, load_settings

    try:
        settings = load_settings(options)
        ctx.exit(server.serve(build, port if settings.port is None else settings.port, settings))
    except SettingBroken as broken:
        refuse(ctx, str(broken), MISUSED)
    except server.StartRefused as refused:
        refuse(ctx, str(refused), BROKEN)
