"""Writes a folder of files that belongs to us: again and again, without touching anybody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

MARK: Final = ".mock-platform-docs"
"""Names every file that was written; what has no such file is not ours."""

_LARGEST = 16 * 1024 * 1024


class FolderForeign(Exception):
    """The folder holds what we did not write. The message says what to do."""


def write_site(folder: Path, files: Iterable[tuple[str, bytes]], *, force: bool) -> Iterator[str]:
    """Write the files, tell each when it is there, and take away those of the time before.

    Args:
        folder: made when it is not there.
        files: Relative path → content.
        force: write into a folder that is not ours, too; what is in it stays.

    Raises:
        FolderForeign: it is a file, or holds something else, and nobody forces us.
        OSError: something cannot be written.
    """
    before = _ours(folder, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    _note(folder, before)  # first: whatever happens, the folder is known as ours
    written: set[str] = set()
    try:
        for name, content in files:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            written.add(name)
            yield name
        for name in sorted(before - written):
            _take_away(folder, name)
        before = set()
    finally:
        _note(folder, before | written)


def _ours(folder: Path, *, force: bool) -> set[str]:
    """Return what we wrote there before."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise FolderForeign(f"{folder} is a file; name a folder")
    mark = folder / MARK
    if mark.is_file():
        with mark.open(encoding="utf-8", errors="replace") as told:
            return {name for name in told.read(_LARGEST).splitlines() if _is_inside(name)}
    if not force and any(folder.iterdir()):
        raise FolderForeign(
            f"{folder} holds files that this command did not write; name another folder, or add"
            " --force to write among them"
        )
    return set()


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts


def _note(folder: Path, names: set[str]) -> None:
    (folder / MARK).write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def _take_away(folder: Path, name: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    file = folder / name
    inside = file.parent.resolve().is_relative_to(folder.resolve())
    if not inside or not (file.is_file() or file.is_symlink()):
        return
    file.unlink()
    for above in file.parents:
        if above == folder or any(above.iterdir()):
            return
        above.rmdir()
