"""The terminal shows a running platform: tables for people, JSON for programs, errors with a remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock_platform.cli import main
from mock_platform.cli.terminal_answers import PAGE
from mock_platform.cli.terminal_looking import MOST_PAGES, Tail, arrivals, newest
from mock_platform.cli.terminal_tables import ORDERS, RECORDS, problem_text, table
from mock_platform.infra.service_client import AnswerTooLong, Refused, Unreachable
from mock_platform.shared.contracts import Json
from tests.unit.shared.terminal_kit import Desk, FakePlatform, delivery, order, record

pytestmark = pytest.mark.usefixtures("quiet_place")


def run(platform: FakePlatform, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, obj=Desk(platform).tools)


# Tables


def test_a_table_is_as_wide_as_what_it_holds() -> None:
    text = table(ORDERS, [order(1), order(22, status="paid", version=2)], "none")

    assert text == dedent("""\
        ID      STATUS   V  CUSTOMER  TOTAL     UPDATED
        ord_1   created  1  cust-42   3998 EUR  2026-03-01 12:00:00.000
        ord_22  paid     2  cust-42   3998 EUR  2026-03-01 12:00:00.000
        """)


def test_what_a_callback_holds_cannot_steer_the_terminal() -> None:
    text = table(RECORDS, [record(1, type="\x1b[2Jorder.paid\n")], "none")

    assert "\x1b" not in text
    assert "\\x1b[2Jorder.paid\\n" in text
    assert text.count("\n") == 2


def test_a_problem_is_told_with_title_detail_and_every_violation() -> None:
    text = problem_text(
        {
            "title": "A parameter breaks the contract.",
            "detail": "2 violations: …",
            "violations": [
                {"pointer": "query/limit", "rule": "maximum", "message": "500 is too much"},
                {"pointer": "", "rule": "required", "message": "it is required"},
            ],
            "allowed": ["payOrder"],
            "traceId": "abc",
        }
    )

    assert text == dedent("""\
        A parameter breaks the contract.
        2 violations: …
          query/limit: 500 is too much [maximum]
          (the body): it is required [required]
          possible now: payOrder
          trace abc""")


# Lists


def test_ls_shows_the_newest_and_passes_filters_on() -> None:
    platform = FakePlatform({"orders": [order(one, status="paid") for one in range(250)]})

    ended = run(platform, "orders", "ls", "--status", "paid", "--limit", "2")

    assert ended.exit_code == 0
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["ID", "ord_248", "ord_249"]
    assert [query.get("cursor") for _, query in platform.asked] == [None, "100", "200"]
    assert all(query["status"] == "paid" for _, query in platform.asked)


def test_a_list_is_read_no_further_than_its_bound() -> None:
    platform = FakePlatform({"orders": [order(one) for one in range(PAGE * MOST_PAGES + 1)]})

    ended = run(platform, "orders", "ls", "--limit", "1")

    assert len(platform.asked) == MOST_PAGES
    assert ended.stderr == "There is more than can be read at once; narrow it by a filter.\n"
    assert not newest(platform, ("orders",), {}, 1).is_whole


def test_ls_as_json_is_one_value() -> None:
    ended = run(FakePlatform({"deliveries": [delivery(1)]}), "deliveries", "ls", "--json")

    assert json.loads(ended.stdout) == [delivery(1)]


@pytest.mark.parametrize(
    ("arguments", "where", "said"),
    [
        (("orders", "ls"), "orders", "There are no such orders.\n"),
        (("deliveries", "ls"), "deliveries", "There are no such deliveries.\n"),
        (("inbox", "ls", "a"), "inboxes/a/records", "Nothing like that has arrived in a.\n"),
    ],
)
def test_an_empty_list_says_so(arguments: tuple[str, ...], where: str, said: str) -> None:
    assert run(FakePlatform({where: []}), *arguments).stdout == said


# One thing


def test_an_order_is_shown_with_its_events_and_callbacks() -> None:
    event = {
        "id": "evt_1",
        "type": "order.created",
        "orderVersion": 1,
        "occurredAt": "2026-03-01T12:00:00.000Z",
        "data": {"trigger": "createOrder"},
    }
    platform = FakePlatform(
        {"orders/ord_1/events": [event], "deliveries": [delivery(1), delivery(2, orderId="x")]},
        {"orders/ord_1": order(1)},
    )

    text = run(platform, "orders", "show", "ord_1").stdout
    told = json.loads(run(platform, "orders", "show", "ord_1", "--json").stdout)

    assert "total       3998 EUR\n" in text
    assert "1  order.created  2026-03-01 12:00:00.000  createOrder  evt_1\n" in text
    assert told == {"order": order(1), "events": [event], "deliveries": [delivery(1)]}


def test_a_delivery_is_shown_with_every_attempt() -> None:
    attempt = {
        "number": 1,
        "trigger": "auto",
        "startedAt": "2026-03-01T12:00:00.000Z",
        "endedAt": "2026-03-01T12:00:00.010Z",
        "outcome": "http_503",
        "status": 503,
        "retryAt": "2026-03-01T12:00:00.500Z",
    }
    platform = FakePlatform(things={"deliveries/dlv_1": {**delivery(1), "history": [attempt]}})

    text = run(platform, "deliveries", "show", "dlv_1").stdout

    assert "1   auto  2026-03-01 12:00:00.000  http_503  503" in text
    assert text.endswith("2026-03-01 12:00:00.500\n")


def test_a_record_is_shown_with_headers_violations_and_body() -> None:
    wrong = {"pointer": "/type", "rule": "required", "message": "it is required"}
    shown = record(1, b'{"a": "\x1b[31m"}', violations=[wrong])
    platform = FakePlatform(things={"inboxes/a/records/rec_1": shown})

    text = run(platform, "inbox", "show", "a", "rec_1").stdout

    assert "webhook-signature  v1,theirs\n" in text
    assert "/type  it is required\n" in text
    assert 'body  {"a": "\\x1b[31m"}\n' in text


def test_replay_asks_for_each_delivery() -> None:
    platform = FakePlatform(
        things={f"deliveries/dlv_{one}/replay": delivery(one) for one in (1, 2)}
    )

    ended = run(platform, "deliveries", "replay", "dlv_1", "dlv_2", "--json")

    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == ["dlv_1", "dlv_2"]


# Watching


def told(ended: Result) -> list[Json]:
    assert ended.exit_code == 0, ended.output
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_watch_tells_what_is_new_or_changes_and_ends_well_by_ctrl_c() -> None:
    platform = FakePlatform({"orders": [order(1), order(2)]})
    orders = platform.lists["orders"]
    platform.later = [
        lambda: orders.append(order(3)),
        lambda: None,
        lambda: orders.__setitem__(0, order(1, version=2, status="paid")),
    ]

    ended = run(platform, "orders", "watch", "--json")

    assert [(one["id"], one["version"]) for one in told(ended)] == [("ord_3", 1), ("ord_1", 2)]


def test_watch_misses_nothing_however_much_comes_at_once() -> None:
    platform = FakePlatform({"deliveries": [delivery(one) for one in range(950)]})
    platform.later = [
        lambda: platform.lists["deliveries"].extend(delivery(one) for one in range(950, 1400))
    ]

    ended = run(platform, "deliveries", "watch", "--limit", "50", "--json")

    assert [one["id"] for one in told(ended)] == [f"dlv_{one}" for one in range(950, 1400)]


def test_a_tail_reads_only_the_end_of_a_long_list() -> None:
    platform = FakePlatform({"orders": [order(one) for one in range(5_050)]})
    tail = Tail(platform, ("orders",), {}, lambda one: one["version"], window=100)
    tail.skip()
    platform.asked.clear()

    assert tail.look() == []

    assert [query["cursor"] for _, query in platform.asked] == ["4900", "5000"]


def followed(platform: FakePlatform, said: list[str] | None = None, *, now: bool) -> Iterator[Json]:
    told = [] if said is None else said
    return arrivals(platform, "a", {}, pause=lambda: None, say=told.append, since_now=now)


def test_inbox_watch_waits_for_what_arrives_and_is_told_only_that() -> None:
    platform = FakePlatform({"inboxes/a/records": [record(1)]})
    records = platform.lists["inboxes/a/records"]
    platform.later = [lambda: records.append(record(2)), lambda: records.append(record(3))]

    ended = run(platform, "inbox", "watch", "a", "--json")

    assert [one["seq"] for one in told(ended)] == [2, 3]
    assert {where for where, _ in platform.asked} == {"inboxes/a/wait"}
    waits = [(one.get("cursor"), one["count"], one["timeout"]) for _, one in platform.asked]
    assert waits == [("now", 1, 0), ("1", 1, 20), ("2", 1, 20), ("3", 1, 20)]


def test_what_arrives_before_the_first_look_is_told_once() -> None:
    platform = FakePlatform({"inboxes/a/records": [record(1)]})
    came = followed(platform, now=True)

    platform.lists["inboxes/a/records"].append(record(2))

    assert next(came)["seq"] == 2
    with pytest.raises(KeyboardInterrupt):
        next(came)


@pytest.mark.parametrize("crowd", [99, 100, 101, 1_250])
def test_of_a_crowded_inbox_everything_is_told_once(crowd: int) -> None:
    platform = FakePlatform({"inboxes/a/records": [record(one) for one in range(crowd)]})
    platform.later = [lambda: platform.lists["inboxes/a/records"].append(record(crowd))]

    came = [*islice(followed(platform, now=False), crowd + 1)]

    assert [one["seq"] for one in came] == [*range(crowd + 1)]


@pytest.mark.parametrize(
    ("aside", "said"),
    [
        ({"missed": 7}, "a: 7 came and were dropped before they could be seen"),
        (
            {"anew": True},
            "a: it was forgotten and begins anew; what had not been seen of it is lost",
        ),
    ],
)
def test_what_was_lost_is_said_beside_the_rest(aside: dict[str, Json], said: str) -> None:
    platform = FakePlatform({"inboxes/a/records": []})
    lines: list[str] = []
    came = followed(platform, lines, now=True)
    platform.lists["inboxes/a/records"].append(record(1))
    platform.asides = {"inboxes/a/records": aside}

    assert next(came)["seq"] == 1
    assert lines == [said]


def test_what_is_too_long_for_one_answer_comes_in_several() -> None:
    platform = Heavy({"inboxes/a/records": [record(one) for one in range(7)]})

    came = [*islice(followed(platform, now=False), 7)]

    assert [one["seq"] for one in came] == [*range(7)]


def test_one_record_that_is_too_long_by_itself_ends_it_with_a_reason() -> None:
    platform = Heavy({"inboxes/a/records": [record(1)]}, most=0)

    ended = run(platform, "inbox", "ls", "a")

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "the answer is longer than" in ended.stderr


class Heavy(FakePlatform):
    """Its answers are too long to be read when they hold more than a few items."""

    def __init__(self, lists: dict[str, list[Json]], most: int = 3) -> None:
        super().__init__(lists)
        self.most = most

    def get(self, *path: str, **more: Any) -> Json:
        told = super().get(*path, **more)
        if len(told.get("records", told.get("items"))) > self.most:
            raise AnswerTooLong("the answer is longer than 10 bytes")
        return told


def test_lines_come_under_one_heading() -> None:
    platform = FakePlatform({"orders": []})
    platform.later = [lambda: platform.lists["orders"].extend([order(1), order(2)])]

    lines = run(platform, "orders", "watch").stdout.splitlines()

    assert [line.split()[0] for line in lines] == ["ID", "ord_1", "ord_2"]
    assert lines[0].index("STATUS") == lines[1].index("created")


# When it cannot be done


class Away(FakePlatform):
    def get(self, *_path: str, **_more: Json) -> Json:
        raise Unreachable("nothing answers at http://127.0.0.1:8080 (Connection refused)")


class Stranger(FakePlatform):
    """Somebody who answers in JSON, but is no platform."""

    answer: Json = None

    def get(self, *_path: str, **_more: Json) -> Json:
        return self.answer

    def post(self, *_path: str) -> Json:
        return self.answer


RECORD: Json = record(1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("orders", "ls"),
        ("orders", "show", "1"),
        ("orders", "watch"),
        ("deliveries", "ls"),
        ("deliveries", "show", "1"),
        ("deliveries", "watch"),
        ("inbox", "ls", "a"),
        ("inbox", "show", "a", "1"),
        ("inbox", "watch", "a"),
        ("listen", "a", "--forward", "http://127.0.0.1:3000/"),
        ("listen", "a", "--forward", "http://127.0.0.1:3000/", "--since", "start"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        "text",
        {"items": 1, "records": 1},
        {"items": [1], "records": [1], "nextCursor": "x"},
        {"items": [{}], "records": [{}], "nextCursor": "x"},
        {"items": [{"id": 1}], "records": [{"id": 1}], "nextCursor": "x"},
        {"records": [{"id": "a"}], "nextCursor": "x"},
        {"records": [RECORD | {"bodyBase64": "ä"}], "nextCursor": "x"},
        {"records": [RECORD | {"headers": [1]}], "nextCursor": "x"},
        {"records": [RECORD]},
        {"total": "x", "history": [1]},
        {**RECORD, "violations": [1], "bodyText": 1},
    ],
    ids=str,
)
def test_a_strangers_answer_is_told_as_that(arguments: tuple[str, ...], answer: Json) -> None:
    stranger = Stranger()
    stranger.answer = answer

    ended = run(stranger, *arguments)

    assert ended.exit_code == 1
    assert ended.stderr.splitlines()[-2].startswith("Error: what answers there is no Mock Platform")


class Refusing(FakePlatform):
    def get(self, *_path: str, **_more: Json) -> Json:
        raise Refused(404, {"title": "There is no such path.", "code": "PATH_UNKNOWN"})


def test_who_answers_nowhere_is_told_what_to_start() -> None:
    ended = run(Away(), "orders", "ls")

    assert ended.exit_code == 1
    assert ended.stderr == (
        "Error: nothing answers at http://127.0.0.1:8080 (Connection refused).\n"
        "Start one with `mock-platform up`, or name another with --url (apart, the order service"
        " is on port 8081, the callback server on 8082).\n"
    )


def test_the_wrong_half_of_the_platform_is_told_where_the_other_is() -> None:
    ended = run(Refusing(), "inbox", "ls", "a")

    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: There is no such path.\nThis server does not have that.")
    assert "8082" in ended.stderr


def test_a_url_that_is_none_is_a_mistake_in_the_call() -> None:
    ended = run(FakePlatform(), "orders", "ls", "--url", "localhost:8080")

    assert ended.exit_code == 2
    assert "--url must be the http:// URL of a running platform" in ended.stderr
