"""Finds what makes a valid OpenAPI document impossible to serve; ``engine.linting`` finds the rest.

All findings point into the bundled document; whoever knows the files adds the places. The
document's structure must have been found sound before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from mock_platform.engine.anatomy import everything
from mock_platform.engine.callbacks import callback_findings
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.machines import machine_findings
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import join
from mock_platform.engine.resources.marks import mark_findings
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

_OURS = ("x-mock", "x-state-machine", "x-lint")


def serving_findings(document: Document) -> Iterator[Finding]:
    """Yield what makes it impossible to serve the document as it says."""
    for name, find in SERVING.items():
        for finding in find(document):
            yield replace(finding, rule=name)


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


SERVING: Mapping[str, Callable[[Document], Iterator[Finding]]] = {
    "operation-id-unique": _repeated_ids,
    "path-parameters-declared": _path_parameters,
    "extension-known": _misspelt,
    "callback-sound": callback_findings,
    "behaviour-sound": mark_findings,
    "state-machine-sound": machine_findings,
}
"""By the names of their rules."""
