"""Upgrades what describes single values: schemas, parameters and headers."""

from __future__ import annotations

from typing import Any

from mock_platform.engine.anatomy import parts
from mock_platform.shared.contracts import Json

_OF_PARAMETERS = frozenset({"name", "in", "description", "required", "allowEmptyValue", "$ref"})
_SPACED = {"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"}
_FILE = {"type": "string", "format": "binary"}


def schema(old: Json) -> Json:
    """Upgrade a schema and all within it, in place."""
    pending = [old]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            _upgrade(node)
            pending.extend(inner for _, inner, _ in parts(node, "schemas"))
    return old


def _upgrade(node: dict[str, Any]) -> None:
    if "x-nullable" in node and "nullable" not in node:
        node["nullable"] = node.pop("x-nullable")
    if node.get("type") == "file":
        node |= _FILE
    if isinstance(name := node.get("discriminator"), str):
        node["discriminator"] = {"propertyName": name}
    if "x-example" in node and "example" not in node:
        node["example"] = node["x-example"]
    node.pop("collectionFormat", None)


def parameter(old: Json) -> Json:
    """Upgrade a parameter that stays one."""
    if not isinstance(old, dict) or "$ref" in old or "in" not in old:
        return old
    new = {k: v for k, v in old.items() if k in _OF_PARAMETERS or k.startswith("x-")}
    new["schema"] = described(old)
    _shown(new, old)
    if new["schema"].get("type") == "array":
        new |= written(old.get("collectionFormat"), str(old["in"]))
    return new


def header(old: Json) -> Json:
    """Upgrade a header of an answer."""
    if not isinstance(old, dict) or "$ref" in old:
        return old
    kept = {k: v for k, v in old.items() if k == "description" or k.startswith("x-")}
    _shown(kept, old)
    return {**kept, "schema": described(old)}


def described(old: dict[str, Json]) -> dict[str, Json]:
    """Return the schema of what 2.0 describes without one; some give one all the same."""
    if isinstance(old.get("schema"), dict):
        given: dict[str, Json] = schema(old["schema"])
        return given
    said = {
        key: value
        for key, value in old.items()
        if key not in _OF_PARAMETERS and key != "collectionFormat" and not key.startswith("x-")
    }
    if "x-nullable" in old:
        said["x-nullable"] = old["x-nullable"]
    if old.get("allowEmptyValue") is False and old.get("type") == "string":
        said.setdefault("minLength", 1)  # written, and not merely usual: then it is meant
    told: dict[str, Json] = schema(said)
    return told


def written(collection_format: Json, location: str) -> dict[str, Json]:
    """Say in the words of 3.0 how a list is written."""
    if collection_format in _SPACED:
        return {"style": _SPACED[collection_format], "explode": False}
    if location in {"path", "header"}:
        return {"style": "simple"}
    return {"style": "form", "explode": collection_format == "multi"}


def _shown(new: dict[str, Json], old: dict[str, Json]) -> None:
    if "x-example" in old:
        new["example"] = old["x-example"]
    elif isinstance(old.get("x-examples"), dict):
        new["examples"] = {name: {"value": value} for name, value in old["x-examples"].items()}
