"""The commands and their options. What they do is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from mock_platform.cli.platform import Mode, Platform
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from mock_platform.engine.findings import Finding

F = TypeVar("F", bound=Callable[..., object])

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

BROKEN, MISUSED = 1, 2
"""Exit codes: what was asked for cannot be done; it was asked for wrongly."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here:  mock-platform up  (then open http://127.0.0.1:8080/docs/)",
)
@click.version_option(package_name="mock-platform", prog_name="mock-platform")
def main() -> None:
    """Serve mocks of what OpenAPI files describe, callbacks included."""


def serving(port: int) -> Callable[[F], F]:
    """The options that all serving commands have."""
    options = (
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
        click.option(
            "--specs",
            metavar="DIR",
            type=_FOLDER,
            help="Your copies of the *.spec.yaml files. [MOCK_PLATFORM_SPECS; default: the"
            " installed ones]",
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
            command = option(command)
        return command

    return decorated


@main.command(epilog="Example:  mock-platform up --store sqlite:///orders.db --port 0")
@serving(8080)
@click.pass_context
def up(ctx: click.Context, /, **options: Json) -> None:
    """Serve both services on one port.

    .env.example lists all settings. An option beats its variable, which beats .env.
    """
    _serve(ctx, "platform", 8080, options)


@main.command(epilog="Example:  mock-platform order-service --specs ./my-specs")
@serving(8081)
@click.pass_context
def order_service(ctx: click.Context, /, **options: Json) -> None:
    """Serve the order service alone."""
    _serve(ctx, "order-service", 8081, options)


@main.command(epilog="Example:  mock-platform callback-server --host 0.0.0.0")
@serving(8082)
@click.pass_context
def callback_server(ctx: click.Context, /, **options: Json) -> None:
    """Serve the callback server alone."""
    _serve(ctx, "callback-server", 8082, options)


@main.command(epilog="Example:  mock-platform check specs/*.spec.yaml")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=_FILE)
@click.pass_context
def check(ctx: click.Context, specs: tuple[Path, ...]) -> None:
    """Tell what is wrong with specs.

    Findings are written as FILE:LINE:COLUMN; when one is an error, the exit code is 1.
    """
    findings = _platform(ctx).check_specs(specs)
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    warnings = len(findings) - errors
    click.echo(
        f"{_counted(len(specs), 'file')}: {_counted(errors, 'error')},"
        f" {_counted(warnings, 'warning')}",
        err=True,
    )
    if errors:
        ctx.exit(BROKEN)


@main.command(epilog="Example:  mock-platform bundle specs/order-service.spec.yaml > orders.yaml")
@click.argument("spec", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of YAML.")
@click.pass_context
def bundle(ctx: click.Context, spec: Path, as_json: bool) -> None:
    """Write a spec as one self-contained file.

    It goes to standard output, with all it refers to and without x-mock, ready to be given away.
    """
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.infra.spec_writing import to_json, to_yaml

    try:
        document = _platform(ctx).bundle_spec(spec)
    except SpecBroken as broken:
        _refuse(ctx, _listed(broken.findings), BROKEN)
    click.echo((to_json if as_json else to_yaml)(document), nl=False)


def _serve(ctx: click.Context, mode: Mode, port: int, options: dict[str, Json]) -> NoReturn:
    from mock_platform.cli.serving import StartRefused, serve
    from mock_platform.shared.config import SettingBroken, load_settings

    try:
        settings = load_settings(options)
        ctx.exit(
            serve(mode, port if settings.port is None else settings.port, settings, _platform(ctx))
        )
    except SettingBroken as broken:
        _refuse(ctx, str(broken), MISUSED)
    except StartRefused as refused:
        _refuse(ctx, str(refused), BROKEN)


def _platform(ctx: click.Context) -> Platform:
    """The composition root, unless a test brought its own."""
    if ctx.obj is not None:
        brought: Platform = ctx.obj
        return brought
    from mock_platform import bootstrap

    return bootstrap


def _refuse(ctx: click.Context, why: str, code: int) -> NoReturn:
    click.echo(f"Error: {why}", err=True)
    ctx.exit(code)


def _listed(findings: tuple[Finding, ...]) -> str:
    return "\n".join(["the spec is broken:", *map(str, findings)])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
