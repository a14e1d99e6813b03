"""Draws a state machine as SVG: its states from left to right, and what leads from each to the next.

The picture takes its colours from the page through classes (``state``, ``current``, ``arrow``,
``travelled``, ``label``); without a style sheet it is black on white, or what the page's text is.
It has a title and says in words what it shows. It needs no script, and no ``style`` attribute.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from mock_platform.domain.state_machine import Machine
from mock_platform.engine.drawing.measures import (
    CORNER,
    HEIGHT,
    LINE,
    TIP,
    Grid,
    grid_of,
    label_width,
)
from mock_platform.engine.drawing.placing import Arrow, Place, arrows_of, places_of
from mock_platform.engine.drawing.routing import Line, Point, Shape, lines, planned

Travelled = Collection[tuple[str | None, str]]
"""Moves that were made: (state, trigger); the state is None for a birth."""

_MARGIN = 10.0


def machine_picture(
    machine: Machine,
    *,
    current: str | None = None,
    travelled: Travelled = (),
    name: str = "machine",
) -> str:
    """Return the machine as an ``<svg>`` element.

    Args:
        machine: what to draw.
        current: the state to mark as the one it is in.
        travelled: the moves to mark as made.
        name: begins the ids in the picture; give each on one page another.
    """
    places, arrows = places_of(machine), arrows_of(machine)
    plan = planned(arrows, places)
    ways = [(one.side, one.lane + 1) for one in plan if one.shape is Shape.ROUND]
    above = max((number for side, number in ways if side < 0), default=0)
    beneath = max((number for side, number in ways if side > 0), default=0)
    grid = grid_of(places, arrows, above, beneath)
    drawn = lines(plan, places, grid)
    parts = [
        f'<title id="{escape(name)}-title">{escape(f"States of {machine.resource}")}</title>',
        f'<desc id="{escape(name)}-desc">{escape(in_words(machine, current))}</desc>',
        *(_arrow(one, travelled) for one in drawn),
        *(_state(state, place, grid, machine, current) for state, place in places.items()),
        *(_label(one, travelled) for one in drawn),
    ]
    return f"{_opening(name, _extent(places, grid, drawn))}{''.join(parts)}</svg>"


def in_words(machine: Machine, current: str | None = None) -> str:
    """Say what the picture shows."""
    told = []
    for arrow in arrows_of(machine):
        by = " or ".join(arrow.triggers)
        if arrow.start is None:
            told.append(f"{by} makes one, {arrow.end}.")
        else:
            told.append(f"From {arrow.start}, {by} leads to {arrow.end}.")
    now = [f"It is {current} now."] if current is not None else []
    return " ".join([f"A {machine.resource} begins {machine.initial}.", *told, *now])


def _opening(name: str, extent: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = extent
    width, height = right - left, bottom - top
    return (
        f'<svg class="machine" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' aria-labelledby="{escape(name)}-title {escape(name)}-desc"'
        f' viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}">'
    )


def _extent(
    places: Mapping[str, Place], grid: Grid, drawn: Sequence[Line]
) -> tuple[float, float, float, float]:
    xs = [
        grid.x(place) + half
        for place in places.values()
        for half in (-grid.width / 2, grid.width / 2)
    ]
    ys = [grid.y(place) + half for place in places.values() for half in (-HEIGHT / 2, HEIGHT / 2)]
    for line in drawn:
        xs += [x for x, _ in line.corners]
        ys += [y for _, y in line.corners]
        width = max(label_width(trigger) for trigger in line.arrow.triggers)
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[line.anchor]
        xs += [line.label[0] - before * width, line.label[0] + (1 - before) * width]
        ys += [line.label[1] - LINE * len(line.arrow.triggers), line.label[1] + 4]
    return (
        round(min(xs) - _MARGIN, 1),
        round(min(ys) - _MARGIN, 1),
        round(max(xs) + _MARGIN, 1),
        round(max(ys) + _MARGIN, 1),
    )


def _state(state: str, place: Place, grid: Grid, machine: Machine, current: str | None) -> str:
    x, y = grid.x(place), grid.y(place)
    kind = "state"
    if state in machine.terminal:
        kind += " terminal"
    if state == current:
        kind += " current"
    weight = 3 if state == current else 1.5
    inner = ""
    if state in machine.terminal:  # two outlines, as ends are drawn since Harel
        inner = _box(x, y, grid.width - 7, HEIGHT - 7, 0.75, fill="none")
    return (
        f'<g class="{kind}">{_box(x, y, grid.width, HEIGHT, weight, fill="Canvas")}{inner}'
        f'<text x="{x:g}" y="{y + 5:g}" text-anchor="middle" fill="currentColor"'
        f' font-family="system-ui, sans-serif" font-size="14"'
        f' font-weight="{700 if state == current else 500}">{escape(state)}</text></g>'
    )


def _box(x: float, y: float, width: float, height: float, weight: float, *, fill: str) -> str:
    return (
        f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}"'
        f' rx="{height / 2:g}" fill="{fill}" stroke="currentColor" stroke-width="{weight:g}"/>'
    )


def _arrow(line: Line, travelled: Travelled) -> str:
    made = _made(line.arrow, travelled)
    start = line.corners[0]
    dot = (
        ""
        if line.arrow.start
        else f'<circle cx="{start[0]:g}" cy="{start[1]:g}" r="5" fill="currentColor"/>'
    )
    return (
        f'<g class="arrow{" travelled" if made else ""}">'
        f'<path d="{_path(line.corners)}" fill="none" stroke="currentColor"'
        f' stroke-width="{2.5 if made else 1.25}"/>'
        f'<path d="{_head(*line.corners[-2:])}" fill="currentColor"/>{dot}</g>'
    )


def _made(arrow: Arrow, travelled: Travelled) -> bool:
    return any((arrow.start, trigger) in travelled for trigger in arrow.triggers)


def _label(line: Line, travelled: Travelled) -> str:
    x, y = line.label
    triggers = line.arrow.triggers
    rows = "".join(
        f'<tspan x="{x:g}" y="{y - LINE * (len(triggers) - 1 - number):g}"'
        f"{_weight((line.arrow.start, trigger) in travelled)}>{escape(trigger)}</tspan>"
        for number, trigger in enumerate(triggers)
    )
    made = " travelled" if _made(line.arrow, travelled) else ""
    return (
        f'<text class="label{made}" text-anchor="{line.anchor}" fill="currentColor" stroke="Canvas"'
        f' stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
        f' font-family="ui-monospace, monospace" font-size="11.5">{rows}</text>'
    )


def _weight(made: bool) -> str:
    return ' font-weight="700"' if made else ""


def _path(corners: Sequence[Point]) -> str:
    """Return a way from corner to corner, each rounded; it ends where the arrow's head begins."""
    last = _towards(corners[-1], corners[-2], TIP - 1)
    points = [*corners[:-1], last]
    written = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        bend = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        into, out = _towards(corner, before, bend), _towards(corner, after, bend)
        written.append(
            f"L{into[0]:g} {into[1]:g}Q{corner[0]:g} {corner[1]:g} {out[0]:g} {out[1]:g}"
        )
    written.append(f"L{last[0]:g} {last[1]:g}")
    return "".join(written)


def _head(before: Point, tip: Point) -> str:
    base = _towards(tip, before, TIP)
    across = ((tip[1] - base[1]) / 2, (base[0] - tip[0]) / 2)
    return (
        f"M{tip[0]:g} {tip[1]:g}L{base[0] + across[0]:g} {base[1] + across[1]:g}"
        f"L{base[0] - across[0]:g} {base[1] - across[1]:g}Z"
    )


def _towards(begin: Point, end: Point, far: float) -> Point:
    share = far / (_distance(begin, end) or 1.0)
    return (
        round(begin[0] + (end[0] - begin[0]) * share, 2),
        round(begin[1] + (end[1] - begin[1]) * share, 2),
    )


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
