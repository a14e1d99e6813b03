"""Knows which file a reference means, and where in it: by pointer, by ``$anchor`` or by ``$id``.

Files are named as seen from the main one's folder; what is elsewhere keeps its absolute path or URL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from posixpath import dirname, isabs, normpath, relpath
from posixpath import join as join_path
from urllib.parse import unquote, urljoin, urlsplit

from mock_platform.engine.pointers import join, lookup, ref_of
from mock_platform.shared.contracts import Json

Read = Callable[[str], Json]
"""From a file's name to its content; raises FileUnusable."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ANCHORS = ("$anchor", "$dynamicAnchor")
_DATA = frozenset({"const", "default", "enum", "example", "examples", "value"})
"""Members that hold data, in which nothing gives itself a name …"""
_MAPS = frozenset(
    {
        *("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
        *("schemas", "parameters", "responses", "headers", "requestBodies", "pathItems"),
    }
)
"""… except where members are named by whoever wrote the document."""


class FileUnusable(Exception):
    """A file that a spec refers to cannot be used. Without a message: it has been told already."""

    rule = "reference-resolves"

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class OutOfReach(FileUnusable):
    """A file must not be read: it lies elsewhere, and nobody has allowed that."""

    rule = "reference-in-reach"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is written."""

    file: str
    pointer: str
    base: str
    """What its references are relative to: the file, or an ``$id`` around it."""

    def inside(self, relative: str) -> Spot:
        return replace(self, pointer=self.pointer + relative)


Scope = tuple[tuple[str, Spot], ...]
"""What each ``$dynamicAnchor`` means here: the outermost resource on the way has decided it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far references may go."""

    remote: bool = False
    outside: bool = False
    """Out of the main file's folder."""
    folder: str = ""
    """The absolute path of the main file's folder."""


HERE = Reach()
"""Not beyond the main file's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The files of one bundle, and the names that are given in them."""

    read: Read
    reach: Reach = HERE
    lenient: bool = False
    """Take ``file#/`` for the file, and ``file#a/b`` for ``file#/a/b``: many write so."""
    ids: dict[str, tuple[str, str]] = field(default_factory=dict)
    """``$id``, made absolute → file and pointer."""
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    """(resource, anchor) → pointer in its file."""
    dynamic: dict[str, dict[str, Spot]] = field(default_factory=dict)
    """Resource → ``$dynamicAnchor`` → where it is."""
    selves: dict[str, str] = field(default_factory=dict)
    """``$self`` (OpenAPI 3.2) → the file that says so."""
    known: set[str] = field(default_factory=set)

    def content(self, file: str) -> Json:
        """Return a file's content; learn the names that are given in it."""
        content = self.read(file)
        if file not in self.known:
            self.known.add(file)
            if isinstance(content, dict) and isinstance(own := content.get("$self"), str):
                self.selves.setdefault(absolute(own.partition("#")[0], file), file)
            for pointer, name, base in _named(content, file):
                if not name.startswith("#"):
                    self.ids.setdefault(name, (file, pointer))
                    continue
                self.anchors.setdefault((base, name[1:]), pointer)
                if lookup(content, pointer).get("$dynamicAnchor") == name[1:]:
                    there = Spot(file, pointer, base)
                    self.dynamic.setdefault(base, {}).setdefault(name[1:], there)
        return content

    def target(self, ref: str, base: str, file: str) -> Spot:
        """Return what a reference means that is written under a base in a file.

        Raises:
            OutOfReach: nobody has allowed that.
            LookupError: there is no such anchor.
        """
        path, _, fragment = ref.partition("#")
        fragment = unquote(fragment)
        resource = self.here(absolute(path, base)) if path else base
        if resource in self.ids:
            there, start = self.ids[resource]
        else:
            if path and base != file and absolute(path, file) != resource:
                # many give an $id and mean the file all the same
                resource = self.here(absolute(path, file))
            there, start = self.reached(resource, ref) if path else file, ""
            if path:
                self.content(there)
                resource = there
        if not fragment or fragment.startswith("/"):
            if start and fragment and not _leads(self.content(there), start + fragment):
                start, resource = "", there  # as above: the whole file's, not the resource's
            if fragment == "/" and self.lenient and not _leads(self.content(there), start + "/"):
                fragment = ""
            return Spot(there, start + fragment, resource)
        pointer = self.anchors.get((resource, fragment))
        if pointer is None and self.lenient and _leads(self.content(there), f"/{fragment}"):
            return Spot(there, f"/{fragment}", there)
        if pointer is None:
            raise LookupError(f"{fragment!r} is no JSON pointer, and no $anchor")
        return Spot(there, pointer, resource)

    def here(self, resource: str) -> str:
        """Return the file that calls itself so, or is beside one that does, if there is one."""
        if resource in self.selves or not _SCHEME.match(resource):
            return self.selves.get(resource, resource)
        for own, file in [*self.selves.items()]:
            if urlsplit(own)[:2] != urlsplit(resource)[:2]:
                continue
            way = relpath(urlsplit(resource).path, dirname(urlsplit(own).path) or "/")
            beside = absolute(way, file)
            try:
                self.content(self.reached(beside, resource))
            except FileUnusable:
                continue
            return self.selves.get(resource, beside)
        return resource

    def scope(self, resource: str, around: Scope) -> Scope:
        """Return what dynamic anchors mean in a resource that one enters from somewhere."""
        own = self.dynamic.get(resource)
        if not own:
            return around
        decided = {anchor for anchor, _ in around}
        return around + tuple((a, spot) for a, spot in own.items() if a not in decided)

    def same(self, spot: Spot, other: Spot) -> bool:
        """Whether two objects of two files mean the same, references followed."""
        assumed = set[tuple[Spot, Spot]]()
        pending = [(spot, other)]
        while pending:
            pair = pending.pop()
            if pair[0] == pair[1] or pair in assumed:
                continue
            assumed.add(pair)
            a, b = (lookup(self.content(one.file), one.pointer) for one in pair)
            if not self.alike(a, pair[0], b, pair[1], pending):
                return False
        return True

    def alike(
        self, a: Json, spot: Spot, b: Json, other: Spot, pending: list[tuple[Spot, Spot]]
    ) -> bool:
        """Whether two values are the same if what they refer to is: that is still to be seen."""
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(
                self.alike(one, spot, two, other, pending) for one, two in zip(a, b, strict=True)
            )
        if not (isinstance(a, dict) and isinstance(b, dict)):
            return type(a) is type(b) and bool(a == b)
        if a.keys() != b.keys():
            return False
        spot, other = (replace(s, base=base_inside(n, s.base)) for n, s in ((a, spot), (b, other)))
        ref, other_ref = ref_of(a), ref_of(b)
        if ref is None or other_ref is None:
            return all(self.alike(a[k], spot, b[k], other, pending) for k in a)
        target = self.target(ref, spot.base, spot.file)
        pending.append((target, self.target(other_ref, other.base, other.file)))
        return True

    def reached(self, resource: str, ref: str) -> str:
        """Return the file's name, if it may be read."""
        if resource.startswith("file:"):
            resource = unquote(urlsplit(resource).path)
        if _SCHEME.match(resource):
            if not self.reach.remote or not resource.startswith(("http://", "https://")):
                remedy = "save a copy beside the spec and refer to that, or --allow-remote"
                raise OutOfReach(f"{ref!r} is a remote reference; nothing is fetched", remedy)
            return resource
        folder = self.reach.folder.rstrip("/") + "/"
        if isabs(resource) and self.reach.folder and resource.startswith(folder):
            resource = resource.removeprefix(folder)
        outside = isabs(resource) or resource.split("/")[0] == ".."
        if outside and not self.reach.outside:
            remedy = "move the file into the spec's folder, or --allow-outside"
            raise OutOfReach(f"{ref!r} lies outside the spec's folder", remedy)
        return resource


def _leads(root: Json, pointer: str) -> bool:
    try:
        lookup(root, pointer)
    except LookupError:
        return False
    return True


def base_inside(node: Json, base: str) -> str:
    """Return what references in an object are relative to, by the ``$id`` that it may have."""
    name = node.get("$id")
    path = name.partition("#")[0] if isinstance(name, str) else ""
    return absolute(path, base) if path else base


def absolute(path: str, base: str) -> str:
    """Return what a relative reference without fragment means, seen from a file or a URL."""
    if path.startswith("//"):
        return f"https:{path}"
    if _SCHEME.match(path):
        return path
    if _SCHEME.match(base):
        return urljoin(base, path)
    return normpath(join_path(dirname(base), unquote(path)))


def _named(root: Json, file: str) -> Iterator[tuple[str, str, str]]:
    """Yield the pointer, the name and the base of everything that gives itself one."""
    pending: list[tuple[Json, str, str]] = [(root, "", file)]
    while pending:
        node, pointer, base = pending.pop()
        if isinstance(node, list):
            inner = [(item, pointer + join(n), base) for n, item in enumerate(node)]
            pending.extend(reversed(inner))
        elif isinstance(node, dict):
            name = node.get("$id", node.get("id") if "$schema" in node else None)
            if isinstance(name, str) and name.startswith("#"):
                yield pointer, name, base
            elif isinstance(name, str) and name.partition("#")[0]:
                base = absolute(name.partition("#")[0], base)
                yield pointer, base, base
            for key in _ANCHORS:
                if isinstance(node.get(key), str):
                    yield pointer, f"#{node[key]}", base
            is_named = pointer.rpartition("/")[2] in _MAPS
            pending.extend(
                (value, pointer + join(key), base)
                for key, value in reversed(node.items())
                if is_named or key not in _DATA
            )
