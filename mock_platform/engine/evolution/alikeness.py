"""Whether two parts of two documents mean the same, references followed."""

from __future__ import annotations

from mock_platform.engine.evolution.shapes import Fact, Spot
from mock_platform.engine.evolution.weighing import Weighing
from mock_platform.engine.pointers import ref_of
from mock_platform.shared.contracts import Json

_WORDS = frozenset(("description", "summary", "title", "example", "examples", "externalDocs"))
"""Members whose change changes no meaning."""

_Pairs = list[tuple[Json, Json]]


def alike(weighing: Weighing, old: Fact | Spot, new: Fact | Spot) -> bool:
    """Whether they mean the same; what is referred to is looked at, words are not.

    No recursion: references may lead through thousands of schemas, one after the other.
    """
    one, two = (each.value if isinstance(each, Fact) else each.node for each in (old, new))
    shapes = weighing.old.shapes, weighing.new.shapes
    assumed = set[tuple[str | None, str | None]]()
    pending: _Pairs = [(one, two)]
    while pending:
        one, two = pending.pop()
        refs = ref_of(one), ref_of(two)
        if None not in refs:
            if refs in assumed:
                continue
            assumed.add(refs)
        if refs != (None, None):
            one, two = (
                each.followed(Spot("", node)).node
                for each, node in zip(shapes, (one, two), strict=True)
            )
        if not _same(one, two, pending):
            return False
    return True


def _same(one: Json, two: Json, pending: _Pairs) -> bool:
    """Whether two values are the same but for their parts, which are still to be compared."""
    if ref_of(one) is not None or ref_of(two) is not None:
        return bool(one == two)
    if isinstance(one, dict) and isinstance(two, dict):
        if (one.keys() ^ two.keys()) - _WORDS:
            return False
        pending += [(one[key], two[key]) for key in one if key in two and key not in _WORDS]
        return True
    if isinstance(one, list) and isinstance(two, list):
        pending += zip(one, two, strict=False)
        return len(one) == len(two)
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)
