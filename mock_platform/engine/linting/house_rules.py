"""What we have agreed on among ourselves: others may do otherwise and be no less right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.operations import Response, operations
from mock_platform.engine.pointers import follow, join, lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

PROBLEM = "application/problem+json"
TRACE = "x-trace-id"
_STATED = frozenset({"type", "title", "status", "code"})
_PREFIX = re.compile(r"(?:/.*)?/v([0-9]+)/?")
_CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")


def path_prefix(document: Document) -> Iterator[Finding]:
    """Yield servers and paths that do not say the major version once, in the same place."""
    root = document.root
    servers = root.get("servers") or []
    if not servers:
        told = "no server says the prefix of the paths"
        yield Finding(pointer="/servers", message=told, remedy="servers: [{url: /v1}]")
    major = str((root.get("info") or {}).get("version", "")).partition(".")[0]
    for index, server in enumerate(servers):
        path = urlsplit(str(server.get("url", ""))).path
        found = _PREFIX.fullmatch(path)
        if found is None:
            told = f"{path or '/'} does not end with a version such as /v1"
        elif major.isdecimal() and int(major) > 0 and found[1] != major:
            told = f"{path} is not of version {major}, which info.version says"
        else:
            continue
        yield Finding(pointer=join("servers", index, "url"), message=told, remedy="end it with /vN")
    for path in root.get("paths") or {}:
        if re.match(r"/v[0-9]+(/|$)", path):
            told = f"{path} has a version of its own"
            remedy = "the servers say the version"
            yield Finding(pointer=join("paths", path), message=told, remedy=remedy)


def _answers(document: Document) -> Iterator[tuple[str, str, Response]]:
    """Yield each answer once: whose it is, where it is written, itself."""
    seen: set[str] = set()
    for operation in operations(document):
        for status, response in operation.responses.items():
            _, place = follow(document.root, operation.pointer + join("responses", status))
            if f"{place} {status}" not in seen:
                seen.add(f"{place} {status}")
                yield operation.id, place, response


def problem_answers(document: Document) -> Iterator[Finding]:
    """Yield failures that are not told as problems (RFC 9457), all by one schema."""
    shared = ""
    for owner, place, response in _answers(document):
        if response.status[0] not in "45d":
            continue
        media = response.content.get(PROBLEM)
        if media is None or len(response.content) > 1:
            told = f"{owner}: the answer {response.status} is not told as {PROBLEM}"
            yield Finding(
                pointer=place, message=told, remedy=f"give it {PROBLEM}, and nothing else"
            )
            continue
        where = join("content", PROBLEM, "schema")
        ref = ref_of(media.raw.get("schema"))
        if ref is None or not _states_problem(document.root, ref):
            told = f"{owner}: the answer {response.status} has no shared schema with type, title, status, code"
            yield Finding(pointer=place + where, message=told, remedy="refer to the shared Problem")
        elif (shared := shared or ref) != ref:
            told = f"{owner}: the answer {response.status} has a schema of its own: {ref}"
            yield Finding(pointer=place + where, message=told, remedy=f"refer to {shared}")


def _states_problem(root: Json, ref: str) -> bool:
    try:
        schema = lookup(root, of_ref(ref))
    except LookupError:
        return False
    return isinstance(schema, dict) and _STATED.issubset(schema.get("required") or ())


def trace_headers(document: Document) -> Iterator[Finding]:
    """Yield answers that do not document the header by which one finds them in the logs."""
    for owner, place, response in _answers(document):
        if TRACE not in {name.lower() for name in response.headers}:
            told = f"{owner}: the answer {response.status} does not document X-Trace-Id"
            yield Finding(pointer=place, message=told, remedy="add the shared header")


def camel_ids(document: Document) -> Iterator[Finding]:
    """Yield operationIds that are not in camelCase: they become names in many languages."""
    for pointer, node, kind in everything(document.root, "document"):
        name = node.get("operationId") if kind == "operation" and isinstance(node, dict) else None
        if name is not None and not _CAMEL.fullmatch(str(name)):
            yield Finding(
                pointer=pointer + "/operationId",
                message=f"operationId {name!r} is not in camelCase",
                remedy=f"write {_camel(str(name))!r}",
            )


def _camel(name: str) -> str:
    words: list[str] = re.findall(r"[A-Za-z0-9]+", name) or ["operation"]
    first, *others = words
    return first[:1].lower() + first[1:] + "".join(one[:1].upper() + one[1:] for one in others)
