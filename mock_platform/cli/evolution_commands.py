"""The command that compares versions of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mock_platform.cli.file_options import FILE, OUTPUT
from mock_platform.cli.outcomes import BROKEN, MISUSED, counted, refuse

if TYPE_CHECKING:  # slow to import
    from mock_platform.engine.evolution.verdict import Comparison

_FORMATS: Final = ("text", "json", "markdown", "junit")
_LEVELS: Final = ("breaking", "risky", "additive", "never")
_PAIR: Final = 2
_EXAMPLE = "\b\nExample:  mock-platform diff --against v1.4.0 specs/*.spec.yaml --format markdown"


def _print_rules(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from mock_platform.engine.evolution.rule_page import rule_tables

        click.echo(rule_tables(), nl=False)
        ctx.exit()


@click.command(epilog=_EXAMPLE)
@click.argument(
    "specs",
    metavar="OLD NEW | --against REF SPEC...",
    nargs=-1,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--against", metavar="REF", help="Compare with what git has at a commit or tag.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="For people, programs, pull requests, build servers.",
)
@OUTPUT
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    default="breaking",
    show_default=True,
    help="Exit with 1 when a change is as grave as this.",
)
@click.option(
    "--unless-major",
    is_flag=True,
    help="Let everything pass when the major version in info.version is higher.",
)
@click.option(
    "--accept",
    metavar="FILE",
    type=FILE,
    help="Let changes pass that this YAML names, each with a reason.",
)
@click.option(
    "--allow-outside",
    is_flag=True,
    help="Let a contract refer to files outside of its folder.",
)
@click.option("--docs", is_flag=True, help="Tell changes of descriptions and examples too.")
@click.option(
    "--rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_rules,
    help="List all rules, with their reasons and sources, as Markdown.",
)
@click.pass_context
def diff(
    ctx: click.Context,
    *,
    specs: tuple[Path, ...],
    against: str | None,
    form: str,
    output: Path | None,
    fail_on: str,
    unless_major: bool,
    accept: Path | None,
    allow_outside: bool,
    docs: bool,
) -> None:
    """Tell what changed between two versions of a contract, and whom it breaks.

    Each change is breaking, risky or additive, for what clients send and for what they get; rules
    and reasons are in docs/evolution.md. Exit code 1: something is as grave as --fail-on says;
    2: it could not be compared.
    """
    from mock_platform.cli.evolution_reports import REPORTS, summary
    from mock_platform.engine.evolution import DOCS

    found = _accepted(ctx, _compared(ctx, specs, against, allow_outside=allow_outside), accept)
    _doubt(found)
    told = found if docs else [comparison.without(DOCS) for comparison in found]
    report = REPORTS[form](told)
    if output is None:
        click.echo(report, nl=False)
    else:
        try:
            output.write_text(click.unstyle(report), encoding="utf-8")
        except OSError as error:
            refuse(ctx, f"{output} cannot be written: {error.strerror}", MISUSED)
        click.echo(f"{output}: {summary(told)}", err=True)
    if any(comparison.fails(fail_on, unless_major=unless_major) for comparison in found):
        ctx.exit(BROKEN)


def _compared(
    ctx: click.Context, specs: tuple[Path, ...], against: str | None, *, allow_outside: bool
) -> Sequence[Comparison]:
    from mock_platform.bootstrap.evolution import compare_files, compare_with_git
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.infra.git_files import GitUnusable

    try:
        if against is not None:
            return compare_with_git(against, specs, allow_outside=allow_outside)
        if len(specs) != _PAIR:
            raise click.UsageError("give two files, or --against REF and any number of them")
        return [compare_files(*specs, allow_outside=allow_outside)]
    except SpecBroken as broken:
        told = "\n".join(["this cannot be compared:", *map(str, broken.findings)])
        refuse(ctx, told, MISUSED)
    except (GitUnusable, FileNotFoundError) as error:
        refuse(ctx, str(error), MISUSED)


def _doubt(found: Sequence[Comparison]) -> None:
    """Say what was not compared as it is written."""
    for comparison in found:
        for doubt in comparison.doubts:
            click.echo(str(doubt), err=True)
        more = comparison.doubted - len(comparison.doubts)
        if more:
            click.echo(f"and {counted(more, 'doubt')} more: mock-platform check", err=True)


def _accepted(
    ctx: click.Context, found: Sequence[Comparison], file: Path | None
) -> Sequence[Comparison]:
    if file is None:
        return found
    from mock_platform.bootstrap.evolution import read_acceptances
    from mock_platform.engine.evolution.accepting import accepted, unneeded
    from mock_platform.engine.findings import SpecBroken

    try:
        wanted = read_acceptances(file)
    except SpecBroken as broken:
        refuse(ctx, "\n".join(map(str, broken.findings)), MISUSED)
    changes = [change for comparison in found for change in comparison.changes]
    for each in unneeded(changes, wanted):
        click.echo(f"{file}: {each} is accepted, and did not happen", err=True)
    return [
        replace(comparison, changes=accepted(comparison.changes, wanted)) for comparison in found
    ]
