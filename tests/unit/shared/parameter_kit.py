"""An operation that gives back the parameters it was given."""

from __future__ import annotations

from typing import Any

from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import Answered, document, ok, serve

INTEGER, NUMBER, BOOLEAN, STRING = ({"type": t} for t in ("integer", "number", "boolean", "string"))


def parameter(name: str, where: str, schema: Json, **more: Json) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, **more}


def asked(
    parameters: list[Json],
    target: str = "/v1/x",
    headers: dict[str, str] | None = None,
    path: str = "/x",
    components: Json = None,
    **more: Any,
) -> Answered:
    """Ask an operation with these parameters, whose handler gives back what it was given."""
    paths = {path: {"get": {"operationId": "echo", "parameters": parameters, "responses": ok()}}}

    def echo(**given: Any) -> Reply:
        return Reply(body=given)

    return serve(document(paths, components, **more), {"echo": echo}).ask("GET", target, headers)
