"""Reads specs from files: strictly, quickly, and with the line of whatever is wrong.

What few documents need is imported when one does: most are of one file, of OpenAPI 3, and lie under
no overlay.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

from mock_platform.engine.dangling import dangling
from mock_platform.engine.documents import Document, Origin, dialect_of
from mock_platform.engine.findings import ERROR, WARNING, Finding, SpecBroken
from mock_platform.engine.mending import mend
from mock_platform.engine.references import FileUnusable, OutOfReach
from mock_platform.infra.parsed_files import parsed_files
from mock_platform.infra.spec_folder import Fetch, Folder, ReadBytes
from mock_platform.infra.spec_structure import (
    refused_version,
    structure_findings,
)
from mock_platform.infra.spec_text import Care
from mock_platform.infra.yaml_places import placed

_ENDINGS = (".spec.yaml", ".spec.yml", ".spec.json", ".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A document that can be served."""

    document: Document
    warnings: tuple[Finding, ...]
    """What is doubtful, or was mended; ``placed`` finds the lines, which takes a while."""
    files: frozenset[Path]
    """Everything that it was read from."""


class How(TypedDict, total=False):
    """How a document is read."""

    strict: bool
    """Refuse what would be mended."""
    overlays: Sequence[Path]
    """OpenAPI Overlays to lay over it, the first one first."""
    allow_outside: bool
    """Files outside of the main file's folder may be referred to."""
    cache: str | None
    """Where to keep what large YAML files hold; None: as the environment says."""
    fetch: Fetch | None
    """Gets what is referred to by URL; without it nothing is fetched."""
    read_bytes: ReadBytes
    """Reads a file, if not from disk."""


def load(path: Path, **how: Unpack[How]) -> Document:
    """Like ``load_with_warnings``, without them."""
    return load_with_warnings(path, **how).document


def load_with_warnings(path: Path, **how: Unpack[How]) -> Loaded:
    """Read any OpenAPI document and every file it refers to; mend what one can live with.

    Swagger 2.0 and OpenAPI 3.0, 3.1, 3.2, as YAML or JSON.

    Raises:
        SpecBroken: with every finding, each with its place.
    """
    strict, overlays = how.get("strict", False), how.get("overlays", ())
    folder = folder_of(path, how)
    document, findings = gathered(folder, path, overlays)
    wrong = structure_findings(document) if strict else refused_version(document)
    findings += located(document, wrong)
    _refuse_broken(findings)
    if "swagger" in document.root:
        from mock_platform.engine.upgrading import upgrade

        document = upgrade(document)
    if strict:
        from mock_platform.engine.lint import serving_findings

        _refuse_broken(located(document, sound(document, serving_findings)))
    document, mended = mend(document)
    if strict:
        _refuse_broken(located(document, (replace(one, level=ERROR) for one in mended)))
    read = (Path(folder.name(file)) for file in folder.content if "://" not in file)
    return Loaded(
        document=document,
        warnings=(*findings, *located(document, mended)),
        files=frozenset([*read, *overlays]),
    )


def folder_of(path: Path, how: How) -> Folder:
    """Return what reads the files around a spec."""
    return Folder(
        path=path.parent,
        care=Care.STRICT if how.get("strict") else Care.LENIENT,
        outside=how.get("allow_outside", False),
        fetch=how.get("fetch"),
        cache=parsed_files(os.environ, how.get("cache")),
        read_bytes=how.get("read_bytes", Path.read_bytes),
    )


def load_checked(path: Path) -> Document:
    """Read the spec and make sure that it can be served.

    Raises:
        SpecBroken: with every finding, each with its place.
    """
    return load(path, strict=True)


def merged(documents: Sequence[Document], name: str) -> Document:
    """Merge specs that were checked already.

    Raises:
        SpecBroken: two want the same path or operationId.
    """
    from mock_platform.engine.merging import merge

    try:
        return merge(documents, name)
    except SpecBroken as broken:
        raise SpecBroken(placed(broken.findings)) from broken


def read_from(*documents: Document) -> frozenset[Path]:
    """Return every file that these documents were read from."""
    return frozenset(
        Path(origin.file)
        for document in documents
        for origin in document.origins.values()
        if "://" not in origin.file
    )


def gathered(
    folder: Folder, path: Path, overlays: Sequence[Path] = ()
) -> tuple[Document, list[Finding]]:
    """Read the main file, what it refers to and what is laid over it, as it is written.

    Raises:
        SpecBroken: there is nothing to work with.
    """
    lenient = folder.care is Care.LENIENT
    name, file = name_of(path), path.name
    found: tuple[Finding, ...] = ()
    try:
        root = folder.main(file)
        if file in folder.linked or not lenient:
            from mock_platform.engine.bundling import bundle

            document, found = bundle(name, file, folder.read, folder.reach, everywhere=lenient)
        else:
            dialect = dialect_of(root.get("openapi"))
            origins = {"": Origin(file, "")}
            document = Document(name=name, root=root, origins=origins, dialect=dialect)
    except FileUnusable as unusable:
        if str(unusable):
            broken = Finding(message=str(unusable), remedy=unusable.remedy, file=file)
            folder.findings.append(broken)
        raise SpecBroken(placed(folder.shown(folder.findings))) from unusable
    if lenient:
        found = tuple(
            one if one.rule == OutOfReach.rule else replace(one, level=WARNING) for one in found
        )
    origins = {
        pointer: replace(origin, file=folder.name(origin.file))
        for pointer, origin in document.origins.items()
    }
    document = replace(document, origins=origins)
    told: list[Finding] = []
    if overlays:
        from mock_platform.infra.spec_overlays import laid_over

        document, told = laid_over(document, overlays, folder, file)
    return document, [*folder.shown([*folder.findings, *found]), *told]


def located(document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say of findings that point into the document where that was written."""
    for finding in findings:
        origin = document.origin(finding.pointer)
        yield replace(finding, file=origin.file, pointer=origin.pointer)


def sound(document: Document, lint: Callable[[Document], Iterator[Finding]]) -> list[Finding]:
    """Collect what is found, as far as references lead to what they should."""
    found: list[Finding] = []
    try:
        found.extend(lint(document))
    except LookupError as error:  # a reference into the middle of something that does not fit
        if not dangling(document):  # otherwise that has been told, with its place
            told = f"a reference leads to the wrong thing: {error.args[0]}"
            found.append(Finding(message=told))
    return found


def _refuse_broken(findings: Iterable[Finding]) -> None:
    found = tuple(findings)
    if any(finding.level == ERROR for finding in found):
        raise SpecBroken(placed(found))


def name_of(path: Path) -> str:
    """Return the spec's name: ``order-service`` for ``specs/order-service.spec.yaml``."""
    ending = next((ending for ending in _ENDINGS if path.name.endswith(ending)), "")
    return path.name.removesuffix(ending)
