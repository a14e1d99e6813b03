"""The commands that read contracts and say or write something about them."""

from __future__ import annotations

from pathlib import Path

import click

from mock_platform.cli.file_options import OUTPUT, OVERLAYS, SPECS
from mock_platform.cli.outcomes import BROKEN, counted, listed, platform_of, refuse, write


@click.command(
    epilog="""\b
Example:  mock-platform check specs/*.spec.yaml
          mock-platform check petstore.yaml --format sarif -o findings.sarif
          mock-platform check ours.yaml --conventions --fail-on warning

A file switches a rule off, for itself or below any object, with a reason:

\b
  x-lint: {ignore: {component-used: The other documents use it.}}
"""
)
@SPECS
@click.option(
    "--conventions",
    is_flag=True,
    help="Hold them to our conventions too (prefix, problems, trace header, names), as a document"
    " with `x-lint: {conventions: true}` always is.",
)
@OVERLAYS
@click.option("--info", is_flag=True, help="Tell what could be better, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, for code scanning, for the log of a GitHub workflow.",
)
@OUTPUT
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="From which level on the exit code is 1.",
)
@click.pass_context
def check(
    ctx: click.Context,
    *,
    specs: tuple[Path, ...],
    conventions: bool,
    overlays: tuple[Path, ...],
    info: bool,
    form: str,
    output: Path | None,
    fail_on: str,
) -> None:
    """Tell what is wrong with specs.

    Findings are written as FILE:LINE:COLUMN, with the names of their rules (docs/lint.md explains
    them); when one is an error, the exit code is 1.
    """
    from mock_platform.engine.findings import ERROR, INFO, WARNING
    from mock_platform.engine.linting.reports import FORMATS

    every = platform_of(ctx).check_specs(specs, conventions=conventions, overlays=overlays)
    told = [finding for finding in every if info or finding.level != INFO]
    write(FORMATS[form](told, Path.cwd()), output)
    counts = {level: sum(one.level == level for one in every) for level in (ERROR, WARNING, INFO)}
    hints = f", {counted(counts[INFO], 'hint')}" if counts[INFO] else ""
    click.echo(
        f"{counted(len(specs), 'file')}: {counted(counts[ERROR], 'error')},"
        f" {counted(counts[WARNING], 'warning')}{hints}{' (--info)' if hints and not info else ''}",
        err=True,
    )
    if counts[ERROR] or (fail_on == WARNING and counts[WARNING]):
        ctx.exit(BROKEN)


@click.command(
    epilog="""\b
Example:  mock-platform bundle specs/order-service.spec.yaml > orders.yaml
          mock-platform bundle specs/order-service.spec.yaml --contract --openapi 3.1 -o orders.json
          mock-platform bundle specs/order-service.spec.yaml specs/callback-server.spec.yaml --merge
"""
)
@SPECS
@OVERLAYS
@click.option("--merge", is_flag=True, help="Make one document of several specs.")
@click.option(
    "--contract",
    "keep",
    flag_value="contract",
    help="Plain OpenAPI only: x-state-machine goes, too.",
)
@click.option(
    "--keep-behaviour",
    "keep",
    flag_value="behaviour",
    help="Everything stays: x-mock and x-lint, too.",
)
@click.option(
    "--openapi",
    type=click.Choice(["3.1"]),
    help="Write the 3.1 form of a 3.0 document: the same contract, callbacks also as webhooks.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    help="Default: what the name after -o ends with, else YAML.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@OUTPUT
@click.pass_context
def bundle(
    ctx: click.Context,
    *,
    specs: tuple[Path, ...],
    overlays: tuple[Path, ...],
    merge: bool,
    keep: str | None,
    openapi: str | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Write a spec as one self-contained file, ready to be given away.

    It has all that the spec refers to. State machines stay, as they are part of the contract; how
    this mock behaves (x-mock) and notes to authors (x-lint) do not.
    """
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.infra.spec_writing import to_json, to_yaml

    if len(specs) > 1 and not merge:
        raise click.UsageError("One spec makes one bundle; --merge makes one of several.")
    try:
        document = platform_of(ctx).bundle_specs(
            specs, keep=keep or "default", openapi=openapi or "", overlays=overlays
        )
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    ending = output.suffix.removeprefix(".") if output else ""
    write((to_json if (form or ending) == "json" else to_yaml)(document), output)
