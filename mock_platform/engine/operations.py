"""The operations of a document, read once: references to parameters, bodies, answers followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.documents import Document
from mock_platform.engine.pointers import follow, join, lookup, of_ref, ref_of
from mock_platform.engine.servers import first_path
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation (OpenAPI 3.0.4 §4.7.12)."""

    name: str
    location: str
    """``path``, ``query``, ``header`` or ``cookie``."""
    required: bool
    style: str
    explode: bool
    schema: Json
    """May itself be a ``$ref``."""
    schema_pointer: str
    """JSON pointer of the schema in the document, e.g. ``/components/parameters/Limit/schema``."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One representation of a body."""

    name: str
    """As written: ``application/json``; may be a range such as ``text/*``."""
    schema_pointer: str | None
    """None when the contract states no schema."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One documented answer."""

    status: str
    """``200``, ``4XX`` or ``default``."""
    content: Mapping[str, MediaType]
    headers: Mapping[str, Json]
    """Header name as written → header object, references followed."""
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    id: str
    """The operationId; made from method and path where the document has none."""
    method: str
    """In capitals."""
    path: str
    """With the server's base path: ``/v1/orders/{orderId}``."""
    pointer: str
    """JSON pointer of the operation object in the document."""
    parameters: tuple[Parameter, ...]
    body: Mapping[str, MediaType] | None
    """Media types of the request body; None when the operation takes none."""
    body_required: bool
    responses: Mapping[str, Response]
    callbacks: Mapping[str, str]
    """Callback name → the URL's runtime expression."""
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives; each maps scheme names to scopes. Empty: nothing is asked."""
    raw: Json


_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}

_DECIDED_ELSEWHERE = frozenset(
    {
        *("accept", "content-type", "authorization"),
        *("accept-encoding", "connection", "content-length", "host", "transfer-encoding"),
    }
)
"""Header parameters that are ignored: OpenAPI says so of the first three, which content, negotiation
and security describe; the others are between client and server, and nobody chooses them."""


def operations(document: Document) -> tuple[Operation, ...]:
    """Return the document's operations, in its order, each with an id of its own; read once.

    Raises:
        LookupError: a reference points nowhere.
    """
    if not document.listed:
        document.listed.append(_read(document))
    found: tuple[Operation, ...] = document.listed[0]
    return found


def _read(document: Document) -> tuple[Operation, ...]:
    base, taken = base_path(document), set[str]()
    reading = _Reading(document.root)
    found: list[Operation] = []
    for path, written in (document.root.get("paths") or {}).items():
        if path.startswith("x-"):
            continue
        item, pointer = reading.followed(written, join("paths", path))
        for method, raw, place in _written(item, pointer):
            name = _unused(raw.get("operationId") or made_id(method, path), taken)
            owners = ((item, pointer), (raw, place))
            parameters = reading.parameters(owners)
            found.append(
                reading.operation(
                    raw, place, method, path=base + path, name=name, parameters=parameters
                )
            )
    return tuple(found)


def operations_at(root: Json, pointer: str, path: str) -> tuple[Operation, ...]:
    """Read the operations of a path item that is no path of its own: a callback's, a webhook's.

    Raises:
        LookupError: a reference points nowhere.
    """
    reading = _Reading(root)
    item, place = reading.followed(lookup(root, pointer), pointer)
    return tuple(
        reading.operation(
            raw,
            where,
            method,
            path=path,
            name=raw.get("operationId") or made_id(method, path),
            parameters=reading.parameters(((item, place), (raw, where))),
        )
        for method, raw, where in _written(item, place)
    )


def _written(item: Json, pointer: str) -> Iterator[tuple[str, Json, str]]:
    """Yield the operations of a path item: method, operation, where it is."""
    for key in item:
        if key in METHODS:
            yield key, item[key], pointer + join(key)
    more = item.get("additionalOperations") or {}
    for method in more:
        yield method, more[method], pointer + join("additionalOperations", method)


def base_path(document: Document) -> str:
    """Return the path of the first server's URL: ``/v1``; empty when it has none."""
    return first_path((document.root.get("servers") or [{}])[0])


def made_id(method: str, path: str) -> str:
    """Make an operationId: ``get /orders/{orderId}`` is ``getOrdersOrderId``."""
    words = re.findall(r"[A-Za-z0-9]+", path)
    return method + "".join(word[0].upper() + word[1:] for word in words)


def _unused(name: str, taken: set[str]) -> str:
    unused, number = name, 1
    while unused in taken:
        number += 1
        unused = f"{name}{number}"
    taken.add(unused)
    return unused


@dataclass(frozen=True, slots=True)
class _Reading:
    """One document being read; what was referred to once is known."""

    root: Json
    known: dict[str, tuple[Json, str]] = field(default_factory=dict)
    parameters_known: dict[str, Parameter] = field(default_factory=dict)

    def followed(self, node: Json, pointer: str) -> tuple[Json, str]:
        ref = ref_of(node)
        if ref is None:
            return node, pointer
        if ref not in self.known:
            self.known[ref] = follow(self.root, of_ref(ref))
        return self.known[ref]

    def operation(
        self,
        raw: Json,
        pointer: str,
        method: str,
        *,
        path: str,
        name: str,
        parameters: tuple[Parameter, ...],
    ) -> Operation:
        body, body_pointer = self.followed(raw.get("requestBody"), pointer + "/requestBody")
        wanted = raw.get("security", self.root.get("security")) or []
        return Operation(
            id=name,
            method=method.upper(),
            path=path,
            pointer=pointer,
            parameters=parameters,
            body=None if body is None else _content(body, body_pointer),
            body_required=bool(body and body.get("required", False)),
            responses=self.responses(raw, pointer),
            callbacks=self.callbacks(raw, pointer),
            security=tuple({k: tuple(v) for k, v in choice.items()} for choice in wanted),
            raw=raw,
        )

    def parameters(self, owners: Iterable[tuple[Json, str]]) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for owner, owner_pointer in owners:
            for index, written in enumerate(owner.get("parameters") or ()):
                raw, pointer = self.followed(written, f"{owner_pointer}/parameters/{index}")
                if "name" not in raw or "in" not in raw:
                    raise LookupError(f"there is no parameter at {pointer}")
                name, location = raw["name"], raw["in"]
                same = name.lower() if location == "header" else name
                if location != "header" or same not in _DECIDED_ELSEWHERE:
                    found[same, location] = self.parameter(raw, pointer)
        return tuple(found.values())

    def parameter(self, raw: Json, pointer: str) -> Parameter:
        if pointer not in self.parameters_known:
            self.parameters_known[pointer] = _parameter(raw, pointer)
        return self.parameters_known[pointer]

    def responses(self, operation: Json, pointer: str) -> Mapping[str, Response]:
        found: dict[str, Response] = {}
        for status, written in (operation.get("responses") or {}).items():
            if status.startswith("x-"):
                continue
            raw, place = self.followed(written, pointer + join("responses", status))
            headers = {
                name: self.followed(header, place + join("headers", name))[0]
                for name, header in (raw.get("headers") or {}).items()
                if name.lower() != "content-type"
            }
            content = _content(raw, place)
            found[status] = Response(status=status, content=content, headers=headers, raw=raw)
        return found

    def callbacks(self, operation: Json, pointer: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, written in (operation.get("callbacks") or {}).items():
            callback, _ = self.followed(written, pointer + join("callbacks", name))
            urls = [url for url in callback if not url.startswith("x-")]
            if urls:
                found[name] = urls[0]
        return found


def _parameter(raw: Json, pointer: str) -> Parameter:
    location = raw["in"]
    style = raw.get("style", _STYLES.get(location, "form"))
    holder = raw
    if content := raw.get("content"):
        media_type = next(iter(content))
        holder, pointer = content[media_type], pointer + join("content", media_type)
    return Parameter(
        name=raw["name"],
        location=location,
        required=bool(raw.get("required", False)),
        style=style,
        explode=bool(raw.get("explode", style == "form")),
        schema=holder.get("schema", {}),
        schema_pointer=pointer + "/schema",
        raw=raw,
    )


def _content(holder: Json, pointer: str) -> Mapping[str, MediaType]:
    return {
        name: MediaType(
            name=name,
            schema_pointer=pointer + join("content", name, "schema") if "schema" in raw else None,
            raw=raw,
        )
        for name, raw in (holder.get("content") or {}).items()
    }
