"""Turns a document of OpenAPI 3.0 into one of 3.1 that accepts and refuses the same.

Schemas become JSON Schema 2020-12; callbacks are also listed as ``webhooks``, where tools that know
nothing of callbacks look. Both refer to one path item among the components.
"""

from __future__ import annotations

from dataclasses import replace

from mock_platform.engine.anatomy import changed
from mock_platform.engine.documents import Document
from mock_platform.engine.modernising.modern_schemas import modern_schema
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import follow, join, to_ref
from mock_platform.shared.contracts import Json

VERSION = "3.1.1"
DIALECT = "https://spec.openapis.org/oas/3.1/dialect/base"


class TooNew(ValueError):
    """The document is of a later version than the one that is asked for."""


def modernise(document: Document) -> Document:
    """Return the document as one of OpenAPI 3.1; one that is, is returned as it is.

    Raises:
        TooNew: it is of 3.2, which 3.1 has no words for.
    """
    version = str(document.root.get("openapi", ""))
    if version.startswith("3.2"):
        raise TooNew(f"the document is of OpenAPI {version}, which 3.1 has no words for")
    if document.dialect != "3.0":
        return document
    root = _modern(document.root, "document", "")
    whole = {"openapi": VERSION, "info": root.pop("info"), "jsonSchemaDialect": DIALECT}
    whole |= {key: value for key, value in root.items() if key not in whole}
    _list_webhooks(document, whole)
    return replace(document, root=whole, dialect="3.1")


def _modern(node: Json, kind: str, _pointer: str) -> Json:
    if kind == "schemas":
        return modern_schema(node)
    copy = changed(node, kind, _modern)
    if kind != "pathItems" and isinstance(node, dict) and "$ref" in node:
        kept = ("$ref", "summary", "description")
        return {key: value for key, value in copy.items() if key in kept or key.startswith("x-")}
    return copy


def _list_webhooks(document: Document, root: dict[str, Json]) -> None:
    """Move the requests of callbacks among the components, and list them as webhooks too."""
    moved: dict[str, str] = {}
    components = root.setdefault("components", {})
    items = components.setdefault("pathItems", {})
    webhooks = root.setdefault("webhooks", {})
    for operation in operations(document):
        for name, expression in operation.callbacks.items():
            _, place = follow(document.root, operation.pointer + join("callbacks", name))
            if place in moved:
                continue
            callback, _ = follow(root, place)
            unused = _unused(name, items)
            moved[place] = unused
            items[unused] = callback[expression]
            callback[expression] = {"$ref": to_ref(join("components", "pathItems", unused))}
            webhooks.setdefault(unused, dict(callback[expression]))
    for holder, key in ((components, "pathItems"), (root, "webhooks"), (root, "components")):
        if not holder[key]:
            del holder[key]


def _unused(name: str, taken: Json) -> str:
    unused, number = name, 1
    while unused in taken:
        number += 1
        unused = f"{name}{number}"
    return unused
