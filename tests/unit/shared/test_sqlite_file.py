"""A store file survives its process, belongs to one process, and fails whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError

from mock_platform.infra.file_store import FileStore
from mock_platform.infra.file_tables import SCHEMA_VERSION
from mock_platform.infra.sqlite_file import SqliteFile, disk_trouble
from mock_platform.infra.store_terms import Limits, StoreUnusable
from mock_platform.infra.stores import Stores, open_stores
from mock_platform.shared.contracts import Policy, Shares
from mock_platform.shared.errors import StoreUnavailable
from tests.fakes import NOON
from tests.unit.shared.conformance.things import (
    Toy,
    at_once,
    happened,
    judged,
    owe,
    remembered,
    settling,
    toys,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def file(path: Path) -> Iterator[SqliteFile]:
    opened = SqliteFile(path, patience_s=0.05)
    yield opened
    opened.close()


@pytest.fixture
def store(file: SqliteFile) -> FileStore:
    return FileStore(file, Limits())


@contextmanager
def reopened(path: Path) -> Iterator[Stores]:
    stores = open_stores(f"sqlite:///{path}")
    yield stores
    stores.close()


# Surviving


def test_everything_is_there_again_after_closing(path: Path) -> None:
    toy, told, kept = Toy(id="a"), happened("a", 1, "dlv_1"), remembered(Toy(id="a"))
    with reopened(path) as stores:
        stores.repository(toys()).save("w", toy, told, remember=kept)
        stores.records.receive("w", "in", "evt_1", 0, judged)
        stores.policies.put("w", "in", Policy(kind="ok", since=1))
        delivery = stores.deliveries.get("w", "dlv_1")

    with reopened(path) as stores:
        repository = stores.repository(toys())
        assert repository.get("w", "a") == toy
        assert repository.events("w", "a", after=None, limit=9).items == (told,)
        assert repository.recall("w", kept.operation, kept.key, NOON) == kept
        assert stores.deliveries.get("w", "dlv_1") == delivery
        assert stores.deliveries.next_due() == NOON
        assert stores.records.last_seq("w", "in") == 1
        assert stores.policies.get("w", "in") == Policy(kind="ok", since=1)


def test_what_was_being_sent_is_sent_again_after_a_restart(path: Path) -> None:
    with reopened(path) as stores:
        owe(stores, "a1", "a2")
        (lost,) = stores.deliveries.claim(NOON, 10)

    with reopened(path) as stores:
        assert stores.deliveries.recover() == 1
        stores.deliveries.settle([settling(lost)])
        (again,) = stores.deliveries.claim(NOON, 10)

        assert (again.id, again.generation, again.attempts) == ("a1", lost.generation + 2, 0)


def test_a_write_is_on_disk_before_it_is_acknowledged(file: SqliteFile, path: Path) -> None:
    with file.writing() as connection:
        modes = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        ]

    assert modes == ["wal", 2]


# Opening


def test_a_second_server_of_the_same_file_is_refused(file: SqliteFile, path: Path) -> None:
    with pytest.raises(
        StoreUnusable, match=r"another process.*stop that one, or name another file"
    ):
        SqliteFile(path)


def test_a_link_to_the_same_file_is_the_same_file(
    file: SqliteFile, path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)

    with pytest.raises(StoreUnusable, match="another process"):
        SqliteFile(link)


def test_a_lock_that_cannot_say_who_holds_it_is_a_lock(path: Path) -> None:
    os.mkfifo(path.with_name(f"{path.name}.lock"))  # which cannot be cut short

    with closing(SqliteFile(path)) as file:
        assert file.check() is None


def test_a_newer_file_is_refused(path: Path) -> None:
    SqliteFile(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")

    with pytest.raises(StoreUnusable, match=r"newer mock-platform.*upgrade this one"):
        SqliteFile(path)


def test_a_file_of_the_first_schema_is_brought_here_with_all_it_holds(path: Path) -> None:
    with reopened(path) as stores:
        owe(stores, "a1", "a2", key="a", url="http://a.example/1")
        owe(stores, "b1", key="b", url="http://b.example/1")
        tables = schema_of(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP INDEX deliveries_due_by_receiver")
        raw.execute("ALTER TABLE deliveries DROP COLUMN receiver")
        raw.execute("PRAGMA user_version=1")

    with reopened(path) as stores:
        shares = Shares(each=9, sending={"http://a.example:80": 9})
        claimed = [*stores.deliveries.claim(NOON, 9, shares), *stores.deliveries.claim(NOON, 9)]
        owe(stores, "b2", key="b", url="http://b.example/1")

        assert [one.id for one in claimed] == ["b1", "a1"]
        assert schema_of(path) == tables


def schema_of(path: Path) -> set[tuple[str, str, str]]:
    """Every column of every table, and every index by its columns."""
    with closing(sqlite3.connect(path)) as raw:
        listed = raw.execute("SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        found = set()
        for name, kind in listed.fetchall():
            asked = f"SELECT name FROM pragma_{kind}_info('{name}')"  # noqa: S608 - names are ours
            found |= {(kind, name, f"{column}") for (column,) in raw.execute(asked)}
        return found


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()

    with pytest.raises(StoreUnusable, match="something else; name another file"):
        SqliteFile(path)

    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("These are my notes. " * 100)
    before = path.read_bytes()

    with pytest.raises(StoreUnusable, match=r"not a database.*name another file"):
        SqliteFile(path)

    assert path.read_bytes() == before


def test_a_refused_file_is_not_kept_locked(path: Path) -> None:
    path.write_text("These are my notes. " * 100)
    with pytest.raises(StoreUnusable):
        SqliteFile(path)
    path.unlink()

    SqliteFile(path).close()


def test_closing_twice_is_closing_once(path: Path) -> None:
    file = SqliteFile(path)
    file.close()
    with closing(path.open("rb")) as other:
        file.close()

        assert other.read(6) == b"SQLite"


def test_any_name_will_do(tmp_path: Path) -> None:
    odd = tmp_path / "50% of \u00e9 ?mode=memory#.db"

    with closing(SqliteFile(odd)) as file:
        FileStore(file, Limits()).repository(toys()).save("w", Toy(id="a"))

    assert odd.exists()


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"no directory .*nowhere; make it"):
        SqliteFile(tmp_path / "nowhere" / "a.db")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="name another file"):
        SqliteFile(tmp_path)


def test_a_lock_that_cannot_be_written_is_refused(path: Path) -> None:
    path.with_name("store.db.lock").mkdir()

    with pytest.raises(StoreUnusable, match="lock cannot be written"):
        SqliteFile(path)


# Trouble


@contextmanager
def full_disk(file: SqliteFile) -> Iterator[None]:
    """Let the file grow no further."""
    with file.writing() as connection:
        most = connection.exec_driver_sql("PRAGMA max_page_count").scalar()
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    yield
    with file.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


@contextmanager
def read_only(file: SqliteFile) -> Iterator[None]:
    """Let nothing be written."""
    with closing(file._writer.raw_connection()) as writer:
        writer.cursor().execute("PRAGMA query_only=ON")
    yield
    with closing(file._writer.raw_connection()) as writer:
        writer.cursor().execute("PRAGMA query_only=OFF")


@contextmanager
def locked(file: SqliteFile) -> Iterator[None]:
    """Let a stranger hold the file."""
    with closing(sqlite3.connect(file.path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        yield


Trouble = Callable[[SqliteFile], AbstractContextManager[None]]

TROUBLE: dict[str, Trouble] = {"full": full_disk, "read-only": read_only, "locked": locked}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_save_that_meets_trouble_writes_nothing(file: SqliteFile, trouble: Trouble) -> None:
    store = FileStore(file, Limits())
    repository = store.repository(toys())
    repository.save("w", Toy(id="a"), happened("a", 1, "dlv_1"))
    big = Toy(id="b", owner="b" * 100_000)

    with trouble(file), pytest.raises(StoreUnavailable):
        repository.save("w", big, happened("b", 1, "dlv_2"), remember=remembered(big))

    assert repository.page("w", facets={}, after=None, limit=9).items == (Toy(id="a"),)
    assert repository.events("w", "b", after=None, limit=9).items == ()
    assert store.deliveries.get("w", "dlv_2") is None
    assert repository.recall("w", "createToy", "k1", NOON) is None


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_the_store_works_again_when_the_trouble_is_over(file: SqliteFile, trouble: Trouble) -> None:
    repository = FileStore(file, Limits()).repository(toys())
    big = Toy(id="b", owner="b" * 100_000)
    with trouble(file), pytest.raises(StoreUnavailable):
        repository.save("w", big)

    repository.save("w", big)

    assert repository.get("w", "b") == big


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_reading_goes_on_through_trouble(file: SqliteFile, trouble: Trouble) -> None:
    repository = FileStore(file, Limits()).repository(toys())
    repository.save("w", Toy(id="a"))

    with trouble(file):
        assert repository.get("w", "a") == Toy(id="a")


def test_a_locked_file_is_not_ready_and_says_so(file: SqliteFile) -> None:
    with locked(file):
        assert "locked" in str(file.check())

    assert file.check() is None


def test_a_full_disk_and_a_removed_file_are_noticed_before_they_hurt(
    file: SqliteFile, path: Path
) -> None:
    assert "KiB are left" in str(disk_trouble(path, least_free_bytes=2**63))

    path.unlink()

    assert "unable to open" in str(file.check())
    assert "has been removed" in str(disk_trouble(path))
    assert not path.exists()


def test_a_closed_store_is_not_opened_again(path: Path) -> None:
    file = SqliteFile(path)
    store = FileStore(file, Limits())
    file.close()

    with pytest.raises(StoreUnavailable, match="closed"):
        store.repository(toys()).save("w", Toy(id="a"))
    with pytest.raises(StoreUnavailable, match="closed"):
        store.repository(toys()).get("w", "a")
    assert file.check() == "the store is closed"


def test_a_fault_of_ours_is_not_taken_for_trouble(file: SqliteFile) -> None:
    with pytest.raises(ProgrammingError), file.reading() as connection:
        connection.exec_driver_sql("SELECT ?", ())


def test_a_file_that_broke_is_not_ready_and_says_so(path: Path) -> None:
    file = SqliteFile(path)
    FileStore(file, Limits()).repository(toys()).save("w", Toy(id="a"))
    file.close()
    broken = SqliteFile(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE sqlite_master SET sql='nonsense'")
        raw.commit()

    with pytest.raises(StoreUnavailable):
        FileStore(broken, Limits()).repository(toys()).get("w", "a")
    broken.close()


def test_our_own_threads_never_find_the_file_locked(store: FileStore) -> None:
    repository = store.repository(toys())

    def write(number: int) -> None:
        for turn in range(15):
            key = f"{number}-{turn}"
            repository.save("w", Toy(id=key), happened(key, 1, f"d-{key}"))
            store.records.receive("w", f"{number}", "evt_1", 0, judged)
            store.deliveries.settle([settling(one) for one in store.deliveries.claim(NOON, 3)])
            assert repository.get("w", key) is not None

    at_once([partial(write, number) for number in range(6)])

    assert len(repository.page("w", facets={}, after=None, limit=100).items) == 90
