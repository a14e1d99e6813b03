"""Makes a document sound that its writers left a little broken, and tells what was mended.

What comes out can be relied upon by all who read it: references lead somewhere, every keyword of a
schema holds what it may, every operation has answers, no two are the same. The document is changed
in place; whoever mends one must have it to himself.
"""

from __future__ import annotations

from dataclasses import replace

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.mending.contents import ContentMender
from mock_platform.engine.mending.ledger import Ledger, drop, pointer_of
from mock_platform.engine.mending.path_items import PathMender
from mock_platform.engine.mending.schema_nodes import SchemaMender
from mock_platform.shared.contracts import Json


def mend(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Mend a document in place; the findings point into what is returned."""
    root = document.root
    ledger = Ledger(root=root, dialect=document.dialect)
    schemas = SchemaMender(ledger)
    contents = ContentMender(ledger, schemas)
    _frame(ledger, root, document.name)
    components = root.get("components") or {}
    _sections(contents, components)
    paths = PathMender(ledger, contents, frozenset(components.get("securitySchemes") or ()))
    _path_components(paths, components)
    paths.security(root, None)
    paths.paths(root["paths"], (None, "paths"))
    paths.callback(root.get("webhooks") or {}, (None, "webhooks"))
    origins = {
        **document.origins,
        **{now: document.origin(before) for now, before in ledger.moved.items()},
    }
    return replace(document, origins=origins), tuple(ledger.findings)


def _frame(ledger: Ledger, root: dict[str, Json], name: str) -> None:
    """Have every document begin alike."""
    info = root.get("info")
    if not isinstance(info, dict):
        ledger.tell((None, "info"), "the document has no info")
        info = root["info"] = {}
    for key, usual in (("title", name), ("version", "0")):
        if not isinstance(info.get(key), str):
            info[key] = str(info.get(key) or usual)
    for key in ("paths", "components", "webhooks"):
        if root.get(key) is None:
            root.pop(key, None)
        elif not isinstance(root[key], dict):
            drop(ledger, root, key, None, "it is no mapping")
    paths = root.setdefault("paths", {})
    for key in [key for key in root if key.startswith("/") and key not in paths]:
        ledger.tell((None, key), f"{key} stands beside paths; it is taken for one", "indent it")
        paths[key] = root.pop(key)
        ledger.moved[pointer_of(((None, "paths"), key))] = pointer_of((None, key))
    _servers(ledger, root)


def _servers(ledger: Ledger, root: dict[str, Json]) -> None:
    servers = root.get("servers")
    if servers is None:
        root.pop("servers", None)
    elif not isinstance(servers, list) or not all(_is_server(one) for one in servers):
        sound = [one for one in servers if _is_server(one)] if isinstance(servers, list) else []
        ledger.tell((None, "servers"), "servers lists objects with a url; what is none is ignored")
        root["servers"] = sound
    for index, server in enumerate(root.get("servers") or ()):
        variables = server.get("variables")
        if variables is not None and not (
            isinstance(variables, dict) and all(isinstance(v, dict) for v in variables.values())
        ):
            at = (((None, "servers"), index), "variables")
            ledger.tell(at, "variables are objects with a default")
            server["variables"] = {}


def _is_server(node: Json) -> bool:
    return isinstance(node, dict) and isinstance(node.get("url"), str)


def _sections(contents: ContentMender, components: dict[str, Json]) -> None:
    """Mend the components; those of a kind that nobody reads are left alone."""
    ledger, trail = contents.ledger, (None, "components")
    for section in [*components]:
        if components[section] is None:
            del components[section]
        elif not isinstance(components[section], dict) and not section.startswith("x-"):
            drop(ledger, components, section, trail, "it is no mapping")
    for name in components.get("schemas") or ():
        contents.schemas.mend(components["schemas"], name, (trail, "schemas"))
    for section, mend_one, wanted in (
        ("parameters", contents.parameter, "parameter"),
        ("headers", contents.header, "header"),
        ("mediaTypes", contents.media_type, "media type"),
        ("requestBodies", contents.body, "request body"),
        ("responses", contents.answer, "answer"),
        ("examples", contents.example, "example"),
        ("links", contents.example, "link"),
        ("securitySchemes", contents.scheme, "security scheme"),
    ):
        contents.kept(components, section, trail, mend_one, wanted)


def _path_components(paths: PathMender, components: dict[str, Json]) -> None:
    paths.callbacks(components, (None, "components"))
    items = components.get("pathItems") or {}
    for name in [*items]:
        if not paths.item(items, name, (((None, "components"), "pathItems"), name)):
            del items[name]
