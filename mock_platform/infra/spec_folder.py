"""Reads the files of one load, each once: the spec's, those it refers to, and what is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from json import detect_encoding
from pathlib import Path
from typing import Final

from mock_platform.engine.findings import WARNING, Finding
from mock_platform.engine.references import FileUnusable, OutOfReach, Reach
from mock_platform.infra.json_text import read_json, read_sound_json
from mock_platform.infra.parsed_files import NOTHING_REMEMBERED, ParsedFiles
from mock_platform.infra.spec_text import Care, TextBroken, read_yaml
from mock_platform.shared.contracts import Json

Fetch = Callable[[str], bytes]
"""From a URL to what is there, within bounds of size and time; raises OSError."""
ReadBytes = Callable[[Path], bytes]
"""From a file's path to its content; raises OSError."""

_UNREADABLE: Final = object()
_LARGE = 500_000
_LINKS = re.compile(
    rb"""\$(?:ref["']?\s*:\s*["']?(?![#{\[])[^\s"']|(?:id|anchor|dynamicRef)["']?\s*:)"""
)
"""What a file has that refers to others, or names its parts. It begins with what is rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The files of one load, by their names as seen from the main file's folder, or by URL."""

    path: Path
    care: Care = Care.STRICT
    outside: bool = False
    """Files outside of the folder may be read too."""
    fetch: Fetch | None = None
    """None: nothing is fetched."""
    cache: ParsedFiles = NOTHING_REMEMBERED
    read_bytes: ReadBytes = Path.read_bytes
    """Where files are kept, if not on disk."""
    content: dict[str, Json] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    """The files that refer to others, or name their parts; small ones are not looked at."""

    @property
    def reach(self) -> Reach:
        """How far references may go."""
        folder = self.path.resolve().as_posix()
        return Reach(remote=self.fetch is not None, outside=self.outside, folder=folder)

    def name(self, file: str) -> str:
        """Return what people call the file."""
        return file if _is_url(file) else str(self.path / file)

    def shown(self, findings: Iterable[Finding]) -> list[Finding]:
        """Call the findings' files what people call them."""
        return [
            replace(finding, file=self.name(finding.file)) if finding.file else finding
            for finding in findings
        ]

    def read(self, file: str) -> Json:
        """Return the content of a file.

        Raises:
            FileUnusable: it cannot be read; without a message when that has been told.
        """
        if file not in self.content:
            self.content[file] = _UNREADABLE  # what is wrong is told once, however many refer to it
            self.content[file] = self._parsed(file)
        if self.content[file] is _UNREADABLE:
            raise FileUnusable("")
        return self.content[file]

    def main(self, file: str) -> dict[str, Json]:
        """Return the content of a file that holds a document.

        Raises:
            FileUnusable: it does not, or cannot be read.
        """
        content = self.read(file)
        if isinstance(content, dict):
            return content
        told = "this holds no OpenAPI document: it is no mapping"
        remedy = "begin with `openapi: 3.0.4`; is it the right file?"
        found = Finding(message=told, remedy=remedy, file=file, line=1, column=1)
        self.findings.append(found)
        raise FileUnusable("")

    def _parsed(self, file: str) -> Json:
        data = self._fetched(file) if _is_url(file) else self._read(file)
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            value, findings = self._value(file, data)
        except TextBroken as broken:
            self.findings.append(replace(broken.finding, file=file))
            return _UNREADABLE
        self.findings.extend(replace(finding, file=file) for finding in findings)
        if len(data) < _LARGE or _LINKS.search(data):
            self.linked.add(file)
        return value

    def _value(self, file: str, data: bytes) -> tuple[Json, list[Finding]]:
        """Read JSON or YAML, whatever the file is called."""
        if data.lstrip()[:1] == b"{":
            value = read_sound_json(data)
            if value is not None:
                return value, []
        text = self._decoded(file, data)
        if file.endswith(".json"):
            return read_json(text, self.care)
        return self.cache.read(data, self.care.value, lambda: read_yaml(text, self.care))

    def _decoded(self, file: str, data: bytes) -> str:
        known: str = detect_encoding(data)
        try:
            if known.startswith("utf-8"):
                return data.decode()
            told = f"this is {known.upper()}, not UTF-8"
            place = (1, 1)
        except UnicodeDecodeError as error:
            told, known = f"this is not UTF-8: {error.reason}", "cp1252"
            before = data[: error.start]
            place = (before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        line, column = place
        found = Finding(
            message=told, remedy="save it as UTF-8", file=file, line=line, column=column
        )
        if self.care is Care.STRICT:
            raise TextBroken(found)
        self.findings.append(replace(found, level=WARNING))
        return data.decode(known, errors="replace").removeprefix("\ufeff")

    def _read(self, file: str) -> bytes:
        path = self.path / file
        inside = self.path.resolve()
        if not self.outside and not path.resolve().is_relative_to(inside):
            told = f"{self.name(file)} leads outside the spec's folder"
            raise OutOfReach(told, "move the file into the spec's folder, or --allow-outside")
        try:
            return self.read_bytes(path)
        except OSError as error:
            told = f"{self.name(file)} cannot be read: {error.strerror}"
            raise FileUnusable(told, "correct the name") from error

    def _fetched(self, url: str) -> bytes:
        if self.fetch is None:
            raise OutOfReach(f"{url} is not here; nothing is fetched")
        try:
            return self.fetch(url)
        except OSError as error:
            told = f"{url} cannot be fetched: {error}"
            raise FileUnusable(told, "save a copy beside the spec") from error


def _is_url(file: str) -> bool:
    return file.startswith(("http://", "https://"))
