"""Describes state machines: which states there are, and what leads from one to another."""

from __future__ import annotations

from dataclasses import dataclass

from mock_platform.domain.state_machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One arrow."""

    start: str
    """Empty: the birth of the resource."""
    to: str
    operation: str
    event: str
    """The callback that tells of it; empty: nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePage:
    """One machine."""

    resource: str
    field: str
    states: tuple[str, ...]
    initial: str
    final: tuple[str, ...]
    transitions: tuple[Transition, ...]
    machine: Machine
    """What is drawn."""


def machine_page(machine: Machine) -> MachinePage:
    """Describe a machine."""
    transitions = tuple(
        Transition(start=start or "", to=move.to, operation=trigger, event=move.emit or "")
        for (start, trigger), move in machine.moves.items()
    )
    reached = (machine.initial, *(one.to for one in transitions))
    states = tuple(dict.fromkeys(reached))
    return MachinePage(
        resource=machine.resource,
        field=machine.field,
        states=states,
        initial=machine.initial,
        final=tuple(state for state in states if state in machine.terminal),
        transitions=transitions,
        machine=machine,
    )
