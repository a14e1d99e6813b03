"""Everything in one SQLite file: what is acknowledged survives the process."""

from __future__ import annotations

from typing import TypeVar

from mock_platform.infra.file_deliveries import FileDeliveries
from mock_platform.infra.file_records import FilePolicies, FileRecords
from mock_platform.infra.file_repository import FileRepository
from mock_platform.infra.sqlite_file import SqliteFile
from mock_platform.infra.store_terms import Limits
from mock_platform.shared.contracts import Entity, Kind

T = TypeVar("T", bound=Entity)


class FileStore:
    """All ports on one file."""

    blocking = True
    durable = True

    def __init__(self, file: SqliteFile, limits: Limits) -> None:
        self._file = file
        self.deliveries = FileDeliveries(file, limits)
        self.records = FileRecords(file, limits)
        self.policies = FilePolicies(file)

    def repository(self, kind: Kind[T]) -> FileRepository[T]:
        """Return where entities of this kind live."""
        return FileRepository(kind, self._file)

    def check(self) -> str | None:
        return self._file.check()

    def close(self) -> None:
        self._file.close()
