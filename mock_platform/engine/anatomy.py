"""Knows which members of an OpenAPI object are OpenAPI objects themselves, and of which kind.

Everything else is data: an example may contain ``$ref`` or ``x-mock`` and means nothing by it, and
a property may be called ``example``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

SECTIONS: Final = (
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
)
"""The kinds of objects that ``components`` has, and that a reference may stand for."""

_ONE, _LIST, _MAP = "one", "list", "map"

Parts = Mapping[str, tuple[str, str]]
"""Member → (one object, a list of them or a mapping to them; their kind); ``*`` is any member."""

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_VALUE: Parts = {
    "schema": (_ONE, "schemas"),
    "content": (_MAP, "mediaType"),
    "examples": (_MAP, "examples"),
}

ANATOMY: Final[Mapping[str, Parts]] = {
    "document": {
        "paths": (_MAP, "pathItems"),
        "webhooks": (_MAP, "pathItems"),
        "components": (_ONE, "components"),
        # Swagger 2.0 has no components.
        "definitions": (_MAP, "schemas"),
        "parameters": (_MAP, "parameters"),
        "responses": (_MAP, "responses"),
        "securityDefinitions": (_MAP, "securitySchemes"),
    },
    "components": {
        **{section: (_MAP, section) for section in SECTIONS},
        "mediaTypes": (_MAP, "mediaType"),
    },
    "pathItems": {
        **dict.fromkeys(METHODS, (_ONE, "operation")),
        "parameters": (_LIST, "parameters"),
        "additionalOperations": (_MAP, "operation"),
    },
    "operation": {
        "parameters": (_LIST, "parameters"),
        "requestBody": (_ONE, "requestBodies"),
        "responses": (_MAP, "responses"),
        "callbacks": (_MAP, "callbacks"),
    },
    "callbacks": {"*": (_ONE, "pathItems")},
    "parameters": _VALUE,
    "headers": _VALUE,
    "requestBodies": {"content": (_MAP, "mediaType")},
    "mediaType": {
        "schema": (_ONE, "schemas"),
        "examples": (_MAP, "examples"),
        "encoding": (_MAP, "encoding"),
        "itemSchema": (_ONE, "schemas"),
        "itemEncoding": (_ONE, "encoding"),
        "prefixEncoding": (_LIST, "encoding"),
    },
    "encoding": {"headers": (_MAP, "headers")},
    "responses": {
        "headers": (_MAP, "headers"),
        "content": (_MAP, "mediaType"),
        "links": (_MAP, "links"),
        "schema": (_ONE, "schemas"),
    },
    "schemas": {
        **dict.fromkeys(
            ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas"),
            (_MAP, "schemas"),
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), (_LIST, "schemas")),
        **dict.fromkeys(
            (
                *("items", "additionalItems", "contains", "unevaluatedItems", "contentSchema"),
                *("additionalProperties", "propertyNames", "unevaluatedProperties"),
                *("not", "if", "then", "else"),
            ),
            (_ONE, "schemas"),
        ),
    },
    "examples": {},
    "links": {},
    "securitySchemes": {},
}


DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "value", "mapping"})
"""Members that hold data, where the anatomy does not say otherwise."""
NAMED: Final = frozenset(
    {"properties", "patternProperties", "definitions", "$defs", "dependentSchemas"}
)
"""Members whose keys are names of others: an ``x-…`` among them is one of those."""


def parts(node: Json, kind: str) -> Iterator[tuple[str, Json, str]]:
    """Yield the OpenAPI objects directly inside one: relative pointer, object, kind."""
    anatomy = ANATOMY[kind]
    for key, value in node.items() if isinstance(node, dict) else ():
        shape, inner = anatomy.get(key) or anatomy.get("*") or ("", "")
        if shape == _ONE:
            yield join(key), value, inner
        elif shape == _LIST and isinstance(value, list):
            yield from ((join(key, index), item, inner) for index, item in enumerate(value))
        elif shape == _MAP and isinstance(value, dict):
            yield from ((join(key, name), member, inner) for name, member in value.items())


def everything(node: Json, kind: str, pointer: str = "") -> Iterator[tuple[str, Json, str]]:
    """Yield the object and every OpenAPI object within it: pointer, object, kind."""
    yield pointer, node, kind
    for place, inner, inner_kind in parts(node, kind):
        yield from everything(inner, inner_kind, pointer + place)


Change = Callable[[Json, str, str], Json]
"""From an object, its kind and its relative pointer to what shall stand in its place."""


def changed(node: Json, kind: str, change: Change) -> Json:
    """Return a copy of the object with the OpenAPI objects directly inside it changed."""
    if not isinstance(node, dict):
        return node
    anatomy = ANATOMY[kind]
    copy: dict[str, Json] = {}
    for key, value in node.items():
        shape, inner = anatomy.get(key) or anatomy.get("*") or ("", "")
        if shape == _ONE:
            copy[key] = change(value, inner, join(key))
        elif shape == _LIST and isinstance(value, list):
            copy[key] = [change(item, inner, join(key, i)) for i, item in enumerate(value)]
        elif shape == _MAP and isinstance(value, dict):
            copy[key] = {name: change(m, inner, join(key, name)) for name, m in value.items()}
        else:
            copy[key] = value
    return copy
