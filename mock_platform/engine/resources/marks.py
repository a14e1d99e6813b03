"""Reads ``x-mock: {resource: …}``, with which a contract overrules what would be inferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.operations import Operation
from mock_platform.engine.pointers import join, lookup, split
from mock_platform.engine.vocabulary import behaviour_findings
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


def speaks_of_resources(document: Document) -> bool:
    """Tell whether a contract marks any collection to be kept: a look at its paths, no more."""
    paths = document.root.get("paths")
    items = [one for one in paths.values() if isinstance(one, dict)] if paths else []
    holders = [holder for item in items for holder in (item, *item.values())]
    return any(_said(holder).get("on") is True for holder in holders)


def mark_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the ``x-mock`` of operations and path items."""
    for pointer, node, kind in everything(document.root, "document"):
        is_home = kind in {"operation", "pathItems"} and "/callbacks/" not in pointer
        if is_home and isinstance(node, dict) and "x-mock" in node:
            yield from behaviour_findings(node["x-mock"], pointer + "/x-mock", "operation")
        if is_home and kind == "pathItems" and "role" in _said(node):
            yield Finding(
                pointer=pointer + "/x-mock/resource/role",
                message="a path item has no role: each of its operations has its own",
                remedy="write it under the operation",
            )


def mark_of(document: Document, operation: Operation) -> Mark:
    """Return what the operation says, and where it is silent, its path item."""
    item_pointer = join(*split(operation.pointer)[:-1])
    try:
        item = lookup(document.root, item_pointer)
    except LookupError:
        item = {}
    said = {**_said(item), **_said(operation.raw)}
    role = said.get("role")
    return Mark(
        is_off=said.get("on") is False,
        is_on=said.get("on") is True,
        name=said.get("name"),
        id=said.get("id"),
        role=Role(role) if role in {one.value for one in Role} else None,
    )


def _said(holder: Json) -> Mapping[str, Json]:
    behaviour = holder.get("x-mock") if isinstance(holder, dict) else None
    match behaviour.get("resource") if isinstance(behaviour, dict) else None:
        case bool(is_on):
            return {"on": is_on}
        case dict(told):
            return told | {"on": True}
        case _:
            return {}
