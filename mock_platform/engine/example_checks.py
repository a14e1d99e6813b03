"""Holds the examples and defaults of a contract to its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import follow, join, split
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import SchemaBroken, Schemas
from mock_platform.shared.contracts import Json, Violation

_SPEAKERS = {
    "requestBody": Direction.REQUEST,
    "requestBodies": Direction.REQUEST,
    "parameters": Direction.REQUEST,
    "responses": Direction.ANSWER,
    "headers": Direction.ANSWER,
}


def example_findings(document: Document) -> Iterator[Finding]:
    """Yield the examples and defaults that break their own schema."""
    schemas = Schemas(document)
    for pointer, node, kind in everything(document.root, "document"):
        if not isinstance(node, dict):
            continue
        if kind in {"mediaType", "parameters", "headers"} and "schema" in node:
            directions = [_direction(pointer)]
            for place, value in _examples(document, node, pointer):
                yield from _broken(schemas, pointer + "/schema", directions, place, value)
        elif kind == "schemas" and "$ref" not in node:
            for place, value in _own(node, pointer):
                # Both sides use a schema; what one of them may say is a good example.
                yield from _broken(schemas, pointer, list(Direction), place, value)


def _own(node: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    """Yield the examples that a schema has itself."""
    for key in ("example", "default"):
        if key in node:
            yield pointer + join(key), node[key]
    listed = node.get("examples")
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        yield pointer + join("examples", index), value


def _direction(pointer: str) -> Direction:
    speakers = (_SPEAKERS[token] for token in reversed(split(pointer)) if token in _SPEAKERS)
    return next(speakers, Direction.ANSWER)


def _examples(document: Document, node: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    if "example" in node:
        yield pointer + "/example", node["example"]
    for name in node.get("examples") or {}:
        example, place = follow(document.root, pointer + join("examples", name))
        if "value" in example:
            yield place + "/value", example["value"]


def _broken(
    schemas: Schemas, schema: str, directions: Sequence[Direction], place: str, value: Json
) -> Iterator[Finding]:
    verdicts: list[Sequence[Violation]] = []
    for direction in directions:
        try:
            verdicts.append(schemas.validator(schema, direction)(value))
        except SchemaBroken as broken:
            yield Finding(pointer=schema, message=f"the schema cannot be used: {broken}")
            return
    if all(verdicts):
        what = "default" if place.endswith("/default") else "example"
        for violation in verdicts[0]:
            yield Finding(
                pointer=place + violation.pointer,
                message=f"the {what} breaks its schema: {violation.message}",
                remedy=f"mend the {what}, or {violation.rule} in the schema",
            )
