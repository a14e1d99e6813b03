"""Lays OpenAPI Overlays (1.0, 1.1) over a document: some parts changed, others taken away.

What an action changes knows afterwards that it was written in the overlay. Whoever lays them over a
document must have it to himself: it is changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.findings import WARNING, Finding
from mock_platform.engine.pointers import join, lookup
from mock_platform.shared.contracts import Json

Parts = tuple[str | int, ...]

MOST_ADDED = 500_000
"""Values that one overlay may add: each of a few actions could double what the one before left."""

MOST_SELECTED = 200_000
"""Places that one path may select, the same ones as often as they are found."""


def overlaid(document: Document, overlay: Json, file: str) -> tuple[Document, tuple[Finding, ...]]:
    """Apply the overlay's actions, in order; the findings point into its file."""
    laying = _Laying(root=document.root, origins={**document.origins}, file=file)
    if not str(overlay.get("overlay", "")).startswith("1."):
        laying.tell("/overlay", "this is no overlay of version 1", "begin with `overlay: 1.1.0`")
        return document, tuple(laying.findings)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        laying.tell("/actions", "an overlay lists actions", "actions: [{target: $, update: {…}}]")
        actions = []
    for index, action in enumerate(actions):
        if laying.room >= 0:
            laying.act(action, join("actions", index))
    changed = replace(document, root=laying.root, origins=laying.origins)
    return changed, tuple(laying.findings)


def own(node: Json) -> Json:
    """Return a copy that shares nothing with the original."""
    if isinstance(node, dict):
        return {key: own(value) for key, value in node.items()}
    return [own(value) for value in node] if isinstance(node, list) else node


@dataclass(slots=True, kw_only=True)
class _Laying:
    """One overlay being applied."""

    root: Json
    origins: dict[str, Origin]
    file: str
    findings: list[Finding] = field(default_factory=list)
    room: int = MOST_ADDED

    def tell(self, pointer: str, message: str, remedy: str = "", *, level: str = "error") -> None:
        finding = Finding(
            message=message, remedy=remedy, level=level, file=self.file, pointer=pointer
        )
        self.findings.append(finding)

    def act(self, action: Json, place: str) -> None:
        if not isinstance(action, dict):
            self.tell(place, "an action has a target, and an update, a copy or remove: true")
            return
        targets = self.found(action, "target", place)
        if targets is None:
            return
        if not targets:
            told = f"nothing is at {action['target']}; the action changes nothing"
            self.tell(place + "/target", told, "correct the path", level=WARNING)
        elif action.get("remove") is True:
            self.remove(targets)
        elif "update" in action:
            self.update(targets, action["update"], Origin(self.file, place + "/update"))
        elif "copy" in action:
            self.copy(targets, action, place)
        else:
            self.tell(place, "the action says neither update, copy nor remove: true")

    def found(self, action: dict[str, Json], key: str, place: str) -> Sequence[Parts] | None:
        """Return the way to everything that a JSONPath selects; None, and told, when it is none."""
        import jsonpath

        from mock_platform.engine.overlay_paths import compiled

        text = action.get(key)
        if not isinstance(text, str) or not text:
            self.tell(place, f"the action has no {key}", "JSONPath: $.paths['/pets'].get")
            return None
        try:
            matches = compiled(text).finditer(self.root)
            found = [match.parts for match in islice(matches, MOST_SELECTED + 1)]
        except jsonpath.JSONPathError as error:
            why = "".join(map(str, error.args[:1]))  # its own text fails at the end of a line
            remedy = "RFC 9535 tells how; quote names with special characters: $.paths['/a'].get"
            self.tell(f"{place}/{key}", f"{text!r} is no JSONPath: {why}", remedy)
            return None
        if len(found) > MOST_SELECTED:
            told = f"{text} selects more than {MOST_SELECTED:,} places"
            self.tell(f"{place}/{key}", told, "select fewer places")
            return None
        return [*dict.fromkeys(found)]

    def copy(self, targets: Sequence[Parts], action: dict[str, Json], place: str) -> None:
        sources = self.found(action, "copy", place)
        if sources is None:
            return
        if len(sources) != 1:
            told = f"{action['copy']} selects {len(sources)} places; one is copied"
            self.tell(place + "/copy", told)
            return
        pointer = join(*sources[0])
        origin = Document(name="", root=None, origins=self.origins).origin(pointer)
        self.update(targets, own(lookup(self.root, pointer)), origin)

    def remove(self, targets: Sequence[Parts]) -> None:
        """Take away, the last of a list first, so that the others stay where they are."""
        for parts in sorted(targets, key=_order, reverse=True):
            if not parts:
                self.root = {}
                continue
            holder, key = lookup(self.root, join(*parts[:-1])), parts[-1]
            if isinstance(holder, list):
                self.shifted(join(*parts[:-1]), int(key), len(holder))
            del holder[key]

    def shifted(self, pointer: str, gone: int, length: int) -> None:
        """Remember of the items behind one that goes where they were written."""
        known = Document(name="", root=None, origins=self.origins)
        now = {
            f"{pointer}/{n - 1}": known.origin(f"{pointer}/{n}") for n in range(gone + 1, length)
        }
        self.origins.update(now)

    def update(self, targets: Sequence[Parts], value: Json, origin: Origin) -> None:
        self.room -= len(targets) * _size(value)
        if self.room < 0:
            told = f"the overlay adds more than {MOST_ADDED} values"
            self.tell(origin.pointer, told, "select fewer places")
            return
        for parts in targets:
            pointer = join(*parts)
            node = lookup(self.root, pointer)
            if isinstance(node, list):
                self.append(node, value, pointer, origin)
            elif isinstance(node, dict) and isinstance(value, dict):
                self.merge(node, value, pointer, origin)
            elif isinstance(node, dict) or isinstance(value, (dict, list)):
                told = f"{pointer or 'the whole'} and its update are of different kinds"
                self.tell(origin.pointer, told, "an object is updated by an object")
            elif parts:
                lookup(self.root, join(*parts[:-1]))[parts[-1]] = value
                self.origins[pointer] = origin

    def append(self, node: list[Json], value: Json, pointer: str, origin: Origin) -> None:
        more = value if isinstance(value, list) else [value]
        for index, item in enumerate(more):
            inside = join(index) if value is more else ""
            place = pointer + join(len(node))
            self.origins[place] = replace(origin, pointer=origin.pointer + inside)
            node.append(own(item))

    def merge(self, node: dict[str, Json], update: dict[str, Json], at: str, from_: Origin) -> None:
        for key, value in update.items():
            pointer, before = at + join(key), node.get(key)
            origin = replace(from_, pointer=from_.pointer + join(key))
            if isinstance(before, dict) and isinstance(value, dict):
                self.merge(before, value, pointer, origin)
            elif isinstance(before, list) and isinstance(value, list):
                self.append(before, value, pointer, origin)
            elif isinstance(before, (dict, list)) and value is not None:
                told = f"{pointer} and its update are of different kinds"
                self.tell(origin.pointer, told, "remove it first, by an action of its own")
            elif not isinstance(before, (dict, list)):  # null beside an object says nothing
                node[key] = own(value)
                self.origins[pointer] = origin


def _size(value: Json) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _order(parts: Parts) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (-1, part) for part in parts]


def links(overlay: Json) -> Iterator[str]:
    """Yield the references to other files that an overlay brings along."""
    if isinstance(overlay, dict):
        ref = overlay.get("$ref")
        if isinstance(ref, str) and not ref.startswith("#"):
            yield ref
    for inner in overlay.values() if isinstance(overlay, dict) else overlay or ():
        if isinstance(inner, (dict, list)):
            yield from links(inner)
