"""The commands that read contracts and say or write something about them."""

from __future__ import annotations

from pathlib import Path

import click

from mock_platform.cli.outcomes import BROKEN, counted, listed, platform_of, refuse

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example:  mock-platform check specs/*.spec.yaml")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=_FILE)
@click.pass_context
def check(ctx: click.Context, specs: tuple[Path, ...]) -> None:
    """Tell what is wrong with specs.

    Findings are written as FILE:LINE:COLUMN; when one is an error, the exit code is 1.
    """
    findings = platform_of(ctx).check_specs(specs)
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    warnings = len(findings) - errors
    click.echo(
        f"{counted(len(specs), 'file')}: {counted(errors, 'error')},"
        f" {counted(warnings, 'warning')}",
        err=True,
    )
    if errors:
        ctx.exit(BROKEN)


@click.command(epilog="Example:  mock-platform bundle specs/order-service.spec.yaml > orders.yaml")
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
        document = platform_of(ctx).bundle_spec(spec)
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    click.echo((to_json if as_json else to_yaml)(document), nl=False)
