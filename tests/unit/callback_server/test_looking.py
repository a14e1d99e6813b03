"""What was recorded can be listed, waited for and verified, and the three agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.domain.receipts import InboxService, topic
from mock_platform.domain.verification import Expectation
from mock_platform.shared.contracts import RecordFilter
from mock_platform.shared.errors import CursorInvalid, RecordNotFound
from tests.unit.callback_server.inbox_kit import (
    ANYTHING,
    BROKEN,
    EVENT,
    INBOX,
    all_records,
    last,
    send,
    service,
)

PAID = RecordFilter(event_type="order.paid")
ACCEPTED = RecordFilter(event_type="order.paid", outcome="accepted")

arrivals = st.lists(
    st.tuples(
        st.sampled_from(["order.paid", "order.shipped"]),
        st.sampled_from(["ord_1", "ord_2"]),
        st.sampled_from([None, "a", "b"]),
        st.booleans(),
    ),
    max_size=25,
)
filters = st.builds(
    RecordFilter,
    order_id=st.sampled_from([None, "ord_1", "ord_2", "ord_3"]),
    event_type=st.sampled_from([None, "order.paid"]),
    outcome=st.sampled_from([None, "accepted", "duplicate", "invalid"]),
)


def filled(sent: list[tuple[str, str, str | None, bool]]) -> InboxService:
    inboxes = service()
    for event_type, order_id, webhook_id, broken in sent:
        body = {**EVENT, "type": event_type, "orderId": order_id}
        send(inboxes, webhook_id, body, BROKEN if broken else ())
    return inboxes


def walked(inboxes: InboxService, which: RecordFilter, limit: int) -> list[int]:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = inboxes.page(INBOX, which, limit=limit, cursor=cursor)
        seen += [record.seq for record in page.items]
        cursor = page.next_after
        if cursor is None:
            return seen


# Listing -----------------------------------------------------------------------------------------


@given(sent=arrivals, which=filters, limit=st.integers(1, 5))
def test_walking_the_pages_visits_each_matching_record_once(
    sent: list[tuple[str, str, str | None, bool]], which: RecordFilter, limit: int
) -> None:
    inboxes = filled(sent)

    matching = [
        record.seq
        for record in all_records(inboxes)
        if which.order_id in {None, record.order_id}
        and which.event_type in {None, record.event_type}
        and which.outcome in {None, record.outcome}
    ]

    assert walked(inboxes, which, limit) == matching
    assert inboxes.verify(INBOX, Expectation(exactly=len(matching), which=which)).verified
    wait = inboxes.wait(INBOX, which, count=len(matching) + 1, timeout=0)
    assert wait.ready() is None
    assert wait.otherwise().body["count"] == len(matching)


def test_a_page_stays_right_while_more_arrives() -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 3)
    first = inboxes.page(INBOX, ANYTHING, limit=2, cursor=None)
    send(inboxes)

    second = inboxes.page(INBOX, ANYTHING, limit=2, cursor=first.next_after)

    assert [record.seq for record in second.items] == [3, 4]
    assert second.next_after is None


@pytest.mark.parametrize(
    ("inbox", "which"),
    [
        pytest.param(INBOX, PAID, id="another filter"),
        pytest.param("another", ANYTHING, id="another inbox"),
    ],
)
def test_a_cursor_belongs_to_its_own_list(inbox: str, which: RecordFilter) -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 2)
    cursor = inboxes.page(INBOX, ANYTHING, limit=1, cursor=None).next_after

    with pytest.raises(CursorInvalid):
        inboxes.page(inbox, which, limit=1, cursor=cursor)


@given(st.text("AZaz09_-", min_size=1, max_size=20))
def test_garbage_is_no_cursor(garbage: str) -> None:
    with pytest.raises(CursorInvalid):
        service().page(INBOX, ANYTHING, limit=1, cursor=garbage)


def test_an_inbox_that_nobody_has_used_is_an_empty_one() -> None:
    inboxes = service()

    assert inboxes.page("unknown", ANYTHING, limit=1, cursor=None).items == ()
    assert inboxes.verify("unknown", Expectation(exactly=0)).verified


def test_a_record_is_found_in_its_own_inbox_only() -> None:
    inboxes = service()
    send(inboxes)
    record = last(inboxes)

    assert inboxes.record(INBOX, record.id) == record
    with pytest.raises(RecordNotFound):
        inboxes.record("another", record.id)


def test_worlds_do_not_see_each_other() -> None:
    inboxes = service()
    send(inboxes, "evt_1")

    other = replace(inboxes, world="other")

    assert other.page(INBOX, ANYTHING, limit=1, cursor=None).items == ()


# Waiting -----------------------------------------------------------------------------------------


def test_a_wait_is_over_when_the_last_one_has_arrived() -> None:
    inboxes = service()
    wait = inboxes.wait(INBOX, PAID, count=2, timeout=5)
    send(inboxes)
    assert wait.ready() is None

    send(inboxes)
    arrived = wait.ready()

    assert arrived is not None
    assert (arrived.body["satisfied"], arrived.body["count"]) == (True, 2)
    assert [record["seq"] for record in arrived.body["records"]] == [1, 2]


def test_a_wait_that_is_over_too_soon_shows_what_there_is() -> None:
    inboxes = service()
    send(inboxes)

    told = inboxes.wait(INBOX, PAID, count=2, timeout=0).otherwise().body

    assert (told["satisfied"], told["count"], len(told["records"])) == (False, 1, 1)


def test_a_wait_listens_for_its_own_inbox_and_no_longer_than_allowed() -> None:
    inboxes = service()

    wait = inboxes.wait(INBOX, ANYTHING, count=1, timeout=30)

    assert (wait.topic, wait.timeout_s) == (topic("default", INBOX), inboxes.wait_limit_s)
    assert inboxes.wait(INBOX, ANYTHING, count=1, timeout=0.5).timeout_s == 0.5


def test_a_wait_shows_a_hundred_records_and_counts_all() -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 101)

    arrived = inboxes.wait(INBOX, ANYTHING, count=101, timeout=0).ready()

    assert arrived is not None
    assert (arrived.body["count"], len(arrived.body["records"])) == (101, 100)


# Verifying ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "verified"),
    [
        pytest.param(Expectation(exactly=2), True, id="exactly as many"),
        pytest.param(Expectation(exactly=1), False, id="more than exactly"),
        pytest.param(Expectation(exactly=3), False, id="fewer than exactly"),
        pytest.param(Expectation(at_least=1), True, id="more than at least"),
        pytest.param(Expectation(at_least=2), True, id="at least just so"),
        pytest.param(Expectation(at_least=3), False, id="fewer than at least"),
    ],
)
def test_an_expectation_holds_or_not(expected: Expectation, verified: bool) -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 2)

    found = inboxes.verify(INBOX, expected)

    assert (found.verified, found.count) == (verified, 2)


def test_too_many_are_named_one_by_one() -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 2)
    first, second = all_records(inboxes)

    found = inboxes.verify(INBOX, Expectation(exactly=1, which=ACCEPTED))

    assert found.reason == (
        "expected exactly 1 record with type order.paid, outcome accepted, found 2: "
        f"{first.id} (order.paid, ord_1, accepted), {second.id} (order.paid, ord_1, accepted)"
    )
    assert found.nearest == ()


def test_too_few_show_what_came_closest() -> None:
    inboxes = filled([("order.paid", "ord_1", None, True), ("order.shipped", "ord_1", None, True)])
    close = all_records(inboxes)[0]

    found = inboxes.verify(INBOX, Expectation(at_least=2, which=ACCEPTED))

    assert [(miss.record, miss.differs) for miss in found.nearest] == [(close, ("outcome",))]
    assert found.reason == (
        "expected at least 2 records with type order.paid, outcome accepted, found 0; "
        f"nearest: {close.id} (order.paid, ord_1, invalid)"
    )


def test_what_matches_is_no_near_miss_and_five_misses_are_enough() -> None:
    one = ("order.paid", "ord_1", None, False)
    inboxes = filled([one, *[("order.shipped", "ord_1", None, False)] * 6])

    few = inboxes.verify(INBOX, Expectation(exactly=2, which=PAID))
    enough = inboxes.verify(INBOX, Expectation(exactly=1, which=PAID))

    assert [miss.record.seq for miss in few.nearest] == [2, 3, 4, 5, 6]
    assert enough.nearest == ()


def test_a_long_list_is_cut_in_the_sentence_too() -> None:
    inboxes = filled([("order.paid", "ord_1", None, False)] * 12)

    found = inboxes.verify(INBOX, Expectation(exactly=0))

    assert found.reason.startswith("expected exactly 0 records, found 12: ")
    assert found.reason.endswith(" and 2 more")
    assert len(found.records) == 10
