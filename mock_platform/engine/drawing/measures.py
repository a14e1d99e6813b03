"""How large things are in a picture of a machine, in pixels; and where its rows and columns fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mock_platform.engine.drawing.placing import Arrow, Place

HEIGHT: Final = 40.0
"""Of a state."""
LINE: Final = 15.0
"""From one line of a label to the next."""
CORNER: Final = 9.0
LANE: Final = 24.0
"""From the spine to the first way that goes round, and from each to the next."""
TIP: Final = 8.0
"""The length of an arrow's head."""

_LETTER, _LABEL_LETTER = 8.2, 6.9
_NARROWEST, _PADDING = 92.0, 34.0
_GAP, _ROOM = 40.0, 46.0


def label_width(text: str) -> float:
    """Return how wide a label is: its letters are all equally wide."""
    return len(text) * _LABEL_LETTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where columns and rows are."""

    width: float
    """Of a state."""
    pitch: float
    """From one column to the next."""
    step: float
    """From one row to the next."""
    above: float
    """What the ways that go round take, above the spine."""
    beneath: float

    def x(self, place: Place) -> float:
        """Return the middle of a state's column."""
        return place.column * self.pitch

    def y(self, place: Place) -> float:
        """Return the middle of a state's row."""
        extra = self.above if place.row < 0 else self.beneath
        sign = (place.row > 0) - (place.row < 0)
        return place.row * self.step + sign * extra


def grid_of(places: Mapping[str, Place], arrows: Sequence[Arrow], above: int, beneath: int) -> Grid:
    """Measure out the picture; ``above`` and ``beneath`` are numbers of ways that go round."""
    width = max(_NARROWEST, *(len(state) * _LETTER + _PADDING for state in places))
    between = [one for one in arrows if one.start is not None]
    widest = max((label_width(name) for one in between for name in one.triggers), default=0.0)
    lines = max((len(one.triggers) for one in between), default=1)
    return Grid(
        width=width,
        pitch=width + widest + _GAP,
        step=HEIGHT + _ROOM + lines * LINE,
        above=above * LANE,
        beneath=beneath * LANE,
    )
