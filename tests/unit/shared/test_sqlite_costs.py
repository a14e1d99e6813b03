"""What a store file is asked costs the same however much lies in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mock_platform.infra.file_store import FileStore
from mock_platform.infra.sqlite_file import SqliteFile
from mock_platform.infra.store_terms import Limits
from mock_platform.shared.contracts import Policy, RecordFilter, Shares, receiver_of
from tests.fakes import NOON
from tests.unit.shared.conformance.things import (
    URL,
    Toy,
    happened,
    judged,
    remembered,
    settling,
    toys,
)

EARLY = NOON - timedelta(hours=1)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    opened = SqliteFile(tmp_path / "store.db")
    yield opened
    opened.close()


@contextmanager
def explained(file: SqliteFile) -> Iterator[dict[str, list[str]]]:
    """Collect the query plan of every statement that is executed meanwhile."""
    plans: dict[str, list[str]] = {}

    def _explain(_c: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            return
        one = given[0] if isinstance(given, list) else given
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)
        plans[statement] = [row[3] for row in plan.fetchall()]

    for engine in (file._writer, file._reader):
        event.listen(engine, "before_cursor_execute", _explain)
    yield plans
    for engine in (file._writer, file._reader):
        event.remove(engine, "before_cursor_execute", _explain)


def use_everything(file: SqliteFile) -> None:
    """Ask a store file everything it can be asked, at least once."""
    store = FileStore(file, Limits(records_per_inbox=2, finished_deliveries=1))
    use_repository(store)
    use_deliveries(store)
    use_inboxes(store)


def use_repository(store: FileStore) -> None:
    repository = store.repository(toys())
    for number in range(4):
        toy = Toy(id=f"{number}", owner="ann")
        event_ = happened(toy.id, 1, f"d{number}")
        repository.save("w", toy, event_, remember=remembered(toy, f"k{number}"))
    repository.save("w", Toy(id="0", version=2, colour="blue"), happened("0", 2, "d9"))
    repository.get("w", "0")
    repository.recall("w", "createToy", "k0", NOON)
    repository.events("w", "0", after=None, limit=1)
    filters: list[dict[str, str]] = [{}, {"colour": "red"}, {"colour": "red", "owner": "ann"}]
    for facets in filters:
        repository.page("w", facets=facets, after="0", limit=2)


def use_deliveries(store: FileStore) -> None:
    deliveries = store.deliveries
    deliveries.next_due()
    full = Shares(each=1, sending={receiver_of(URL): 1})
    deliveries.next_due(full)
    deliveries.claim(NOON, 9, full)
    deliveries.release(deliveries.claim(NOON, 9, Shares(each=1)))
    first, second, *others = deliveries.claim(NOON, 9)
    deliveries.release([first])
    deliveries.settle([settling(second, "pending", retry_at=NOON)])
    deliveries.settle([settling(one) for one in others])
    deliveries.replay("w", others[-1].id, NOON)
    deliveries.get("w", "d0")
    deliveries.attempts("w", second.id)
    for order_key in (None, "0"):
        for state in (None, "pending"):
            deliveries.page("w", order_key=order_key, state=state, after="d", limit=2)


def use_inboxes(store: FileStore) -> None:
    for _ in range(4):
        store.records.receive("w", "in", "evt_1", 1, judged)
    store.records.get("w", "in", "rec_4")
    store.records.last_seq("w", "in")
    for order_id in (None, "a"):
        for event_type in (None, "toyChanged"):
            for outcome in (None, "accepted"):
                which = RecordFilter(order_id=order_id, event_type=event_type, outcome=outcome)
                store.records.page("w", "in", which, after="1", limit=2)
                store.records.count("w", "in", which)
    store.policies.put("w", "in", Policy(kind="ok"))
    store.policies.get("w", "in")
    store.policies.clear("w", "in")


_OWN_ROWS = {"SCAN CONSTANT ROW", "SCAN receivers"}
"""What a statement makes itself: one row, or one for each receiver."""


def test_no_statement_ever_reads_or_sorts_a_whole_table(file: SqliteFile) -> None:
    with explained(file) as plans:
        use_everything(file)

    costly = {
        statement: plan
        for statement, plan in plans.items()
        if any(step.startswith("SCAN ") and step not in _OWN_ROWS for step in plan)
        or any("TEMP B-TREE" in step for step in plan)
    }
    assert len(plans) > 50
    assert costly == {}


def test_only_the_restart_looks_at_every_delivery(file: SqliteFile) -> None:
    with explained(file) as plans:
        FileStore(file, Limits()).deliveries.recover()

    (plan,) = plans.values()
    assert plan == ["SCAN deliveries"]


def steps_of(file: SqliteFile, work: Callable[[], object]) -> int:
    """Count the instructions of SQLite's machine that something takes, in tens."""
    ticks = [0]

    def watch(handler: Callable[[], int] | None) -> None:
        for engine in (file._writer, file._reader):
            with closing(engine.raw_connection()) as connection:
                raw: Any = connection.driver_connection
                raw.set_progress_handler(handler, 10)

    def tick() -> int:
        ticks[0] += 1
        return 0

    watch(tick)
    work()
    watch(None)
    return ticks[0]


def fill(store: FileStore, many: int) -> None:
    """Store many things of no interest, in the world and the inbox of those that are."""
    repository = store.repository(toys())
    for number in range(many):
        toy = Toy(id=f"{number:05}", owner="bob")
        told = happened(toy.id, 1, f"d{number:05}", f"e{number:05}")
        repository.save("w", toy, told, remember=remembered(toy, f"of {toy.id}"))
        other = partial(judged, order_id=toy.id, webhook_id=told.id)
        store.records.receive("w", "in", told.id, 0, other)
    told = happened("y1", 1, *(f"y{number:05}" for number in range(many)), at=EARLY)
    repository.save("w", Toy(id="y1", owner="bob"), told)
    while due := store.deliveries.claim(EARLY, 1):
        store.deliveries.settle([settling(due[0])])


def costs(file: SqliteFile, many: int) -> dict[str, int]:
    """Measure what is asked again and again, among many things of no interest."""
    store = FileStore(file, Limits())
    repository, deliveries, records = store.repository(toys()), store.deliveries, store.records
    fill(store, many)
    toy = Toy(id="z1", colour="blue", owner="bob")
    repository.save("w", toy, happened("z1", 1, "z1"), remember=remembered(toy))
    records.receive("w", "in", "evt_1", 0, judged)

    full = Shares(each=1, sending={receiver_of(URL): 1})

    def claim_and_settle() -> None:
        deliveries.settle([settling(one) for one in deliveries.claim(NOON, 4)])

    def save() -> None:
        kept = remembered(Toy(id="z2"), "k2")
        repository.save("w", Toy(id="z2"), happened("z2", 1, "z2"), remember=kept)

    def change(key: str) -> None:
        toy = Toy(id=key, version=2, owner="bob")
        repository.save("w", toy, happened(key, 2, f"last of {key}"))

    def page(order_key: str | None, state: str | None) -> Callable[[], object]:
        return lambda: deliveries.page("w", order_key=order_key, state=state, after=None, limit=5)

    def toys_of(**facets: str) -> Callable[[], object]:
        return lambda: repository.page("w", facets=facets, after=None, limit=5)

    one_order = RecordFilter(order_id="a")
    asked: dict[str, Callable[[], object]] = {
        "get": lambda: repository.get("w", "z1"),
        "recall": lambda: repository.recall("w", "createToy", "k1", NOON),
        "events": lambda: repository.events("w", "z1", after=None, limit=5),
        "toys": toys_of(),
        "toys by one facet": toys_of(colour="blue"),
        "toys by two facets": toys_of(colour="blue", owner="bob"),
        "delivery": lambda: deliveries.get("w", "z1"),
        "deliveries of a toy": page("z1", None),
        "deliveries of a toy in a state": page("z1", "pending"),
        "deliveries in a state": page(None, "dead"),
        "due": deliveries.next_due,
        "due where there is room": partial(deliveries.next_due, full),
        "record": lambda: records.get("w", "in", f"rec_{many}"),
        "records of a toy": lambda: records.page("w", "in", one_order, after=None, limit=5),
        "number of records of a toy": lambda: records.count("w", "in", one_order),
        "last record": lambda: records.last_seq("w", "in"),
        "receive": lambda: records.receive("w", "in", "evt_1", 0, judged),
        "save": save,
        "change": partial(change, "z1"),
        "change of what has a long past": partial(change, "y1"),
        "what is left of a long past": page("y1", "pending"),
        "claim and settle": claim_and_settle,
    }
    return {name: steps_of(file, work) for name, work in asked.items()}


def test_nothing_costs_more_when_there_is_more(file: SqliteFile, tmp_path: Path) -> None:
    with closing(SqliteFile(tmp_path / "larger.db")) as larger:
        few, many = costs(file, 20), costs(larger, 400)

    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + 5} == {}


def test_a_long_blocked_line_costs_a_claim_nothing(file: SqliteFile) -> None:
    store = FileStore(file, Limits())
    repository = store.repository(toys())

    def turn() -> None:
        store.deliveries.next_due()
        (claimed,) = store.deliveries.claim(NOON + timedelta(hours=1), 1)
        store.deliveries.settle([settling(claimed, "pending", retry_at=NOON + timedelta(hours=1))])

    repository.save("w", Toy(id="a"), happened("a", 1, "d"))
    turn()
    short = steps_of(file, turn)
    repository.save("w", Toy(id="a", version=2), happened("a", 2, *(f"d{n}" for n in range(3000))))

    assert steps_of(file, turn) <= short + 5


def test_what_waits_for_a_share_costs_a_claim_nothing(file: SqliteFile) -> None:
    store = FileStore(file, Limits())
    repository = store.repository(toys())
    full = Shares(each=2, sending={receiver_of(URL): 2})

    def owed(many: int, since: int) -> None:
        for number in range(since, since + many):
            toy = f"a{number}"
            repository.save("w", Toy(id=toy), happened(toy, 1, f"d{number}"))

    def turn() -> None:
        store.deliveries.next_due(full)
        (claimed,) = store.deliveries.claim(NOON + timedelta(hours=1), 8, full)
        store.deliveries.settle([settling(claimed, "pending", retry_at=NOON + timedelta(hours=1))])

    owed(10, 0)
    repository.save("w", Toy(id="b"), happened("b", 1, "b", url="http://b.example/"))
    turn()
    short = steps_of(file, turn)
    owed(500, 10)

    assert steps_of(file, turn) <= short + 5
