"""Makes families of groups: looks at the schemas, and keeps what holds together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.families import (
    KEYED,
    Candidate,
    Family,
    Group,
    Part,
    groups,
    parameters_in,
    plain,
)
from mock_platform.engine.resources.identities import Key, identity_at, identity_path
from mock_platform.engine.resources.marks import Mark, Role
from mock_platform.engine.resources.names import same
from mock_platform.engine.resources.part_reader import PartReader
from mock_platform.engine.resources.shapes import Shape, Shapes

_FULLEST = (Role.READ, Role.REPLACE, Role.PATCH, Role.CREATE, Role.LIST)
"""Whose answer shows the most of a resource, in this order."""


def families(document: Document, operations: Sequence[Operation], shapes: Shapes) -> list[Family]:
    """Find the collections of a contract that can be kept.

    Args:
        document: the contract.
        operations: its operations.
        shapes: its schemas.
    """
    found = [
        family
        for group in groups(document, operations)
        if (family := _family(shapes, group)) is not None
    ]
    return [_with_views(shapes, family, operations) for family in found]


def _family(shapes: Shapes, group: Group) -> Family | None:
    depth = len(group.parents)
    keys = [c.parameters[-1] for c in group.candidates if len(c.parameters) > depth]
    marked_id = next((c.mark.id for c in group.candidates if c.mark.id), None)
    if not keys:
        return None
    parameter = _parameter(group, keys[0])
    reader = PartReader(shapes, group, Key(marked_id or keys[0], shapes.at(parameter)))
    first = [part for one in group.candidates if (part := reader.part(one)) is not None]
    surface, path = _identity(reader, first)
    item = _item(shapes, first)
    # Now that an item is known, lists of it are recognised for certain.
    if item is None:
        return None
    known = shapes.at(item).pointer
    parts = [part for one in group.candidates if (part := reader.part(one, known)) is not None]
    parts = [part for part in parts if _is_meant(reader, part, parts, path, known)]
    if path is None and any(_is_lost(shapes, part) for part in parts):
        return None
    identity = identity_at(shapes, surface, path or (), parameter)
    identity = replace(identity, is_numbered=_is_numbered(shapes, parts, parameter))
    family = Family(
        name=group.name,
        path=group.path,
        word=group.word,
        parents=group.parents,
        identity=identity,
        item=item,
        parts=tuple(parts),
        is_marked=any(one.mark.is_on for one in group.candidates),
    )
    readable = any(part.role in {Role.READ, Role.LIST} for part in parts)
    return family if readable else None


def _item(shapes: Shapes, parts: Sequence[Part]) -> str | None:
    shown = [
        part.answer.item
        for role in _FULLEST
        for part in parts
        if part.role is role and part.answer is not None
    ]
    sent = [part.sent.item for part in parts if part.sent is not None]
    return next((one for one in (*shown, *sent) if not shapes.at(one).is_scalar), None)


def _identity(
    reader: PartReader, parts: Sequence[Part]
) -> tuple[Shape | None, tuple[str, ...] | None]:
    """Return where the id stands, the best of what any answer shows; None if nowhere."""
    surfaces = [
        reader.shapes.at(part.answer.item)
        for role in _FULLEST
        for part in parts
        if part.role is role and part.answer is not None
    ]
    for weak in (False, True):
        for shape in surfaces:
            path = identity_path(reader.shapes, shape, reader.key, reader.group.word, weak=weak)
            if path is not None:
                return shape, path
    is_free = surfaces and all(one.is_anything and not one.is_closed for one in surfaces)
    if is_free and any(part.role is Role.CREATE for part in parts):
        return surfaces[0], ("id",)
    return None, None


def _is_meant(
    reader: PartReader, part: Part, among: Iterable[Part], path: tuple[str, ...] | None, item: str
) -> bool:
    """Tell whether an operation does what its method and place suggest."""
    if part.key is None and part.role in KEYED:
        # Which resource is meant stands in the body, unless another path says it.
        others = any(one.key for one in among if one.role is part.role)
        sent = {} if part.sent is None else reader.shapes.at(part.sent.item).properties
        is_change = part.role in {Role.REPLACE, Role.PATCH}
        return is_change and bool(path) and path is not None and path[0] in sent and not others
    if part.operation.method == "POST" and part.role is Role.PATCH and part.answer is not None:
        # POST to a resource changes it (Stripe) if it is what comes back; else it does something.
        shape = reader.shapes.at(part.answer.item)
        return shape.pointer == item or reader.is_item(shape)
    return True


def _is_numbered(shapes: Shapes, parts: Iterable[Part], parameter: str) -> bool:
    """Tell whether anybody calls the id a number: then it must be one, however others call it."""
    if shapes.at(parameter).is_whole:
        return True
    for part in parts:
        inner = None if part.answer is None else shapes.at(part.answer.item)
        for name in part.shown_id or ():
            inner = None if inner is None else shapes.property(inner, name)
        if part.shown_id and inner is not None and inner.is_whole:
            return True
    return False


def _is_lost(shapes: Shapes, part: Part) -> bool:
    """Nobody could find out what was created: no property has its id, nor has a header."""
    if part.role is not Role.CREATE:
        return False
    # An answer that is nothing but text, or a number, is the id.
    if part.answer is not None and shapes.at(part.answer.item).is_scalar:
        return False
    response = part.operation.responses.get(str(part.status))
    return response is None or "location" not in {name.lower() for name in response.headers}


def _parameter(group: Group, key: str) -> str:
    for candidate in group.candidates:
        for one in candidate.operation.parameters:
            if one.location == "path" and one.name == key:
                return one.schema_pointer
    raise AssertionError("unreachable: the key is a parameter of one of the operations")


# Lists that have a path of their own


def _with_views(shapes: Shapes, family: Family, operations: Sequence[Operation]) -> Family:
    """Add operations such as ``GET /pets/findByStatus``: filtered lists of the same resource."""
    taken = {part.operation.id for part in family.parts}
    key = next((parameters_in(p.operation.path)[-1] for p in family.parts if p.key), "id")
    group = Group(name=family.name, path=family.path, candidates=())
    reader = PartReader(shapes, group, Key(key))
    item = shapes.at(family.item)
    views = []
    for operation in operations:
        parent, _, last = operation.path.rpartition("/")
        if (
            operation.id in taken
            or operation.method != "GET"
            or plain(parent) != plain(family.path)
        ):
            continue
        filters = [p.name for p in operation.parameters if p.location == "query"]
        if "{" in last or not any(same(name, item.properties) for name in filters):
            continue
        view = reader.part(_view(operation), item.pointer)
        if view is None or view.answer is None:
            continue
        if shapes.at(view.answer.item).pointer == item.pointer:
            views.append(view)
    return replace(family, parts=(*family.parts, *views))


def _view(operation: Operation) -> Candidate:
    return Candidate(
        operation=operation,
        role=Role.LIST,
        mark=Mark(),
        parameters=parameters_in(operation.path),
    )


# Nesting


def nested(found: Sequence[Family]) -> list[Family]:
    """Say of each collection which it lies in: the innermost of these whose items it is below."""
    return [_nested(family, found) for family in found]


def _nested(family: Family, among: Sequence[Family]) -> Family:
    inside = plain(family.path) + "/"
    above = [one for one in among if inside.startswith(plain(one.path) + "/{}/")]
    if not above:
        return family
    nearest = max(above, key=lambda one: len(one.parents))
    return replace(family, above=nearest.name, depth=len(nearest.parents) + 1)
