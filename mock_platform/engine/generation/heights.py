"""Measures how deep a value has to be at least, which is infinite where a schema requires itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from mock_platform.engine.generation.turns import Conjunction

Needs = Callable[[Conjunction], Sequence[Sequence[Conjunction]]]
"""Returns the ways to make a value: for each, what must be inside. No way at all: it is impossible."""


class Heights:
    """Heights, each worked out once, together with all it depends on."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._known: dict[Conjunction, float] = {}

    def of(self, sources: Conjunction) -> float:
        """Return how many levels the lowest value has; one is a number or an empty list."""
        if sources not in self._known:
            self._work_out(sources)
        return self._known[sources]

    def of_all(self, inside: Sequence[Conjunction]) -> float:
        """Return the height of a value with all of this inside."""
        return 1 + max(map(self.of, inside), default=0)

    def _work_out(self, sources: Conjunction) -> None:
        ways: dict[Conjunction, Sequence[Sequence[Conjunction]]] = {}
        pending = [sources]
        while pending:
            current = pending.pop()
            if current not in ways and current not in self._known:
                ways[current] = self._needs(current)
                pending += [inner for way in ways[current] for inner in way]
        heights = dict.fromkeys(ways, inf)
        changed = True
        while changed:
            changed = False
            # What is needed was found later: from there on most is known in one turn.
            for current, alternatives in reversed(ways.items()):
                height = min((self._way(way, heights) for way in alternatives), default=inf)
                if height < heights[current]:
                    heights[current], changed = height, True
        self._known.update(heights)

    def _way(self, way: Sequence[Conjunction], heights: dict[Conjunction, float]) -> float:
        found = (heights.get(each, self._known.get(each, inf)) for each in way)
        return 1 + max(found, default=0)
