"""Says in words what a pointer points at: ``POST /orders ▸ body ▸ items[].sku``, ``Order.note``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.pointers import split, step
from mock_platform.shared.contracts import Json

_COMPONENTS: Final = {
    "schemas": "{}",
    "parameters": "parameter {}",
    "responses": "answer {}",
    "requestBodies": "body {}",
    "headers": "header {}",
    "callbacks": "callback {}",
    "pathItems": "path {}",
    "securitySchemes": "security scheme {}",
    "links": "link {}",
}
_NAMED: Final = {
    "responses": "answer {}",
    "headers": "header {}",
    "callbacks": "callback {}",
    "links": "link {}",
    "webhooks": "webhook {}",
    "paths": "{}",
}
_KEYED: Final = frozenset(("content", "encoding"))
_INNER: Final = {
    "items": "[]",
    "additionalProperties": "{}",
    "propertyNames": " (names)",
    "contains": "[]",
}
_SKIPPED: Final = frozenset(("allOf", "oneOf", "anyOf", "prefixItems"))
_BETWEEN = " ▸ "


def subject(root: Json, pointer: str) -> str:
    """Describe the place for a reader who has not the document before them."""
    try:
        words = list(_words(root, split(pointer)))
    except LookupError:
        words = [pointer]
    if len(words) > 1 and words[0].startswith("/") and words[1].isupper():
        words[:2] = [f"{words[1]} {words[0]}"]
    return _BETWEEN.join(word for word in words if word) or "the document"


def _words(root: Json, steps: list[str]) -> Iterator[str]:
    if len(steps) > 2 and steps[0] == "components":  # noqa: PLR2004 - section and name
        kind, name, *rest = steps[1:]
        if kind == "schemas":
            yield _schema(name, rest)
            return
        yield _COMPONENTS.get(kind, kind + " {}").format(name)
        yield from _parts(root["components"].get(kind, {}).get(name), rest)
        return
    yield from _parts(root, steps)


def _parts(node: Json, steps: list[str]) -> Iterator[str]:
    """Walk down, naming what has a name, until a schema begins."""
    while steps:
        key, *steps = steps
        node = step(node, key) if isinstance(node, dict | list) else None
        if key == "schema":
            yield _schema("", steps)
            return
        if key == "requestBody":
            yield "body"
        elif key in METHODS:
            yield key.upper()
        elif key in {"parameters", *_NAMED, *_KEYED} and steps:
            name, *steps = steps
            node = step(node, name) if isinstance(node, dict | list) else None
            if key == "parameters":
                yield _parameter(node, name)
            elif key in _NAMED:
                yield _NAMED[key].format(name)


def _parameter(node: Json, index: str) -> str:
    named = isinstance(node, dict) and "name" in node
    name = node["name"] if named else index
    if isinstance(node, dict) and "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
    return f"parameter {name}"


def _schema(name: str, steps: list[str]) -> str:
    words = name
    while steps:
        key, *steps = steps
        if key in {"properties", "patternProperties"} and steps:
            member, *steps = steps
            words += f".{member}" if words else member
        elif key in _SKIPPED and steps:
            branch, *steps = steps
            words += "" if key == "allOf" else f"({key} {int(branch) + 1})"
        elif key in _INNER:
            words += _INNER[key]
    return words
