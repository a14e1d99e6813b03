"""Says in JSON Schema 2020-12 what a schema of OpenAPI 3.0 says in its own dialect."""

from __future__ import annotations

from mock_platform.engine.anatomy import changed
from mock_platform.shared.contracts import Json

_ANNOTATIONS = frozenset(
    {
        *("title", "description", "default", "example", "deprecated", "externalDocs", "xml"),
        *("readOnly", "writeOnly", "examples"),
    }
)
"""What a schema says beside which values it takes."""
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_BASE64 = {"byte": "base64", "base64": "base64", "base64url": "base64url"}


def modern_schema(node: Json) -> Json:
    """Return the schema and all within it in the words of 3.1."""
    if not isinstance(node, dict):
        return node
    if "$ref" in node:  # in 3.0 what stands beside it is not heard, and so must not be now
        kept = ("$ref", "description")
        return {key: node[key] for key in node if key in kept or key.startswith("x-")}
    copy: dict[str, Json] = changed(node, "schemas", lambda part, _kind, _at: modern_schema(part))
    nullable = copy.pop("nullable", False) is True
    _rebound(copy)
    _reencode(copy)
    if "example" in copy:
        copy["examples"] = [copy.pop("example")]
    return _nullable(copy) if nullable else copy


def _nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """Allow null; an ``enum`` without it still forbids it, as in 3.0."""
    if "type" in schema:
        return {
            key: [value, "null"] if key == "type" and isinstance(value, str) else value
            for key, value in schema.items()
        }
    said = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    told = {key: value for key, value in schema.items() if key not in said}
    return told | ({"anyOf": [{"type": "null"}, said]} if said else {})


def _rebound(schema: dict[str, Json]) -> None:
    """``exclusiveMinimum: true`` beside ``minimum: 1`` is ``exclusiveMinimum: 1``."""
    for bound, exclusive in _BOUNDS:
        if isinstance(flag := schema.get(exclusive), bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)


def _reencode(schema: dict[str, Json]) -> None:
    """Contents have keywords of their own; they describe, and are not checked (2020-12 §8.2).

    So ``byte``, which is, stays beside its new keyword.
    """
    form = schema.get("format")
    if schema.get("type") != "string" or not isinstance(form, str):
        return
    if form == "binary":
        del schema["format"]
        schema.setdefault("contentMediaType", "application/octet-stream")
    elif form in _BASE64:
        schema.setdefault("contentEncoding", _BASE64[form])
