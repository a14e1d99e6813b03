"""Links and callbacks lead somewhere: to operations and parameters that exist, by values that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mock_platform.engine.anatomy import METHODS, everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.natures import Natures, Where
from mock_platform.engine.operations import MediaType, Operation, operations
from mock_platform.engine.pointers import follow, join, lookup, of_ref, split
from mock_platform.engine.runtime_expressions import compile_expression
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json


def links_resolve(document: Document) -> Iterator[Finding]:
    """Yield the links whose operation, parameters or expressions do not exist."""
    known = {operation.id: operation for operation in operations(document)}
    for pointer, link, kind in everything(document.root, "document"):
        if kind != "links" or not isinstance(link, dict) or "$ref" in link:
            continue
        if "operationRef" in link:
            yield from _operation_ref(document, link["operationRef"], pointer + "/operationRef")
        elif (name := link.get("operationId")) not in known:
            yield Finding(
                pointer=pointer + "/operationId",
                message=f"the link leads to {name!r}, but no operation has this id",
                remedy=did_you_mean(str(name), list(known)),
            )
        else:
            yield from _link_parameters(known[name], link, pointer)


def _operation_ref(document: Document, ref: str, pointer: str) -> Iterator[Finding]:
    try:
        target = lookup(document.root, of_ref(ref))
    except LookupError as error:
        told = f"the link leads nowhere: {error.args[0]}"
        yield Finding(pointer=pointer, message=told, remedy="use operationId")
    else:
        if ref.rpartition("/")[2] not in METHODS or not isinstance(target, dict):
            yield Finding(pointer=pointer, message=f"{ref!r} is no operation")


def _link_parameters(target: Operation, link: Json, pointer: str) -> Iterator[Finding]:
    names = [parameter.name for parameter in target.parameters]
    qualified = [f"{parameter.location}.{parameter.name}" for parameter in target.parameters]
    for name, value in (link.get("parameters") or {}).items():
        place = pointer + join("parameters", name)
        if name not in names and name not in qualified:
            told = f"{target.id} has no parameter {name!r}"
            yield Finding(pointer=place, message=told, remedy=did_you_mean(name, names))
        if isinstance(value, str):
            try:
                compile_expression(value)
            except ValueError as error:
                yield Finding(pointer=place, message=str(error))


def sources_declared(document: Document) -> Iterator[Finding]:
    """Yield the expressions whose value nothing in the contract promises."""
    reading = _Sources(document, Natures(document.root, document.dialect != "3.0"))
    told: set[tuple[str, str]] = set()
    for pointer, text, source, status in _expressions(document):
        for missing in reading.missing(text, source, status):
            if (pointer, missing) not in told:
                told.add((pointer, missing))
                yield Finding(pointer=pointer, message=f"{text!r}: {missing}")


def _expressions(document: Document) -> Iterator[tuple[str, str, Operation, str | None]]:
    """Yield every expression: where it is, itself, whose exchange it reads, after which answer."""
    root = document.root
    for operation in operations(document):
        for status in operation.responses:
            response, place = follow(root, operation.pointer + join("responses", status))
            for name in response.get("links") or {}:
                link, at = follow(root, place + join("links", name))
                values = {
                    join("parameters", key): value
                    for key, value in (link.get("parameters") or {}).items()
                } | ({"/requestBody": link["requestBody"]} if "requestBody" in link else {})
                for key, value in values.items():
                    if isinstance(value, str):
                        yield at + key, value, operation, status
        for name, expression in operation.callbacks.items():
            _, at = follow(root, operation.pointer + join("callbacks", name))
            yield at + join(expression), expression, operation, None


_SOURCE = re.compile(
    r"\$(?P<side>request|response)\."
    r"(?:(?P<place>header|query|path)\.(?P<name>[^{}]+)|body(?:#(?P<pointer>(?:/[^{}]*)?))?)"
)
_INDEX = re.compile(r"[0-9]{1,9}")
_MOST_PLACES = 1_000
"""Schemas that are looked at on the way of one expression; who needs more is believed."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the exchanges of one document may hold."""

    document: Document
    natures: Natures

    def missing(self, text: str, operation: Operation, status: str | None) -> Iterator[str]:
        """Yield why an expression cannot have a value, in words."""
        for found in _SOURCE.finditer(text):
            side, place, name, pointer = found.group("side", "place", "name", "pointer")
            after = [status] if status else [*operation.responses]
            if place is not None and side == "request":
                names = [p.name for p in operation.parameters if p.location == place]
                same = [one.lower() if place == "header" else one for one in names]
                if (name.lower() if place == "header" else name) not in same:
                    yield f"{operation.id} has no {place} parameter {name!r}"
            elif place is not None:
                named = {one.lower() for s in after for one in operation.responses[s].headers}
                if name.lower() not in named:
                    yield f"the answer of {operation.id} has no header {name!r}"
            elif side == "request":
                if not self._within(operation.body or {}, pointer or ""):
                    yield f"the body that {operation.id} takes has no {pointer or 'content'}"
            elif not any(
                self._within(operation.responses[s].content, pointer or "") for s in after
            ):
                yield f"the answer of {operation.id} has no {pointer or 'body'}"

    def _within(self, content: dict[str, MediaType] | Json, pointer: str) -> bool:
        places = [media.schema_pointer for media in content.values()]
        return any(place is None or self._leads((place,), split(pointer)) for place in places)

    def _leads(self, where: Where, tokens: list[str]) -> bool:
        """Tell whether a value of these schemas may have something at the end of the way."""
        pending, seen = [(where, 0)], set[tuple[Where, int]]()
        while pending and len(seen) < _MOST_PLACES:
            place = pending.pop()
            if place in seen:
                continue
            seen.add(place)
            if place[1] == len(tokens):
                return True
            token = tokens[place[1]]
            for nature in self.natures.of(place[0]):
                inner = nature.item(int(token)) if _INDEX.fullmatch(token) else ()
                inner = inner or nature.member(token)
                if not inner and _is_open(nature.said):
                    return True
                pending += [(inner, place[1] + 1)] if inner else []
        return bool(pending)


def _is_open(said: Json) -> bool:
    """Tell whether schemas leave open what stands in their values: no members, no items named."""
    closed = ("properties", "items", "prefixItems", "additionalProperties", "patternProperties")
    kinds = [node.get("type") for _, node in said if "type" in node]
    structured = not kinds or any(kind in ("object", "array") for kind in kinds)
    return structured and not any(node.get(key) for _, node in said for key in closed)
