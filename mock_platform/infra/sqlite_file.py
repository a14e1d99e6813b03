"""One SQLite file, opened by one process: who may read, who may write, and what can go wrong.

Readers see the last commit and never wait. Writers queue in front of a lock of ours, so that none
of our threads ever finds the database locked.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from mock_platform.infra.file_lock import FileLock
from mock_platform.infra.file_tables import METADATA, SCHEMA_VERSION
from mock_platform.infra.file_upgrades import upgrade
from mock_platform.infra.store_terms import PATIENCE_S, StoreUnusable
from mock_platform.shared.errors import StoreUnavailable

_PRAGMAS = (
    "PRAGMA synchronous=FULL",  # an acknowledged write survives a power cut, not only a crash
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA temp_store=MEMORY",
)


class SqliteFile:
    """The file, locked for us, with its tables made."""

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self.path = path.resolve()
        _refuse_without_directory(self.path)
        self._held = FileLock(self.path)
        self._closed = False
        self._writing = Lock()
        self._writer = _engine(self.path, patience_s, begin="BEGIN IMMEDIATE", most=1)
        self._reader = _engine(self.path, patience_s, begin=None, most=-1)
        with ExitStack() as undo:
            undo.callback(self.close)
            _prepare(self.path, patience_s, self._writer)
            undo.pop_all()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that reads.

        Raises:
            StoreUnavailable: the file cannot be read at the moment.
        """
        self._refuse_closed()
        with _translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend the connection that writes, inside a transaction: all of it, or nothing.

        Raises:
            StoreUnavailable: the file cannot be written at the moment; nothing was.
            ValueError: something that must be unique is not; nothing was written.
        """
        with self._writing:
            self._refuse_closed()
            with _translated(), self._writer.begin() as connection:
                yield connection

    def check(self) -> str | None:
        """Return why the file cannot be used at the moment, or None when it can."""
        try:
            with self.reading() as connection:
                connection.execute(text("SELECT 1"))
            with self.writing():
                pass  # beginning is enough to find a file locked or read-only
        except StoreUnavailable as refusal:
            return refusal.detail
        return disk_trouble(self.path)

    def close(self) -> None:
        """Let go of the file; whoever comes late is refused, lest it be opened again unlocked."""
        self._closed = True
        self._reader.dispose()
        with self._writing:
            self._writer.dispose()
        self._held.release()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")


def disk_trouble(path: Path, least_free_bytes: int = 16 * 1024 * 1024) -> str | None:
    """Return what will soon be wrong with a file that still works."""
    if not path.exists():
        return f"{path} has been removed while in use; what is written now will be lost"
    free = shutil.disk_usage(path.parent).free
    if free < least_free_bytes:
        return f"only {free // 1024} KiB are left on the disk of {path}"
    return None


@contextmanager
def _translated() -> Iterator[None]:
    """Tell trouble with the file from faults of ours, which pass as they are."""
    try:
        yield
    except IntegrityError as failure:
        raise ValueError(f"something that must be unique is not: {failure.orig}") from failure
    except ProgrammingError:
        raise
    except DBAPIError as failure:
        raise StoreUnavailable(f"the store cannot be used: {failure.orig}") from failure


def _prepare(path: Path, patience_s: float, writer: Engine) -> None:
    """Make sure that the file is ours, and has its tables."""
    try:
        with closing(sqlite3.connect(path, timeout=patience_s, isolation_level=None)) as raw:
            version = _version(path, raw)
            (mode,) = raw.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            raise StoreUnusable(f"{path} lies on a disk where SQLite has no WAL; use a local one")
        with writer.begin() as connection:
            if version:
                upgrade(connection, version)
            METADATA.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    except (sqlite3.Error, DBAPIError) as failure:
        raise StoreUnusable(
            f"{path} cannot be opened as a store ({getattr(failure, 'orig', failure)}); "
            "see to its rights and its disk, or name another file"
        ) from failure


def _version(path: Path, raw: sqlite3.Connection) -> int:
    """Return the schema that the file has, 0 for a new one; a stranger's is refused."""
    (version,) = raw.execute("PRAGMA user_version").fetchone()
    (tables,) = raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version > SCHEMA_VERSION:
        raise StoreUnusable(
            f"{path} was written by a newer mock-platform (schema {version}, this one knows "
            f"{SCHEMA_VERSION}); upgrade this one, or name another file"
        )
    if version == 0 and tables:
        raise StoreUnusable(f"{path} is a database of something else; name another file")
    return int(version)


def _refuse_without_directory(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreUnusable(f"there is no directory {path.parent}; make it, or name another file")


def _engine(path: Path, patience_s: float, *, begin: str | None, most: int) -> Engine:
    def _connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?mode=rw",  # a file removed meanwhile is not made anew, and empty
            uri=True,
            timeout=patience_s,
            isolation_level=None,  # transactions are begun by us, not by the driver
            check_same_thread=False,
        )

    engine = create_engine(
        "sqlite://",
        creator=_connect,
        poolclass=QueuePool,
        pool_size=1 if most == 1 else 8,
        max_overflow=0 if most == 1 else -1,
    )

    def _connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if begin is None:
            connection.execute("PRAGMA query_only=ON")

    def _begun(connection: Connection) -> None:
        if begin is not None:
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine
