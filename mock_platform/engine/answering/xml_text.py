"""Writes a value as XML, the way its schema's ``xml`` hints say (OpenAPI 3.0.4 §4.7.26)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from mock_platform.engine.answering.statements import followed
from mock_platform.engine.pointers import lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json

_NO_NAME = re.compile(r"[^\w.-]|^(?=[^A-Za-z_])")
_NO_TEXT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 64


def xml_text(value: Json, pointer: str | None, root: Json) -> str:
    """Write a whole document; its root is named by the hint, the schema's name, or ``root``."""
    schema: Json = {} if pointer is None else lookup(root, pointer)
    element = _Element(root).written(value, schema, _name_of(schema, root) or "root", 0)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element}'


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a schema says, over references and ``allOf``, as far as XML is concerned."""

    hints: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)
    items: Json = None


@dataclass(frozen=True, slots=True)
class _Element:
    """Writes elements by the schemas of one document."""

    root: Json

    def written(self, value: Json, schema: Json, name: str, depth: int) -> str:
        meant = _meant(schema, self.root, depth)
        tag = _tag(meant.hints, name)
        space = _namespace(meant.hints)
        if depth > _DEEPEST:
            return f"<{tag}/>"
        match value:
            case dict():
                return self._object(value, meant, tag + space, depth)
            case list():
                within = name if depth else _name_of(meant.items, self.root) or name
                members = self._items(value, meant, within, depth)
                return f"<{tag}{space}>{members}</{tag}>"
            case None:
                return f"<{tag}{space}/>"
            case _:
                return f"<{tag}{space}>{_text(value)}</{tag}>"

    def _object(self, value: Mapping[str, Json], meant: _Meant, opening: str, depth: int) -> str:
        attributes, members = "", ""
        for key, part in value.items():
            schema = meant.properties.get(key)
            inner = _meant(schema, self.root, depth + 1)
            if inner.hints.get("attribute") or inner.hints.get("nodeType") == "attribute":
                attributes += f' {_tag(inner.hints, key)}="{_text(part)}"'
            elif isinstance(part, list) and not inner.hints.get("wrapped"):
                members += self._items(part, inner, key, depth)
            else:
                members += self.written(part, schema, key, depth + 1)
        return f"<{opening}{attributes}>{members}</{opening.partition(' ')[0]}>"

    def _items(self, items: list[Json], meant: _Meant, name: str, depth: int) -> str:
        """An array's own ``name`` names its wrapper; of unwrapped items it says nothing."""
        own = _meant(meant.items, self.root, depth + 1).hints.get("name")
        name = own or (meant.hints.get("name") if meant.hints.get("wrapped") else None) or name
        return "".join(self.written(item, meant.items, name, depth + 1) for item in items)


def _meant(schema: Json, root: Json, depth: int) -> _Meant:
    node = followed(schema, root)
    if not isinstance(node, dict) or depth > _DEEPEST:
        return _Meant()
    hints: dict[str, Json] = {}
    properties: dict[str, Json] = {}
    items = node.get("items")
    for key in ("allOf", "oneOf", "anyOf"):
        for branch in node.get(key) or ():
            inner = _meant(branch, root, depth + 8)
            hints |= {k: v for k, v in inner.hints.items() if k != "name" or key == "allOf"}
            properties |= inner.properties
            items = items or inner.items
    return _Meant(
        hints | (node.get("xml") or {}), properties | (node.get("properties") or {}), items
    )


def _name_of(schema: Json, root: Json) -> str | None:
    node = followed(schema, root)
    hints = node.get("xml") if isinstance(node, dict) else None
    if isinstance(hints, dict) and hints.get("name"):
        return str(hints["name"])
    ref = ref_of(schema)
    return None if ref is None else of_ref(ref).rpartition("/")[2]


def _tag(hints: Mapping[str, Json], name: str) -> str:
    plain = _NO_NAME.sub("_", str(hints.get("name") or name))
    return f"{hints['prefix']}:{plain}" if hints.get("prefix") else plain


def _namespace(hints: Mapping[str, Json]) -> str:
    if not hints.get("namespace"):
        return ""
    prefix = f":{hints['prefix']}" if hints.get("prefix") else ""
    return f' xmlns{prefix}="{escape(str(hints["namespace"]))}"'


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return escape(_NO_TEXT.sub("", str(value)))
