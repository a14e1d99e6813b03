"""Reads one schema as people do: references followed, ``allOf`` put together, ``null`` set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mock_platform.engine.answering.statements import followed
from mock_platform.engine.describing.plain import items, text
from mock_platform.engine.pointers import of_ref, ref_of, split
from mock_platform.shared.contracts import Json

_DEEPEST = 16
_COMPONENT = 3
_CHOOSING: Mapping[str, str] = {"oneOf": "one of", "anyOf": "any of"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One schema, as it is meant."""

    schema: Mapping[str, Json]
    """Its keywords and those of all that it is put together from, the nearest first."""
    name: str = ""
    """The component that was referred to."""
    choices: tuple[Json, ...] = ()
    choosing: str = ""
    """``one of`` or ``any of``."""
    is_never: bool = False
    """Nothing satisfies it: the schema ``false``."""


def folded(schema: Json, root: Json, depth: int = 0) -> Folded:
    """Read a schema; what leads nowhere, or in a circle, demands nothing."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return Folded(schema={}, is_never=schema is False)
    name = named(schema)
    put = _together(schema, root, 0)
    for key, words in _CHOOSING.items():
        choices = [one for one in items(put, key) if not _is_null(one)]
        if not choices:
            continue
        rest = {k: v for k, v in put.items() if k not in _CHOOSING}
        if len(choices) < len(items(put, key)):
            rest["nullable"] = True
        if len(choices) == 1:
            only = folded(choices[0], root, depth + 1)
            return replace(only, schema={**only.schema, **rest}, name=name or only.name)
        return Folded(schema=rest, name=name, choices=tuple(choices), choosing=words)
    return Folded(schema=put, name=name)


def named(schema: Json) -> str:
    """Return the name of the component schema that is referred to, directly or as all there is."""
    ref = ref_of(schema)
    if ref is None:
        parts = items(schema, "allOf")
        return named(parts[0]) if len(parts) == 1 else ""
    try:
        tokens = split(of_ref(ref))
    except LookupError:
        return ""
    is_component = len(tokens) == _COMPONENT and tokens[:2] == ["components", "schemas"]
    return tokens[2] if is_component else ""


def _together(schema: Json, root: Json, depth: int) -> dict[str, Json]:
    """Put a schema, what it refers to and its ``allOf`` into one; the nearer word counts."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return {}
    put = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    # A reference that leads nowhere is followed to nothing, which demands nothing.
    parts = [followed({"$ref": schema["$ref"]}, root)] if ref_of(schema) is not None else []
    parts += items(schema, "allOf")
    for part in parts:
        _add(put, _together(part, root, depth + 1))
    return put


def _add(put: dict[str, Json], more: Mapping[str, Json]) -> None:
    for key, value in more.items():
        known = put.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and key == "properties":
            put[key] = {**known, **{k: v for k, v in value.items() if k not in known}}
        elif isinstance(known, list) and isinstance(value, list) and key == "required":
            put[key] = [*known, *(one for one in value if one not in known)]
        else:
            put.setdefault(key, value)


def _is_null(schema: Json) -> bool:
    return isinstance(schema, dict) and (
        text(schema, "type") == "null" or schema.get("enum") == [None]
    )
