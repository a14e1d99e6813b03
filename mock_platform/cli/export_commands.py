"""The command that turns a contract into requests for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from mock_platform.cli.file_options import FILE, OUTPUT
from mock_platform.cli.outcomes import BROKEN, listed, platform_of, refuse, write

_ENDINGS = {".http": "http", ".rest": "http", ".json": "postman", ".sh": "curl"}


@click.command(
    epilog="""\b
Example:  mock-platform export specs/order-service.spec.yaml -o orders.http
          mock-platform export petstore.yaml --format postman -o petstore.postman_collection.json
          mock-platform export specs/order-service.spec.yaml --format curl | bash
"""
)
@click.argument("spec", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["http", "jetbrains", "postman", "curl"]),
    help="An .http file for VS Code and Visual Studio, one for JetBrains and httpyac, a collection"
    " for Postman (2.1), a shell script. Default: what the name after -o ends with: .http or .rest,"
    " .json, .sh.",
)
@OUTPUT
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="Where it is served. Default: what the spec's first server says, else"
    " http://127.0.0.1:8080. It is a variable in every format.",
)
@click.pass_context
def export(
    ctx: click.Context, *, spec: Path, form: str | None, output: Path | None, base_url: str
) -> None:
    """Write a runnable collection of requests.

    Every operation with every example of its contract, makers before readers; ids come from earlier
    answers. Secrets are variables that you fill in.
    """
    from mock_platform.engine.findings import SpecBroken

    form = form or _ENDINGS.get(output.suffix if output else "")
    if form is None:
        raise click.UsageError("Say in which --format: http, jetbrains, postman or curl.")
    try:
        text = platform_of(ctx).export_spec(spec, form, base_url)
    except SpecBroken as broken:
        refuse(ctx, listed(broken.findings), BROKEN)
    write(text, output)
