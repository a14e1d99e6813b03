"""Makes what comes near to schemas that nothing satisfies, for those who must answer all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mock_platform.engine.generation.conjunctions import forbidden
from mock_platform.engine.generation.meanings import NUMBERS, Limit, Node, Source, copied
from mock_platform.shared.contracts import Json

_MOST = 100
_LONGEST = 200
Grow = Callable[[Source, str], Json]


def nearest(nodes: Sequence[Node], grow: Grow) -> Json:
    """Return a value of the first type that is asked for, with all it must have inside."""
    for values in (node.values or node.stated for node in nodes):
        if values:
            return copied(values[0])
    types = [kind for node in nodes for kind in node.types or () if kind != "null"]
    kind = next(iter(types), _suggested(nodes))
    if kind == "object":
        return _object(nodes, grow)
    if kind == "array":
        return _array(nodes, grow)
    if kind in NUMBERS:
        return _number(nodes)
    return {"boolean": True, "null": None}.get(kind, _text(nodes))


def _suggested(nodes: Sequence[Node]) -> str:
    if any(node.properties or node.required for node in nodes):
        return "object"
    if any(node.types for node in nodes):
        return "null"
    return "array" if any(node.items or node.prefix for node in nodes) else "string"


def _object(nodes: Sequence[Node], grow: Grow) -> Json:
    required = dict.fromkeys(name for node in nodes for name in node.required)
    members: dict[str, Json] = {}
    for name in list(required)[:_MOST]:
        said = [node.properties[name] for node in nodes if name in node.properties]
        possible = [source for source in said if not forbidden(source)]
        if possible:
            members[name] = grow(possible[0], name)
    return members


def _array(nodes: Sequence[Node], grow: Grow) -> Json:
    fewest = min(max(node.fewest_items for node in nodes), _MOST)
    items = [node.items for node in nodes if node.items and not forbidden(node.items)]
    return [grow(items[0], "") for _ in range(fewest)] if items else []


def _number(nodes: Sequence[Node]) -> Json:
    ends: list[Limit] = [end for node in nodes for end in (node.lowest, node.highest) if end]
    value = ends[0].value if ends else 0
    return int(value) if int(value) == value else float(value)


def _text(nodes: Sequence[Node]) -> str:
    shortest = min(max((node.shortest for node in nodes), default=0), _LONGEST)
    longest = min((node.longest for node in nodes if node.longest is not None), default=_LONGEST)
    return "text".ljust(shortest, "x")[: max(longest, 0)]
