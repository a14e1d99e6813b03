"""Describes a contract as a whole: what it is about, its operations by tag, its schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_platform.engine.describing.plain import items, members, text
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Json

UNTAGGED = "default"
"""What Swagger UI calls it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation in a list."""

    id: str
    method: str
    path: str
    summary: str
    is_deprecated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The operations of one tag."""

    tag: str
    description: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it can be asked."""

    url: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A contract as a whole."""

    name: str
    title: str
    version: str
    openapi: str
    summary: str
    description: str
    terms: str
    """An URL."""
    contact: tuple[str, str]
    """What to show, and an URL; both may be empty."""
    license: tuple[str, str]
    more: tuple[str, str]
    servers: tuple[Server, ...]
    groups: tuple[Group, ...]
    schemas: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many operations there are; one may stand under more than one tag."""
        return len({row.id for group in self.groups for row in group.rows})


def overview(document: Document, listed: Sequence[Operation]) -> Overview:
    """Describe a document."""
    root = document.root
    info = root.get("info") or {}
    contact, terms, more = info.get("contact"), info.get("license"), root.get("externalDocs")
    mail = text(contact, "email")
    return Overview(
        name=document.name,
        title=text(info, "title") or document.name,
        version=text(info, "version"),
        openapi=text(root, "openapi") or text(root, "swagger"),
        summary=text(info, "summary"),
        description=text(info, "description"),
        terms=text(info, "termsOfService"),
        contact=(
            text(contact, "name") or mail or text(contact, "url"),
            text(contact, "url") or (f"mailto:{mail}" if mail else ""),
        ),
        license=(text(terms, "name") or text(terms, "identifier"), text(terms, "url")),
        more=(text(more, "description") or text(more, "url"), text(more, "url")),
        servers=tuple(
            Server(url=text(one, "url"), description=text(one, "description"))
            for one in items(root, "servers")
        ),
        groups=groups(root, listed),
        schemas=tuple(members(root.get("components"), "schemas")),
    )


def groups(root: Json, listed: Sequence[Operation]) -> tuple[Group, ...]:
    """Sort operations by tag: declared tags first, in their order, then those that are only used."""
    told = {text(one, "name"): text(one, "description") for one in items(root, "tags")}
    found: dict[str, list[Row]] = {tag: [] for tag in told}
    for one in listed:
        for tag in tags_of(one):
            found.setdefault(tag, []).append(row(one))
    return tuple(
        Group(tag=tag, description=told.get(tag, ""), rows=tuple(rows))
        for tag, rows in found.items()
        if rows
    )


def tags_of(operation: Operation) -> Sequence[str]:
    """Return an operation's tags; one that has none is among those without."""
    return tuple(dict.fromkeys(map(str, items(operation.raw, "tags")))) or (UNTAGGED,)


def row(operation: Operation) -> Row:
    """Return what a list says of an operation."""
    raw: Mapping[str, Json] = operation.raw
    return Row(
        id=operation.id,
        method=operation.method,
        path=operation.path,
        summary=text(raw, "summary"),
        is_deprecated=raw.get("deprecated") is True,
    )
