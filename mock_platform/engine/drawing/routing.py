"""Decides which way every arrow of a machine's picture goes, and where it leaves and enters.

Between neighbours it goes straight. To a row above or beneath it goes up or down first, then along;
back to the spine along first. What goes back along its own row, or past others, goes round; what
crosses the spine does so between two columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from mock_platform.engine.drawing.measures import CORNER, HEIGHT, LANE, LINE, TIP, Grid
from mock_platform.engine.drawing.placing import Arrow, Place

Point = tuple[float, float]


class Shape(Enum):
    """What sort of way an arrow goes."""

    BIRTH = auto()
    LOOP = auto()
    STRAIGHT = auto()
    UPRIGHT = auto()
    OUTWARD = auto()
    INWARD = auto()
    ACROSS = auto()
    ROUND = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An arrow, its way, and on which side of its row that lies: -1 above, 1 beneath."""

    arrow: Arrow
    shape: Shape
    side: int = 1
    lane: int = 0
    """Which of the ways round it takes, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An arrow as it is drawn: corner by corner, and where its label stands."""

    arrow: Arrow
    corners: Sequence[Point]
    label: Point
    """The middle, beginning or end of the label's last line, as ``anchor`` says."""
    anchor: str
    looped: bool = False


def planned(arrows: Sequence[Arrow], places: Mapping[str, Place]) -> Sequence[Planned]:
    """Choose a way for every arrow."""
    straight: set[tuple[int, int]] = set()
    lanes: dict[tuple[int, int], int] = defaultdict(int)
    found: list[Planned] = []
    # Long ways round take the outer lanes.
    for arrow in sorted(arrows, key=lambda one: _length(one, places)):
        shape = _shape(arrow, places, straight)
        side = _side(arrow, shape, places)
        row = places[arrow.end].row
        found.append(Planned(arrow=arrow, shape=shape, side=side, lane=lanes[row, side]))
        if shape is Shape.ROUND:
            lanes[row, side] += 1
        if shape is Shape.STRAIGHT:
            straight.add((row, places[arrow.end].column))
    return found


def _length(arrow: Arrow, places: Mapping[str, Place]) -> int:
    if arrow.start is None:
        return 0
    return abs(places[arrow.end].column - places[arrow.start].column)


def _shape(arrow: Arrow, places: Mapping[str, Place], straight: set[tuple[int, int]]) -> Shape:
    if arrow.start is None:
        return Shape.BIRTH
    if arrow.start == arrow.end:
        return Shape.LOOP
    start, end = places[arrow.start], places[arrow.end]
    if start.row == end.row:
        ahead = end.column == start.column + 1 and (end.row, end.column) not in straight
        return Shape.STRAIGHT if ahead else Shape.ROUND
    if start.row * end.row < 0:
        return Shape.ACROSS
    if start.column == end.column:
        return Shape.UPRIGHT
    return Shape.OUTWARD if abs(end.row) >= abs(start.row) else Shape.INWARD


def _side(arrow: Arrow, shape: Shape, places: Mapping[str, Place]) -> int:
    end = places[arrow.end]
    start = end if arrow.start is None else places[arrow.start]
    if start.row != end.row:
        return 1 if end.row > start.row else -1
    if end.row:
        return 1 if end.row > 0 else -1
    # On the spine, back is beneath and ahead is above; a loop is where fewer others are.
    if shape is Shape.LOOP:
        above = any(one.row < 0 and one.column == end.column for one in places.values())
        return 1 if above else _emptier(places)
    return 1 if end.column < start.column else -1


def _emptier(places: Mapping[str, Place]) -> int:
    rows = [place.row for place in places.values()]
    return 1 if sum(row > 0 for row in rows) <= sum(row < 0 for row in rows) else -1


class Ports:
    """Where arrows leave and enter at the top and the bottom of states: beside each other."""

    def __init__(self, plan: Sequence[Planned], places: Mapping[str, Place], grid: Grid) -> None:
        self._grid, self._places = grid, places
        wanted: dict[tuple[str, int], list[tuple[float, int, int]]] = defaultdict(list)
        for number, one in enumerate(plan):
            for state, side, other in _ends(one, places):
                wanted[state, side].append((places[other].column, number, 0))
            if one.shape is Shape.LOOP:
                # Beside everything else, and two ports wide.
                column = places[one.arrow.end].column - 0.5
                wanted[one.arrow.end, one.side] += [(column, number, 0), (column, number, 1)]
        self._x: dict[tuple[str, int, int, int], float] = {}
        for (state, side), users in wanted.items():
            apart = min(26.0, (grid.width - 24) / len(users))
            for place, (_, number, nth) in enumerate(sorted(users)):
                offset = (place - (len(users) - 1) / 2) * apart
                self._x[state, side, number, nth] = grid.x(places[state]) + offset

    def at(self, state: str, side: int, number: int, nth: int = 0) -> Point:
        """Return where the arrow of this number touches the state."""
        x = self._x[state, side, number, nth]
        return x, self._grid.y(self._places[state]) + side * HEIGHT / 2


def _ends(one: Planned, places: Mapping[str, Place]) -> Sequence[tuple[str, int, str]]:
    """Return the ends of an arrow that need a port: state, side, the state at the other end."""
    start, end = one.arrow.start, one.arrow.end
    if start is None:
        return []
    match one.shape:
        case Shape.OUTWARD:
            return [(start, one.side, end)]
        case Shape.INWARD:
            return [(end, -one.side, start)]
        case Shape.ROUND:
            return [(start, one.side, end), (end, one.side, start)]
        case Shape.UPRIGHT:
            inner, outer = sorted((start, end), key=lambda state: abs(places[state].row))
            return [(inner, one.side if inner == start else -one.side, outer)]
    return []


def lines(plan: Sequence[Planned], places: Mapping[str, Place], grid: Grid) -> Sequence[Line]:
    """Draw every arrow along its way."""
    ports = Ports(plan, places, grid)
    return [_DRAWN[one.shape](number, one, places, grid, ports) for number, one in enumerate(plan)]


def _birth(
    _number: int, one: Planned, places: Mapping[str, Place], grid: Grid, _ports: Ports
) -> Line:
    place = places[one.arrow.end]
    x, y = grid.x(place) - grid.width / 2, grid.y(place)
    begin = x - (grid.pitch - grid.width)
    return _line(one, [(begin, y), (x, y)], ((begin + x - TIP) / 2, y - 9), "middle")


def _straight(
    _number: int, one: Planned, places: Mapping[str, Place], grid: Grid, _ports: Ports
) -> Line:
    start, end = places[one.arrow.start or one.arrow.end], places[one.arrow.end]
    left, right, y = grid.x(start) + grid.width / 2, grid.x(end) - grid.width / 2, grid.y(end)
    return _line(one, [(left, y), (right, y)], ((left + right - TIP) / 2, y - 9), "middle")


def _upright(
    number: int, one: Planned, places: Mapping[str, Place], grid: Grid, ports: Ports
) -> Line:
    start = one.arrow.start or one.arrow.end
    inner, outer = sorted((start, one.arrow.end), key=lambda state: abs(places[state].row))
    away = one.side if inner == start else -one.side
    x, near = ports.at(inner, away, number)
    far = grid.y(places[outer]) - away * HEIGHT / 2
    begin, end = (near, far) if inner == start else (far, near)
    # In the outer part of the way: what goes round has the inner one.
    label = (x + 8, far - away * (grid.step - HEIGHT) / 2 + _middle(one))
    return _line(one, [(x, begin), (x, end)], label, "start")


def _outward(
    number: int, one: Planned, places: Mapping[str, Place], grid: Grid, ports: Ports
) -> Line:
    x, y = ports.at(one.arrow.start or one.arrow.end, one.side, number)
    end = places[one.arrow.end]
    along = grid.y(end)
    ahead = 1 if grid.x(end) > x else -1
    stop = grid.x(end) - ahead * grid.width / 2
    label = (x + ahead * (CORNER + 5), along - 9)
    return _line(one, [(x, y), (x, along), (stop, along)], label, _anchor(ahead))


def _inward(
    number: int, one: Planned, places: Mapping[str, Place], grid: Grid, ports: Ports
) -> Line:
    start = places[one.arrow.start or one.arrow.end]
    x, y = ports.at(one.arrow.end, -one.side, number)
    # Beside the middle, where what leads here arrives.
    along = grid.y(start) - one.side * HEIGHT / 4
    ahead = 1 if x > grid.x(start) else -1
    begin = grid.x(start) + ahead * grid.width / 2
    label = (begin + ahead * 10, along - 9)
    return _line(one, [(begin, along), (x, along), (x, y)], label, _anchor(ahead))


def _across(
    _number: int, one: Planned, places: Mapping[str, Place], grid: Grid, _ports: Ports
) -> Line:
    start, end = places[one.arrow.start or one.arrow.end], places[one.arrow.end]
    ahead = 1 if end.column >= start.column else -1
    back = 1 if end.column == start.column else -ahead
    begin, along = grid.x(start) + ahead * grid.width / 2, grid.y(start) - one.side * HEIGHT / 4
    x = grid.x(start) + ahead * grid.pitch / 2
    stop, level = grid.x(end) + back * grid.width / 2, grid.y(end)
    corners = [(begin, along), (x, along), (x, level), (stop, level)]
    return _line(one, corners, (x + 8, along + one.side * LANE + _middle(one)), "start")


def _round(
    number: int, one: Planned, places: Mapping[str, Place], grid: Grid, ports: Ports
) -> Line:
    begin = ports.at(one.arrow.start or one.arrow.end, one.side, number)
    end = ports.at(one.arrow.end, one.side, number)
    lane = grid.y(places[one.arrow.end]) + one.side * (HEIGHT / 2 + LANE * (one.lane + 1))
    label = ((begin[0] + end[0]) / 2, lane - 7)
    return _line(one, [begin, (begin[0], lane), (end[0], lane), end], label, "middle")


def _loop(
    number: int, one: Planned, _places: Mapping[str, Place], _grid: Grid, ports: Ports
) -> Line:
    begin = ports.at(one.arrow.end, one.side, number, 1)
    end = ports.at(one.arrow.end, one.side, number, 0)
    lane = begin[1] + one.side * LANE
    lowest = LINE * len(one.arrow.triggers)
    label = ((begin[0] + end[0]) / 2, lane + (lowest if one.side > 0 else -8))
    corners = [begin, (begin[0], lane), (end[0], lane), end]
    return Line(arrow=one.arrow, corners=corners, label=label, anchor="middle", looped=True)


_DRAWN = {
    Shape.BIRTH: _birth,
    Shape.LOOP: _loop,
    Shape.STRAIGHT: _straight,
    Shape.UPRIGHT: _upright,
    Shape.OUTWARD: _outward,
    Shape.INWARD: _inward,
    Shape.ACROSS: _across,
    Shape.ROUND: _round,
}


def _line(one: Planned, corners: Sequence[Point], label: Point, anchor: str) -> Line:
    return Line(arrow=one.arrow, corners=corners, label=label, anchor=anchor)


def _middle(one: Planned) -> float:
    return LINE * len(one.arrow.triggers) / 2 - 4


def _anchor(ahead: int) -> str:
    return "start" if ahead > 0 else "end"
