"""Keeps specs that were read, each for as long as none of its files says anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mock_platform.engine.documents import Document
from mock_platform.infra import spec_files


@dataclass(slots=True)
class KeptSpecs:
    """Specs that are read again and again, while one of them is being edited."""

    _known: dict[Path, tuple[Document, Mapping[Path, bytes]]] = field(default_factory=dict)

    def load_checked(self, path: Path) -> Document:
        """Like ``spec_files.load_checked``; a spec whose files are the same is the same document.

        Raises:
            SpecBroken: with every finding, each with its place.
        """
        if path in self._known:
            document, files = self._known[path]
            if all(_content(file) == content for file, content in files.items()):
                return document
        seen: dict[Path, bytes] = {}

        def read(file: Path) -> bytes:
            seen[file] = file.read_bytes()
            return seen[file]

        document = spec_files.load(path, strict=True, read_bytes=read)
        self._known[path] = (document, seen)
        return document


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
