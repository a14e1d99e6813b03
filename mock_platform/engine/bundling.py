"""Makes one self-contained document of a spec and the files it refers to.

What another file lends moves into ``components`` under its own name; two different things of one
name get a number, the same thing twice is kept once. Path items are written out where they are used.
Reading files is the caller's business: here they are names.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mock_platform.engine.anatomy import ANATOMY, SECTIONS, changed
from mock_platform.engine.dangling import dangling, nowhere
from mock_platform.engine.documents import Document, Origin, dialect_of
from mock_platform.engine.findings import Finding
from mock_platform.engine.own_names import OwnNames, Place
from mock_platform.engine.pointers import FARTHEST, join, lookup, ref_of, split, to_ref
from mock_platform.engine.references import (
    HERE,
    FileUnusable,
    Library,
    Reach,
    Read,
    Scope,
    Spot,
)
from mock_platform.shared.contracts import Json


def bundle(
    name: str, file: str, read: Read, reach: Reach = HERE, *, everywhere: bool = False
) -> tuple[Document, tuple[Finding, ...]]:
    """Bundle ``file`` with everything it reaches; what could not be reached is told.

    ``everywhere``: follow references wherever they stand, not only where OpenAPI has them, and do
    not look at those that stay within the file; mending does. Findings name the file, and the pointer in it, of the reference that led nowhere.
    """
    library = Library(read=read, reach=reach, lenient=everywhere)
    main = library.content(file)
    homes = _OLD_HOMES if "swagger" in main else _HOMES
    findings: list[Finding] = []
    bundling = _Bundling(
        main=file,
        library=library,
        homes=homes,
        everywhere=everywhere,
        names=OwnNames(library, findings),
        findings=findings,
    )
    scope = library.scope(file, ())
    root = bundling.copied(main, "document", Place(Spot(file, "", file), "", scope))
    bundling.bring()
    for section, members in bundling.imported.items():
        holder = root
        for token in split(homes[section]):
            holder = holder.setdefault(token, {})
        holder.update(members)
    document = Document(
        name=name,
        root=root,
        origins={"": Origin(file, ""), **bundling.origins},
        dialect=dialect_of(root.get("openapi")),
    )
    found = () if everywhere else dangling(document)
    return document, (*findings, *found)


_HOMES: Mapping[str, str] = {section: join("components", section) for section in SECTIONS}
_OLD_HOMES: Mapping[str, str] = {
    **_HOMES,
    "schemas": "/definitions",
    "parameters": "/parameters",
    "responses": "/responses",
    "securitySchemes": "/securityDefinitions",
}
"""Where a document keeps what others refer to: since OpenAPI 3, and in Swagger 2.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bundling:
    """One bundle in the making."""

    main: str
    library: Library
    homes: Mapping[str, str]
    everywhere: bool
    names: OwnNames
    findings: list[Finding]
    imported: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Section → name → object, for what comes from other files."""
    moved: dict[tuple[str, str, Scope], str] = field(default_factory=dict)
    """File, pointer and scope → pointer in the bundle."""
    waiting: deque[tuple[str, str, Json]] = field(default_factory=deque)
    """Section, name and what it is: it has a place in the bundle and is still to be copied."""
    sources: dict[str, Place] = field(default_factory=dict)
    """Pointer in the bundle → where it comes from, the other way round."""
    origins: dict[str, Origin] = field(default_factory=dict)

    def copied(self, node: Json, kind: str, place: Place, inlined: tuple[Spot, ...] = ()) -> Json:
        """Copy an object with its references pointing into the bundle."""
        if kind == "schemas" and isinstance(node, dict):
            node, place = self.names.taken_away(node, place)
        ref = ref_of(node) if kind in _REFERABLE or self.everywhere else None
        if ref is not None and not self.stays(ref, place):
            try:
                return self.redirected(node, ref, kind, place, inlined)
            except FileUnusable as unusable:
                if str(unusable):
                    self.findings.append(_at_ref(place.spot, unusable))
            except LookupError as error:
                spot = place.spot
                self.findings.append(nowhere(spot.file, spot.pointer + "/$ref", ref, error))
            return {}
        node, elsewhere = self.spread(node, kind, place) if self.everywhere else (node, {})

        def inner(part: Json, part_kind: str, relative: str) -> Json:
            key, _, rest = relative[1:].partition("/")
            around = elsewhere.get(key)
            there = around.inside(f"/{rest}" if rest else "") if around else place.inside(relative)
            return self.copied(part, part_kind, there, inlined)

        copy = changed(node, kind, inner)
        if kind == "schemas" and isinstance(copy, dict) and "discriminator" in copy:
            copy["discriminator"] = self.remapped(copy["discriminator"], place)
        if kind == "operation" and place.spot.file != self.main and isinstance(copy, dict):
            self.with_schemes(copy, place)
        return copy

    def stays(self, ref: str, place: Place) -> bool:
        """Tell whether a reference may stay as it is: the main file's into itself."""
        if not ref.startswith("#") or place.spot.base != self.main:
            return False
        known = self.library.scope(self.main, ())
        return (ref == "#" or ref.startswith("#/")) and place.scope == known

    def spread(self, node: Json, kind: str, place: Place) -> tuple[Json, dict[str, Place]]:
        """Put in what is referred to where OpenAPI has mappings, lists or data, no references.

        Return the places of what was put in, by the key that holds it.
        """
        if not isinstance(node, dict):
            return node, {}
        elsewhere: dict[str, Place] = {}
        for key, value in node.items():
            ref = ref_of(value)
            shape = ANATOMY[kind].get(key, ("", ""))[0]
            if ref is None or len(value) > 1 or shape == "one" or not (shape or key in _DATA):
                continue
            if not shape and not _DOCUMENT.search(ref.partition("#")[0]):
                continue
            try:
                spot = self.library.target(ref, place.spot.base, place.spot.file)
                found = lookup(self.library.content(spot.file), spot.pointer)
            except (LookupError, FileUnusable):
                continue  # it may be data, and means nothing by it
            there = Place(spot, place.bundled + join(key), place.scope)
            self.origins.setdefault(there.bundled, Origin(spot.file, spot.pointer))
            node, elsewhere[key] = {**node, key: found}, there
        return node, {join(key)[1:]: there for key, there in elsewhere.items()}

    def redirected(
        self, node: Json, ref: str, kind: str, place: Place, inlined: tuple[Spot, ...]
    ) -> Json:
        target = self.library.target(ref, place.spot.base, place.spot.file)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        if kind == "pathItems" or kind not in SECTIONS:
            if target in inlined:
                raise LookupError("the path items refer to each other in a circle")
            if len(inlined) == FARTHEST:
                raise LookupError(f"it leads through more than {FARTHEST} references")
            content = lookup(self.library.content(target.file), target.pointer)
            there = Place(target, place.bundled, place.scope)
            item = self.copied(content, kind, there, (*inlined, target))
            self.origins.setdefault(place.bundled, Origin(target.file, target.pointer))
            own = self.copied(siblings, kind, place)
            return {**item, **own} if isinstance(item, dict) else item
        pointer = self.place(target, kind, self.library.scope(target.base, place.scope))
        return {**self.copied(siblings, kind, place), "$ref": to_ref(pointer)}

    def place(self, spot: Spot, kind: str, scope: Scope) -> str:
        """Return where in the bundle the object is; bring it there if need be."""
        file, pointer = spot.file, spot.pointer
        if scope == self.library.scope(spot.base, ()):
            scope = ()
        if file == self.main and not scope and spot.base == file:
            return pointer
        if (known := self.moved.get((file, pointer, scope))) is not None:
            return known
        node = lookup(self.library.content(file), pointer)
        section, wished = _wished(file, pointer, kind)
        name, number = wished, 1
        while (taken := self.taken(section, name)) is not None:
            if not scope and self.library.same(taken, spot):
                return self.moved.setdefault(
                    (file, pointer, scope), self.homes[section] + join(name)
                )
            number += 1
            name = f"{wished}{number}"
        bundled = self.homes[section] + join(name)
        self.moved[file, pointer, scope] = bundled
        there = Place(spot, bundled, scope or self.library.scope(spot.base, ()))
        self.sources[bundled] = there
        self.origins[bundled] = Origin(file, pointer)
        self.imported.setdefault(section, {})[name] = None  # holds its place in the order
        self.waiting.append((section, name, node))
        return bundled

    def bring(self) -> None:
        """Copy what was promised a place, and what that refers to: in turn, not one in another."""
        while self.waiting:
            section, name, node = self.waiting.popleft()
            there = self.sources[self.homes[section] + join(name)]
            self.imported[section][name] = self.copied(node, section, there)

    def taken(self, section: str, name: str) -> Spot | None:
        """Return who has the name: where the object was written."""
        pointer = self.homes[section] + join(name)
        if source := self.sources.get(pointer):
            return source.spot
        try:
            lookup(self.library.content(self.main), pointer)
        except LookupError:
            return None
        return Spot(self.main, pointer, self.main)

    def remapped(self, discriminator: Json, place: Place) -> Json:
        """A discriminator names schemas without ``$ref``; they move like all others."""
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if not isinstance(mapping, dict):
            return discriminator
        moved: dict[str, Json] = {}
        for value, target in mapping.items():
            is_name = isinstance(target, str) and _NAME.fullmatch(target) and "." not in target
            ref = {"$ref": f"#{self.homes['schemas']}/{target}" if is_name else target}
            there = place.inside(join("discriminator", "mapping", value))
            if is_name:  # of a component, whatever $id is around
                there = replace(there, spot=replace(there.spot, base=there.spot.file))
            moved[value] = self.copied(ref, "schemas", there).get("$ref", target)
        return {**discriminator, "mapping": moved}

    def with_schemes(self, operation: dict[str, Json], place: Place) -> None:
        """Security schemes are named without ``$ref`` too."""
        for index, choice in enumerate(operation.get("security") or []):
            for name in choice:
                file = place.spot.file
                pointer = self.homes["securitySchemes"] + join(name)
                try:
                    self.place(Spot(file, pointer, file), "securitySchemes", ())
                except LookupError as error:
                    where = place.spot.pointer + join("security", index, name)
                    self.findings.append(nowhere(file, where, name, error))


_NAME = re.compile(r"[A-Za-z0-9._-]+")
_DATA = frozenset({"example", "value", "default"})
"""Members whose value is data; a reference to a file is taken for the file's content."""
_REFERABLE = frozenset({*SECTIONS, "mediaType"})
"""Media types may be references since 3.2."""
_DOCUMENT = re.compile(r"\.(?:ya?ml|json)\Z|[/.A-Za-z0-9_-]*/[A-Za-z0-9_-]+\Z|\A[A-Za-z0-9_-]+\Z")
"""What may hold data: no pages or pictures."""
_COMPONENT = 3
"""How many tokens lead to a component."""


def _wished(file: str, pointer: str, kind: str) -> tuple[str, str]:
    """Return the section and the name that an object of another file would like to have."""
    tokens = split(pointer)
    if len(tokens) == _COMPONENT and tokens[0] == "components" and tokens[1] in SECTIONS:
        return tokens[1], tokens[2]
    last = tokens[-1] if tokens else file.rpartition("/")[2].partition(".")[0]
    return kind, re.sub(r"[^A-Za-z0-9._-]+", "_", last) or "part"


def _at_ref(spot: Spot, unusable: FileUnusable) -> Finding:
    return Finding(
        message=str(unusable),
        remedy=unusable.remedy,
        rule=unusable.rule,
        file=spot.file,
        pointer=spot.pointer + "/$ref",
    )
