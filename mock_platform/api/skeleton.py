"""Gives connexion what it needs of a contract, and no more.

Paths, ids, security, and the names of parameters: no schemas, no bodies, no answers, no components.
So it neither copies, validates nor dereferences what we compile ourselves, and takes documents whose
version it does not know. How parameters are written its decoder learns from ``api.fields``, for each
operation when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connexion.spec import OpenAPISpecification

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, Parameter, base_path
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json


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
            "parameters": [_parameter(one) for one in operation.parameters],
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


def _meant(root: Json, schema: Json) -> Mapping[str, Json]:
    ref = ref_of(schema)
    node = schema if ref is None else follow(root, of_ref(ref))[0]
    return node if isinstance(node, dict) else {}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required or parameter.location == "path",
        "schema": {"type": "string"},
    }


def _security_schemes(root: Json) -> Json:
    """The document's schemes without ``x-``: those would let a document name Python to be run."""
    schemes = (root.get("components") or {}).get("securitySchemes") or {}
    return {
        name: {k: v for k, v in _meant(root, scheme).items() if not k.startswith("x-")}
        for name, scheme in schemes.items()
    }
