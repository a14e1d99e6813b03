"""Finds the properties of an answer that can be judged by themselves, whatever stands beside them.

To hold a whole answer to its schema again because an id in it has changed is a waste: of an ``id``
below ``properties``, over references and ``allOf``, the schema says the same whatever else is there.
Where anything might relate it to the rest, it is not said to be independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_platform.engine.pointers import join, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_DEEPEST = 16
_SAYS_NOTHING = frozenset(
    {
        *("title", "description", "default", "example", "examples", "deprecated", "externalDocs"),
        *("xml", "readOnly", "$comment"),
    }
)
_SAYS_THE_SAME = _SAYS_NOTHING | {
    # Whatever the property is, these see an object that has it, and a list of as many items.
    *("type", "nullable", "properties", "required", "items", "minItems", "maxItems", "allOf"),
    "additionalProperties",
}


class _Related(Exception):
    """The property may have to do with what is beside it."""


def schemas_of(
    root: Json, pointer: str, step: Sequence[str | int], name: str
) -> Sequence[str] | None:
    """Return the pointers of all schemas that a property has to satisfy; None: there may be more.

    ``pointer`` is the schema of the whole, ``step`` leads to the object that has the property. The
    whole has to be valid already, with the property or without.
    """
    try:
        return [*dict.fromkeys(_found(root, pointer, [*step, name], 0))]
    except (_Related, LookupError):
        return None


def _found(root: Json, pointer: str, way: Sequence[str | int], depth: int) -> Iterator[str]:
    schema = lookup(root, pointer)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        raise _Related
    ref = ref_of(schema)
    if ref is not None:
        if schema.keys() - _SAYS_NOTHING != {"$ref"}:
            raise _Related
        yield from _found(root, of_ref(ref), way, depth + 1)
        return
    if not way:
        if "writeOnly" in schema:
            raise _Related
        yield pointer
        return
    if any(key not in _SAYS_THE_SAME and not key.startswith("x-") for key in schema):
        raise _Related
    for index in range(len(schema.get("allOf") or ())):
        yield from _found(root, f"{pointer}/allOf/{index}", way, depth + 1)
    if (inner := _inner(schema, way[0])) is not None:
        yield from _found(root, pointer + inner, way[1:], depth + 1)


def _inner(schema: Json, step: str | int) -> str | None:
    """Return where, below a schema, that of an item or a property is; None: it says nothing of it."""
    if isinstance(step, int):
        return "/items" if "items" in schema else None
    if step in (schema.get("properties") or ()):
        return join("properties", step)
    if schema.get("additionalProperties", True) is not True:
        raise _Related
    return None
