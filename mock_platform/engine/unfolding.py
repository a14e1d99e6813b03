"""Counts what a document's schemas come to for readers who do not notice where they have been.

openapi-spec-validator is one: it reads what an ``allOf`` holds, and what that refers to, once for
every way there. Of schemas that hold themselves it would never see the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mock_platform.engine.anatomy import everything
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json

MOST: Final = 100_000
"""What is more than this, or has no end, counts as this."""

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_ONES: Final = ("items", "not")


def unfolded(root: Json) -> int:
    """Return how many schemas such a reader of a document's ``allOf`` meets."""
    sizes: dict[int, int] = {}
    total = 0
    for _, node, kind in everything(root, "document"):
        if kind == "schemas" and total < MOST:
            total += sum(_size(root, one, sizes) for one in _held(root, node, ("allOf",), ()))
    return min(total, MOST)


def _size(root: Json, start: Json, sizes: dict[int, int]) -> int:
    pending: list[tuple[Json, bool]] = [(start, False)]
    while pending:
        node, is_counted = pending.pop()
        inner = [*_held(root, node, _LISTS, _ONES)]
        if is_counted:
            sizes[id(node)] = min(MOST, 1 + sum(sizes[id(one)] for one in inner))
        elif id(node) not in sizes:
            sizes[id(node)] = MOST  # until it is counted: who leads back here has no end
            pending.append((node, True))
            pending += ((one, False) for one in inner)
    return sizes[id(start)]


def _held(
    root: Json, node: Json, lists: tuple[str, ...], ones: tuple[str, ...]
) -> Iterator[dict[str, Json]]:
    """Yield the schemas in some keywords of a schema, references followed."""
    if not isinstance(node, dict):
        return
    listed = [node[key] for key in lists if isinstance(node.get(key), list)]
    for one in (*(part for parts in listed for part in parts), *(node.get(key) for key in ones)):
        found = _meant(root, one)
        if isinstance(found, dict):
            yield found


def _meant(root: Json, node: Json) -> Json:
    ref = ref_of(node)
    try:
        return node if ref is None else follow(root, of_ref(ref))[0]
    except LookupError:  # is told elsewhere
        return None
