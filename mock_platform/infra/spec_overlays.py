"""Reads overlays from their files and lays them over a document that was read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mock_platform.engine.bundling import bundle
from mock_platform.engine.documents import Document, dialect_of
from mock_platform.engine.findings import ERROR, WARNING, Finding
from mock_platform.engine.overlays import links, overlaid, own
from mock_platform.engine.references import FileUnusable, OutOfReach
from mock_platform.infra.spec_folder import Folder
from mock_platform.infra.spec_text import Care
from mock_platform.shared.contracts import Json


def laid_over(
    document: Document, overlays: Sequence[Path], folder: Folder, file: str
) -> tuple[Document, list[Finding]]:
    """Lay overlays over the document of a folder's file, the first one first.

    References that an overlay brings along are seen from the document's folder.
    """
    if not overlays:
        return document, []
    document = replace(document, root=own(document.root))
    findings: list[Finding] = []
    linked = False
    for path in overlays:
        overlay, found = _read(path, folder.care)
        findings += found
        if overlay is None:
            continue
        findings += _extends(overlay, path, file)
        document, found_too = overlaid(document, overlay, str(path))
        findings += found_too
        linked = linked or next(links(overlay.get("actions")), None) is not None
    if linked and not any(finding.level == ERROR for finding in findings):
        document, found = _bundled_again(document, folder, file)
        findings += found
    return replace(document, dialect=dialect_of(document.root.get("openapi"))), findings


def meant_for(overlay: Path) -> str | None:
    """Return the name of the file that an overlay ``extends``; None: it does not say, or is broken."""
    told, _ = _read(overlay, Care.LENIENT)
    meant = (told or {}).get("extends")
    return _file_of(meant) if isinstance(meant, str) else None


def _read(path: Path, care: Care) -> tuple[dict[str, Json] | None, list[Finding]]:
    folder = Folder(path=path.parent, care=care)
    overlay = None
    try:
        overlay = folder.main(path.name)
    except FileUnusable as unusable:
        if str(unusable):
            broken = Finding(message=str(unusable), remedy=unusable.remedy, file=path.name)
            folder.findings.append(broken)
    return overlay, folder.shown(folder.findings)


def _extends(overlay: dict[str, Json], path: Path, file: str) -> list[Finding]:
    """An overlay may say what it is for; that it is laid over something else is worth a word."""
    meant = overlay.get("extends")
    if not isinstance(meant, str) or _file_of(meant) == file:
        return []
    told = f"the overlay extends {meant}; it is laid over {file} all the same"
    return [Finding(level=WARNING, message=told, file=str(path), pointer="/extends")]


def _file_of(reference: str) -> str:
    return reference.partition("#")[0].rpartition("/")[2]


def _bundled_again(document: Document, folder: Folder, file: str) -> tuple[Document, list[Finding]]:
    def read(name: str) -> Json:
        return document.root if name == file else folder.read(name)

    lenient = folder.care is Care.LENIENT
    again, found = bundle(document.name, file, read, folder.reach, everywhere=lenient)
    imported = {
        pointer: replace(origin, file=folder.name(origin.file))
        for pointer, origin in again.origins.items()
        if origin.file != file
    }
    level = WARNING if lenient else ERROR
    told = folder.shown(
        one if one.rule == OutOfReach.rule else replace(one, level=level) for one in found
    )
    return replace(again, origins={**document.origins, **imported}), told
