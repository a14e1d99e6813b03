"""Lines keep their order, late results change nothing, nothing is lost: in every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import Stores
from mock_platform.shared.contracts import Delivery, Shares, receiver_of
from mock_platform.shared.errors import DeliveryNotFound, DeliveryNotReplayable
from tests.fakes import NOON
from tests.unit.shared.conformance.things import Opener, at_once, owe, settling

SOON = NOON + timedelta(seconds=5)


def names(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.id for delivery in deliveries]


def known(stores: Stores, delivery_id: str) -> Delivery:
    delivery = stores.deliveries.get("w", delivery_id)
    assert delivery is not None
    return delivery


def claim(stores: Stores) -> Delivery:
    (claimed,) = stores.deliveries.claim(NOON, 1)
    return claimed


# Claiming


def test_a_claim_takes_the_delivery_as_sending(stores: Stores) -> None:
    owe(stores, "a1")
    before = known(stores, "a1")

    claimed = claim(stores)

    assert claimed == replace(before, state="sending", generation=1)
    assert known(stores, "a1") == claimed
    assert stores.deliveries.claim(NOON, 10) == []


def test_nothing_is_claimed_before_it_is_due(stores: Stores) -> None:
    owe(stores, "a1")

    assert stores.deliveries.claim(NOON - timedelta(microseconds=1), 10) == []
    assert stores.deliveries.next_due() == NOON


A, B = "http://a.example/1", "http://b.example/1"
FULL = Shares(each=2, sending={receiver_of(A): 2})


def test_no_receiver_gets_more_than_its_share(stores: Stores) -> None:
    for number in range(4):
        owe(stores, f"a{number}", key=f"a{number}", url=A)
    owe(stores, "b0", key="b", url=B)

    first = stores.deliveries.claim(NOON, 9, Shares(each=2))
    second = stores.deliveries.claim(NOON, 9, Shares(each=3, sending={receiver_of(A): 2}))

    assert names(first) == ["a0", "a1", "b0"]
    assert names(second) == ["a2"]


def test_who_waits_for_a_share_keeps_nobody_else_waiting(stores: Stores) -> None:
    for number in range(20):
        owe(stores, f"a{number}", key=f"a{number}", url=A)
    owe(stores, "b0", key="b", url=B)

    assert names(stores.deliveries.claim(NOON, 1, FULL)) == ["b0"]
    assert stores.deliveries.claim(NOON, 9, FULL) == []
    assert len(stores.deliveries.claim(NOON, 99)) == 20


def test_all_paths_of_an_origin_are_one_receiver(stores: Stores) -> None:
    for number, url in enumerate(["http://h/1", "http://H:80/2?x=1", "http://h:81/3"]):
        owe(stores, f"d{number}", key=f"{number}", url=url)

    assert names(stores.deliveries.claim(NOON, 9, Shares(each=1))) == ["d0", "d2"]


def test_a_line_keeps_its_order_whatever_the_shares(stores: Stores) -> None:
    owe(stores, "a1", "a2", key="a", url=A)

    (first,) = stores.deliveries.claim(NOON, 9, Shares(each=5))
    assert stores.deliveries.claim(NOON, 9, Shares(each=5)) == []
    stores.deliveries.settle([settling(first)])

    assert names([first, *stores.deliveries.claim(NOON, 9, Shares(each=5))]) == ["a1", "a2"]


def test_the_next_that_is_due_is_one_with_room(stores: Stores) -> None:
    owe(stores, "a0", key="a", url=A)
    owe(stores, "b0", key="b", url=B)
    (taken,) = stores.deliveries.claim(NOON, 9, FULL)
    stores.deliveries.settle([settling(taken, "pending", retry_at=SOON)])

    assert stores.deliveries.next_due() == NOON
    assert stores.deliveries.next_due(FULL) == SOON
    both = Shares(each=1, sending={receiver_of(A): 1, receiver_of(B): 1})
    assert stores.deliveries.next_due(both) is None


def test_deliveries_are_counted_by_state(stores: Stores) -> None:
    owe(stores, "a1", "a2", key="a")
    owe(stores, "b1", key="b", world="other")
    one, other = stores.deliveries.claim(NOON, 2)

    stores.deliveries.settle([settling(one, "dead")])

    counts = stores.deliveries.counts()
    assert {state: number for state, number in counts.items() if number} == {
        "pending": 1,
        "sending": 1,
        "dead": 1,
    }
    stores.deliveries.replay(one.world, one.id, NOON)
    stores.deliveries.release([other])
    assert {state: number for state, number in stores.deliveries.counts().items() if number} == {
        "pending": 3
    }


def test_only_heads_of_lines_are_claimed(stores: Stores) -> None:
    owe(stores, "a1", "a2", key="a")
    owe(stores, "b1", "b2", key="b")
    owe(stores, "a3", key="a", url="http://127.0.0.1:9/elsewhere")
    owe(stores, "a4", key="a", world="other")

    claimed = stores.deliveries.claim(NOON, 10)

    assert names(claimed) == ["a1", "b1", "a3", "a4"]
    assert stores.deliveries.next_due() is None


def test_those_due_the_longest_are_claimed_first(stores: Stores) -> None:
    owe(stores, "a1", key="a")
    owe(stores, "b1", key="b")
    owe(stores, "c1", key="c")
    first, second = stores.deliveries.claim(NOON, 2)
    stores.deliveries.settle(
        [
            settling(first, "pending", retry_at=SOON + timedelta(seconds=1)),
            settling(second, "pending", retry_at=SOON),
        ]
    )

    assert names(stores.deliveries.claim(SOON + timedelta(seconds=1), 3)) == ["c1", "b1", "a1"]


def test_no_more_are_claimed_than_asked_for(stores: Stores) -> None:
    for key in "abc":
        owe(stores, f"{key}1", key=key)

    assert names(stores.deliveries.claim(NOON, 2)) == ["a1", "b1"]
    assert names(stores.deliveries.claim(NOON, 2)) == ["c1"]


def test_no_delivery_is_claimed_by_two(stores: Stores) -> None:
    for number in range(40):
        owe(stores, f"d{number:02}", key=f"toy{number}")

    def claim_some() -> list[str]:
        return [one.id for _ in range(4) for one in stores.deliveries.claim(NOON, 2)]

    outcomes = at_once([claim_some] * 6)

    claimed = [name for names_ in outcomes if isinstance(names_, list) for name in names_]
    assert sorted(claimed) == [f"d{number:02}" for number in range(40)]


# Settling


def test_a_delivered_head_frees_its_line(stores: Stores) -> None:
    owe(stores, "a1", "a2")
    claimed = claim(stores)

    stores.deliveries.settle([settling(claimed, at=SOON)])

    assert known(stores, "a1") == replace(
        claimed,
        state="delivered",
        attempts=1,
        tries=1,
        first_attempt_at=SOON,
        next_attempt_at=None,
    )
    assert names(stores.deliveries.claim(NOON, 10)) == ["a2"]


def test_a_dead_head_frees_its_line(stores: Stores) -> None:
    owe(stores, "a1", "a2")

    stores.deliveries.settle([settling(claim(stores), "dead", reason="gone")])

    assert (known(stores, "a1").state, known(stores, "a1").reason) == ("dead", "gone")
    assert names(stores.deliveries.claim(NOON, 10)) == ["a2"]


def test_a_failed_head_blocks_its_line_until_it_is_tried_again(stores: Stores) -> None:
    owe(stores, "a1", "a2")

    stores.deliveries.settle(
        [settling(claim(stores), "pending", retry_at=SOON, reason="answered 503")]
    )

    failed = known(stores, "a1")
    assert (failed.state, failed.next_attempt_at, failed.reason) == (
        "pending",
        SOON,
        "answered 503",
    )
    assert stores.deliveries.claim(NOON, 10) == []
    assert stores.deliveries.next_due() == SOON
    assert names(stores.deliveries.claim(SOON, 10)) == ["a1"]


def test_the_first_attempt_keeps_its_time(stores: Stores) -> None:
    owe(stores, "a1")
    stores.deliveries.settle([settling(claim(stores), "pending", retry_at=NOON)])

    stores.deliveries.settle([settling(claim(stores), "pending", retry_at=SOON, at=SOON)])

    tried = known(stores, "a1")
    assert (tried.attempts, tried.tries, tried.first_attempt_at) == (2, 2, NOON)


def test_every_attempt_is_told_as_it_was(stores: Stores) -> None:
    owe(stores, "a1")
    first = settling(claim(stores), "pending", retry_at=NOON, reason="answered 503")
    stores.deliveries.settle([first])
    second = settling(claim(stores), at=SOON)
    stores.deliveries.settle([second])

    assert list(stores.deliveries.attempts("w", "a1")) == [first.attempt, second.attempt]
    assert list(stores.deliveries.attempts("w", "unknown")) == []


def test_a_settlement_for_an_older_claim_changes_nothing(stores: Stores) -> None:
    owe(stores, "a1", "a2")
    late = claim(stores)
    stores.deliveries.recover()
    again = claim(stores)

    stores.deliveries.settle([settling(late)])

    assert known(stores, "a1") == again
    assert list(stores.deliveries.attempts("w", "a1")) == []
    assert stores.deliveries.claim(SOON, 10) == []


def test_a_claim_settled_twice_counts_once(stores: Stores) -> None:
    owe(stores, "a1")
    claimed = claim(stores)

    stores.deliveries.settle([settling(claimed), settling(claimed, "dead")])
    stores.deliveries.settle([settling(claimed, "dead")])

    assert (known(stores, "a1").state, known(stores, "a1").attempts) == ("delivered", 1)
    assert len(stores.deliveries.attempts("w", "a1")) == 1


def test_nothing_to_settle_or_release_is_fine(stores: Stores) -> None:
    stores.deliveries.settle([])
    stores.deliveries.release([])

    assert stores.deliveries.next_due() is None


# Giving back


def test_a_released_delivery_is_due_as_before_and_spent_nothing(stores: Stores) -> None:
    owe(stores, "a1", "a2")
    before = known(stores, "a1")

    stores.deliveries.release([claim(stores)])

    assert known(stores, "a1") == replace(before, generation=1)
    assert stores.deliveries.next_due() == NOON
    assert names(stores.deliveries.claim(NOON, 10)) == ["a1"]


def test_a_late_release_changes_nothing(stores: Stores) -> None:
    owe(stores, "a1")
    late = claim(stores)
    stores.deliveries.release([late])
    again = claim(stores)

    stores.deliveries.release([late])

    assert known(stores, "a1") == again


def test_recovering_makes_what_was_sent_pending_and_fences_its_results(stores: Stores) -> None:
    owe(stores, "a1", "a2", key="a")
    owe(stores, "b1", key="b")
    owe(stores, "c1", key="c")
    lost = stores.deliveries.claim(NOON, 2)

    recovered = stores.deliveries.recover()

    stores.deliveries.settle([settling(one) for one in lost])
    assert recovered == 2
    assert stores.deliveries.recover() == 0
    assert names(stores.deliveries.claim(NOON, 10)) == ["a1", "b1", "c1"]


# Replaying


def test_a_replay_starts_anew_at_the_end_of_its_line(stores: Stores) -> None:
    owe(stores, "a1", "a2", "a3")
    stores.deliveries.settle([settling(claim(stores), "dead", reason="gone")])
    dead = known(stores, "a1")

    replayed = stores.deliveries.replay("w", "a1", SOON)

    assert replayed.seq > known(stores, "a3").seq
    assert replayed == replace(
        dead,
        seq=replayed.seq,
        state="pending",
        tries=0,
        trigger="replay",
        first_attempt_at=None,
        next_attempt_at=SOON,
        reason=None,
    )
    assert known(stores, "a1") == replayed
    order = []
    while due := stores.deliveries.claim(SOON, 10):
        order += names(due)
        stores.deliveries.settle([settling(one) for one in due])
    assert order == ["a2", "a3", "a1"]


def test_a_replay_continues_the_count_of_attempts(stores: Stores) -> None:
    owe(stores, "a1")
    stores.deliveries.settle([settling(claim(stores))])
    stores.deliveries.replay("w", "a1", NOON)

    stores.deliveries.settle([settling(claim(stores), at=SOON)])

    again = known(stores, "a1")
    told = stores.deliveries.attempts("w", "a1")
    assert (again.attempts, again.tries, again.first_attempt_at) == (2, 1, SOON)
    assert [(one.number, one.trigger) for one in told] == [(1, "auto"), (2, "replay")]


def test_a_replay_into_an_empty_line_is_due_at_once(stores: Stores) -> None:
    owe(stores, "a1")
    stores.deliveries.settle([settling(claim(stores))])

    stores.deliveries.replay("w", "a1", SOON)

    assert stores.deliveries.next_due() == SOON


def test_what_is_unknown_cannot_be_replayed(stores: Stores) -> None:
    owe(stores, "a1")
    stores.deliveries.settle([settling(claim(stores))])

    with pytest.raises(DeliveryNotFound):
        stores.deliveries.replay("other", "a1", NOON)


def test_what_is_under_way_cannot_be_replayed(stores: Stores) -> None:
    owe(stores, "a1")
    pending = known(stores, "a1")

    with pytest.raises(DeliveryNotReplayable):
        stores.deliveries.replay("w", "a1", NOON)
    assert known(stores, "a1") == pending

    sending = claim(stores)
    with pytest.raises(DeliveryNotReplayable):
        stores.deliveries.replay("w", "a1", NOON)
    assert known(stores, "a1") == sending


# Listing


def test_deliveries_are_listed_by_order_and_state(stores: Stores) -> None:
    owe(stores, "a1", "a2", "a3", key="a")
    owe(stores, "b1", key="b")
    owe(stores, "x1", key="a", world="other")
    stores.deliveries.settle([settling(one) for one in stores.deliveries.claim(NOON, 10)])
    stores.deliveries.claim(NOON, 1)

    def listed(order_key: str | None = None, state: str | None = None) -> list[str]:
        asked = {"order_key": order_key, "state": state}
        return names(stores.deliveries.page("w", **asked, after=None, limit=10).items)

    assert listed() == ["a1", "a2", "a3", "b1"]
    assert listed(order_key="a") == ["a1", "a2", "a3"]
    assert listed(state="delivered") == ["a1", "b1"]
    assert listed(state="sending", order_key="a") == ["a2"]
    assert listed(state="pending", order_key="b") == []


def test_pages_of_deliveries_go_on_where_they_ended(stores: Stores) -> None:
    owe(stores, "a1", "a2", "a3", key="a")

    first = stores.deliveries.page("w", order_key="a", state=None, after=None, limit=2)
    second = stores.deliveries.page("w", order_key="a", state=None, after="a2", limit=2)

    assert (names(first.items), first.next_after) == (["a1", "a2"], "a2")
    assert (names(second.items), second.next_after) == (["a3"], None)


# Bounds


def test_the_deliveries_that_finished_first_are_forgotten_first(fresh: Opener) -> None:
    stores = fresh(Limits(finished_deliveries=2))
    for key in "abcde":
        owe(stores, f"{key}1", key=key)
    claimed = {one.id: one for one in stores.deliveries.claim(NOON, 4)}

    for name, state in (("c1", "dead"), ("a1", "delivered"), ("d1", "delivered")):
        stores.deliveries.settle([settling(claimed[name], state)])

    assert names(
        stores.deliveries.page("w", order_key=None, state=None, after=None, limit=9).items
    ) == ["a1", "b1", "d1", "e1"]
    assert stores.deliveries.get("w", "c1") is None
    assert list(stores.deliveries.attempts("w", "c1")) == []


def test_what_is_unfinished_is_never_forgotten(fresh: Opener) -> None:
    stores = fresh(Limits(finished_deliveries=1))
    for key in "abcdef":
        owe(stores, f"{key}1", f"{key}2", key=key)
    claimed = stores.deliveries.claim(NOON, 10)
    stores.deliveries.settle([settling(one, "dead") for one in claimed[:4]])

    stores.deliveries.replay("w", "d1", NOON)

    unfinished = ["a2", "b2", "c2", "d1", "d2", "e1", "e2", "f1", "f2"]
    everything = stores.deliveries.page("w", order_key=None, state=None, after=None, limit=99)
    assert names(everything.items) == unfinished


def test_only_the_last_attempts_are_kept(fresh: Opener) -> None:
    stores = fresh(Limits(attempts_per_delivery=3))
    owe(stores, "a1")

    for _ in range(5):
        stores.deliveries.settle([settling(claim(stores), "pending", retry_at=NOON)])

    kept = stores.deliveries.attempts("w", "a1")
    assert [attempt.number for attempt in kept] == [3, 4, 5]
    assert known(stores, "a1").attempts == 5


# From the end


def test_the_newest_deliveries_come_first_page_by_page(stores: Stores) -> None:
    for number in range(4):
        owe(stores, f"d{number}", key="even" if number % 2 == 0 else "odd")
    one = claim(stores)

    def newest(
        before: str | None = None, order_key: str | None = None, state: str | None = None
    ) -> tuple[list[str], str | None]:
        page = stores.deliveries.latest(
            "w", order_key=order_key, state=state, before=before, limit=2
        )
        return names(page.items), page.next_after

    assert newest() == (["d3", "d2"], "d2")
    assert newest("d2") == (["d1", "d0"], None)
    assert newest(order_key="even") == (["d2", "d0"], None)
    assert newest(state="sending") == ([one.id], None)
    assert newest(order_key="even", state="sending") == ([one.id], None)
