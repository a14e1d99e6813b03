"""Finds references that lead nowhere."""

from __future__ import annotations

from mock_platform.engine.anatomy import SECTIONS, everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import follow, ref_of, split


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
            found.append(nowhere(origin.file, origin.pointer, ref, error))
    return tuple(found)


def _expect(kind: str, target: str) -> None:
    match split(target):
        case ["components", section, _] if section != kind:
            raise LookupError(f"it is one of the {section}, where one of the {kind} is wanted")


def nowhere(file: str, pointer: str, ref: str, error: LookupError) -> Finding:
    """Tell of a reference where it was written."""
    message = f"{ref!r} leads nowhere: {error.args[0]}"
    return Finding(
        message=message,
        remedy="correct the reference",
        rule="reference-resolves",
        file=file,
        pointer=pointer,
    )
