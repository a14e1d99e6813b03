"""Finds where only words changed: titles, descriptions, examples, tags; and which version it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mock_platform.engine.anatomy import parts
from mock_platform.engine.evolution.weighing import Weighing
from mock_platform.shared.contracts import Json

_WORDS: Final = (
    *("title", "summary", "description", "example", "examples"),
    *("externalDocs", "tags", "contact", "license", "termsOfService"),
)


def wording_changes(weighing: Weighing) -> None:
    """Compare the words of everything that stands in the same place in both versions."""
    node = weighing.book.contract()
    old, new = weighing.old.document.root, weighing.new.document.root
    _version(weighing, node)
    infos = (old.get("info") or {}, new.get("info") or {})
    told = [("", _changed(old, new)), ("/info", _changed(*infos))]
    for pointer, words in (*told, *_places(old, new, "document", "")):
        if words:
            subject = "" if not pointer else f"{weighing.named(pointer)}: "
            message = f"{subject}{', '.join(words)} changed"
            place = f"{pointer}/{words[0]}"
            weighing.note(node, "docs-changed", message, old=place, new=place)


def _places(old: Json, new: Json, kind: str, pointer: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the words that changed in each object of both."""
    others = {place: (node, inner) for place, node, inner in parts(new, kind)}
    for place, node, inner in parts(old, kind):
        other, _ = others.get(place, (None, ""))
        if isinstance(node, dict) and isinstance(other, dict) and node != other:
            if inner != "components":  # which has members of these names that are no words
                yield pointer + place, _changed(node, other)
            yield from _places(node, other, inner, pointer + place)


def _changed(old: Json, new: Json) -> list[str]:
    return [word for word in _WORDS if old.get(word) != new.get(word)]


def _version(weighing: Weighing, node: int) -> None:
    was, now = (
        str((each.document.root.get("info") or {}).get("version", ""))
        for each in (weighing.old, weighing.new)
    )
    if was == now:
        return
    lowered = bool(_numbers(was)) and bool(_numbers(now)) and _numbers(now) < _numbers(was)
    rule = "version-lowered" if lowered else "version-moved"
    told = f"the version {was or 'none'} → {now or 'none'}"
    weighing.note(node, rule, told, old="/info/version", new="/info/version")


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers a version begins with: ``1.10.0-rc1`` is 1, 10, 0."""
    found = re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def major_of(version: str) -> tuple[int, ...]:
    """Return what a breaking change must move: the first number, of 0.x the second one too."""
    numbers = _numbers(version)
    return numbers[:2] if numbers[:1] == (0,) else numbers[:1]
