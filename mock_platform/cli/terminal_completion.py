"""Completes what is typed: commands and options by click, names from the contracts."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

_VARIABLE = "_MOCK_PLATFORM_COMPLETE"
_INSTALL = {
    "bash": "# Keep it:  mock-platform completion bash >> ~/.bashrc",
    "zsh": "# Keep it:  mock-platform completion zsh >> ~/.zshrc",
    "fish": "# Keep it:  mock-platform completion fish"
    " > ~/.config/fish/completions/mock-platform.fish",
}
_NOW = {
    "bash": '# Only this shell:  eval "$(mock-platform completion bash)"',
    "zsh": '# Only this shell:  eval "$(mock-platform completion zsh)"',
    "fish": "# Only this shell:  mock-platform completion fish | source",
}


@click.command(epilog='Example:  eval "$(mock-platform completion bash)"')
@click.argument("shell", type=click.Choice([*_INSTALL]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Write what makes a shell complete our commands, options and names."""
    found = get_completion_class(shell)
    if found is None:  # click knows these three
        raise click.UsageError(f"{shell} cannot be taught")
    script = ShellComplete.source(found(ctx.find_root().command, {}, "mock-platform", _VARIABLE))
    click.echo(f"{_INSTALL[shell]}\n{_NOW[shell]}\n{script}")


def order_states(_ctx: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the states that an order can be in."""
    from mock_platform.cli.terminal_contract import words

    return _beginning(begun, words().states)


def event_types(_ctx: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the types of events."""
    from mock_platform.cli.terminal_contract import words

    return _beginning(begun, words().events)


def inbox_names(_ctx: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the inboxes that the contract shows and the settings name."""
    from mock_platform.cli.terminal_contract import words

    return _beginning(begun, words().inboxes)


def _beginning(begun: str, known: tuple[str, ...]) -> list[CompletionItem]:
    return [CompletionItem(word) for word in known if word.startswith(begun)]
