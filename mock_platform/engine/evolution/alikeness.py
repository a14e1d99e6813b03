"""Whether two parts of two documents mean the same, references followed."""

from __future__ import annotations

from mock_platform.engine.evolution.shapes import Fact, Spot
from mock_platform.engine.evolution.weighing import Weighing
from mock_platform.engine.pointers import ref_of
from mock_platform.shared.contracts import Json

_WORDS = frozenset(("description", "summary", "title", "example", "examples", "externalDocs"))
"""Members whose change changes no meaning."""


def alike(weighing: Weighing, old: Fact | Spot, new: Fact | Spot) -> bool:
    """Whether they mean the same; what is referred to is looked at, words are not."""
    one, two = (each.value if isinstance(each, Fact) else each.node for each in (old, new))
    return _Likeness(weighing, set()).same(one, two)


class _Likeness:
    def __init__(self, weighing: Weighing, assumed: set[tuple[str, str]]) -> None:
        self.weighing, self.assumed = weighing, assumed

    def same(self, one: Json, two: Json) -> bool:
        ref_one, ref_two = ref_of(one), ref_of(two)
        if ref_one is not None and ref_two is not None:
            if (ref_one, ref_two) in self.assumed:
                return True
            self.assumed.add((ref_one, ref_two))
        if ref_one is not None or ref_two is not None:
            one = self.weighing.old.shapes.followed(Spot("", one)).node
            two = self.weighing.new.shapes.followed(Spot("", two)).node
            if ref_of(one) is not None or ref_of(two) is not None:
                return bool(one == two)
        return self.same_value(one, two)

    def same_value(self, one: Json, two: Json) -> bool:
        if isinstance(one, dict) and isinstance(two, dict):
            if (one.keys() ^ two.keys()) - _WORDS:
                return False
            return all(
                self.same(one[key], two[key]) for key in one if key in two and key not in _WORDS
            )
        if isinstance(one, list) and isinstance(two, list):
            return len(one) == len(two) and all(map(self.same, one, two))
        return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)
