"""Two documents being compared: their shapes, what is still to be compared, what was found."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from mock_platform.engine.documents import Document
from mock_platform.engine.evolution.notebook import Notebook
from mock_platform.engine.evolution.shapes import Shapes, Spot, Spots
from mock_platform.engine.evolution.subjects import subject
from mock_platform.engine.pointers import follow, join, of_ref, ref_of
from mock_platform.shared.contracts import Json

T = TypeVar("T")
Part = tuple[Json, str]
"""An object of a document, and where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Two schemas to compare."""

    node: int
    direction: str
    old: Spots
    new: Spots


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two documents."""

    document: Document
    shapes: Shapes

    def followed(self, node: Json, pointer: str) -> tuple[Json, str]:
        """Follow a reference to anything but a schema; what leads nowhere is empty."""
        ref = ref_of(node)
        if ref is None:
            return node if isinstance(node, dict) else {}, pointer
        try:
            found, place = follow(self.document.root, of_ref(ref))
        except LookupError:
            return {}, pointer
        return found if isinstance(found, dict) else {}, place

    def parts(self, holder: Part, key: str) -> dict[str, Part]:
        """Return the members of a mapping in an object, references followed."""
        members = holder[0].get(key)
        return {
            name: self.followed(member, f"{holder[1]}/{key}{join(name)}")
            for name, member in (members.items() if isinstance(members, dict) else ())
            if not name.startswith("x-") or key == "headers"
        }

    def subject(self, pointer: str) -> str:
        return subject(self.document.root, pointer)


def version(document: Document) -> Version:
    """Prepare a document for comparison."""
    return Version(document, Shapes(document.root, document.dialect))


@dataclass(frozen=True, slots=True)
class Weighing:
    """One comparison under way."""

    old: Version
    new: Version
    book: Notebook = field(default_factory=Notebook)
    tasks: deque[Task] = field(default_factory=deque)

    def schemas(self, node: int, direction: str, old: Spots, new: Spots) -> None:
        """Have two schemas compared, if they have not been."""
        old, new = self.old.shapes.settled(old), self.new.shapes.settled(new)
        pair: Hashable = (
            direction,
            tuple(spot.pointer for spot in old),
            tuple(spot.pointer for spot in new),
        )
        reached, fresh = self.book.reached(node, pair)
        if fresh:
            self.tasks.append(Task(node=reached, direction=direction, old=old, new=new))

    def holders(self, node: int, direction: str, old: Part, new: Part) -> None:
        """Have the schemas of two holders compared: parameters, headers, media types."""
        spots = [
            (Spot(f"{pointer}/schema" if "schema" in holder else pointer, schema),)
            for holder, pointer in (old, new)
            for schema in [holder.get("schema", True)]
        ]
        self.schemas(node, direction, *spots)

    def note(
        self, node: int, rule: str, message: str, *, old: str, new: str, once: str = ""
    ) -> None:
        """Take a change down."""
        self.book.note(node, rule, message, old=old, new=new, once=once)

    def named(self, new: str) -> str:
        """Say what stands at a pointer of the new document."""
        return self.new.subject(new)


def paired(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[str, T | None, T | None]]:
    """Yield what has the same key on both sides, in the order of the old one, then what is new."""
    for key, value in old.items():
        yield key, value, new.get(key)
    for key, value in new.items():
        if key not in old:
            yield key, None, value
