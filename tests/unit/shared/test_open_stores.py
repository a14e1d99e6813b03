"""A URL opens the store it names, or is refused with what would have been right."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.infra.memory_store import MemoryStore, RememberedKeys
from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import Policy
from tests.unit.shared.conformance.things import Toy, remembered, toys


def test_memory_is_neither_durable_nor_waited_for() -> None:
    stores = open_stores("memory://")

    assert (stores.durable, stores.blocking, stores.check()) == (False, False, None)
    stores.close()


def test_two_memories_share_nothing() -> None:
    open_stores("memory://").repository(toys()).save("w", Toy(id="a"))

    assert open_stores("memory://").repository(toys()).get("w", "a") is None


def test_one_memory_has_one_repository_of_a_kind() -> None:
    stores = open_stores("memory://")

    stores.repository(toys()).save("w", Toy(id="a"))

    assert stores.repository(toys()).get("w", "a") == Toy(id="a")


def test_a_file_is_durable_and_waited_for(tmp_path: Path) -> None:
    stores = open_stores(f"sqlite:///{tmp_path}/a.db")

    assert (stores.durable, stores.blocking, stores.check()) == (True, True, None)
    assert (tmp_path / "a.db").exists()
    stores.close()


def test_three_slashes_are_relative_to_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    open_stores("sqlite:///here.db").close()

    assert (tmp_path / "here.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "memory://x",
        "orders.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://orders.db",
        "sqlite:///:memory:",
        "sqlite:///orders/",
        "redis://host",
    ],
)
def test_any_other_url_is_refused_with_the_right_ones(url: str) -> None:
    with pytest.raises(ValueError, match=r"use memory://, sqlite:///relative.db or"):
        open_stores(url)


def test_a_refused_url_does_not_tell_its_password() -> None:
    with pytest.raises(ValueError, match="postgresql") as refusal:
        open_stores("postgresql://user:secret@host/db")

    assert "secret" not in str(refusal.value)


# What memory bounds, and files need not


def test_the_inbox_unused_the_longest_is_forgotten_with_its_policy() -> None:
    store = MemoryStore(Limits(inboxes=2))
    for inbox in ("a", "b"):
        store.policies.put("w", inbox, Policy(kind="ok"))
    store.policies.get("w", "a")

    store.policies.put("w", "c", Policy(kind="ok"))

    assert [store.policies.get("w", inbox) is None for inbox in "abc"] == [False, True, False]


def test_asking_does_not_make_an_inbox() -> None:
    store = MemoryStore(Limits(inboxes=1))
    store.policies.put("w", "a", Policy(kind="ok"))

    assert store.records.last_seq("w", "b") == 0
    assert store.policies.get("w", "a") == Policy(kind="ok")


def test_no_more_keys_are_kept_than_allowed() -> None:
    keys = RememberedKeys[Toy](3)
    for number in range(10):
        keys.keep("w", remembered(Toy(id=f"{number}"), f"k{number}"))

    at = remembered(Toy(id="x")).created_at
    found = [keys.find("w", "createToy", f"k{number}", at) is not None for number in range(10)]

    assert found == [False] * 7 + [True] * 3
    assert len(keys._ends) == 3


def test_keys_that_expired_make_room_with_every_save() -> None:
    keys = RememberedKeys[Toy](1000)
    for number in range(40):
        keys.keep("w", remembered(Toy(id=f"{number}"), f"k{number}"))
    later = remembered(Toy(id="x")).expires_at

    for number in range(20):
        keys.keep("w", remembered(Toy(id=f"{number}"), f"later{number}", at=later))

    assert len(keys._kept) == 20
