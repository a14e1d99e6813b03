"""Remembers what large YAML files hold, so that every further start is as fast as from JSON.

By the content's hash, in the user's cache directory. What is found there is believed only when its
own hash is right; whatever goes wrong, the file is simply read again. ``MOCK_PLATFORM_CACHE`` names
another directory, or is ``off``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from mock_platform.engine.findings import Finding
from mock_platform.shared.contracts import Json

Parse = Callable[[], tuple[Json, list[Finding]]]

SWITCH = "MOCK_PLATFORM_CACHE"
LARGE = 200_000
"""Smaller files, in bytes, are read faster than they are looked up."""

_FORMAT = b"2"
"""Changes whenever the same text would be read as something else."""
_MOST_FILES = 32
_MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParsedFiles:
    """The cache; without a folder it remembers nothing."""

    folder: Path | None

    def read(self, data: bytes, care: str, parse: Parse) -> tuple[Json, list[Finding]]:
        """Return what a text holds: as remembered, else as parsed."""
        if self.folder is None or len(data) < LARGE:
            return parse()
        name = hashlib.sha256(b"%b %b " % (_FORMAT, care.encode()) + data).hexdigest()
        path = self.folder / f"{name}.parsed"
        found = _remembered(path)
        if found is None:
            found = parse()
            self._remember(path, *found)
        return found

    def _remember(self, path: Path, value: Json, findings: list[Finding]) -> None:
        with suppress(OSError, TypeError):  # TypeError: a number that orjson does not write
            payload = orjson.dumps([value, [asdict(one) for one in findings]])
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix="parsed-", suffix=".draft")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_seal(payload) + payload)
                Path(draft).replace(path)
            except OSError:
                Path(draft).unlink(missing_ok=True)
                raise
            _tidy(path.parent)


NOTHING_REMEMBERED = ParsedFiles(None)


def parsed_files(environ: Mapping[str, str], chosen: str | None = None) -> ParsedFiles:
    """Return the cache that was chosen, or else the one that the environment asks for."""
    wanted = chosen or environ.get(SWITCH, "")
    if wanted.lower() in {"off", "0", "no", "false"}:
        return NOTHING_REMEMBERED
    if wanted:
        return ParsedFiles(Path(wanted))
    home = environ.get("XDG_CACHE_HOME") or ""
    if not Path(home).is_absolute():
        with suppress(RuntimeError):  # there is no home
            home = str(Path.home() / ".cache")
    return ParsedFiles(Path(home) / "mock-platform" if Path(home).is_absolute() else None)


def _seal(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n"


def _remembered(path: Path) -> tuple[Json, list[Finding]] | None:
    try:
        seal, _, payload = path.read_bytes().partition(b"\n")
        if seal + b"\n" != _seal(payload):
            return None
        value, findings = orjson.loads(payload)
        os.utime(path)  # what is used is kept
        return value, [Finding(**one) for one in findings]
    except (OSError, ValueError, TypeError):
        return None


def _tidy(folder: Path) -> None:
    """Take away what was not used for the longest time, until there is little enough."""
    ours = [*folder.glob("*.parsed"), *folder.glob("parsed-*.draft")]
    known = [(file, file.stat()) for file in ours]
    known.sort(key=lambda entry: entry[1].st_mtime, reverse=True)
    size = 0
    for number, (file, facts) in enumerate(known):
        size += facts.st_size
        if number >= _MOST_FILES or size > _MOST_BYTES:
            file.unlink(missing_ok=True)
