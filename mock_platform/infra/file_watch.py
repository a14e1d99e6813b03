"""Tells when files were saved, quickly and once per save, by whatever way an editor saves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event

from watchfiles import watch

_SETTLE_MS = 40
"""An editor writes in several steps; so long nothing may happen before a save is told."""
_STEP_MS = 10
_LOOK_AGAIN_MS = 500
"""How often to look even when no news came: networked folders send none, and it must stop some time."""

Files = Callable[[], Collection[Path]]
_Looks = Mapping[Path, tuple[int, int]]


def saves(files: Files, stop: Event) -> Iterator[frozenset[Path]]:
    """Return an iterator over saves: which of the files are not as they were. Ends after ``stop``.

    Args:
        files: what to watch; asked again at every look, as a contract may grow by a file.
        stop: ends the watch within half a second.
    """
    return _saves(files, stop, _looks(files()))


def _saves(files: Files, stop: Event, last: _Looks) -> Iterator[frozenset[Path]]:
    while not stop.is_set():
        # Folders, not files: many editors replace a file, and the new one would not be watched.
        folders = _folders(files())
        for _ in watch(
            *folders,
            watch_filter=None,
            debounce=_SETTLE_MS,
            step=_STEP_MS,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
            recursive=False,
        ):
            now = _looks(files())
            changed = {path for path in now.keys() | last.keys() if now.get(path) != last.get(path)}
            last = now
            if changed:
                yield frozenset(changed)
            if _folders(files()) != folders:
                break


def _folders(files: Collection[Path]) -> frozenset[Path]:
    return frozenset(path.resolve().parent for path in files if path.parent.is_dir())


def _looks(files: Collection[Path]) -> _Looks:
    """What a file looks like from outside; one that is not there has no look."""
    seen: dict[Path, tuple[int, int]] = {}
    for path in files:
        with suppress(OSError):
            now = path.stat()
            seen[path.resolve()] = (now.st_mtime_ns, now.st_size)
    return seen
