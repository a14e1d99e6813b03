"""Finds the line of a JSON pointer in a YAML or JSON file, once there is something to tell.

Loading a document keeps no places, so that it stays fast; here the file is read a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import join

YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it; the same events either way, ten times slower."""

MAX_DEPTH = 100
"""Deeper nesting than any contract has; what follows walks the values by recursion."""

_SMALL = 500_000
"""Bytes. Of so much YAML the places are found within a tenth of a second or two."""

Place = tuple[int, int]
"""Line and column, from 1."""


def place(file: Path, pointer: str) -> Place:
    """Return where the pointer's value is written; its nearest parent's place when it is not."""
    return nearest(places(file), pointer)


def placed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Look up the line and column of each finding that has a file and a pointer only."""
    known: dict[str, Mapping[str, Place]] = {}
    told = []
    for finding in findings:
        if finding.line or not finding.file:
            told.append(finding)
            continue
        if finding.file not in known:
            known[finding.file] = places(Path(finding.file))
        line, column = nearest(known[finding.file], finding.pointer)
        told.append(replace(finding, line=line, column=column))
    return tuple(told)


def small_ones_placed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Like ``placed``, for who has no time: in large files the place stays unknown."""
    listed = [*findings]
    files = {finding.file: Path(finding.file) for finding in listed if finding.file}
    small = {name for name, file in files.items() if file.is_file() and _is_small(file)}
    found = iter(placed(finding for finding in listed if finding.file in small))
    return tuple(next(found) if finding.file in small else finding for finding in listed)


def _is_small(file: Path) -> bool:
    return file.stat().st_size <= _SMALL


def places(file: Path) -> Mapping[str, Place]:
    """Return the place of every pointer in the file; as far as it can be read."""
    try:
        return places_within(file.read_bytes(), file.suffix)
    except OSError:
        return {}


def places_within(data: bytes, suffix: str) -> Mapping[str, Place]:
    """Return the place of every pointer in a file's content."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}
    found: dict[str, Place] = {}
    with suppress(yaml.YAMLError):  # what was found before the text became unreadable is still true
        found.update(_marked(text.replace("\t", " ") if suffix == ".json" else text))
    return found


def place_of(event: yaml.Event) -> Place:
    """Return where the event begins."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def nearest(known: Mapping[str, Place], pointer: str) -> Place:
    """Return the place of the pointer or of its nearest parent."""
    while pointer and pointer not in known:
        pointer = pointer.rpartition("/")[0]
    return known.get(pointer, (1, 1))


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not ended."""

    pointer: str
    index: int | None
    """Of the next item; None in a mapping."""
    key: str | None = None
    """Of the member whose value comes next; None when a key comes next, or in a sequence."""
    key_place: Place = (1, 1)


def _marked(text: str) -> Iterator[tuple[str, Place]]:
    """Yield each pointer with its place: a member's is its key's, an item's is its own."""
    around: list[_Open] = []
    for event in yaml.parse(text, Loader=YamlLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            around.pop()
        elif isinstance(event, yaml.NodeEvent):
            mark = place_of(event)
            pointer, told = _member(around[-1], event, mark) if around else ("", mark)
            if told is not None:
                yield pointer, told
            if isinstance(event, yaml.CollectionStartEvent):
                index = 0 if isinstance(event, yaml.SequenceStartEvent) else None
                around.append(_Open(pointer, index))
                if len(around) > MAX_DEPTH:
                    return  # pointers this long would cost more than the file


def _member(parent: _Open, event: yaml.NodeEvent, mark: Place) -> tuple[str, Place | None]:
    if parent.index is not None:
        parent.index += 1
        return parent.pointer + join(parent.index - 1), mark
    if parent.key is None:  # this is a key; its value's pointer is told when the value comes
        parent.key = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        parent.key_place = mark
        return parent.pointer + "/?", None
    pointer = parent.pointer + join(parent.key)
    parent.key = None
    return pointer, parent.key_place
