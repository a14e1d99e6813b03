"""Proof that one process alone serves a store file.

The lock lies beside the file, because SQLite's own locks come and go with every transaction. It is
the operating system's: it ends with the process, however that ends.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from mock_platform.infra.store_terms import StoreUnusable


class FileLock:
    """Held from when it is made until it is released."""

    def __init__(self, path: Path) -> None:
        beside = path.with_name(f"{path.name}.lock")
        try:
            self._descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as failure:
            raise StoreUnusable(
                f"{beside} cannot be written ({failure.strerror}); "
                "see to the rights of its directory, or name another file"
            ) from failure
        try:
            _take(self._descriptor)
        except OSError as failure:
            holder = os.read(self._descriptor, 32).decode(errors="replace") or "unknown"
            os.close(self._descriptor)
            raise StoreUnusable(
                f"{path} is being served by another process ({holder}); "
                "stop that one, or name another file"
            ) from failure
        with suppress(OSError):  # a full disk; only whoever comes second would read it
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go; a second time does nothing, as the number may be another file's by then."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def _take(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has none; there, nobody is kept from opening a file twice
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
