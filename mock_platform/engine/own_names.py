"""Takes away the names that schemas give themselves (JSON Schema 2020-12 §8.2).

A bundle is one document under one name, and its references are pointers; ``$id`` and anchors would
make other things of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mock_platform.engine.dangling import nowhere
from mock_platform.engine.findings import Finding
from mock_platform.engine.references import FileUnusable, Library, Scope, Spot, base_inside
from mock_platform.shared.contracts import Json

_NAMES = frozenset({"$id", "$anchor", "$dynamicAnchor"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written, and where it will be."""

    spot: Spot
    bundled: str
    scope: Scope

    def inside(self, relative: str) -> Place:
        return replace(self, spot=self.spot.inside(relative), bundled=self.bundled + relative)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The names in the files of one bundle."""

    library: Library
    findings: list[Finding]
    """Gets what leads nowhere."""

    def taken_away(self, node: dict[str, Json], place: Place) -> tuple[dict[str, Json], Place]:
        """Return a schema without its names, and where it is by them."""
        if (base := base_inside(node, place.spot.base)) != place.spot.base:
            place = replace(place, spot=replace(place.spot, base=base))
            place = replace(place, scope=self.library.scope(base, place.scope))
        if node.keys() & _NAMES:
            node = {key: value for key, value in node.items() if key not in _NAMES}
        if isinstance(ref := node.get("$dynamicRef"), str):
            node = {key: value for key, value in node.items() if key != "$dynamicRef"}
            meant = self._meant(ref, place)
            if meant:
                key, value = ("$ref", meant) if "$ref" not in node else ("allOf", [{"$ref": meant}])
                node[key] = value if key == "$ref" else [*value, *node.get("allOf", ())]
        return node, place

    def _meant(self, ref: str, place: Place) -> str:
        """Return as a reference what a dynamic one means in this place; empty: nothing."""
        spot, anchor = place.spot, ref.partition("#")[2]
        try:
            target = self.library.target(ref, spot.base, spot.file)
        except (LookupError, FileUnusable) as error:
            told = LookupError(str(error))
            self.findings.append(nowhere(spot.file, spot.pointer + "/$dynamicRef", ref, told))
            return ""
        if anchor not in self.library.dynamic.get(target.base, {}):
            return ref
        base = dict(place.scope).get(anchor, target).base
        return ("" if base == spot.base else base) + "#" + anchor
