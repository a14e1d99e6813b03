"""Finds what a valid OpenAPI document can still get wrong, before anybody calls it.

All findings point into the bundled document; whoever knows the files adds the places. The
document's structure must have been found sound before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from mock_platform.engine.anatomy import METHODS, everything
from mock_platform.engine.callbacks import callback_findings
from mock_platform.engine.documents import Document
from mock_platform.engine.example_checks import example_findings
from mock_platform.engine.findings import WARNING, Finding
from mock_platform.engine.machines import machine_findings
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.pointers import join, lookup, of_ref
from mock_platform.engine.resources.marks import mark_findings
from mock_platform.engine.runtime_expressions import compile_expression
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

_OURS = ("x-mock", "x-state-machine")


def serving_findings(document: Document) -> Iterator[Finding]:
    """Yield what makes it impossible to serve the document as it says."""
    yield from _repeated_ids(document)
    yield from _path_parameters(document)
    yield from _misspelt(document)
    yield from callback_findings(document)
    yield from mark_findings(document)
    yield from machine_findings(document)


def all_findings(document: Document) -> Iterator[Finding]:
    """Yield everything that is wrong or doubtful."""
    yield from serving_findings(document)
    yield from _missing_ids(document)
    yield from _links(document)
    yield from example_findings(document)


def _misspelt(document: Document) -> Iterator[Finding]:
    """Any ``x-`` key is allowed, so a slip of the pen would silently mean nothing."""
    for pointer, node, _ in everything(document.root, "document"):
        for key in node if isinstance(node, dict) else ():
            if key.startswith("x-") and key not in _OURS:
                for close in get_close_matches(key, _OURS, n=1, cutoff=0.85):
                    yield Finding(
                        pointer=pointer + join(key),
                        message=f"{key!r} is unknown",
                        remedy=f"did you mean {close!r}?",
                    )


def _written_operations(document: Document) -> Iterator[tuple[str, Json]]:
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "operation" and isinstance(node, dict):
            yield pointer, node


def _repeated_ids(document: Document) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for pointer, operation in _written_operations(document):
        name = operation.get("operationId")
        if name is not None and first.setdefault(name, pointer) != pointer:
            origin = document.origin(first[name])
            yield Finding(
                pointer=pointer + "/operationId",
                message=f"operationId {name!r} is also that of {origin.pointer} in {origin.file}",
                remedy="give each operation an id of its own",
            )


def _missing_ids(document: Document) -> Iterator[Finding]:
    for operation in operations(document):
        if "operationId" not in operation.raw:
            yield Finding(
                level=WARNING,
                pointer=operation.pointer,
                message=f"{operation.method} {operation.path} has no operationId",
                remedy=f"it is called {operation.id} for now; write operationId: {operation.id}",
            )


def _path_parameters(document: Document) -> Iterator[Finding]:
    for operation in operations(document):
        names = re.findall(r"\{([^}]*)\}", operation.path)
        declared = [p.name for p in operation.parameters if p.location == "path"]
        for name, times in Counter(names).items():
            if name not in declared:
                told = f"{operation.id}: the path has {{{name}}}, but there is no such parameter"
                remedy = "add it to the parameters, in: path"
                yield Finding(pointer=operation.pointer, message=told, remedy=remedy)
            if times > 1:
                told = f"{operation.id}: the path has {{{name}}} twice"
                yield Finding(pointer=operation.pointer, message=told, remedy="rename one")
        for name in declared:
            if name not in names:
                told = f"{operation.id}: parameter {name!r} is in: path, but the path lacks it"
                remedy = did_you_mean(name, names)
                yield Finding(pointer=operation.pointer, message=told, remedy=remedy)


def _links(document: Document) -> Iterator[Finding]:
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
