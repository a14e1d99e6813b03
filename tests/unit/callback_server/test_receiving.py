"""Every callback is recorded as it came, judged by fixed rules, and answered accordingly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.domain.receipt_json import record_json
from mock_platform.domain.receipts import topic
from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import DEFAULT_WORLD, Json, Play, Violation
from mock_platform.shared.errors import PolicyNotFound
from tests.fakes import HandClock
from tests.unit.callback_server.inbox_kit import (
    BROKEN,
    EVENT,
    INBOX,
    SECRET,
    all_records,
    call,
    last,
    play,
    reply,
    send,
    service,
    signed_call,
    with_bell,
)

# Outcomes ----------------------------------------------------------------------------------------


def test_a_good_callback_is_accepted_and_gets_a_receipt() -> None:
    inboxes = service()

    answer = reply(send(inboxes, "evt_1"))

    assert answer.status == 200
    assert answer.body == {
        "recordId": last(inboxes).id,
        "outcome": "accepted",
        "signature": "unsigned",
        "receivedAt": "2026-03-01T12:00:00.000Z",
    }
    assert answer.headers == {}


def test_a_callback_with_a_known_id_is_a_duplicate_of_the_first() -> None:
    inboxes = service()
    first = reply(send(inboxes, "evt_1")).body["recordId"]

    again = reply(send(inboxes, "evt_1"))
    third = reply(send(inboxes, "evt_1"))

    assert (again.status, again.body["outcome"]) == (200, "duplicate")
    assert again.body["duplicateOf"] == third.body["duplicateOf"] == first


def test_callbacks_without_an_id_are_never_duplicates() -> None:
    inboxes = service()

    outcomes = [reply(send(inboxes)).body["outcome"] for _ in range(3)]

    assert outcomes == ["accepted"] * 3


def test_a_known_id_is_new_to_another_inbox() -> None:
    inboxes = service()
    send(inboxes, "evt_1")

    elsewhere = reply(send(inboxes, "evt_1", inbox="another"))

    assert elsewhere.body["outcome"] == "accepted"


def test_an_invalid_callback_is_refused_and_recorded_all_the_same() -> None:
    inboxes = service()

    answer = reply(send(inboxes, "evt_1", {"type": "order.paid"}, BROKEN))

    assert answer.status == 422
    assert answer.body["code"] == "BODY_INVALID"
    assert answer.body["violations"] == [
        {"pointer": "/id", "rule": "required", "message": '"id" is a required property'}
    ]
    assert answer.body["recordId"] == last(inboxes).id
    assert (last(inboxes).outcome, last(inboxes).event_type) == ("invalid", "order.paid")


def test_a_body_that_cannot_be_read_is_told_apart_and_recorded_all_the_same() -> None:
    inboxes = service()
    unread = (Violation("", "parse", "it is not JSON"),)

    answer = reply(send(inboxes, "evt_1", None, unread))

    assert (answer.status, answer.body["status"]) == (400, 400)
    assert (answer.body["code"], answer.body["detail"]) == ("BODY_UNPARSABLE", "it is not JSON")
    assert answer.body["recordId"] == last(inboxes).id
    assert (last(inboxes).outcome, last(inboxes).status) == ("invalid", 400)


def test_only_what_was_accepted_makes_later_ones_duplicates() -> None:
    inboxes = service()
    send(inboxes, "evt_1", {}, BROKEN)
    play(inboxes, kind="fail_first", count=1)
    send(inboxes, "evt_1")

    outcome = reply(send(inboxes, "evt_1")).body["outcome"]

    assert outcome == "accepted"


# Signatures --------------------------------------------------------------------------------------


def test_a_callback_signed_with_the_inbox_secret_is_accepted() -> None:
    clock = HandClock()
    inboxes = service(clock=clock, secret=SECRET)

    answer = reply(inboxes.receive(INBOX, body=EVENT, call=signed_call(clock), violations=()))

    assert (answer.status, answer.body["signature"]) == (200, "valid")


def test_a_signature_that_is_too_old_is_refused_as_stale() -> None:
    clock = HandClock()
    inboxes, sent = service(clock=clock, secret=SECRET), signed_call(clock)
    clock.advance(301)

    answer = reply(inboxes.receive(INBOX, body=EVENT, call=sent, violations=()))

    assert (answer.status, answer.body["code"]) == (401, "SIGNATURE_REFUSED")
    assert (last(inboxes).outcome, last(inboxes).signature) == ("rejected", "stale")


def test_an_unsigned_callback_is_refused_by_an_inbox_with_a_secret() -> None:
    inboxes = service(secret=SECRET)

    answer = reply(send(inboxes, "evt_1"))

    assert answer.status == 401
    assert answer.headers == {"WWW-Authenticate": 'Standard-Webhooks realm="inbox"'}
    assert last(inboxes).signature == "missing"


def test_a_refused_signature_comes_before_an_invalid_body() -> None:
    inboxes = service(secret=SECRET)

    send(inboxes, "evt_1", {}, BROKEN)

    assert last(inboxes).outcome == "rejected"
    assert last(inboxes).violations == BROKEN


def test_a_forged_repetition_is_rejected_rather_than_called_a_duplicate() -> None:
    clock = HandClock()
    inboxes = service(clock=clock, secret=SECRET)
    inboxes.receive(INBOX, body=EVENT, call=signed_call(clock), violations=())

    send(inboxes, "evt_1")

    assert (last(inboxes).outcome, last(inboxes).duplicate_of) == ("rejected", None)


# Policies ----------------------------------------------------------------------------------------


def test_a_played_status_says_so_and_may_name_a_time_to_return() -> None:
    inboxes = service()
    play(inboxes, kind="status", status=429, retryAfterSeconds=2)

    answer = reply(send(inboxes, "evt_1"))

    assert answer.status == answer.body["status"] == 429
    assert answer.body["code"] == "POLICY_PLAYED"
    assert answer.headers == {"X-Mock-Policy": "status", "Retry-After": "2"}


def test_a_played_failure_still_records_what_the_callback_was_worth() -> None:
    inboxes = service(secret=SECRET)
    play(inboxes, kind="status", status=503)

    send(inboxes, "evt_1", {}, BROKEN)

    record = last(inboxes)
    assert (record.outcome, record.status, record.policy) == ("played", 503, "status")
    assert (record.signature, record.violations) == ("missing", BROKEN)


def test_a_rejected_signature_looks_like_a_wrong_one_to_the_sender() -> None:
    inboxes = service()
    play(inboxes, kind="reject_signature")

    answer = reply(send(inboxes, "evt_1"))

    assert (answer.status, answer.body["code"]) == (401, "SIGNATURE_REFUSED")
    assert answer.headers["X-Mock-Policy"] == "reject_signature"
    assert (last(inboxes).outcome, last(inboxes).signature) == ("played", "unsigned")


def test_a_delay_makes_a_normal_answer_late() -> None:
    inboxes = service()
    play(inboxes, kind="delay", milliseconds=250)

    answer = send(inboxes, "evt_1")

    assert isinstance(answer, Play)
    assert (answer.delay_s, answer.hang_up) == (0.25, False)
    assert (answer.reply.status, answer.reply.body["outcome"]) == (200, "accepted")
    assert answer.reply.headers == {"X-Mock-Policy": "delay"}
    assert last(inboxes).policy == "delay"


def test_a_refusal_is_as_late_as_any_answer() -> None:
    inboxes = service()
    play(inboxes, kind="delay", milliseconds=250)

    answer = send(inboxes, "evt_1", {}, BROKEN)

    assert isinstance(answer, Play)
    assert (answer.delay_s, answer.reply.status) == (0.25, 422)


def test_no_delay_is_longer_than_the_service_allows() -> None:
    inboxes = service()
    play(inboxes, kind="delay", milliseconds=60_000)

    answer = send(inboxes, "evt_1")

    assert isinstance(answer, Play)
    assert answer.delay_s == inboxes.hold_limit_s


def test_a_delay_of_nothing_is_no_delay() -> None:
    inboxes = service()
    play(inboxes, kind="delay", milliseconds=0)

    assert reply(send(inboxes, "evt_1")).headers == {}


def test_a_timeout_hangs_up_without_a_status() -> None:
    inboxes = service()
    play(inboxes, kind="timeout")

    answer = send(inboxes, "evt_1")

    assert isinstance(answer, Play)
    assert (answer.hang_up, answer.delay_s) == (True, inboxes.hold_limit_s)
    assert (last(inboxes).outcome, last(inboxes).status) == ("played", None)
    assert "status" not in record_json(last(inboxes))


def test_a_policy_counts_from_the_moment_it_was_set() -> None:
    inboxes = service()
    send(inboxes, "evt_1")
    send(inboxes, "evt_1")
    play(inboxes, kind="fail_first", count=2)

    statuses = [reply(send(inboxes, "evt_1")).status for _ in range(4)]

    assert statuses == [503, 503, 200, 200]


def test_a_rate_fails_the_arrivals_that_its_seed_names() -> None:
    inboxes = service()
    send(inboxes)
    play(inboxes, kind="fail_rate", rate=0.3, seed=7)

    statuses = [reply(send(inboxes)).status for _ in range(8)]

    assert [n for n, status in enumerate(statuses, start=1) if status == 503] == [3, 4, 7, 8]


def test_a_policy_that_is_set_again_counts_anew() -> None:
    inboxes = service()
    for _ in range(2):
        play(inboxes, kind="fail_first", count=1)
        assert [reply(send(inboxes, "evt_1")).status for _ in range(2)] == [503, 200]


def test_a_policy_is_played_until_it_is_cleared() -> None:
    inboxes = service()
    play(inboxes, kind="status", status=500)
    assert reply(send(inboxes)).status == 500

    inboxes.clear_policy(INBOX)
    inboxes.clear_policy(INBOX)

    with pytest.raises(PolicyNotFound, match=INBOX):
        inboxes.policy(INBOX)
    assert reply(send(inboxes)).status == 200


def test_a_policy_is_played_in_its_own_inbox_only() -> None:
    inboxes = service()
    play(inboxes, kind="status", status=500)

    assert reply(send(inboxes, inbox="another")).status == 200


@pytest.mark.parametrize("url", ["memory://", "sqlite:///{}/inboxes.db"])
def test_exactly_the_first_of_each_message_fail_whatever_arrives_at_once(
    url: str, tmp_path: Path
) -> None:
    stores = open_stores(url.format(tmp_path))
    inboxes = service(stores=stores)
    play(inboxes, kind="fail_first", count=3)
    ids = [f"evt_{n % 10}" for n in range(100)]

    with ThreadPoolExecutor(50) as pool:
        answers = [reply(answer) for answer in pool.map(lambda one: send(inboxes, one), ids)]

    failed = [one for one, answer in zip(ids, answers, strict=True) if answer.status == 503]
    assert sorted(failed) == sorted(f"evt_{n}" for n in range(10) for _ in range(3))
    assert [record.seq for record in all_records(inboxes)] == list(range(1, 101))
    stores.close()


# Laws --------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "a", "b", "c"]), st.booleans(), st.booleans()), max_size=30
    )
)
def test_each_id_is_accepted_once_and_its_duplicates_point_there(
    arrivals: list[tuple[str | None, bool, bool]],
) -> None:
    inboxes = service()
    for webhook_id, broken, failing in arrivals:
        play(inboxes, **({"kind": "status", "status": 503} if failing else {"kind": "ok"}))
        send(inboxes, webhook_id, EVENT, BROKEN if broken else ())

    accepted: dict[str, str] = {}
    for record in all_records(inboxes):
        known = accepted.get(record.webhook_id or "")
        assert record.duplicate_of == (known if record.outcome == "duplicate" else None)
        if record.outcome == "accepted" and record.webhook_id is not None:
            assert known is None
            accepted[record.webhook_id] = record.id
        if record.outcome == "duplicate":
            assert known is not None


@given(seed=st.integers(-(2**31), 2**31 - 1), rate=st.floats(0, 1))
def test_the_same_seed_plays_the_same_run(seed: int, rate: float) -> None:
    def run() -> list[int]:
        inboxes = service()
        play(inboxes, kind="fail_rate", rate=rate, seed=seed)
        return [reply(send(inboxes, f"evt_{n}")).status for n in range(12)]

    assert run() == run()


# Records -----------------------------------------------------------------------------------------


def test_a_record_keeps_the_bytes_as_they_came() -> None:
    inboxes = service()
    raw = b'{"id" :  "\xc3\x28"}'

    inboxes.receive(INBOX, body={}, call=call(raw), violations=BROKEN)

    shown = record_json(last(inboxes))
    assert last(inboxes).body == raw
    assert shown["bodyText"] == '{"id" :  "�("}'
    assert shown["bodyBase64"] == "eyJpZCIgOiAgIsMoIn0="


def test_credentials_are_not_recorded() -> None:
    inboxes = service()
    sent = call(authorization="Bearer s", cookie="s=1", proxy_authorization="s", user_agent="me")

    inboxes.receive(INBOX, body=EVENT, call=sent, violations=())

    assert last(inboxes).headers == (("user-agent", "me"),)


def test_of_a_header_sent_twice_the_first_counts() -> None:
    inboxes = service()
    once = call(webhook_id="evt_1")
    twice = type(once)(
        trace=once.trace, headers=(*once.headers, ("webhook-id", "evt_2")), raw_body=b"{}"
    )

    inboxes.receive(INBOX, body=EVENT, call=twice, violations=())

    assert last(inboxes).webhook_id == "evt_1"
    assert len(last(inboxes).headers) == 2


@pytest.mark.parametrize(
    ("body", "version"),
    [
        pytest.param({"type": 7, "orderId": ["x"], "orderVersion": "2"}, None, id="wrong types"),
        pytest.param({"type": "", "orderId": "a b", "orderVersion": True}, None, id="no names"),
        pytest.param({"type": "x" * 65, "orderVersion": 2**63}, None, id="out of all bounds"),
        pytest.param({"orderVersion": 1e300}, None, id="a huge float"),
        pytest.param({"orderVersion": 0}, None, id="zero"),
        pytest.param({"orderVersion": 2.0}, 2, id="a whole number with a point"),
        pytest.param(["order.paid"], None, id="a list"),
        pytest.param(None, None, id="null"),
    ],
)
def test_only_what_is_what_it_should_be_is_read_from_an_invalid_body(
    body: Json, version: int | None
) -> None:
    inboxes = service()

    send(inboxes, "evt_1", body, BROKEN)

    record = last(inboxes)
    assert (record.event_type, record.order_id, record.order_version) == (None, None, version)


def test_the_bell_rings_once_the_record_can_be_seen() -> None:
    inboxes, bell = with_bell(service())

    send(inboxes, "evt_1")

    assert bell.rung == [(topic(DEFAULT_WORLD, INBOX), 1)]
