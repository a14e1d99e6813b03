"""Serves a document for which nobody wrote a handler, in process."""

from __future__ import annotations

from itertools import count

from mock_platform.api.application import Contract, Knobs
from mock_platform.engine.answering.sheets import Generators
from mock_platform.engine.answering.stand_in import responders
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import follow, lookup
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import Answered, Served, document, serve

PET = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "ownerId": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
    },
}


def seeded(made: Document) -> Generators:
    """A fake generator: the schema's ``x-generated`` comes out, with the seed where it has SEED."""

    def generators(pointer: str, _accepts: Json, /, **_how: Json) -> Json:
        schema = {**follow(made.root, pointer)[0], **lookup(made.root, pointer)}

        def generate(seed: int) -> Json:
            if "x-generated" not in schema:
                raise ValueError("nothing to generate")
            return _filled(schema["x-generated"], seed)

        return generate

    return generators


def _filled(value: Json, seed: int) -> Json:
    if isinstance(value, dict):
        return {name: _filled(part, seed) for name, part in value.items()}
    return seed if value == "SEED" else value


def mock(paths: Json, *, schemas: Json | None = None, knobs: Knobs | None = None) -> Served:
    """Serve paths without handlers."""
    numbers = count(1)
    for item in paths.values():
        for operation in item.values():
            operation.setdefault("operationId", f"operation{next(numbers)}")
    made = document(paths, {"schemas": {"Pet": PET, **(schemas or {})}})
    stand_in = responders(made, Schemas(made), seeded(made))
    listed = {one.id: one for one in operations(made)}
    contract = Contract(document=made, resolve=lambda name: stand_in(listed[name]))
    return serve([contract], knobs=knobs)


def get(responses: Json, target: str = "/v1/x", /, **headers: str) -> Answered:
    """GET ``/x`` of a contract that has nothing but these responses."""
    return mock({"/x": {"get": {"responses": responses}}}).get(target, **headers)


def content(**media_types: Json) -> Json:
    """Return a response with this content: ``application_json={…}``."""
    named = {name.replace("__", "+").replace("_", "/", 1): m for name, m in media_types.items()}
    return {"description": "", "content": named}


def example(value: Json, name: str = "application_json") -> Json:
    """Return a response with one example."""
    return content(**{name: {"example": value}})
