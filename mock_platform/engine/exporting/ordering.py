"""Puts operations in an order in which each finds what it needs: makers before readers, ends last.

A state machine says which of its operations may follow which; when none is left that may, a new
resource is made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from mock_platform.domain.state_machine import Machine
from mock_platform.engine.operations import Operation

MOST_MOVES = 200
"""In one walk; a machine that is larger is walked so far."""


def ordered(
    listed: Sequence[Operation],
    needs: Mapping[str, frozenset[str]],
    gives: Mapping[str, frozenset[str]],
    walks: Mapping[str, Sequence[str]],
) -> Iterator[Operation]:
    """Yield every operation, in order; those that make something perhaps more than once.

    Args:
        listed: the operations, as the document has them.
        needs: operationId → what it has to know beforehand.
        gives: operationId → what is known after it.
        walks: operationId of a birth → what to do one after another afterwards.
    """
    by_id = {operation.id: operation for operation in listed}
    follows = {name for walk in walks.values() for name in walk} - walks.keys()
    remaining = {name: place for place, name in enumerate(by_id) if name not in follows}
    known: set[str] = set()
    while remaining:
        coming = set[str]().union(*(gives[name] for name in remaining))

        ranks = {
            name: (
                *_end(by_id[name]),
                bool((needs[name] - known) & (coming - gives[name])),
                not gives[name],
                place,
            )
            for name, place in remaining.items()
        }
        chosen = min(ranks, key=lambda name: ranks[name])
        del remaining[chosen]
        for name in (chosen, *walks.get(chosen, ())):
            known |= gives[name]
            yield by_id[name]


def _end(operation: Operation) -> tuple[bool, int]:
    """What ends something comes last, the innermost first."""
    ends = operation.method == "DELETE"
    return ends, -operation.path.count("/") if ends else 0


def walk(machine: Machine, birth: str) -> list[str]:
    """Return operations that make every move's operation happen once, after one birth."""
    todo = set(machine.vias())
    state = machine.born(birth).to
    done: list[str] = []
    while todo and len(done) < MOST_MOVES:
        way = _way(machine, state, todo)
        if way is None:
            state = machine.born(birth).to
            way = _way(machine, state, todo)
            if way is None:
                break
            done.append(birth)
        for trigger in way:
            done.append(trigger)
            todo.discard(trigger)
            state = machine.after(state, trigger).to
    return done


def _way(machine: Machine, start: str, todo: set[str]) -> tuple[str, ...] | None:
    """Return the shortest way to a move that is still to be made; it ends with that move.

    Of several, what keeps the state comes first and what ends everything last.
    """
    waiting: deque[tuple[str, tuple[str, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting:
        state, way = waiting.popleft()
        after = {trigger: machine.after(state, trigger).to for trigger in machine.triggers(state)}
        choices = sorted(after, key=lambda t: (after[t] != state, after[t] in machine.terminal))
        for trigger in choices:
            if trigger in todo:
                return (*way, trigger)
        for trigger in choices:
            if after[trigger] not in seen:
                seen.add(after[trigger])
                waiting.append((after[trigger], (*way, trigger)))
    return None
