"""Infers from a contract which operations mean the same collection, and what each does with it.

``docs/stateful.md`` has the rules as a table. What is not understood for certain is left alone: its
operations go on answering from examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_platform.engine.bindings import python_name
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation
from mock_platform.engine.resources.envelopes import Wrapped
from mock_platform.engine.resources.identities import Identity
from mock_platform.engine.resources.marks import Mark, Role, mark_of
from mock_platform.engine.resources.names import singular, words
from mock_platform.shared.contracts import Json

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_ENDING = re.compile(r"\.(json|xml)$")
_OURS = frozenset({"body", "call", "violations"})
"""Names that a handler is given anyway; a parameter called so would be mistaken for them."""

_AT_ITEM: Mapping[str, Role] = {
    "GET": Role.READ,
    "PUT": Role.REPLACE,
    "PATCH": Role.PATCH,
    "POST": Role.PATCH,
    "DELETE": Role.DELETE,
}
_AT_COLLECTION: Mapping[str, Role] = {
    "GET": Role.LIST,
    "POST": Role.CREATE,
    "PUT": Role.REPLACE,
    "PATCH": Role.PATCH,
}
KEYED = frozenset({Role.READ, Role.REPLACE, Role.PATCH, Role.DELETE})
"""What is done with one resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An operation, and what its path and method suggest."""

    operation: Operation
    role: Role
    mark: Mark
    parameters: tuple[str, ...]
    """The path's, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one operation does with a family's resources."""

    operation: Operation
    role: Role
    status: int
    """Of its answer when all goes well."""
    answer: Wrapped | None
    """None: it has no body."""
    sent: Wrapped | None
    parents: tuple[str, ...]
    """Python names of the parameters that say where the collection is."""
    key: str | None
    """Python name of the one that says which resource is meant; None: the body says it."""
    example: Json = None
    """Of the answer's body, as the contract gives it."""
    shown_id: tuple[str, ...] | None = None
    """Where this answer says the id; None: it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A collection, its items and the operations on them."""

    name: str
    """Its path, or what ``x-mock`` calls it."""
    path: str
    word: str
    """What one resource is called."""
    parents: tuple[str, ...]
    """The parameters in the collection's path, as written."""
    above: str | None = None
    """The family that it is nested in."""
    depth: int = 0
    """How many of the parents name a resource of that family."""
    identity: Identity
    item: str
    """Pointer of the schema of one resource: the fullest that is answered."""
    parts: tuple[Part, ...]
    is_marked: bool
    """``x-mock`` speaks of it."""

    @property
    def is_filled(self) -> bool:
        """Clients can put resources into it."""
        return any(part.role is Role.CREATE for part in self.parts) or self.is_put

    @property
    def is_put(self) -> bool:
        """A PUT creates what is not there: it says so, or nothing else could."""
        puts = [part for part in self.parts if part.role is Role.REPLACE and part.key]
        posts = any(part.role is Role.CREATE for part in self.parts)
        return bool(puts) and (not posts or any("201" in p.operation.responses for p in puts))

    @property
    def has_tags(self) -> bool:
        """The contract speaks of entity tags, so versions are shown and heeded."""
        return any(
            name.lower() == "etag"
            for part in self.parts
            for response in part.operation.responses.values()
            for name in response.headers
        ) or any(
            one.location == "header" and one.name.lower() == "if-match"
            for part in self.parts
            for one in part.operation.parameters
        )


def seed_of(family: Family, name: str) -> str:
    """Return what the generated members of a resource depend on: always the same for the same."""
    return f"{family.name} {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What belongs together by its paths, before anybody has looked at schemas."""

    name: str
    path: str
    """The collection's."""
    candidates: Sequence[Candidate]

    @property
    def parents(self) -> tuple[str, ...]:
        """The parameters in the collection's path."""
        return parameters_in(self.path)

    @property
    def word(self) -> str:
        """What one resource is called, after the path's last word that is none of its parameters."""
        fixed = [part for part in self.path.split("/") if part and "{" not in part]
        last = words(fixed[-1]) if fixed else ()
        return singular("".join(last)) if last else "item"


@dataclass(frozen=True, slots=True)
class _Placed:
    place: str
    """The path of the collection that an operation's path means."""
    is_item: bool
    candidate: Candidate


def groups(document: Document, operations: Sequence[Operation]) -> list[Group]:
    """Sort operations by the collection that their paths mean."""
    homes: dict[str, list[_Placed]] = {}
    names: dict[str, str] = {}
    for operation in operations:
        placed = _placed(document, operation)
        if placed is not None:
            home = plain(placed.place)
            homes.setdefault(home, []).append(placed)
            if placed.candidate.mark.name is not None:
                names[home] = placed.candidate.mark.name
    merged: dict[str, list[_Placed]] = {}
    for home, members in homes.items():
        merged.setdefault(names.get(home, home), []).extend(members)
    return [_group(name if name in names.values() else None, all_) for name, all_ in merged.items()]


def _placed(document: Document, operation: Operation) -> _Placed | None:
    mark = mark_of(document, operation)
    path = _ENDING.sub("", operation.path.rstrip("/"))
    is_item = path.endswith("}")
    place = path.rpartition("/")[0] if is_item else path
    role = mark.role or (_AT_ITEM if is_item else _AT_COLLECTION).get(operation.method)
    # In /{owner}/{repository} nothing says where a collection ends.
    is_vague = place.endswith("}") and mark.role is None
    if role is None or mark.is_off or is_vague or not _is_callable(operation):
        return None
    candidate = Candidate(
        operation=operation, role=role, mark=mark, parameters=parameters_in(operation.path)
    )
    return _Placed(place, is_item, candidate)


def _group(name: str | None, placed: Sequence[_Placed]) -> Group:
    roots = [one for one in placed if one.candidate.role in {Role.CREATE, Role.LIST}]
    path = (roots or placed)[0].place
    return Group(name=name or path, path=path, candidates=[one.candidate for one in placed])


def plain(path: str) -> str:
    """Return a path without the names of its parameters: ``/users/{}``."""
    return _PARAMETER.sub("{}", path)


def parameters_in(path: str) -> tuple[str, ...]:
    """Return the names of a path's parameters, in order."""
    return tuple(_PARAMETER.findall(path))


def _is_callable(operation: Operation) -> bool:
    """A handler can be given all it needs to know: each parameter of the path, by its own name."""
    by_name: dict[str, str] = {}
    for one in operation.parameters:
        by_name.setdefault(python_name(one.name), one.location)
    needed = [python_name(name) for name in parameters_in(operation.path)]
    return (
        all(by_name.get(name) == "path" for name in needed)
        and len(set(needed)) == len(needed)
        and not _OURS & by_name.keys()
    )
