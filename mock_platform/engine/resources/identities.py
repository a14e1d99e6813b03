"""Finds the property that a resource's id stands in: from the path's parameter, as people name them.

``/pets/{petId}`` means ``petId``, ``pet_id``, ``id``; ``/users/{username}`` means ``username``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mock_platform.engine.casting import integer_of
from mock_platform.engine.resources.names import same, squashed, words
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json

_STRONG = ("id", "uuid", "guid", "sid", "uid", "gid")
"""What an id is called where the path calls it otherwise."""
_WEAK = ("login", "key", "slug", "code", "number", "name", "ref", "reference", "username", "email")
"""What might be one if nothing better is there."""
_INSIDE = ("metadata", "meta", "sys")
"""Where an id stands that is not at the surface (Kubernetes, Contentful)."""
_NO_ID = frozenset({"object", "array", "boolean"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Where in a resource its id stands, and what may stand there."""

    path: tuple[str, ...]
    """Names of properties, outermost first; empty: the id is in the path only."""
    pointer: str
    """Its schema."""
    parameter: str
    """The schema of the path's parameter, which has to take every id."""
    is_whole: bool
    """It is a number."""
    is_given: bool
    """Only the server says it."""
    is_numbered: bool = False
    """New ones are numbers, though they may be written as text."""

    def of(self, body: Json) -> Json:
        """Return the id that stands in a body, None if none does."""
        for name in self.path:
            body = body.get(name) if isinstance(body, dict) else None
        return body if self.path else None

    def put(self, body: Json, value: Json) -> Json:
        """Return the body with this id in it."""
        return put(body, self.path, value) if self.path else body

    def value(self, name: str) -> Json:
        """Return an id as JSON says it."""
        return _value(name, is_whole=self.is_whole)


def value_at(shapes: Shapes, pointer: str, path: tuple[str, ...], name: str) -> Json:
    """Return an id as the property at a path of a schema's objects says it."""
    for one in path:
        pointer = shapes.at(pointer).properties.get(one, pointer)
    return _value(name, is_whole=shapes.at(pointer).is_whole)


def _value(name: str, *, is_whole: bool) -> Json:
    return integer_of(name) if is_whole else name


@dataclass(frozen=True, slots=True)
class Key:
    """The path's parameter that says which resource is meant."""

    name: str
    """As written, or the property that ``x-mock`` says it means."""
    shape: Shape | None = None
    """What the parameter is declared to be."""

    def fits(self, found: Shape) -> bool:
        """Tell whether the parameter can say what a property says that it does not name.

        ``/users/{login}`` does not mean the number that users have as well.
        """
        if self.shape is None or not self.shape.types or not found.types:
            return True
        formats = [one.said.get("format") for one in (self.shape, found)]
        numbers = [bool(one.types & {"integer", "number"}) for one in (self.shape, found)]
        return numbers[0] == numbers[1] and ("uuid" not in formats or formats[0] == formats[1])


def put(body: Json, path: tuple[str, ...], value: Json) -> Json:
    """Return a body with a value in a place of it; objects on the way are made."""
    if not path:
        return value
    kept = body if isinstance(body, dict) else {}
    return {**kept, path[0]: put(kept.get(path[0]), path[1:], value)}


def identity_path(
    shapes: Shapes, shape: Shape, key: Key, word: str, *, weak: bool
) -> tuple[str, ...] | None:
    """Return where the id stands in a schema's objects.

    Args:
        shapes: the document's.
        shape: the schema.
        key: the path's parameter.
        word: what one resource is called.
        weak: take a name too, or a code, where nothing better is there.
    """
    for name, is_meant in _candidates(key.name, word, weak=weak):
        found = same(name, shape.properties)
        if found is None or not _may_be_id(shapes, shape, found):
            continue
        if is_meant or key.fits(shapes.at(shape.properties[found])):
            return (found,)
    for outer in _INSIDE:
        inner = shapes.property(shape, outer)
        found = None if inner is None else same(key.name, inner.properties)
        if inner is not None and found is not None and _may_be_id(shapes, inner, found):
            return (outer, found)
    return None


def identity_at(
    shapes: Shapes, surface: Shape | None, path: tuple[str, ...], parameter: str
) -> Identity:
    """Describe the id that stands at a path of a schema's objects.

    Args:
        shapes: the document's.
        surface: the schema; None: the id stands nowhere.
        path: the names of properties.
        parameter: pointer of the path parameter's schema, for what the property leaves open.
    """
    pointer: str | None = None
    inner = surface
    for name in path:
        pointer = inner.properties.get(name) if inner is not None else None
        inner = shapes.at(pointer) if pointer is not None else None
    told = inner if inner is not None and path else shapes.at(parameter)
    if not told.types:
        told = shapes.at(parameter)
    return Identity(
        path=path,
        pointer=pointer or parameter,
        parameter=parameter,
        is_whole=told.is_whole,
        is_given=inner is not None and bool(path) and inner.read_only,
    )


def _candidates(key: str, word: str, *, weak: bool) -> Iterator[tuple[str, bool]]:
    """Yield names, and whether the parameter says them itself."""
    parts = words(key)
    yield key, True
    yield from (("".join(parts[start:]), True) for start in range(1, len(parts)))
    yield from ((name, False) for name in _STRONG)
    yield from ((word + ending, True) for ending in _STRONG)
    if weak:
        yield from ((name, False) for name in _WEAK)
        yield from ((word + ending, False) for ending in _WEAK)
        yield squashed(word), False


def _may_be_id(shapes: Shapes, shape: Shape, name: str) -> bool:
    found = shapes.property(shape, name)
    return found is not None and not (found.types & _NO_ID or found.properties or found.items)
