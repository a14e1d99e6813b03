"""Makes numbers: exact multiples inside exact bounds, of the size one would expect by the name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mock_platform.engine.generation.conjunctions import Plan, common_step, multiples
from mock_platform.engine.generation.meanings import Limit, Unsatisfiable
from mock_platform.engine.generation.turns import Turn
from mock_platform.shared.contracts import Json

_USUAL = (1, 1000)
_SPAN = 1000
_CENT = Fraction(1, 100)
_TRIES = 12
_MOST_DIGITS = 330
_BIGGEST = 2**63
"""Beyond this JSON libraries lose whole numbers; floats are understood."""


@dataclass(frozen=True, slots=True)
class Quantities:
    """The numbers of one plan: ``step`` times every whole number from ``first`` to ``last``."""

    step: Fraction
    first: int
    last: int
    whole: bool
    fractions: bool
    stepped: bool
    """Whether the step was asked for, not only found convenient."""

    def make(self, turn: Turn) -> Json:
        """Return one of them."""
        count = self.last - self.first + 1
        value: Json = None
        for attempt in range(_TRIES):
            index = (turn.nudge + attempt) % count if turn.nudge else turn.below(count)
            number = (self.first + index) * self.step
            value = self._written(number)
            if self._is_safe(value, number):
                break
        return value

    def _written(self, number: Fraction) -> Json:
        if number.denominator == 1 and self.whole:
            return int(number) if abs(number) < _BIGGEST or not self.fractions else float(number)
        return float(number)

    def _is_safe(self, value: Json, number: Fraction) -> bool:
        """Prefer what nobody's arithmetic with floats can get wrong."""
        if isinstance(value, int):
            return True
        if not self.whole and number.denominator == 1:
            return False
        return not self.stepped or (value / float(self.step)).is_integer()


def quantities(plan: Plan, likely: tuple[int, int, Fraction] | None = None) -> Quantities:
    """Work out which numbers a plan allows; of those the likely ones, if any is allowed.

    Raises:
        Unsatisfiable: there is none.
    """
    whole, fractions = "integer" in plan.types, "fraction" in plan.types
    low, high, grain = likely or (*_USUAL, _CENT)
    step = plan.step
    if not fractions:
        step = grain = common_step(plan.step, Fraction(1)) or Fraction(1)
    elif step is None:
        step = grain = _fine_enough(plan.lowest, plan.highest, grain)
    hard = multiples(plan.lowest, plan.highest, step)
    first, last = _ranged(hard, multiples(Limit(Fraction(low)), Limit(Fraction(high)), step))
    if first > last:
        raise Unsatisfiable(
            "", "no number is between the bounds that is a multiple of what it has to be"
        )
    return Quantities(step, first, last, whole, fractions, plan.step is not None)


def _ranged(
    hard: tuple[int | None, int | None], likely: tuple[int | None, int | None]
) -> tuple[int, int]:
    """Return the likely part of what is possible, else the possible part next to the likely."""
    first, last = hard
    low, high = likely[0] or 0, likely[1] or 0
    if high < low:  # the step is larger than the likely range
        low = high = max(low, 1)
    if first is not None and first > high:
        high, low = first + _SPAN, first
    if last is not None and last < low:
        low, high = last - _SPAN, last
    return (
        low if first is None else max(low, first),
        high if last is None else min(high, last),
    )


def _fine_enough(low: Limit | None, high: Limit | None, grain: Fraction) -> Fraction:
    """Return a grain so fine that some of its multiples are between the bounds."""
    if low is None or high is None:
        return grain
    if low.value == high.value:
        return abs(low.value) or Fraction(1)
    for _ in range(_MOST_DIGITS):
        first, last = multiples(low, high, grain)
        if first is not None and last is not None and last > first:
            return grain
        grain /= 10
    return grain
