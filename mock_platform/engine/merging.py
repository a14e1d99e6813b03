"""Makes one document of several, so that one port can serve them all (mode B).

A path or an operationId may belong to one of them only. Path items that came from the same place
of the same file (health, readiness) are one and the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mock_platform.engine.anatomy import METHODS, SECTIONS
from mock_platform.engine.bundling import bundle
from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.operations import base_path
from mock_platform.engine.pointers import join, to_ref
from mock_platform.shared.contracts import Json

_WHOLE = "the whole"
"""How the document in the making is called where files have names."""


def merge(documents: Sequence[Document], name: str, title: str = "Mock Platform") -> Document:
    """Merge the documents; the first one's version line and servers are the whole's.

    Raises:
        SpecBroken: two documents want the same path, operationId or security scheme; the findings
            name both files and point into the second.
    """
    if findings := tuple(_conflicts(documents)):
        raise SpecBroken(findings)
    bases = {base_path(document) for document in documents}
    sources = {f"{number}": _alone(document) for number, document in enumerate(documents)}
    whole = {
        "openapi": documents[0].root["openapi"],
        "info": _info(documents, title),
        "servers": documents[0].root.get("servers", []) if len(bases) == 1 else [{"url": "/"}],
        "tags": _tags(documents),
        "paths": _paths(documents, folded=len(bases) > 1),
        "components": _components(documents),
    }
    merged, findings = bundle(name, _WHOLE, {**sources, _WHOLE: whole}.__getitem__)
    if findings:
        raise SpecBroken(findings)
    root = merged.root | {"components": _tidied(merged.root["components"])}
    return Document(name=name, root=root, origins=_origins(merged, documents))


def _alone(document: Document) -> Json:
    """Say at each operation what the document says for all of them: its security."""
    if "security" not in document.root:
        return document.root
    everybody = {"security": document.root["security"]}
    paths = {
        path: {
            key: {**everybody, **value} if key in METHODS else value for key, value in item.items()
        }
        for path, item in document.root["paths"].items()
    }
    return {**document.root, "paths": paths}


def _paths(documents: Sequence[Document], *, folded: bool) -> dict[str, Json]:
    paths: dict[str, Json] = {}
    for number, document in enumerate(documents):
        base = base_path(document) if folded else ""
        for path in document.root.get("paths") or {}:
            if not path.startswith("x-"):
                source = f"{number}{to_ref(join('paths', path))}"
                paths.setdefault(base + path, {"$ref": source})
    return paths


def _components(documents: Sequence[Document]) -> dict[str, Json]:
    """Refer to every component, so that those nobody refers to come along as well."""
    return {
        section: {
            f"{number} {name}": {"$ref": f"{number}{to_ref(join('components', section, name))}"}
            for number, document in enumerate(documents)
            for name in document.root.get("components", {}).get(section, {})
        }
        for section in SECTIONS
        if any(section in document.root.get("components", {}) for document in documents)
    }


def _tidied(components: Mapping[str, Json]) -> Json:
    """Take away the references that ``_components`` put there; no name of OpenAPI has a blank."""
    return {
        section: {name: node for name, node in members.items() if " " not in name}
        for section, members in components.items()
    }


def _info(documents: Sequence[Document], title: str) -> Json:
    infos = [document.root["info"] for document in documents]
    described = "\n\n".join(
        f"## {info['title']}\n\n{info.get('description', '').strip()}".strip() for info in infos
    )
    return {**infos[0], "title": title, "description": described}


def _tags(documents: Sequence[Document]) -> list[Json]:
    tags: dict[str, Json] = {}
    for document in documents:
        for tag in document.root.get("tags") or []:
            tags.setdefault(tag["name"], tag)
    return list(tags.values())


def _origins(merged: Document, documents: Sequence[Document]) -> dict[str, Origin]:
    """Look through the parts at the files that they came from."""
    return {
        pointer: documents[int(origin.file)].origin(origin.pointer)
        for pointer, origin in merged.origins.items()
        if origin.file != _WHOLE
    }


def _conflicts(documents: Sequence[Document]) -> Iterator[Finding]:
    paths: dict[str, tuple[Document, str]] = {}
    ids: dict[str, tuple[Document, str]] = {}
    for document in documents:
        for path, item in (document.root.get("paths") or {}).items():
            pointer = join("paths", path)
            same = re.sub(r"\{[^}]*\}", "{}", base_path(document) + path)
            first = paths.setdefault(same, (document, pointer))
            if first[0] is not document and document.origin(pointer) == first[0].origin(first[1]):
                continue
            if first[0] is not document:
                yield _taken(f"path {base_path(document)}{path}", document, pointer, first)
            yield from _taken_ids(document, item, pointer, ids)
    yield from _scheme_conflicts(documents)


def _taken_ids(
    document: Document, item: Json, pointer: str, ids: dict[str, tuple[Document, str]]
) -> Iterator[Finding]:
    for method in METHODS:
        name = item.get(method, {}).get("operationId")
        if name is not None:
            place = pointer + join(method, "operationId")
            first = ids.setdefault(name, (document, place))
            if first[0] is not document:
                yield _taken(f"operationId {name}", document, place, first)


def _scheme_conflicts(documents: Sequence[Document]) -> Iterator[Finding]:
    """Operations name their schemes, so a scheme cannot get a number."""
    schemes: dict[str, tuple[Document, str]] = {}
    for document in documents:
        known = document.root.get("components", {}).get("securitySchemes", {})
        for name, scheme in known.items():
            pointer = join("components", "securitySchemes", name)
            first = schemes.setdefault(name, (document, pointer))
            if first[0].root["components"]["securitySchemes"][name] != scheme:
                yield _taken(f"security scheme {name}", document, pointer, first)


def _taken(what: str, document: Document, pointer: str, first: tuple[Document, str]) -> Finding:
    origin, other = document.origin(pointer), first[0].origin(first[1])
    return Finding(
        message=f"{what} is also in {other.file}",
        remedy="rename one of them",
        file=origin.file,
        pointer=origin.pointer,
    )
