"""State machines as data: a table that says what may happen next.

The table comes from ``x-state-machine`` in a spec and is written nowhere else. A machine that
could strand an entity does not get built.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import TransitionIllegal


@dataclass(frozen=True, slots=True)
class Move:
    """One step: where it leads, and the callback that tells of it."""

    to: str
    emit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What may happen next. Immutable; share it freely between threads."""

    resource: str
    key: str
    field: str
    initial: str
    terminal: frozenset[str]
    moves: Mapping[tuple[str | None, str], Move]
    """(state, trigger) → move; the state is None for a birth."""

    def after(self, state: str | None, trigger: str) -> Move:
        """Return the move that ``trigger`` makes from ``state``.

        Raises:
            TransitionIllegal: there is none; ``facts['allowed']`` lists the triggers that exist.
        """
        try:
            return self.moves[state, trigger]
        except KeyError:
            allowed = self.triggers(state)
            instead = ", ".join(allowed) if allowed else "nothing: the state is final"
            raise TransitionIllegal(
                f"{trigger} is not possible while {self.field} is {state!r}; possible: {instead}",
                state=state,
                trigger=trigger,
                allowed=allowed,
            ) from None

    def triggers(self, state: str | None) -> list[str]:
        """Return the triggers that lead out of ``state``, sorted."""
        return sorted(trigger for start, trigger in self.moves if start == state)

    def vias(self) -> frozenset[str]:
        """Return every operationId that triggers a move of an existing entity."""
        return frozenset(trigger for start, trigger in self.moves if start is not None)

    def born(self, trigger: str) -> Move:
        """Return the birth by ``trigger``: silent unless the table says whom to tell."""
        return self.moves.get((None, trigger), Move(self.initial))


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a machine, and where (RFC 6901 pointer into the extension)."""

    pointer: str
    message: str
    remedy: str


class MachineBroken(ValueError):
    """The ``x-state-machine`` extension does not describe a machine that can be run."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__("; ".join(f"{flaw.pointer}: {flaw.message}" for flaw in flaws))
        self.flaws = tuple(flaws)


def parse_machine(
    extension: Json, states: Sequence[str], operation_ids: Collection[str]
) -> Machine:
    """Build the machine that the extension describes.

    Args:
        extension: the value of ``x-state-machine``.
        states: the enum it stands beside.
        operation_ids: every operationId of the document.

    Raises:
        MachineBroken: with every flaw found, not only the first.
    """
    if flaws := tuple(_misshapen(extension)):
        raise MachineBroken(flaws)
    machine = Machine(
        resource=extension["resource"],
        key=extension.get("key", "id"),
        field=extension.get("field", "status"),
        initial=extension["initial"],
        terminal=frozenset(extension.get("terminal", ())),
        moves={
            (start, rule["via"]): Move(rule["to"], rule.get("emit"))
            for rule in extension["transitions"]
            for start in _starts(rule)
        },
    )
    if flaws := tuple(_flaws(extension, machine, states, operation_ids)):
        raise MachineBroken(flaws)
    return machine


def _misshapen(extension: Json) -> Iterator[Flaw]:
    schema = json.loads(files(__package__).joinpath("x_state_machine.schema.json").read_text())
    for error in Draft202012Validator(schema).iter_errors(extension):
        told = best_match(iter(error.context)) if error.context else error
        place = "".join(f"/{part}" for part in (told or error).absolute_path)
        yield Flaw(place, (told or error).message, "docs/vocabulary.md lists what may stand here")


def _starts(rule: Json) -> list[str | None]:
    match rule.get("from"):
        case list(several):
            return list(several)
        case start:
            return [start]


def _flaws(
    extension: Json, machine: Machine, states: Sequence[str], operation_ids: Collection[str]
) -> Iterator[Flaw]:
    yield from _unknown_names(extension, states, operation_ids)
    yield from _contradictions(extension, machine)
    reached = _reachable(machine)
    for number, state in enumerate(states):
        if state not in reached:
            yield Flaw(
                f"/../enum/{number}",
                f"state {state!r} cannot be reached from {machine.initial!r}",
                "add a transition that leads to it, or take it out of the enum",
            )


def _unknown_names(
    extension: Json, states: Sequence[str], operation_ids: Collection[str]
) -> Iterator[Flaw]:
    known = f"the enum has {', '.join(states)}"
    named = [("/initial", extension["initial"])]
    named += [(f"/terminal/{n}", name) for n, name in enumerate(extension.get("terminal", ()))]
    for number, rule in enumerate(extension["transitions"]):
        place = f"/transitions/{number}"
        named.append((f"{place}/to", rule["to"]))
        named += [(f"{place}/from", start) for start in _starts(rule) if start is not None]
        if rule["via"] not in operation_ids:
            yield Flaw(
                f"{place}/via",
                f"no operation has the operationId {rule['via']!r}",
                "name an operation of this document, or add one",
            )
    for place, name in named:
        if name not in states:
            yield Flaw(place, f"{name!r} is not a state", known)


def _contradictions(extension: Json, machine: Machine) -> Iterator[Flaw]:
    seen: dict[tuple[str | None, str], int] = {}
    for number, rule in enumerate(extension["transitions"]):
        place = f"/transitions/{number}"
        for start in _starts(rule):
            if start in machine.terminal:
                yield Flaw(
                    f"{place}/from",
                    f"{start!r} is terminal, yet this transition leaves it",
                    "take the state out of terminal, or the transition away",
                )
            if start is None and rule["to"] != machine.initial:
                yield Flaw(
                    f"{place}/to",
                    f"a transition without 'from' is a birth and leads to {machine.initial!r}",
                    "write 'from', or lead it to the initial state",
                )
            first = seen.setdefault((start, rule["via"]), number)
            if first != number:
                yield Flaw(
                    place,
                    f"{rule['via']!r} from {start!r} is already transition {first}",
                    "one operation can lead out of a state in one way only",
                )


def _reachable(machine: Machine) -> set[str]:
    reached = {machine.initial}
    grown = True
    while grown:
        more = {move.to for (start, _), move in machine.moves.items() if start in reached}
        grown = not more <= reached
        reached |= more
    return reached
