"""Decides what of a contract is given away: behaviour stays at home, and so do notes to authors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_platform.engine.anatomy import ANATOMY, DATA, NAMED
from mock_platform.shared.contracts import Json

BEHAVIOUR: Final = frozenset({"x-mock", "x-lint"})
"""How this mock plays its part, and which rules the file is held to."""
OURS: Final = BEHAVIOUR | {"x-state-machine"}
"""All that is no plain OpenAPI."""

SHARES: Final[Mapping[str, frozenset[str]]] = {
    "contract": OURS,
    "default": BEHAVIOUR,
    "behaviour": frozenset(),
}
"""By what is kept: which keys go."""


def strip_behaviour(root: Json) -> Json:
    """Return the document without ``x-mock`` and ``x-lint``; the state machines stay."""
    return without(root, BEHAVIOUR)


def without(node: Json, keys: frozenset[str], kind: str = "document") -> Json:
    """Return a copy of an OpenAPI object without these extensions, wherever they may stand.

    Data is left alone: an example may contain them and means nothing by it.
    """
    if isinstance(node, list):
        return [without(item, keys, kind) for item in node]
    if not isinstance(node, dict):
        return node
    anatomy = ANATOMY.get(kind, {})
    copy: dict[str, Json] = {}
    for key, value in node.items():
        shape, inner = anatomy.get(key) or anatomy.get("*") or ("", "")
        if key in keys:
            continue
        if key.startswith("x-") or (key in DATA and not shape):
            copy[key] = value
        elif shape == "map" and isinstance(value, dict):
            gone = frozenset[str]() if key in NAMED else keys
            members = {name: member for name, member in value.items() if name not in gone}
            copy[key] = {name: without(member, keys, inner) for name, member in members.items()}
        else:
            copy[key] = without(value, keys, inner)
    return copy
