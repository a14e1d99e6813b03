"""What building gives to those who serve it and tell people about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_platform.engine.bindings import Handler
from mock_platform.engine.operations import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a built platform serves, for those who tell people about it."""

    operations: Sequence[tuple[str, str, str, str]]
    """OperationId, method, path, and who answers: ``handler``, ``transition``, ``example``."""
    specs: Sequence[str]
    kept: Sequence[str] = ()
    """The collections that remember what is created."""
    invites: str | None = None
    """A path that can be read without knowing anything, to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An assembled platform. Its last three may be called more than once, in this order."""

    app: Any
    """The ASGI application."""
    banner_facts: Served
    signing: str | None
    """Where the callbacks' secret comes from: ``configured``, ``ephemeral`` or ``missing``; None
    when nothing served sends callbacks."""
    leave: Callable[[], None]
    """Stop taking on work, at once and without waiting: safe in a signal handler."""
    drain: Callable[[], None]
    """Let the callbacks under way end, up to the drain's deadline, and begin no more. Keep serving
    meanwhile: some of them are on their way to this very process."""
    stop: Callable[[], None]
    """Let go of everything."""


def who_answers(operation_id: str, bound: Mapping[str, Handler], by_machine: frozenset[str]) -> str:
    """Return ``handler``, ``transition`` or ``example``."""
    if operation_id in by_machine:
        return "transition"
    return "handler" if operation_id in bound else "example"


def inviting(listed: Iterable[Operation]) -> str | None:
    """Return the path of the first operation that a reader can call without knowing anything."""
    return next(
        (
            one.path
            for one in listed
            if one.method == "GET"
            and (not one.security or {} in one.security)
            and not any(each.required for each in one.parameters)
        ),
        None,
    )
