"""Gives connexion what it needs of a contract, and no more.

Paths, ids, and the names of parameters: no schemas, no bodies, no answers, no components. So it
neither copies, validates nor dereferences what we compile ourselves, and takes documents whose version
it does not know. How parameters are written its decoder learns from ``api.fields``, for each operation
when it is first used; what ``api.security`` asks for it does not learn.
"""

from __future__ import annotations

from collections.abc import Sequence

from connexion.spec import OpenAPISpecification

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, Parameter, base_path
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
        }
    info = root.get("info") or {}
    return {
        "openapi": "3.0.3",
        "info": {"title": str(info.get("title", document.name)), "version": "1"},
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": {},
    }


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required or parameter.location == "path",
        "schema": {"type": "string"},
    }
