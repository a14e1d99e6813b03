"""Reads what one operation does with resources out of its schemas, or that it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_platform.engine.bindings import python_name
from mock_platform.engine.documented_statuses import key_documenting
from mock_platform.engine.operations import MediaType, Operation
from mock_platform.engine.pointers import follow, join
from mock_platform.engine.resources.envelopes import Wrapped, list_in, one_in, sent_in
from mock_platform.engine.resources.families import KEYED, Candidate, Group, Part
from mock_platform.engine.resources.identities import Key, identity_path
from mock_platform.engine.resources.marks import Role
from mock_platform.engine.resources.shapes import Shape, Shapes
from mock_platform.shared.contracts import Json

_STATUSES: Mapping[Role, tuple[str, ...]] = {
    Role.CREATE: ("201", "200", "202", "203", "204"),
    Role.LIST: ("200", "203"),
    Role.READ: ("200", "203"),
    Role.REPLACE: ("200", "204", "202", "201"),
    Role.PATCH: ("200", "204", "202", "201"),
    Role.DELETE: ("204", "200", "202"),
}
"""What is answered, the first that is documented; else any other 2xx, ``2XX`` or ``default``."""


@dataclass(frozen=True, slots=True)
class PartReader:
    """Reads the operations of one group."""

    shapes: Shapes
    group: Group
    key: Key

    def is_item(self, shape: Shape) -> bool:
        """Tell whether these objects have an id as the path calls it."""
        return self._id(shape) is not None

    def _id(self, shape: Shape) -> tuple[str, ...] | None:
        return identity_path(self.shapes, shape, self.key, self.group.word, weak=False)

    def part(self, candidate: Candidate, item: str | None = None) -> Part | None:
        """Return what an operation does; None if its schemas do not fit that.

        Args:
            candidate: the operation.
            item: pointer of a resource's schema, references followed, where it is known.
        """
        operation, role = candidate.operation, candidate.role
        names = [python_name(name) for name in candidate.parameters]
        depth = len(self.group.parents)
        status = _status(operation, role)
        if status is None or len(names) < depth:
            return None
        content = _json_of(operation.responses[status[0]].content)
        if content is None and operation.responses[status[0]].content:
            return None
        pointer = None if content is None else schema_of(content, operation)
        answer = None if pointer is None else self._answer(pointer, role, item)
        sent = self._sent(operation, answer)
        if (answer is None and (pointer is not None or role in {Role.LIST, Role.READ})) or (
            sent is None and _json_of(operation.body or {}) is not None
        ):
            return None
        return Part(
            operation=operation,
            role=role,
            status=status[1],
            answer=answer,
            sent=sent,
            parents=tuple(names[:depth]),
            key=names[-1] if role in KEYED and len(names) > depth else None,
            example=None if content is None else _example_of(content, self.shapes.root),
            shown_id=None if answer is None else self._id(self.shapes.at(answer.item)),
        )

    def _answer(self, pointer: str, role: Role, item: str | None) -> Wrapped | None:
        word = self.group.word
        if role is Role.LIST:
            return list_in(self.shapes, pointer, self.is_item, item, word)
        if role is Role.READ and self.shapes.at(pointer).is_scalar:
            return None
        return one_in(self.shapes, pointer, self.is_item, word)

    def _sent(self, operation: Operation, answer: Wrapped | None) -> Wrapped | None:
        content = operation.body or {}
        chosen = _json_of(content) or _pick(content, _FORMS.__contains__)
        if chosen is None:
            return None
        return sent_in(self.shapes, schema_of(chosen, operation), answer, self.group.word)


def _status(operation: Operation, role: Role) -> tuple[str, int] | None:
    """Return the answer that is given when all goes well: as written, and the number."""
    usual = _STATUSES[role]
    written = sorted(one for one in operation.responses if one.isdecimal() and one[0] == "2")
    for status in (*usual, *written):
        if status in written:
            return status, int(status)
    number = int(usual[0])
    key = key_documenting(operation.responses, number)
    return None if key is None else (key, number)


def schema_of(content: MediaType, operation: Operation) -> str:
    """Return where a representation's schema is, or would be if it had one."""
    return content.schema_pointer or operation.pointer + join("no schema", content.name)


_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def _json_of(content: Mapping[str, MediaType]) -> MediaType | None:
    """Return the first representation that is JSON, None without one."""
    return _pick(content, lambda kind: kind.endswith(("/json", "+json")) or "*" in kind)


def _pick(content: Mapping[str, MediaType], fits: Callable[[str], bool]) -> MediaType | None:
    for name, media_type in content.items():
        if fits(name.partition(";")[0].strip().lower()):
            return media_type
    return None


def _example_of(content: MediaType, root: Json) -> Json:
    """Return the first example of a representation, None without one."""
    if "example" in content.raw:
        return content.raw["example"]
    named = content.raw.get("examples")
    for written in named.values() if isinstance(named, dict) else ():
        ref = written.get("$ref") if isinstance(written, dict) else None
        try:
            told = follow(root, ref.removeprefix("#"))[0] if isinstance(ref, str) else written
        except LookupError:
            continue
        if isinstance(told, dict) and "value" in told:
            return told["value"]
    return None
