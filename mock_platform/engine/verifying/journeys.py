"""Plans from a state machine what to try: from every state every operation, possible there or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_platform.domain.state_machine import Machine, Move
from mock_platform.engine.operations import Operation
from mock_platform.engine.pointers import follow, join
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One new resource: the way to a state, and what is tried there."""

    machine: Machine
    way: tuple[str, ...]
    """OperationIds that lead to the state; the first one makes the resource."""
    state: str
    trigger: str
    move: Move | None
    """Where the trigger leads; None: the contract forbids it here."""

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Return callback and state for each callback that is due, in order."""
        moves = [self.machine.born(self.way[0])]
        for trigger in self.way[1:]:
            moves.append(self.machine.after(moves[-1].to, trigger))
        if self.move is not None:
            moves.append(self.move)
        return tuple((move.emit, move.to) for move in moves if move.emit is not None)


def probes(machine: Machine, birth: str) -> tuple[Probe, ...]:
    """Return every pair of a state and an operation, each with the shortest way to the state."""
    ways: dict[str, tuple[str, ...]] = {machine.born(birth).to: (birth,)}
    waiting = deque(ways)
    while waiting:
        state = waiting.popleft()
        for trigger in machine.triggers(state):
            there = machine.moves[state, trigger].to
            if there not in ways:
                ways[there] = (*ways[state], trigger)
                waiting.append(there)
    return tuple(
        Probe(
            machine=machine,
            way=way,
            state=state,
            trigger=trigger,
            move=machine.moves.get((state, trigger)),
        )
        for state, way in ways.items()
        for trigger in sorted(machine.vias())
    )


def first_told(machine: Machine, birth: str, callback: str) -> tuple[tuple[str, ...], str] | None:
    """Return the shortest way whose last step, and no other, sends a callback; and the state then.

    None: no way begins with this callback.
    """
    born = machine.born(birth)
    if born.emit is not None:
        return ((birth,), born.to) if born.emit == callback else None
    found = [
        ((*probe.way, probe.trigger), probe.told[0][1])
        for probe in probes(machine, birth)
        if probe.move is not None and probe.move.emit == callback and len(probe.told) == 1
    ]
    return min(found, key=lambda one: len(one[0]), default=None)


def birth_of(machine: Machine, listed: Sequence[Operation], root: Json) -> str | None:
    """Return the operation that makes a resource: the machine says it, or a link gives it away."""
    stated = [trigger for state, trigger in machine.moves if state is None]
    if stated:
        return stated[0]
    vias = machine.vias()
    for operation in listed:
        if operation.method == "POST" and operation.id not in vias:
            linked = {one.get("operationId") for one in links(operation, root)}
            if linked & vias:
                return operation.id
    return None


def links(operation: Operation, root: Json, status: str | None = None) -> list[Mapping[str, Json]]:
    """Return the links of an operation's answers, or of one of them."""
    found = []
    for key, response in operation.responses.items():
        if status is None or key == status:
            place = operation.pointer + join("responses", key)
            _, holder = follow(root, place)
            named = response.raw.get("links") or {}
            found += [follow(root, holder + join("links", name))[0] for name in named]
    return [link for link in found if isinstance(link, dict)]


def reader_of(vias: Sequence[Operation], listed: Sequence[Operation]) -> Operation | None:
    """Return what reads a resource: the GET on the longest path that its operations' begin with."""
    readers = [
        one
        for one in listed
        if one.method == "GET"
        and "{" in one.path
        and all(via.path == one.path or via.path.startswith(one.path + "/") for via in vias)
    ]
    return max(readers, key=lambda one: len(one.path), default=None)
