"""One call's state: its random numbers, how much may still be made, how deep we are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from mock_platform.engine.generation.meanings import Source
from mock_platform.shared.contracts import Json

T = TypeVar("T")

Conjunction = tuple[Source, ...]
"""Schemas that must hold together. The same ones in the same order are the same tuple's equal."""


class Exhausted(Exception):
    """So much was tried that this is no answer's work any more."""


@dataclass(slots=True)
class Turn:
    """Passed from the outermost value to the innermost."""

    random: Random
    grow: Callable[[Conjunction, str, Turn], Json]
    """Makes a value; the text is the name it will have."""
    left: int
    """So many values may still be made."""
    generous: int
    """While more than this are left, optional parts are made too."""
    lean: bool = False
    """Only what is required."""
    plain: bool = False
    """No examples, nothing lifelike."""
    forgiving: bool = False
    """What must not fit may fit, and texts need not have their formats."""
    depth: int = 0
    deepest: int = 6
    """Below this only what is required is made."""
    place: int = 0
    """Which item a value is, or belongs to, of the list around it; 0 for the first, and for none."""
    nudge: int = 0
    """When values must differ: prefer the so-manieth possible one to a random one."""
    around: dict[Conjunction, int] = field(default_factory=dict)
    """What is being made around this place, and how often."""
    hopeless: dict[Conjunction, str] = field(default_factory=dict)
    wordless: set[object] = field(default_factory=set)
    """Those who looked for a text in vain."""

    def spend(self, work: int = 1) -> None:
        """Count one value, or the work of so many.

        Raises:
            Exhausted: it was one too many.
        """
        self.left -= work
        if self.left < 0:
            raise Exhausted

    def sparing(self) -> bool:
        """Return whether to leave out whatever may be left out."""
        return self.lean or self.depth >= self.deepest or self.left < self.generous

    def below(self, number: int) -> int:
        """Return a whole number from 0, less than this one."""
        return int(self.random.random() * number)

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        if self.nudge:
            return choices[self.nudge % len(choices)]
        return choices[int(self.random.random() * len(choices))]
