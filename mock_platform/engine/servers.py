"""Knows where clients look for an operation: under the path of each server that is named for it.

Documents name several, with variables in them, for all operations or for some; clients that were
made for any of these shall find the mock by changing the host only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from posixpath import normpath
from urllib.parse import urlsplit

from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

_MOST = 16
"""Paths of one server, with every choice of its variables."""
_OF_AN_ITEM = 3
"""Parts of a path item's pointer: nothing, ``paths``, the path."""


def first_path(server: Json) -> str:
    """Return the path of a server's URL: ``/v1``; empty when it has none."""
    return next(every_path(server), "")


def every_path(server: Json) -> Iterator[str]:
    """Yield the path that its variables give a server by default, then all others."""
    written: Json = server.get("variables")
    variables: dict[str, Json] = written if isinstance(written, dict) else {}
    choices = [_choices(variable) for variable in variables.values()]
    for values in islice(product(*choices), _MOST):
        url = server.get("url") or "/"
        for name, value in zip(variables, values, strict=True):
            url = url.replace("{" + name + "}", value)
        yield _path_of(url)


def _choices(variable: Json) -> list[str]:
    """Return what a variable may be; nobody has mended those of a path's or operation's servers."""
    said = variable if isinstance(variable, dict) else {}
    others = said.get("enum")
    return [str(said.get("default", "")), *map(str, others if isinstance(others, list) else ())]


def _path_of(url: str) -> str:
    path = urlsplit(url).path.strip("/")
    if {".", ".."} & {*path.split("/")}:  # relative to where the document is
        path = normpath(f"/{path}").strip("/")
    return f"/{path}" if path else ""


class OtherPlaces:
    """Where the operations of a document may be looked for, besides where they are."""

    def __init__(self, root: Json) -> None:
        servers = root.get("servers") or [{}]
        self._base = first_path(servers[0])
        self._all = self._paths(servers)
        self._items = {
            join("paths", path): self._paths(item["servers"])
            for path, item in (root.get("paths") or {}).items()
            if isinstance(item, dict) and isinstance(item.get("servers"), list)
        }

    def of(self, path: str, pointer: str, raw: Json) -> Iterator[str]:
        """Yield the paths: without a server's, as Prism has it, then with those of other servers."""
        local = path.removeprefix(self._base) or "/"
        if self._base:
            yield local
        item = "/".join(pointer.split("/", _OF_AN_ITEM)[:_OF_AN_ITEM])
        own = self._items.get(item, self._all)
        if isinstance(raw.get("servers"), list):
            own = self._paths(raw["servers"])
        yield from (base + local for base in own)

    def _paths(self, servers: list[Json]) -> list[str]:
        known = [server for server in servers if isinstance(server, dict) and _is_text(server)]
        found = dict.fromkeys(path for server in known for path in every_path(server))
        return [path for path in found if path and path != self._base]


def _is_text(server: Json) -> bool:
    return isinstance(server.get("url", ""), str)
