"""All commands, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {
    "serve": "mock_platform.cli.serving_commands:serve",
    "up": "mock_platform.cli.serving_commands:up",
    "order-service": "mock_platform.cli.serving_commands:order_service",
    "callback-server": "mock_platform.cli.serving_commands:callback_server",
    "orders": "mock_platform.cli.terminal_commands:orders",
    "deliveries": "mock_platform.cli.terminal_commands:deliveries",
    "inbox": "mock_platform.cli.terminal_inbox:inbox",
    "listen": "mock_platform.cli.terminal_sending:listen",
    "trigger": "mock_platform.cli.terminal_sending:trigger",
    "completion": "mock_platform.cli.terminal_completion:completion",
    "check": "mock_platform.cli.spec_commands:check",
    "verify": "mock_platform.cli.verify_commands:verify",
    "bundle": "mock_platform.cli.spec_commands:bundle",
    "export": "mock_platform.cli.export_commands:export",
    "docs": "mock_platform.cli.docs_commands:docs",
    "diff": "mock_platform.cli.evolution_commands:diff",
}
"""In the order of ``--help``. Their modules are imported when they are asked for."""


class _Listed(click.Group):
    """A group whose commands stand in the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(
    cls=_Listed,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here:  mock-platform up  (then open http://127.0.0.1:8080/docs/)",
)
@click.version_option(package_name="mock-platform", prog_name="mock-platform")
def main() -> None:
    """Serve mocks of what OpenAPI files describe, callbacks included."""
