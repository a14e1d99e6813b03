"""Takes the query string as a whole (OpenAPI 3.2, ``in: querystring``) apart into its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json

FORM = "application/x-www-form-urlencoded"
_SAID = ("style", "explode", "allowReserved")
_MOST = 50


def parameters_of(whole: dict[str, Json], root: Json) -> list[Json] | None:
    """Return the parameters that a query string is made of; None when it is written otherwise."""
    media = whole["content"].get(FORM) if isinstance(whole.get("content"), dict) else None
    if not isinstance(media, dict):
        return None
    wanted = whole.get("required") is True
    encodings = media.get("encoding") or {}
    schemas = [*_joined(media.get("schema"), root, 0)]
    required = {name for schema in schemas for name in schema.get("required") or () if wanted}
    members = {
        name: one for schema in schemas for name, one in (schema.get("properties") or {}).items()
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            **_described(schema, encodings.get(name) or {}, root),
        }
        for name, schema in members.items()
    ]


def _joined(schema: Json, root: Json, depth: int) -> Iterator[dict[str, Json]]:
    schema = _meant(schema, root)
    if isinstance(schema, dict) and depth < _MOST:
        yield schema
        for part in schema.get("allOf") or ():
            yield from _joined(part, root, depth + 1)


def _described(schema: Json, encoding: dict[str, Json], root: Json) -> dict[str, Json]:
    said = {key: encoding[key] for key in _SAID if key in encoding}
    meant = _meant(schema, root)
    is_object = isinstance(meant, dict) and meant.get("type") == "object"
    media_type = encoding.get("contentType", "application/json" if is_object else "")
    if said or "json" not in media_type:
        return {"schema": schema, **said}
    return {"content": {media_type: {"schema": schema}}}


def _meant(schema: Json, root: Json) -> Json:
    try:
        return follow(root, of_ref(schema["$ref"]))[0] if ref_of(schema) else schema
    except LookupError:
        return None
