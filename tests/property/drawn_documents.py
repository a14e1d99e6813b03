"""Draws documents whose schemas refer to each other: by pointer, by name, through heirs."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from mock_platform.shared.contracts import Json
from tests.property.drawn_schemas import NAMES, PARTS, objects, schemas

_POINTER = "#/components/schemas/"
_HOME = "https://example.com/schemas/"


@st.composite
def documents(draw: st.DrawFn, *, modern: bool) -> Json:
    """Draw a document whose first schema is the one to look at.

    A schema that refers to itself without a member or an item between means nothing, so such are
    not drawn: in place, a schema refers to later ones only.
    """
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    parts = {"properties": {name: draw(schemas(modern, 1, ())) for name in "ab"}}
    found = {name: draw(schemas(modern, 3, names[1 + at :])) for at, name in enumerate(names)}
    found |= {name: {"type": "object", "maxProperties": 2} for name in NAMES[len(names) :]}
    if draw(st.integers(0, 11)) == 0:
        found |= draw(_heirs(modern))
    return {"components": {"schemas": {**found, PARTS: parts}}}


@st.composite
def _heirs(draw: st.DrawFn, modern: bool) -> dict[str, Json]:
    """Draw a schema that others are built upon, which a member tells apart."""
    parent = draw(objects(modern, 1))
    parent = {k: v for k, v in parent.items() if k not in ("maxProperties", "additionalProperties")}
    parent["properties"] = {**parent["properties"], "kind": {"type": "string"}}
    parent |= {"required": ["kind"], "discriminator": {"propertyName": "kind"}}
    if draw(st.booleans()):
        parent["discriminator"]["mapping"] = {"b": _POINTER + "Beta", "c": "Gamma"}
    heirs = {
        name: {"allOf": [{"$ref": _POINTER + "Alpha"}, draw(objects(modern, 1))]}
        for name in ("Beta", "Gamma")
    }
    return {"Alpha": parent, **heirs}


@st.composite
def named_documents(draw: st.DrawFn) -> Json:
    """Draw a document whose schemas are known by ``$anchor``, ``$id`` or ``$dynamicAnchor``."""
    if draw(st.integers(0, 3)) == 0:
        return {"components": {"schemas": draw(_scoped())}}
    document = draw(documents(modern=True))
    refer, name_it = draw(st.sampled_from([_ANCHORED, _IDENTIFIED, _DYNAMIC]))
    found = _renamed(document["components"]["schemas"], refer)
    for name in NAMES:
        said = found[name] if isinstance(found[name], dict) else {"allOf": [found[name]]}
        found[name] = {**said, **name_it(name)}
    return {"components": {"schemas": found}}


_Named = Callable[[str], dict[str, Json]]
_ANCHORED: tuple[_Named, _Named] = (
    lambda name: {"$ref": "#" + name},
    lambda name: {"$anchor": name},
)
_DYNAMIC: tuple[_Named, _Named] = (
    lambda name: {"$dynamicRef": "#" + name},
    lambda name: {"$dynamicAnchor": name},
)
_IDENTIFIED: tuple[_Named, _Named] = (
    lambda name: {"$ref": _HOME + name},
    lambda name: {"$id": _HOME + name},
)


def _renamed(node: Json, refer: _Named) -> Json:
    if isinstance(node, list):
        return [_renamed(item, refer) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {k: _renamed(p, refer) for k, p in node.items() if k not in ("$ref", "mapping")}
    ref = node.get("$ref")
    if isinstance(ref, str):
        name = ref.removeprefix(_POINTER)
        inner |= refer(name) if name in NAMES else {"minLength": 1}
    return inner


@st.composite
def _scoped(draw: st.DrawFn) -> dict[str, Json]:
    """Draw a tree, and a stricter tree that means itself wherever the first one does."""
    data = _renamed(draw(schemas(True, 2, ())), lambda name: {"maxProperties": len(name)})
    children = {"type": "array", "items": {"$dynamicRef": "#node"}}
    tree: Json = {
        "$id": _HOME + "tree",
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"a": data, "children": children},
        "$defs": {"leaf": {"type": "integer"}},
    }
    strict: Json = {
        "$id": _HOME + "strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "properties": {"leaf": {"$ref": "tree#/$defs/leaf"}},
    }
    if draw(st.booleans()):
        strict["unevaluatedProperties"] = False
    if draw(st.booleans()):
        strict["required"] = ["leaf"]
    wanted = draw(st.sampled_from(["tree", "strict"]))
    return {"Alpha": {"$ref": _HOME + wanted}, "Beta": tree, "Gamma": strict}
