"""Every request has one operation to go to, and every operation can be asked for what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.operations import operations
from mock_platform.engine.pointers import follow, join
from mock_platform.shared.contracts import Json

_ANY: Final = "{}"
_END: Final = "/"
"""Leads to the paths that end here; no segment is called so."""
_MOST_COMPARED = 200_000
"""Steps through the paths, so that a document made to be slow is not."""


def identical_paths(document: Document) -> Iterator[Finding]:
    """Yield paths that differ in the names of their parameters only."""
    first: dict[str, str] = {}
    for path in _paths(document):
        same = first.setdefault(re.sub(r"\{[^}]*\}", _ANY, path), path)
        if same != path:
            yield Finding(
                pointer=join("paths", path),
                message=f"{path} is {same} by another name",
                remedy="put all operations under one of them",
            )


def ambiguous_paths(document: Document) -> Iterator[Finding]:
    """Yield paths that share a URL with earlier ones, where neither is more concrete."""
    tree: dict[str, Json] = {}
    steps = [_MOST_COMPARED]
    for path in _paths(document):
        segments = _segments(path)
        rivals = [other for other in _fitting(tree, segments, steps) if _neither(segments, other)]
        if rivals:
            more = f" (and {len(rivals) - 1} more)" if len(rivals) > 1 else ""
            yield Finding(
                pointer=join("paths", path),
                message=f"a URL may fit {path} and {rivals[0]}{more}, and neither is more concrete",
                remedy="rename a fixed part of one of them",
            )
        node = tree
        for segment in segments:
            node = node.setdefault(segment, {})
        node.setdefault(_END, {})[path] = None


def _neither(segments: list[str], other: str) -> bool:
    """Tell whether each of two paths is fixed somewhere where the other is not."""
    theirs = _segments(other)
    pairs = [pair for pair in zip(segments, theirs, strict=True) if pair[0] != pair[1]]
    return len({mine == _ANY for mine, _ in pairs}) > 1


def _segments(path: str) -> list[str]:
    return [_ANY if "{" in one else one for one in path.split("/")]


def _fitting(tree: Json, segments: list[str], steps: list[int]) -> Iterator[str]:
    """Yield the paths so far that share a URL with these segments."""
    steps[0] -= 1
    if steps[0] < 0:
        return
    if not segments:
        yield from tree.get(_END, {})
        return
    first, rest = segments[0], segments[1:]
    fixed = (first, _ANY) if first else ("",)
    for segment in tree if first == _ANY else fixed:
        if segment in tree and (first != _ANY or segment not in {"", _END}):
            # What is empty fits no parameter.
            yield from _fitting(tree[segment], rest, steps)


def _paths(document: Document) -> list[str]:
    return [path for path in document.root.get("paths") or {} if path.startswith("/")]


def server_variables(document: Document) -> Iterator[Finding]:
    """Yield the blanks of a server's URL that nothing fills in."""
    for index, server in enumerate(document.root.get("servers") or ()):
        known: Mapping[str, Json] = server.get("variables") or {}
        for name in re.findall(r"\{([^}]*)\}", str(server.get("url", ""))):
            if name not in known:
                yield Finding(
                    pointer=join("servers", index, "url"),
                    message=f"the URL has {{{name}}}, but there is no such variable",
                    remedy="add it to the server's variables, with a default",
                )


def bodies_meant(document: Document) -> Iterator[Finding]:
    """Yield request bodies of methods that HTTP gives no meaning to."""
    for operation in operations(document):
        if operation.method in {"GET", "HEAD"} and operation.body is not None:
            yield Finding(
                pointer=operation.pointer + "/requestBody",
                message=f"{operation.id}: the body of a {operation.method} has no meaning",
                remedy="use parameters, or POST",
            )


_DECIDED_ELSEWHERE = frozenset({"accept", "content-type", "authorization"})


def headers_heard(document: Document) -> Iterator[Finding]:
    """Yield header parameters that OpenAPI says to ignore (3.0.4 §4.7.12.1)."""
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "parameters" and isinstance(node, dict) and node.get("in") == "header":
            name = str(node.get("name"))
            if name.lower() in _DECIDED_ELSEWHERE:
                yield Finding(
                    pointer=pointer + "/name",
                    message=f"the parameter {name} is ignored",
                    remedy="media types and security schemes say what it may be",
                )


def success_described(document: Document) -> Iterator[Finding]:
    """Yield operations that can only fail."""
    for operation in operations(document):
        good = [s for s in operation.responses if s[0] in "123" or s == "default"]
        if operation.responses and not good:
            yield Finding(
                pointer=operation.pointer + "/responses",
                message=f"{operation.id} has no answer for when it works",
                remedy="describe its 2xx",
            )


def schemes_declared(document: Document) -> Iterator[Finding]:
    """Yield security requirements that name no scheme."""
    known = (document.root.get("components") or {}).get("securitySchemes") or {}
    for pointer, node, kind in everything(document.root, "document"):
        if kind not in {"document", "operation"} or not isinstance(node, dict):
            continue
        for index, choice in enumerate(node.get("security") or ()):
            for name in choice:
                if name not in known:
                    yield Finding(
                        pointer=pointer + join("security", index, name),
                        message=f"there is no security scheme {name!r}",
                        remedy="declare it under components.securitySchemes",
                    )


def missing_ids(document: Document) -> Iterator[Finding]:
    """Yield operations without a name."""
    for operation in operations(document):
        if "operationId" not in operation.raw:
            yield Finding(
                pointer=operation.pointer,
                message=f"{operation.method} {operation.path} has no operationId",
                remedy=f"it is called {operation.id} for now; write operationId: {operation.id}",
            )


def operations_described(document: Document) -> Iterator[Finding]:
    """Yield operations that nobody says anything about."""
    for operation in operations(document):
        if not operation.raw.get("summary") and not operation.raw.get("description"):
            yield Finding(
                pointer=operation.pointer,
                message=f"{operation.id} has neither summary nor description",
                remedy="say in one line what it does",
            )


def parameters_described(document: Document) -> Iterator[Finding]:
    """Yield parameters that nobody says anything about."""
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "parameters" and isinstance(node, dict) and "name" in node:
            schema = node.get("schema")
            said = node.get("description") or _described(document.root, pointer, schema)
            if not said:
                yield Finding(
                    pointer=pointer,
                    message=f"the parameter {node['name']} has no description",
                    remedy="say what it is for",
                )


def _described(root: Json, pointer: str, schema: Json) -> bool:
    if not isinstance(schema, dict):
        return False
    node, _ = follow(root, pointer + "/schema")
    return isinstance(node, dict) and bool(node.get("description"))


def tags_declared(document: Document) -> Iterator[Finding]:
    """Yield tags that the document's list does not have, where it has one."""
    listed = {tag.get("name") for tag in document.root.get("tags") or ()}
    for operation in operations(document):
        for index, tag in enumerate(operation.raw.get("tags") or ()):
            if listed and tag not in listed:
                yield Finding(
                    pointer=operation.pointer + join("tags", index),
                    message=f"the tag {tag!r} is not among the document's tags",
                    remedy="add it to tags, with a description",
                )
