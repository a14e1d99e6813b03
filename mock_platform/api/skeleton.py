"""Gives connexion what it needs of a contract, and no more.

Paths, ids, security, and parameters reduced to the shapes that its decoder looks at: no bodies, no
answers, no components. So it neither copies, validates nor dereferences what we compile ourselves,
and takes documents whose version it does not know. Scalars are shown to it as strings: it takes
styles apart, and what the pieces mean is decided by ``api.parameters``, more strictly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connexion.spec import OpenAPISpecification

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, Parameter, base_path
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 4
_SCALARS = frozenset({"integer", "number", "boolean", "string"})


class Skeleton(OpenAPISpecification):  # type: ignore[misc]  # connexion is untyped
    """A specification that is taken as it is given."""

    def __init__(self, raw_spec: Json, *, base_uri: str = "") -> None:
        self._raw_spec = self._spec = raw_spec
        self._base_uri = base_uri


def skeleton(document: Document, operations: Sequence[Operation]) -> Json:
    """Make the document that connexion gets to see."""
    base, root = base_path(document), document.root
    paths: dict[str, dict[str, Json]] = {}
    for operation in operations:
        item = paths.setdefault(operation.path.removeprefix(base) or "/", {})
        item[operation.method.lower()] = {
            "operationId": operation.id,
            "parameters": [_parameter(root, one) for one in operation.parameters],
            "responses": {"default": {"description": ""}},
            "security": [{k: list(v) for k, v in one.items()} for one in operation.security],
        }
    info = root.get("info") or {}
    return {
        "openapi": "3.0.3",
        "info": {"title": str(info.get("title", document.name)), "version": "1"},
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": {"securitySchemes": _security_schemes(root)},
    }


def shape(root: Json, schema: Json, depth: int = 0) -> Json:
    """Reduce a schema to type, items and properties: what a parameter's text must look like."""
    if depth > _DEEPEST:
        return {"type": "string"}
    node = _meant(root, schema)
    parts = [shape(root, one, depth + 1) for one in node.get("allOf") or ()]
    choices = [
        shape(root, one, depth + 1) for one in (node.get("anyOf") or node.get("oneOf") or ())
    ]
    if choices and all(one["type"] == choices[0]["type"] for one in choices):
        parts.append(choices[0])
    typed = next((one for one in parts if one["type"] != "string"), {"type": "string"})
    kind = node.get("type", typed["type"])
    if kind == "array":
        items = node.get("items", typed.get("items", {}))
        return {"type": "array", "items": shape(root, items, depth + 1)}
    if kind == "object" or "properties" in node:
        own = {k: shape(root, v, depth + 1) for k, v in (node.get("properties") or {}).items()}
        inherited = (one.get("properties", {}) for one in parts)
        return {
            "type": "object",
            "properties": {k: v for one in inherited for k, v in one.items()} | own,
        }
    return {"type": kind if kind in _SCALARS else "string"}


def _meant(root: Json, schema: Json) -> Mapping[str, Json]:
    ref = ref_of(schema)
    node = schema if ref is None else follow(root, of_ref(ref))[0]
    return node if isinstance(node, dict) else {}


def _parameter(root: Json, parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required or parameter.location == "path",
        "style": parameter.style,
        "explode": parameter.explode,
        "schema": {"type": "string"}
        if "content" in parameter.raw
        else _as_text(shape(root, parameter.schema)),
    }


def _as_text(wanted: Json) -> Json:
    """Turn every scalar of a shape into a string.

    Objects lose their properties: connexion's decoder stumbles over values of an unexpected shape.
    """
    match wanted:
        case {"type": "array", "items": items}:
            return {"type": "array", "items": _as_text(items)}
        case {"type": "object"}:
            return {"type": "object"}
        case _:
            return {"type": "string"}


def _security_schemes(root: Json) -> Json:
    """The document's schemes without ``x-``: those would let a document name Python to be run."""
    schemes = (root.get("components") or {}).get("securitySchemes") or {}
    return {
        name: {k: v for k, v in _meant(root, scheme).items() if not k.startswith("x-")}
        for name, scheme in schemes.items()
    }
