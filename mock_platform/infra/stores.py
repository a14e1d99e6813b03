"""Which store a URL means, opened, with a port for every room that needs one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from mock_platform.infra.memory_store import MemoryStore
from mock_platform.infra.store_terms import PATIENCE_S, Limits, StoreUnusable
from mock_platform.shared.contracts import (
    DeliveryStore,
    Entity,
    Kind,
    PolicyStore,
    RecordStore,
    Repository,
)

T = TypeVar("T", bound=Entity)

_REMEDY = "use memory://, sqlite:///relative.db or sqlite:////absolute/path.db"


class Backend(Protocol):
    """What an adapter offers: the ports, and what is the same for all of them."""

    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def records(self) -> RecordStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def blocking(self) -> bool: ...
    @property
    def durable(self) -> bool: ...
    def repository(self, kind: Kind[T]) -> Repository[T]: ...
    def check(self) -> str | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """All ports of one opened store."""

    deliveries: DeliveryStore
    records: RecordStore
    policies: PolicyStore
    blocking: bool
    """True: call it from threads. False: it never waits, so call it on the event loop."""
    durable: bool
    """Whether what was acknowledged survives the process."""
    backend: Backend

    def repository(self, kind: Kind[T]) -> Repository[T]:
        """Return where entities of this kind live."""
        return self.backend.repository(kind)

    def check(self) -> str | None:
        """Return None when the store is ready, else the reason why it is not."""
        return self.backend.check()

    def close(self) -> None:
        """Let go of the store; none of its ports may be used from now on."""
        self.backend.close()


def open_stores(
    url: str, limits: Limits | None = None, *, patience_s: float = PATIENCE_S
) -> Stores:
    """Open the store that ``url`` means.

    Raises:
        StoreUnusable: it cannot be opened; the message names the remedy. It is a ``ValueError``.
    """
    limits = limits or Limits()
    if url == "memory://":
        return _ports(MemoryStore(limits))
    scheme, separator, name = url.partition("://")
    if scheme != "sqlite" or not separator:
        # Only the scheme is repeated: the rest of a database URL may hold a password.
        raise StoreUnusable(f"a store cannot be {scheme}{separator}…; {_REMEDY}")
    if not name.startswith("/") or name[1:] in {"", ":memory:"} or name.endswith("/"):
        raise StoreUnusable(f"{url} names no file; {_REMEDY}")
    # Whoever stays in memory does not wait for SQLAlchemy to load.
    from mock_platform.infra.file_store import FileStore
    from mock_platform.infra.sqlite_file import SqliteFile

    return _ports(FileStore(SqliteFile(Path(name[1:]), patience_s), limits))


def _ports(store: Backend) -> Stores:
    return Stores(
        deliveries=store.deliveries,
        records=store.records,
        policies=store.policies,
        blocking=store.blocking,
        durable=store.durable,
        backend=store,
    )
