"""Compares what can be called: servers, paths, methods; and has each operation compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mock_platform.engine.evolution.answer_changes import answer_changes
from mock_platform.engine.evolution.body_changes import body_changes
from mock_platform.engine.evolution.callback_changes import callback_changes
from mock_platform.engine.evolution.parameter_changes import parameter_changes
from mock_platform.engine.evolution.security_changes import Schemes, security_changes
from mock_platform.engine.evolution.weighing import Weighing, paired
from mock_platform.engine.operations import Operation, base_path, operations
from mock_platform.shared.contracts import Json

_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Met:
    """An operation of both versions."""

    node: int
    old: Operation
    new: Operation


def surface_changes(weighing: Weighing) -> tuple[Met, ...]:
    """Compare all operations; return those that are in both versions."""
    contract = weighing.book.contract()
    _servers(weighing, contract)
    old, new = _by_place(weighing)
    schemes = Schemes(weighing)
    met = []
    for _, was, now in paired(old, new):
        if was is not None and now is not None:
            node = weighing.book.operation(_label(now))
            met.append(Met(node, was, now))
            _operation(weighing, met[-1], schemes)
        elif was is not None:
            _gone(weighing, was)
        elif now is not None:
            node = weighing.book.operation(_label(now))
            told = f"{_label(now)}: this operation is new"
            weighing.note(node, "operation-added", told, old="/paths", new=now.pointer)
    return tuple(met)


def _label(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _gone(weighing: Weighing, was: Operation) -> None:
    node = weighing.book.operation(_label(was))
    known = " (it was deprecated)" if was.raw.get("deprecated") is True else ""
    told = f"{_label(was)}: this operation is gone{known}"
    weighing.note(node, "operation-removed", told, old=was.pointer, new="/paths")


def _by_place(weighing: Weighing) -> tuple[Mapping[str, Operation], Mapping[str, Operation]]:
    """Return both versions' operations by method and path, names of parameters aside."""
    documents = (weighing.old.document, weighing.new.document)
    bases = [base_path(document) for document in documents]
    found = [
        {f"{each.method} {_nameless(each.path)}": each for each in operations(document)}
        for document in documents
    ]
    if bases[0] != bases[1] and found[0].keys().isdisjoint(found[1]):
        found = [
            {
                f"{each.method} {_nameless(each.path.removeprefix(base))}": each
                for each in known.values()
            }
            for known, base in zip(found, bases, strict=True)
        ]
    return found[0], found[1]


def _nameless(path: str) -> str:
    return _NAME.sub("{}", path).rstrip("/") or "/"


def _operation(weighing: Weighing, met: Met, schemes: Schemes) -> None:
    node, old, new = met.node, met.old, met.new
    label = _label(new)
    renamed = dict(zip(_NAME.findall(old.path), _NAME.findall(new.path), strict=False))
    for was, now in renamed.items():
        if was != now:
            told = f"{label}: the path parameter `{was}` is called `{now}` now"
            weighing.note(node, "path-parameter-renamed", told, old=old.pointer, new=new.pointer)
    ids = old.raw.get("operationId"), new.raw.get("operationId")
    if ids[0] and ids[1] and ids[0] != ids[1]:
        places = (f"{old.pointer}/operationId", f"{new.pointer}/operationId")
        told = f"{label}: operationId `{ids[0]}` → `{ids[1]}`"
        weighing.note(node, "operation-id-changed", told, old=places[0], new=places[1])
    _deprecation(weighing, met, label)
    parameter_changes(weighing, node, _renamed(old, renamed), new)
    parts = (old.raw, old.pointer), (new.raw, new.pointer)
    body_changes(weighing, node, *parts)
    answer_changes(weighing, node, *parts)
    callback_changes(weighing, node, *parts)
    security_changes(weighing, schemes, node, old, new)


def _renamed(operation: Operation, names: Mapping[str, str]) -> Operation:
    """Call the path parameters what the new version calls them."""
    parameters = tuple(
        replace(each, name=names.get(each.name, each.name)) if each.location == "path" else each
        for each in operation.parameters
    )
    return replace(operation, parameters=parameters)


def _deprecation(weighing: Weighing, met: Met, label: str) -> None:
    was, now = (each.raw.get("deprecated") is True for each in (met.old, met.new))
    if was == now:
        return
    places = [
        each.pointer + ("/deprecated" if "deprecated" in each.raw else "")
        for each in (met.old, met.new)
    ]
    rule = "operation-deprecated" if now else "operation-revived"
    told = f"{label}: {'deprecated now' if now else 'deprecated no longer'}"
    weighing.note(met.node, rule, told, old=places[0], new=places[1])


def _servers(weighing: Weighing, node: int) -> None:
    old, new = weighing.old.document, weighing.new.document
    bases = base_path(old), base_path(new)
    places = ["/servers" if "servers" in each.root else "" for each in (old, new)]
    if bases[0] != bases[1]:
        told = f"the base path `{bases[0] or '/'}` → `{bases[1] or '/'}`"
        weighing.note(node, "base-path-changed", told, old=places[0], new=places[1])
        return
    known = [dict(_urls(document.root)) for document in (old, new)]
    for url, was, now in paired(*known):
        if now is None and was is not None:
            told = f"the server `{url}` is gone"
            weighing.note(node, "server-removed", told, old=was, new=places[1])
        elif was is None and now is not None:
            told = f"the server `{url}` is new"
            weighing.note(node, "server-added", told, old=places[0], new=now)


def _urls(root: Json) -> Iterator[tuple[str, str]]:
    for index, server in enumerate(root.get("servers") or ()):
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            yield server["url"].rstrip("/") or "/", f"/servers/{index}"
