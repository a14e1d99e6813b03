"""Who waits with a cursor is told everything once: nothing twice, and what was lost by number."""

from __future__ import annotations

import pytest

from mock_platform.domain.bookmarks import MOST_BYTES
from mock_platform.domain.receipts import InboxService
from mock_platform.infra.store_terms import Limits
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import Call, Json, RecordFilter, Reply, Trace
from mock_platform.shared.errors import CursorInvalid
from tests.fakes import HandClock, counting_ids

TRACE = Trace("trace-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
ALL = RecordFilter()
IDS = counting_ids()


def service(kept: int = 1_000) -> InboxService:
    stores = open_stores("memory://", limits=Limits(records_per_inbox=kept))
    return InboxService(
        records=stores.records,
        policies=stores.policies,
        secrets_for=lambda _inbox: (),
        clock=HandClock(),
        new_id=IDS,
        ring=lambda _topic: None,
        hold_limit_s=1,
        wait_limit_s=1,
        readiness=dict,
    )


def send(
    inboxes: InboxService, *numbers: int, inbox: str = "a", kind: str = "t", raw: bytes = b"{}"
) -> None:
    for number in numbers:
        body = {"type": kind, "orderVersion": number}
        call = Call(trace=TRACE, headers=(), raw_body=raw)
        inboxes.receive(inbox, body=body, call=call, violations=())


def waited(
    inboxes: InboxService,
    cursor: str | None = None,
    *,
    inbox: str = "a",
    which: RecordFilter = ALL,
    count: int = 1,
) -> Json:
    reply = inboxes.wait(inbox, which, count=count, timeout=0, cursor=cursor).otherwise()
    assert isinstance(reply, Reply)
    return reply.body


def versions(told: Json) -> list[int]:
    return [one["orderVersion"] for one in told["records"]]


def is_ready(inboxes: InboxService, cursor: str, count: int = 1) -> bool:
    return inboxes.wait("a", ALL, count=count, timeout=0, cursor=cursor).ready() is not None


def test_each_answer_tells_only_what_has_come_since() -> None:
    inboxes = service()
    send(inboxes, 1, 2)
    first = waited(inboxes)
    send(inboxes, 3)
    second = waited(inboxes, first["nextCursor"])

    assert (versions(first), versions(second)) == ([1, 2], [3])
    assert (second["count"], second["satisfied"]) == (1, True)
    assert "missed" not in second
    assert versions(waited(inboxes, second["nextCursor"])) == []


def test_what_is_there_already_satisfies_nobody_who_has_seen_it() -> None:
    inboxes = service()
    send(inboxes, 1, 2)
    cursor = waited(inboxes)["nextCursor"]

    assert not is_ready(inboxes, cursor)
    send(inboxes, 3)
    assert is_ready(inboxes, cursor)
    assert not is_ready(inboxes, cursor, count=2)


def test_more_than_a_hundred_come_in_several_answers() -> None:
    inboxes = service()
    send(inboxes, *range(1, 251))
    seen: list[int] = []
    cursor = None
    for _ in range(4):
        told = waited(inboxes, cursor)
        cursor = told["nextCursor"]
        seen += versions(told)

    assert seen == [*range(1, 251)]


def test_what_a_small_answer_leaves_out_follows() -> None:
    inboxes = service()
    send(inboxes, 1, 2, 3)

    told = inboxes.wait("a", ALL, count=1, timeout=0, limit=2).otherwise()
    assert isinstance(told, Reply)

    assert (versions(told.body), told.body["count"]) == ([1, 2], 3)
    assert versions(waited(inboxes, told.body["nextCursor"])) == [3]


@pytest.mark.parametrize("before", [(), (1, 2)])
def test_now_is_after_whatever_is_there(before: tuple[int, ...]) -> None:
    inboxes = service()
    send(inboxes, *before)
    told = waited(inboxes, "now")
    send(inboxes, 3)

    assert (versions(told), told["count"]) == ([], 0)
    assert versions(waited(inboxes, told["nextCursor"])) == [3]


def test_what_does_not_match_is_passed_over_once() -> None:
    inboxes = service()
    cursor = waited(inboxes, "now")["nextCursor"]
    send(inboxes, 1, kind="other")
    told = waited(inboxes, cursor, which=RecordFilter(event_type="t"))
    send(inboxes, 2)

    assert versions(told) == []
    assert versions(waited(inboxes, told["nextCursor"])) == [2]


def test_what_had_to_make_room_is_missed_by_number() -> None:
    inboxes = service(kept=3)
    send(inboxes, 1, 2)
    cursor = waited(inboxes)["nextCursor"]
    send(inboxes, *range(3, 9))

    told = waited(inboxes, cursor)

    assert (told["missed"], versions(told)) == (3, [6, 7, 8])
    assert "missed" not in waited(inboxes, told["nextCursor"])


def test_who_saw_an_empty_inbox_misses_what_came_first_and_who_begins_does_not() -> None:
    inboxes = service(kept=3)
    cursor = waited(inboxes, "now")["nextCursor"]
    send(inboxes, *range(1, 9))

    assert waited(inboxes, cursor)["missed"] == 5
    assert "missed" not in waited(inboxes)


def test_large_bodies_come_in_several_answers_and_pages() -> None:
    inboxes = service()
    send(inboxes, 1, 2, 3, 4, raw=b"x" * (MOST_BYTES // 2))
    first = waited(inboxes)
    page = inboxes.page("a", ALL, limit=100, cursor=None)
    rest = inboxes.page("a", ALL, limit=100, cursor=page.next_after)

    assert (versions(first), first["count"]) == ([1, 2], 4)
    assert versions(waited(inboxes, first["nextCursor"])) == [3, 4]
    assert [len(page.items), len(rest.items), rest.next_after] == [2, 2, None]


def test_one_body_that_is_too_large_comes_alone() -> None:
    inboxes = service()
    send(inboxes, 1, 2, raw=b"x" * (MOST_BYTES + 1))
    first = waited(inboxes)

    assert versions(first) == [1]
    assert versions(waited(inboxes, first["nextCursor"])) == [2]


def test_what_was_seen_before_it_was_dropped_is_not_missed() -> None:
    inboxes = service(kept=3)
    send(inboxes, 1, 2)
    cursor = waited(inboxes)["nextCursor"]
    send(inboxes, 3, 4, 5)

    assert "missed" not in waited(inboxes, cursor)


@pytest.mark.parametrize("since", [0, 1, 2, 3])
def test_an_inbox_that_was_forgotten_is_read_anew(since: int) -> None:
    cursor = _after_two(service())
    forgotten = service()
    send(forgotten, *range(1, since + 1))

    told = waited(forgotten, cursor)

    assert (told["anew"], versions(told)) == (True, [*range(1, since + 1)])
    assert "anew" not in waited(forgotten, told["nextCursor"])


def _after_two(inboxes: InboxService) -> str:
    send(inboxes, 1, 2)
    cursor: str = waited(inboxes)["nextCursor"]
    return cursor


@pytest.mark.parametrize("cursor", ["none", "WyIwLiIse31d", "x" * 512])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        waited(service(), cursor)


def test_a_cursor_is_good_for_its_inbox_only() -> None:
    inboxes = service()

    with pytest.raises(CursorInvalid):
        waited(inboxes, _after_two(inboxes), inbox="b")
