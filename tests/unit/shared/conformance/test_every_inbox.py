"""Inboxes count exactly, find what they hold, and forget the oldest first: in every store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import Arrival, Policy, Record, RecordFilter, Violation
from mock_platform.shared.errors import CursorInvalid
from tests.fakes import NOON
from tests.unit.shared.conformance.things import Opener, at_once

ANY = RecordFilter()


def record(arrival: Arrival, inbox: str, **facts: object) -> Record:
    given: dict[str, object] = {
        "id": f"rec_{inbox}_{arrival.seq:05}",
        "inbox": inbox,
        "seq": arrival.seq,
        "received_at": NOON,
        "webhook_id": "evt_1",
        "event_type": "toyChanged",
        "order_id": "a",
        "order_version": 1,
        "outcome": "duplicate" if arrival.original else "accepted",
        "signature": "unsigned",
        "status": 204,
        "duplicate_of": arrival.original,
    }
    return Record(**(given | facts))  # type: ignore[arg-type]  # a test names what differs


def receive(
    stores: Stores,
    webhook_id: str | None = "evt_1",
    *,
    inbox: str = "in",
    world: str = "w",
    since: int = 0,
    **facts: object,
) -> Arrival:
    """Let one callback arrive; return what its judge was told."""
    told: list[Arrival] = []

    def judge(arrival: Arrival) -> Record:
        told.append(arrival)
        return record(arrival, inbox, webhook_id=webhook_id, **facts)

    stores.records.receive(world, inbox, webhook_id, since, judge)
    return told[0]


def listed(stores: Stores, which: RecordFilter = ANY, inbox: str = "in") -> list[int]:
    page = stores.records.page("w", inbox, which, after=None, limit=1000)
    return [one.seq for one in page.items]


# Arrivals


def test_an_inbox_numbers_its_arrivals_without_gaps(stores: Stores) -> None:
    seqs = [receive(stores, f"evt_{number}").seq for number in range(5)]

    assert seqs == [1, 2, 3, 4, 5]
    assert receive(stores, inbox="other").seq == 1
    assert receive(stores, world="other").seq == 1
    assert stores.records.last_seq("w", "in") == 5
    assert stores.records.last_seq("w", "unused") == 0


def test_a_record_is_found_as_it_was_judged(stores: Stores) -> None:
    everything: dict[str, Any] = {
        "order_version": 2**64 - 1,
        "outcome": "invalid",
        "status": None,
        "policy": "timeout",
        "violations": (Violation("/total", "minimum", "-1 is less than 0"),),
        "headers": (("x-a", "1"), ("x-a", "\xe9")),
        "body": b"\x00\xff",
        "trace_id": "t",
    }
    arrival = receive(stores, None, event_type=None, order_id=None, **everything)

    kept = stores.records.get("w", "in", "rec_in_00001")

    assert kept == record(
        arrival, "in", webhook_id=None, event_type=None, order_id=None, **everything
    )
    assert stores.records.get("w", "other", "rec_in_00001") is None
    assert stores.records.get("other", "in", "rec_in_00001") is None
    assert stores.records.get("w", "in", "rec_in_00002") is None


def test_arrivals_are_counted_from_when_the_policy_was_set(stores: Stores) -> None:
    for webhook in ("x", "y", "x"):
        receive(stores, webhook)

    told = [receive(stores, webhook, since=3) for webhook in ("x", "y", "x", "x")]

    assert [one.since_policy for one in told] == [0, 1, 2, 3]
    assert [one.same_since_policy for one in told] == [0, 0, 1, 2]


def test_arrivals_without_a_webhook_id_are_never_the_same(stores: Stores) -> None:
    receive(stores, None)

    arrival = receive(stores, None)

    assert (arrival.since_policy, arrival.same_since_policy, arrival.original) == (1, 0, None)


def test_the_original_is_the_first_that_was_accepted(stores: Stores) -> None:
    receive(stores, outcome="invalid")
    receive(stores)
    receive(stores, outcome="accepted")
    receive(stores, inbox="other", outcome="accepted")

    assert receive(stores, since=4).original == "rec_in_00002"
    assert receive(stores, "evt_2").original is None


def test_a_judge_that_fails_leaves_no_record(stores: Stores) -> None:
    def judge(_arrival: Arrival) -> Record:
        raise LookupError

    with pytest.raises(LookupError):
        stores.records.receive("w", "in", "evt_1", 0, judge)

    assert stores.records.last_seq("w", "in") == 0
    assert receive(stores).seq == 1


def test_counts_are_exact_when_many_arrive_at_once(stores: Stores) -> None:
    def arrive(number: int) -> list[Arrival]:
        return [receive(stores, f"evt_{number % 2}", since=2) for _ in range(10)]

    receive(stores, "evt_0")
    receive(stores, "evt_1")

    outcomes = at_once([partial(arrive, number) for number in range(6)])

    told = [one for arrivals in outcomes if isinstance(arrivals, list) for one in arrivals]
    assert sorted(one.seq for one in told) == list(range(3, 63))
    assert sorted(one.since_policy for one in told) == list(range(60))
    assert sorted(one.same_since_policy for one in told) == sorted([*range(30), *range(30)])
    assert stores.records.count("w", "in", ANY) == 62
    assert stores.records.count("w", "in", RecordFilter(outcome="accepted")) == 2


# Lists


FILTERS: dict[str, Callable[[], RecordFilter]] = {
    "any": RecordFilter,
    "order": lambda: RecordFilter(order_id="a"),
    "type": lambda: RecordFilter(event_type="t2"),
    "outcome": lambda: RecordFilter(outcome="invalid"),
    "order and type": lambda: RecordFilter(order_id="b", event_type="t1"),
    "order and outcome": lambda: RecordFilter(order_id="a", outcome="played"),
    "type and outcome": lambda: RecordFilter(event_type="t1", outcome="invalid"),
    "all": lambda: RecordFilter(order_id="a", event_type="t1", outcome="invalid"),
    "unknown": lambda: RecordFilter(order_id="z"),
}


@pytest.mark.parametrize("filter_", FILTERS.values(), ids=FILTERS)
def test_records_are_listed_and_counted_by_any_filter(
    stores: Stores, filter_: Callable[[], RecordFilter]
) -> None:
    which = filter_()
    cases = [
        (order, type_, outcome)
        for order in ("a", "b", None)
        for type_ in ("t1", "t2", None)
        for outcome in ("played", "invalid")
    ]
    for order, type_, outcome in cases:
        receive(stores, order_id=order, event_type=type_, outcome=outcome)

    wanted = [
        seq
        for seq, (order, type_, outcome) in enumerate(cases, 1)
        if which.order_id in {None, order}
        and which.event_type in {None, type_}
        and which.outcome in {None, outcome}
    ]
    assert listed(stores, which) == wanted
    assert stores.records.count("w", "in", which) == len(wanted)
    after = sum(seq > 7 for seq in wanted)
    assert stores.records.count("w", "in", which, after=7) == after
    assert stores.records.count("w", "in", which, after=10**30) == 0


def test_pages_of_records_go_on_where_they_ended(stores: Stores) -> None:
    for number in range(12):
        receive(stores, order_id="ab"[number % 2])
    which = RecordFilter(order_id="b")

    first = stores.records.page("w", "in", which, after=None, limit=5)
    second = stores.records.page("w", "in", which, after=first.next_after, limit=5)

    assert [one.seq for one in first.items] == [2, 4, 6, 8, 10]
    assert first.next_after == "10"
    assert ([one.seq for one in second.items], second.next_after) == ([12], None)


def test_a_cursor_that_is_no_number_is_refused(stores: Stores) -> None:
    with pytest.raises(CursorInvalid):
        stores.records.page("w", "in", ANY, after="rec_1", limit=5)


# Bounds


def test_the_oldest_records_of_an_inbox_go_first(fresh: Opener) -> None:
    stores = fresh(Limits(records_per_inbox=3))
    receive(stores, inbox="other")

    for number in range(1, 8):
        receive(stores, f"evt_{number}", order_id="ab"[number % 2])

    assert listed(stores) == [5, 6, 7]
    assert listed(stores, RecordFilter(order_id="b")) == [5, 7]
    assert stores.records.count("w", "in", ANY) == 3
    assert stores.records.last_seq("w", "in") == 7
    assert stores.records.get("w", "in", "rec_in_00004") is None
    assert listed(stores, inbox="other") == [1]


def test_what_is_forgotten_is_no_longer_an_original(fresh: Opener) -> None:
    stores = fresh(Limits(records_per_inbox=2))
    told = [receive(stores, webhook) for webhook in ("x", "x", "y", "x")]

    assert [one.original for one in told] == [None, "rec_in_00001", None, None]
    assert [one.same_since_policy for one in told] == [0, 1, 0, 1]
    assert told[3].since_policy == 3


def test_an_inbox_works_long_after_it_is_full(fresh: Opener) -> None:
    stores = fresh(Limits(records_per_inbox=10))

    for number in range(60):
        receive(stores, f"evt_{number % 3}", order_id=f"{number % 4}")

    assert listed(stores) == list(range(51, 61))
    assert listed(stores, RecordFilter(order_id="1")) == [54, 58]


# Policies


def test_a_policy_stays_until_it_is_replaced_or_cleared(stores: Stores) -> None:
    first = Policy(kind="fail_first", settings={"times": 3, "status": 503}, since=4)
    second = Policy(kind="delay", settings={"seconds": 0.5})

    assert stores.policies.get("w", "in") is None
    stores.policies.put("w", "in", first)
    assert stores.policies.get("w", "in") == first
    stores.policies.put("w", "in", second)
    assert stores.policies.get("w", "in") == second
    assert stores.policies.get("w", "other") is None
    assert stores.policies.get("other", "in") is None
    stores.policies.clear("w", "in")
    stores.policies.clear("w", "never-used")
    assert stores.policies.get("w", "in") is None


def test_a_policy_and_the_records_of_its_inbox_do_not_disturb_each_other(stores: Stores) -> None:
    receive(stores)
    stores.policies.put("w", "in", Policy(kind="ok", since=stores.records.last_seq("w", "in")))
    receive(stores)
    stores.policies.clear("w", "in")

    assert listed(stores) == [1, 2]


# From the end


def test_the_newest_records_come_first_page_by_page(stores: Stores) -> None:
    for number in range(5):
        receive(stores, f"evt_{number}", outcome="rejected" if number % 2 else "accepted")

    def newest(which: RecordFilter, before: str | None) -> tuple[list[int], str | None]:
        page = stores.records.latest("w", "in", which, before=before, limit=2)
        return [one.seq for one in page.items], page.next_after

    assert newest(ANY, None) == ([5, 4], "4")
    assert newest(ANY, "4") == ([3, 2], "2")
    assert newest(ANY, "2") == ([1], None)
    assert newest(RecordFilter(outcome="rejected"), None) == ([4, 2], None)
    assert stores.records.latest("w", "none", ANY, before=None, limit=2).items == ()


def test_inboxes_with_records_are_listed_by_name(stores: Stores) -> None:
    for inbox in ("b", "a", "c"):
        receive(stores, inbox=inbox)
        receive(stores, inbox=inbox)
    receive(stores, inbox="d", world="other")
    stores.policies.put("w", "e", Policy(kind="ok"))

    first = stores.records.inboxes("w", after=None, limit=2)
    rest = stores.records.inboxes("w", after=first.next_after, limit=2)

    assert (first.items, rest.items, rest.next_after) == (("a", "b"), ("c",), None)
