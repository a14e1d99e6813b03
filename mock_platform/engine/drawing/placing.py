"""Decides where the states of a machine stand in its picture: in columns and rows.

The longest way through the machine is its spine, a straight row from left to right. Every other
state stands above or beneath the last state that leads to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_platform.domain.state_machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """All moves from one state to another; from None: how an entity comes to be."""

    start: str | None
    end: str
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a state stands. Row 0 is the spine; the rows above it are negative."""

    column: int
    row: int


def arrows_of(machine: Machine) -> Sequence[Arrow]:
    """Return the machine's arrows: at most one from any state to any other."""
    triggers: dict[tuple[str | None, str], list[str]] = {}
    for (start, trigger), move in machine.moves.items():
        triggers.setdefault((start, move.to), []).append(trigger)
    return [
        Arrow(start=start, end=end, triggers=tuple(names))
        for (start, end), names in triggers.items()
    ]


def places_of(machine: Machine) -> Mapping[str, Place]:
    """Give every state that can be reached a place of its own."""
    onward = _onward(machine)
    order, forward = _sorted(machine.initial, onward)
    spine = _spine(machine, order, forward)
    placed = {state: Place(column=column, row=0) for column, state in enumerate(spine)}
    rows = _Rows()
    for state in order:
        if state not in placed:
            placed[state] = _beside(state, placed, forward, onward, rows)
    return placed


def _onward(machine: Machine) -> Mapping[str, Sequence[str]]:
    """Return state → the states that may follow it, itself left out."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for (start, _), move in machine.moves.items():
        if start is not None and start != move.to:
            found[start][move.to] = None
    return {state: [*ends] for state, ends in found.items()}


def _sorted(
    initial: str, onward: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], Mapping[str, Sequence[str]]]:
    """Return the states so that each comes after those leading to it, and the arrows in that sense.

    What leads back to where a way came from is no arrow in that sense.
    """
    forward: dict[str, list[str]] = defaultdict(list)
    finished: list[str] = []
    under_way: dict[str, Iterator[str]] = {initial: iter(onward.get(initial, ()))}
    while under_way:
        state = next(reversed(under_way))
        following = next(under_way[state], None)
        if following is None:
            del under_way[state]
            finished.append(state)
        elif following not in under_way:
            forward[state].append(following)
            if following not in finished:
                under_way[following] = iter(onward.get(following, ()))
    return finished[::-1], forward


def _spine(
    machine: Machine, order: Sequence[str], forward: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    """Return the longest way from the initial state, without ends that many states lead to.

    Such an end is a way out (cancelled, refunded), not where the story goes.
    """
    sources: dict[str, int] = defaultdict(int)
    for ends in forward.values():
        for end in ends:
            sources[end] += 1
    ways: dict[str, list[str]] = {}
    for state in reversed(order):
        following = [
            ways[end]
            for end in forward.get(state, ())
            if end not in machine.terminal or sources[end] == 1
        ]
        ways[state] = [state, *max(following, key=len, default=[])]
    return ways[machine.initial]


class _Rows:
    """Which stretches of the rows above and beneath the spine are taken."""

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def take(self, first: int, last: int) -> int:
        """Return the row nearest to the spine that is free there, and take it."""
        distance = 0
        while True:
            distance += 1
            # The emptier side first, so that ways out do not cross each other.
            for row in sorted((-distance, distance), key=lambda row: len(self._taken[row])):
                if self.free(row, first, last):
                    self._taken[row].append((first, last))
                    return row

    def free(self, row: int, first: int, last: int) -> bool:
        return all(last < begin or first > end for begin, end in self._taken[row])

    def extend(self, row: int, first: int, last: int) -> bool:
        """Take more of a row, if it is free."""
        free = self.free(row, first, last)
        if free:
            self._taken[row].append((first, last))
        return free


def _beside(
    state: str,
    placed: Mapping[str, Place],
    forward: Mapping[str, Sequence[str]],
    onward: Mapping[str, Sequence[str]],
    rows: _Rows,
) -> Place:
    sources = [placed[one] for one, ends in forward.items() if state in ends and one in placed]
    latest = max(sources, key=lambda place: place.column)
    if latest.row and rows.extend(latest.row, latest.column + 1, latest.column + 1):
        return Place(column=latest.column + 1, row=latest.row)
    neighbours = [
        place.column
        for one, place in placed.items()
        if state in onward.get(one, ()) or one in onward.get(state, ())
    ]
    row = rows.take(min(neighbours), max(neighbours))
    return Place(column=latest.column, row=row)
