"""Reads ``x-mock: {resource: …}``, with which a contract overrules what would be inferred."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.pointers import join, lookup, split
from mock_platform.shared.contracts import Json


class Role(Enum):
    """What an operation does with resources. Its value is the word for it in ``x-mock``."""

    CREATE = "create"
    LIST = "list"
    READ = "read"
    REPLACE = "replace"
    PATCH = "patch"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the contract says about an operation's resource."""

    is_off: bool = False
    is_on: bool = False
    name: str | None = None
    id: str | None = None
    role: Role | None = None


def mark_of(document: Document, operation: Operation) -> Mark:
    """Return what the operation says, and where it is silent, its path item."""
    item_pointer = join(*split(operation.pointer)[:-1])
    try:
        item = lookup(document.root, item_pointer)
    except LookupError:
        item = {}
    said: dict[str, Json] = {}
    for holder in (item, operation.raw):
        match (holder.get("x-mock") or {}).get("resource"):
            case bool(is_on):
                said["on"] = is_on
            case dict(told):
                said |= told | {"on": True}
            case _:
                pass
    role = said.get("role")
    return Mark(
        is_off=said.get("on") is False,
        is_on=said.get("on") is True,
        name=said.get("name"),
        id=said.get("id"),
        role=Role(role) if role in {one.value for one in Role} else None,
    )
