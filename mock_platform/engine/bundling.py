"""Makes one self-contained document of a spec and the files it refers to.

What another file lends moves into ``components`` under its own name; two different things of one
name get a number, the same thing twice is kept once. Path items are written out where they are used.
Reading files is the caller's business: here they are names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from posixpath import dirname, isabs, normpath
from posixpath import join as join_path
from urllib.parse import quote, unquote

from mock_platform.engine.anatomy import SECTIONS, changed, everything
from mock_platform.engine.documents import Document, Origin, dialect_of
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import follow, join, lookup, ref_of, split
from mock_platform.shared.contracts import Json

Read = Callable[[str], Json]
"""From a file's name, relative to the main file's folder, to its content; raises FileUnusable."""


class FileUnusable(Exception):
    """A file that a spec refers to cannot be used. Without a message: it has been told already."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def bundle(name: str, file: str, read: Read) -> tuple[Document, tuple[Finding, ...]]:
    """Bundle ``file`` with everything it reaches; what could not be reached is told.

    Findings name the file, and the pointer in it, of the reference that led nowhere.
    """
    bundling = _Bundling(main=file, read=read)
    root = bundling.copied(read(file), "document", Spot(file, "", ""))
    for section, members in bundling.imported.items():
        root.setdefault("components", {}).setdefault(section, {}).update(members)
    document = Document(
        name=name,
        root=root,
        origins={"": Origin(file, ""), **bundling.origins},
        dialect=dialect_of(root.get("openapi")),
    )
    return document, (*bundling.findings, *dangling(document))


def dangling(document: Document) -> tuple[Finding, ...]:
    """Find the local references that lead nowhere, in a circle, or to another kind of thing."""
    found: list[Finding] = []
    for pointer, node, kind in everything(document.root, "document"):
        ref = ref_of(node)
        if ref is None or kind not in SECTIONS or not ref.startswith("#"):
            continue
        try:
            _, target = follow(document.root, pointer)
            _expect(kind, target)
        except LookupError as error:
            origin = document.origin(pointer + "/$ref")
            found.append(_nowhere(origin.file, origin.pointer, ref, error))
    return tuple(found)


def _expect(kind: str, target: str) -> None:
    match split(target):
        case ["components", section, _] if section != kind:
            raise LookupError(f"it is one of the {section}, where one of the {kind} is wanted")


def strip_behaviour(root: Json) -> Json:
    """Return the pure contract: the document without ``x-mock``; the machines stay."""

    def stripped(node: Json, kind: str, _pointer: str) -> Json:
        copy = changed(node, kind, stripped)
        if isinstance(copy, dict):
            copy.pop("x-mock", None)
        return copy

    return stripped(root, "document", "")


def to_ref(pointer: str) -> str:
    """Write a local reference."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@-._")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is written, and where it will be."""

    file: str
    pointer: str
    bundled: str

    def inside(self, relative: str) -> Spot:
        return Spot(self.file, self.pointer + relative, self.bundled + relative)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bundling:
    """One bundle in the making."""

    main: str
    read: Read
    imported: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Section → name → object, for what comes from other files."""
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    """(file, pointer) → pointer in the bundle."""
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Pointer in the bundle → (file, pointer), the other way round."""
    origins: dict[str, Origin] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def copied(self, node: Json, kind: str, spot: Spot, inlined: tuple[Spot, ...] = ()) -> Json:
        """Copy an object with its references pointing into the bundle."""
        ref = ref_of(node) if kind in SECTIONS else None
        stays = spot.file == self.main and (ref or "").startswith("#")
        if ref is not None and not stays:
            try:
                return self.redirected(node, ref, kind, spot, inlined)
            except FileUnusable as unusable:
                if str(unusable):
                    self.findings.append(_at_ref(spot, str(unusable), unusable.remedy))
            except LookupError as error:
                self.findings.append(_nowhere(spot.file, spot.pointer + "/$ref", ref, error))
            return {}

        def inner(part: Json, part_kind: str, relative: str) -> Json:
            return self.copied(part, part_kind, spot.inside(relative), inlined)

        copy = changed(node, kind, inner)
        if kind == "schemas" and isinstance(copy, dict) and "discriminator" in copy:
            copy["discriminator"] = self.remapped(copy["discriminator"], spot)
        if kind == "operation" and spot.file != self.main and isinstance(copy, dict):
            self.with_schemes(copy, spot)
        return copy

    def redirected(
        self, node: Json, ref: str, kind: str, spot: Spot, inlined: tuple[Spot, ...]
    ) -> Json:
        file, pointer = target_of(ref, spot.file)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        if kind == "pathItems":
            there = Spot(file, pointer, spot.bundled)
            if there in inlined:
                raise LookupError("the path items refer to each other in a circle")
            item = self.copied(lookup(self.read(file), pointer), kind, there, (*inlined, there))
            self.origins.setdefault(spot.bundled, Origin(file, pointer))
            return {**item, **self.copied(siblings, kind, spot)}
        return {
            **self.copied(siblings, kind, spot),
            "$ref": to_ref(self.place(file, pointer, kind)),
        }

    def place(self, file: str, pointer: str, kind: str) -> str:
        """Return where in the bundle the object is; bring it there if need be."""
        if file == self.main:
            return pointer
        if (known := self.moved.get((file, pointer))) is not None:
            return known
        node = lookup(self.read(file), pointer)
        section, wished = _wished(file, pointer, kind)
        name, number = wished, 1
        while (taken := self.taken(section, name)) is not None:
            if self.same(*taken, file, node, set()):
                return self.moved.setdefault((file, pointer), join("components", section, name))
            number += 1
            name = f"{wished}{number}"
        bundled = join("components", section, name)
        self.moved[file, pointer] = bundled
        self.sources[bundled] = (file, pointer)
        self.origins[bundled] = Origin(file, pointer)
        self.imported.setdefault(section, {})[name] = None  # holds its place in the order
        self.imported[section][name] = self.copied(node, section, Spot(file, pointer, bundled))
        return bundled

    def taken(self, section: str, name: str) -> tuple[str, Json] | None:
        """Return who has the name: the file, and the object as that file has it."""
        pointer = join("components", section, name)
        if source := self.sources.get(pointer):
            return source[0], lookup(self.read(source[0]), source[1])
        try:
            return self.main, lookup(self.read(self.main), pointer)
        except LookupError:
            return None

    def same(
        self, file: str, node: Json, other_file: str, other: Json, assumed: set[tuple[str, ...]]
    ) -> bool:
        """Whether two objects of two files mean the same, references followed."""
        if isinstance(node, list) and isinstance(other, list):
            return len(node) == len(other) and all(
                self.same(file, a, other_file, b, assumed) for a, b in zip(node, other, strict=True)
            )
        if not (isinstance(node, dict) and isinstance(other, dict)):
            return type(node) is type(other) and bool(node == other)
        if node.keys() != other.keys():
            return False
        ref, other_ref = ref_of(node), ref_of(other)
        if ref is None or other_ref is None:
            return all(self.same(file, node[k], other_file, other[k], assumed) for k in node)
        here, there = target_of(ref, file), target_of(other_ref, other_file)
        if here == there or (*here, *there) in assumed:
            return True
        assumed.add((*here, *there))
        a, b = lookup(self.read(here[0]), here[1]), lookup(self.read(there[0]), there[1])
        return self.same(here[0], a, there[0], b, assumed)

    def remapped(self, discriminator: Json, spot: Spot) -> Json:
        """A discriminator names schemas without ``$ref``; they move like all others."""
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if not isinstance(mapping, dict):
            return discriminator
        moved: dict[str, Json] = {}
        for value, target in mapping.items():
            is_name = isinstance(target, str) and _NAME.fullmatch(target) and "." not in target
            ref = {"$ref": f"#/components/schemas/{target}" if is_name else target}
            place = spot.inside(join("discriminator", "mapping", value))
            moved[value] = self.copied(ref, "schemas", place).get("$ref", target)
        return {**discriminator, "mapping": moved}

    def with_schemes(self, operation: dict[str, Json], spot: Spot) -> None:
        """Security schemes are named without ``$ref`` too."""
        for index, choice in enumerate(operation.get("security") or []):
            for name in choice:
                pointer = join("components", "securitySchemes", name)
                try:
                    self.place(spot.file, pointer, "securitySchemes")
                except LookupError as error:
                    place = spot.pointer + join("security", index, name)
                    self.findings.append(_nowhere(spot.file, place, name, error))


_NAME = re.compile(r"[A-Za-z0-9._-]+")
_COMPONENT = 3
"""How many tokens lead to a component."""


def target_of(ref: str, file: str) -> tuple[str, str]:
    """Return the file and the pointer that a reference written in ``file`` means.

    Raises:
        FileUnusable: it is not a file beside, or below, the main one.
    """
    path, _, fragment = ref.partition("#")
    if not path:
        return file, unquote(fragment)
    if "://" in path or path.startswith("//"):
        remedy = "save a copy beside the spec and refer to that"
        raise FileUnusable(f"{ref!r} is a remote reference; nothing is fetched", remedy)
    target = normpath(join_path(dirname(file), unquote(path)))
    if isabs(target) or target.split("/")[0] == "..":
        remedy = "move the file into the spec's folder"
        raise FileUnusable(f"{ref!r} lies outside the spec's folder", remedy)
    return target, unquote(fragment)


def _wished(file: str, pointer: str, kind: str) -> tuple[str, str]:
    """Return the section and the name that an object of another file would like to have."""
    tokens = split(pointer)
    if len(tokens) == _COMPONENT and tokens[0] == "components" and tokens[1] in SECTIONS:
        return tokens[1], tokens[2]
    last = tokens[-1] if tokens else file.rpartition("/")[2].partition(".")[0]
    return kind, re.sub(r"[^A-Za-z0-9._-]+", "_", last) or "part"


def _at_ref(spot: Spot, message: str, remedy: str) -> Finding:
    return Finding(message=message, remedy=remedy, file=spot.file, pointer=spot.pointer + "/$ref")


def _nowhere(file: str, pointer: str, ref: str, error: LookupError) -> Finding:
    message = f"{ref!r} leads nowhere: {error.args[0]}"
    return Finding(message=message, remedy="correct the reference", file=file, pointer=pointer)
