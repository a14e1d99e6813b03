"""Mends ``type``: the words of other languages, several types in 3.0, null where it cannot stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_platform.engine.mending.ledger import Ledger, Trail, drop
from mock_platform.shared.contracts import Json

TYPES = frozenset({"array", "boolean", "integer", "number", "object", "string"})

_WORDS: Mapping[str, str] = {
    "integer": "int int32 int64 long short",
    "number": "float double decimal numeric",
    "boolean": "bool",
    "string": "str text char uri url uuid guid",
    "array": "list set",
    "object": "dict map hash",
    "string/date": "date",
    "string/date-time": "datetime date-time timestamp",
    "string/binary": "file binary",
}
_MEANT: Mapping[str, str] = {
    **{kind: kind for kind in TYPES},
    **{word: kind for kind, words in _WORDS.items() for word in words.split()},
}


def mend_type(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """Make ``type`` one that the dialect has."""
    written = node[key]
    if isinstance(written, str) and written in TYPES:
        return
    if ledger.dialect != "3.0" and _is_modern(written):
        if isinstance(written, list) and len(set(written)) < len(written):
            node[key] = list(dict.fromkeys(written))
        return
    if not isinstance(written, (str, list)):
        drop(ledger, node, key, trail, f"{written!r} is no type")
        return
    names = [written] if isinstance(written, str) else written
    meant = list(dict.fromkeys(_MEANT.get(str(n).lower(), "") for n in names if n != "null"))
    del node[key]
    (_say_30 if ledger.dialect == "3.0" else _say_31)(node, meant, "null" in names)
    told = ", ".join(kind.partition("/")[0] or "anything" for kind in meant) or "anything"
    ledger.tell((trail, key), f"there is no type {written!r} here; it is taken for {told}")


def _is_modern(written: Json) -> bool:
    names = written if isinstance(written, list) else [written]
    return bool(names) and all(n == "null" or (isinstance(n, str) and n in TYPES) for n in names)


def _say_30(node: dict[str, Json], meant: Sequence[str], nullable: bool) -> None:
    if "" in meant:
        return
    if len(meant) == 1:
        node |= {**_said(meant[0]), **node}
    elif meant and "anyOf" not in node:
        node["anyOf"] = [_said(kind) for kind in meant]
    if meant and nullable:
        node["nullable"] = True


def _say_31(node: dict[str, Json], meant: Sequence[str], nullable: bool) -> None:
    if "" in meant:
        return
    if len(meant) == 1:
        node |= {**_said(meant[0]), **node}
    types = list(dict.fromkeys(kind.partition("/")[0] for kind in meant))
    if nullable or len(types) > 1:
        node["type"] = types + ["null"] * nullable


def _said(kind: str) -> dict[str, Json]:
    name, _, form = kind.partition("/")
    return {"type": name, "format": form} if form else {"type": name}
