"""Finds where the values that an operation needs come from: links say it, or the paths give it away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mock_platform.engine.documents import Document
from mock_platform.engine.exporting.plans import Capture
from mock_platform.engine.natures import Natures
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.verifying.journeys import links
from mock_platform.shared.contracts import Json

_FROM_ANSWER = re.compile(
    r"\$response\.(?:header\.(?P<header>[A-Za-z0-9!#$%&'*+.^_`|~-]+)|body#(?P<pointer>/.*))"
)
_FROM_PATH = re.compile(r"\$request\.path\.(?P<name>.+)")


def key_of(operation: Operation, parameter: Parameter) -> str:
    """Return what a parameter's value is known by: a path's holds for all paths that go on from it."""
    if parameter.location == "path":
        before, found, _ = operation.path.partition("{" + parameter.name + "}")
        return before + found
    return f"{operation.id} {parameter.location} {parameter.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A value that an operation's answer gives to others."""

    key: str
    parameter: Parameter
    """The one that it is for."""
    capture: Capture | None
    same_as: str = ""
    """The path parameter of the operation itself that has the value already."""


@dataclass(slots=True)
class Promises:
    """All promises of one document."""

    document: Document
    listed: Sequence[Operation]
    _natures: Natures = field(init=False)
    _by_id: Mapping[str, Operation] = field(init=False)

    def __post_init__(self) -> None:
        self._natures = Natures(self.document.root, self.document.dialect != "3.0")
        self._by_id = {operation.id: operation for operation in self.listed}

    def of(self, operation: Operation) -> list[Promise]:
        """Return what the answers of an operation give, those that links name first."""
        found: dict[str, Promise] = {}
        status = success_of(operation)
        if status is None:
            return []
        for link in links(operation, self.document.root, status):
            for promise in self._linked(link):
                found.setdefault(promise.key, promise)
        for promise in self._inferred(operation, status) if operation.method == "POST" else ():
            found.setdefault(promise.key, promise)
        return [*found.values()]

    def _linked(self, link: Mapping[str, Json]) -> Iterator[Promise]:
        target = self._by_id.get(str(link.get("operationId")))
        if target is None:
            return
        for name, said in (link.get("parameters") or {}).items():
            for parameter in target.parameters:
                is_meant = name in {parameter.name, f"{parameter.location}.{parameter.name}"}
                if is_meant and parameter.required and isinstance(said, str):
                    yield from _promised(key_of(target, parameter), parameter, said)

    def _inferred(self, operation: Operation, status: str) -> Iterator[Promise]:
        """What is made by a POST to a collection is found below it, by its id."""
        members = self._members(operation, status)
        below = re.compile(re.escape(operation.path) + r"/\{([^}/]+)\}(?:/|$)")
        for other in self.listed:
            if found := below.match(other.path):
                named = [one for one in other.parameters if one.name == found[1]]
                for parameter in named:
                    likely = (parameter.name, "id", _last_word(parameter.name))
                    for member in [one for one in likely if one in members][:1]:
                        capture = Capture(variable="", pointer=f"/{member}")
                        key = key_of(other, parameter)
                        yield Promise(key=key, parameter=parameter, capture=capture)

    def _members(self, operation: Operation, status: str) -> set[str]:
        places = [media.schema_pointer for media in operation.responses[status].content.values()]
        ways = [way for place in places if place for way in self._natures.of((place,))]
        return {name for way in ways for name in way.members}


def _promised(key: str, parameter: Parameter, said: str) -> Iterator[Promise]:
    if taken := _FROM_ANSWER.fullmatch(said):
        header, pointer = taken["header"] or "", taken["pointer"] or ""
        capture = Capture(variable="", header=header, pointer=pointer)
        yield Promise(key=key, parameter=parameter, capture=capture)
    elif same := _FROM_PATH.fullmatch(said):
        yield Promise(key=key, parameter=parameter, capture=None, same_as=same["name"])


def success_of(operation: Operation) -> str | None:
    """Return the status that the operation answers with when it works."""
    good = sorted(status for status in operation.responses if status[0] == "2")
    return good[0] if good else None


def _last_word(name: str) -> str:
    words: list[str] = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    return words[-1].lower() if words else name
