"""Finds the resource in a body that holds more than it: ``{"data": {…}}``, ``{"items": […]}``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mock_platform.engine.resources.names import singular, squashed
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json

_HOLDERS = ("data", "result", "response", "payload", "item", "entity", "resource", "object", "body")
"""What the property is called that holds one resource, or the object that holds the list."""

_LISTS = frozenset(
    {
        *("data", "items", "results", "result", "list", "records", "rows", "entries", "content"),
        *("values", "value", "elements", "objects", "documents", "resources", "hits", "nodes"),
        *("entities", "collection", "embedded", "payload", "response"),
    }
)
"""What the property is called that holds a list."""

_ENOUGH = 2
"""The score at which a property is taken for the list."""

Recognises = Callable[[Shape], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A body, and where in it the resource or the list of them is."""

    whole: str
    """Pointer of the body's schema."""
    path: tuple[str, ...]
    """Names of properties, outermost first; empty: the body is it."""
    item: str
    """Pointer of the schema of one resource."""
    most: int | None = None
    """How many a list may have at most."""

    def inside(self, body: Json) -> Json:
        """Return what is wrapped, None if it is not there."""
        for name in self.path:
            body = body.get(name) if isinstance(body, dict) else None
        return body


def one_in(shapes: Shapes, pointer: str, is_item: Recognises, word: str) -> Wrapped | None:
    """Find the resource in a body; None if the body is a list."""
    shape = shapes.at(pointer)
    if shape.is_array and not shape.properties:
        return None
    if not is_item(shape) and not shape.is_anything:
        for path, inner in _held(shapes, shape, (word, *_HOLDERS)):
            if is_item(inner):
                return Wrapped(whole=pointer, path=path, item=_pointer(shapes, shape, path))
    return Wrapped(whole=pointer, path=(), item=pointer)


def sent_in(shapes: Shapes, pointer: str, answered: Wrapped | None, word: str) -> Wrapped | None:
    """Find the resource in what a client sends: wrapped if it comes back so; None if it is a list."""
    shape = shapes.at(pointer)
    if shape.is_array and not shape.properties:
        return None
    names = (*(answered.path if answered is not None else ()), word, *_HOLDERS)
    known = shapes.at(answered.item).properties if answered is not None else {}
    for path, inner in _held(shapes, shape, names):
        others = set(shape.properties) - {path[0]}
        if inner.properties and not others & known.keys() and path[0] not in known:
            return Wrapped(whole=pointer, path=path, item=_pointer(shapes, shape, path))
    return Wrapped(whole=pointer, path=(), item=pointer)


def list_in(
    shapes: Shapes, pointer: str, is_item: Recognises, item: str | None, word: str
) -> Wrapped | None:
    """Find the list in a body; None if nothing in it looks like one of these resources.

    Args:
        shapes: the document's.
        pointer: the body's schema.
        is_item: recognises a resource.
        item: pointer of a resource's schema, references followed, where it is known.
        word: what one resource is called.
    """
    shape = shapes.at(pointer)
    if shape.is_array:
        if shape.items is None or not _is_objects(shapes.at(shape.items)):
            return None
        return Wrapped(whole=pointer, path=(), item=shape.items, most=shape.most_items)
    found = [
        (_score(shapes, path[-1], items, is_item, item=item, word=word), path, items, most)
        for path, items, most in _lists(shapes, shape)
    ]
    best = max(found, key=lambda one: one[0], default=None)
    if best is None or best[0] < _ENOUGH:
        return None
    return Wrapped(whole=pointer, path=best[1], item=best[2], most=best[3])


def _held(
    shapes: Shapes, shape: Shape, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Yield the objects in an object that may hold a resource, the likeliest first."""
    wanted = [squashed(name) for name in names]
    held = [
        (name, inner)
        for name in shape.properties
        if squashed(name) in wanted
        and (inner := shapes.at(shape.properties[name])).is_object
        and not inner.is_array
    ]
    held.sort(key=lambda one: wanted.index(squashed(one[0])))
    for name, inner in held:
        yield (name,), inner
    for name, inner in held:
        for deeper in inner.properties:
            deepest = shapes.at(inner.properties[deeper])
            if squashed(deeper) in wanted and deepest.is_object:
                yield (name, deeper), deepest


def _lists(
    shapes: Shapes, shape: Shape, outer: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str, int | None]]:
    for name, pointer in shape.properties.items():
        inner = shapes.at(pointer)
        path = (*outer, name)
        if inner.is_array and inner.items is not None:
            if _is_objects(shapes.at(inner.items)):
                yield path, inner.items, inner.most_items
        elif not outer and inner.is_object and squashed(name) in _LISTS:
            yield from _lists(shapes, inner, path)


def _is_objects(shape: Shape) -> bool:
    return shape.is_object or shape.is_anything


def _score(
    shapes: Shapes, name: str, items: str, is_item: Recognises, *, item: str | None, word: str
) -> int:
    shape = shapes.at(items)
    is_named = squashed(name) in _LISTS or singular(squashed(name)) == singular(word)
    return 8 * (shape.pointer == item) + 4 * is_item(shape) + 2 * is_named


def _pointer(shapes: Shapes, shape: Shape, path: tuple[str, ...]) -> str:
    pointer = shape.pointer
    for name in path:
        pointer = shape.properties[name]
        shape = shapes.at(pointer)
    return pointer
