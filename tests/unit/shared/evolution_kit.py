"""Small contracts whose two versions are compared, and how what was found is written in a row."""

from __future__ import annotations

from mock_platform.engine.documents import Document, dialect_of
from mock_platform.engine.evolution import DOCS, LEVELS, Change, compare
from mock_platform.shared.contracts import Json

LETTERS = {level[0].upper(): level for level in LEVELS}
"""``B``, ``R``, ``A``, ``D``: the levels, as rows write them."""


def document(root: Json) -> Document:
    """Make a document of what the loader would have read."""
    whole = {"openapi": "3.1.0", "info": {"title": "Things", "version": "1.0.0"}, **root}
    return Document(name="things", root=whole, dialect=dialect_of(whole["openapi"]))


def service(operation: Json, *, path: str = "/things", **root: Json) -> Json:
    """Write a contract with one operation."""
    return {"paths": {path: {"post": {"responses": {}, **operation}}}, **root}


def asks(schema: Json, **components: Json) -> Json:
    """Write a contract that takes a body with one property."""
    return service({"requestBody": _holding(schema)}, components={"schemas": components})


def answers(schema: Json, **components: Json) -> Json:
    """Write a contract that answers a body with one property."""
    body = {"description": "Done.", **_holding(schema)}
    return service({"responses": {"200": body}}, components={"schemas": components})


def _holding(schema: Json) -> Json:
    body = {"type": "object", "properties": {"x": schema}}
    return {"content": {"application/json": {"schema": body}}}


def changes(old: Json, new: Json) -> list[Change]:
    """Compare two contracts; wording aside."""
    found = compare(document(old), document(new))
    return [change for change in found if change.level != DOCS]


def found_rules(old: Json, new: Json) -> set[str]:
    """Return what was found: ``B request-enum-set``."""
    return {f"{change.level[0].upper()} {change.rule}" for change in changes(old, new)}


def rules_in(row: str) -> set[str]:
    """Return what a row expects: ``B request-enum-set, A …``; nothing when it is empty."""
    return {each.strip() for each in row.split(",") if each.strip()}
