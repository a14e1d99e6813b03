"""Reads specs from files: strictly, quickly, and with the line of whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mock_platform.engine.bundling import FileUnusable, bundle
from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.findings import ERROR, Finding, SpecBroken
from mock_platform.engine.lint import all_findings, serving_findings
from mock_platform.engine.merging import merge
from mock_platform.infra.spec_structure import structure_findings, validator_findings
from mock_platform.infra.spec_text import TextBroken, read_json, read_yaml
from mock_platform.infra.yaml_places import Place, nearest, places
from mock_platform.shared.contracts import Json

_ENDINGS = (".spec.yaml", ".spec.yml", ".spec.json", ".yaml", ".yml", ".json")


def load(path: Path) -> Document:
    """Read the spec and every file it refers to, as one document.

    Raises:
        SpecBroken: with every finding, each with its place.
    """
    return load_with_warnings(path)[0]


def load_with_warnings(path: Path) -> tuple[Document, tuple[Finding, ...]]:
    """Like ``load``, and tell what is doubtful too."""
    folder = _Folder(path.parent)
    try:
        document, findings = bundle(name_of(path), path.name, folder.read)
    except FileUnusable as unusable:
        if str(unusable):
            broken = Finding(message=str(unusable), remedy=unusable.remedy, file=path.name)
            folder.findings.append(broken)
        raise SpecBroken(placed(folder.shown(folder.findings))) from unusable
    told = placed(folder.shown([*folder.findings, *findings]))
    if any(finding.level == ERROR for finding in told):
        raise SpecBroken(told)
    origins = {
        pointer: Origin(folder.name(origin.file), origin.pointer)
        for pointer, origin in document.origins.items()
    }
    return replace(document, origins=origins), told


def load_checked(path: Path) -> Document:
    """Read the spec and make sure that it can be served.

    Raises:
        SpecBroken: with every finding, each with its place.
    """
    document = load(path)
    _refuse_broken(document, structure_findings(document))
    _refuse_broken(document, _sound(document, serving_findings))
    return document


def load_merged(paths: Sequence[Path], name: str) -> Document:
    """Read, check and merge several specs.

    Raises:
        SpecBroken: one of them cannot be served, or two want the same path or operationId.
    """
    return merged([load_checked(path) for path in paths], name)


def merged(documents: Sequence[Document], name: str) -> Document:
    """Merge specs that were checked already.

    Raises:
        SpecBroken: two want the same path or operationId.
    """
    try:
        return merge(documents, name)
    except SpecBroken as broken:
        raise SpecBroken(placed(broken.findings)) from broken


def read_from(*documents: Document) -> frozenset[Path]:
    """Return every file that these documents were read from."""
    return frozenset(
        Path(origin.file) for document in documents for origin in document.origins.values()
    )


def check(document: Document) -> tuple[Finding, ...]:
    """Tell everything that is wrong or doubtful, each with its place."""
    return placed([*_text_findings(document), *located(document, _findings(document))])


def located(document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say of findings that point into the document where that was written."""
    for finding in findings:
        origin = document.origin(finding.pointer)
        yield replace(finding, file=origin.file, pointer=origin.pointer)


def _findings(document: Document) -> tuple[Finding, ...]:
    """The finer checks need a document whose structure is sound."""
    broken = structure_findings(document)
    return broken or (*_sound(document, all_findings), *validator_findings(document))


def _sound(document: Document, lint: Callable[[Document], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(lint(document))
    except LookupError as error:  # a reference into the middle of something that does not fit
        return [Finding(message=f"a reference leads to the wrong thing: {error.args[0]}")]


def _refuse_broken(document: Document, findings: Iterable[Finding]) -> None:
    if errors := [finding for finding in findings if finding.level == ERROR]:
        raise SpecBroken(placed(located(document, errors)))


def _text_findings(document: Document) -> Iterator[Finding]:
    for file in sorted({origin.file for origin in document.origins.values()}):
        folder = _Folder(Path(file).parent)
        folder.read(Path(file).name)
        yield from folder.shown(folder.findings)


def name_of(path: Path) -> str:
    """Return the spec's name: ``order-service`` for ``specs/order-service.spec.yaml``."""
    ending = next((ending for ending in _ENDINGS if path.name.endswith(ending)), "")
    return path.name.removesuffix(ending)


def placed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Look up the line and column of each finding that has a file and a pointer only."""
    known: dict[str, dict[str, Place]] = {}
    told = []
    for finding in findings:
        if finding.line or not finding.file:
            told.append(finding)
            continue
        if finding.file not in known:
            known[finding.file] = dict(places(Path(finding.file)))
        line, column = nearest(known[finding.file], finding.pointer)
        told.append(replace(finding, line=line, column=column))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The files of one load, each read once."""

    path: Path
    content: dict[str, Json] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def name(self, file: str) -> str:
        return str(self.path / file)

    def shown(self, findings: Iterable[Finding]) -> list[Finding]:
        return [replace(finding, file=self.name(finding.file)) for finding in findings]

    def read(self, file: str) -> Json:
        if file not in self.content:
            self.content[file] = None  # what is wrong is told once, however many refer to it
            self.content[file] = self.parsed(file)
        if self.content[file] is None:
            raise FileUnusable("")
        return self.content[file]

    def parsed(self, file: str) -> Json:
        text = self.text(file)
        try:
            value, findings = (read_json if file.endswith(".json") else read_yaml)(text)
        except TextBroken as broken:
            self.findings.append(replace(broken.finding, file=file))
            return None
        self.findings.extend(replace(finding, file=file) for finding in findings)
        if not isinstance(value, dict):
            told = "this holds no OpenAPI document: it is no mapping"
            self.findings.append(Finding(message=told, file=file, line=1, column=1))
            return None
        return value

    def text(self, file: str) -> str:
        path = self.path / file
        inside = self.path.resolve()
        if not path.resolve().is_relative_to(inside):
            told = f"{self.name(file)} leads outside the spec's folder"
            raise FileUnusable(told, "move the file into the spec's folder")
        try:
            return path.read_text(encoding="utf-8-sig")
        except OSError as error:
            told = f"{self.name(file)} cannot be read: {error.strerror}"
            raise FileUnusable(told, "correct the name") from error
        except UnicodeDecodeError as error:
            told = f"{self.name(file)} is not UTF-8: {error.reason} at byte {error.start}"
            raise FileUnusable(told, "save it as UTF-8") from error
