"""A callback arrives, in order, signed and valid; or it is a dead letter that says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime
from importlib.metadata import version
from itertools import pairwise

import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from mock_platform.domain.deliveries import RetryRules
from mock_platform.domain.signatures import verify
from mock_platform.shared.contracts import Outbound, Outcome, Violation
from tests.unit.scheduler.post_office import (
    BUSY,
    DELIVERED,
    EXACT,
    GONE,
    RULES,
    SECRET,
    TRACE,
    URL,
    Office,
    office,
)


def test_a_callback_is_posted_as_it_was_stored() -> None:
    it = office()
    it.owe("evt_1", body=b'{"exactly":  "these bytes"}')

    it.dispatcher.turn()

    (sent,) = it.script.sent
    assert (sent.url, sent.body, sent.deadline_s) == (URL, b'{"exactly":  "these bytes"}', 7)
    headers = dict(sent.headers)
    assert headers.pop("webhook-signature").startswith("v1,")
    assert headers == {
        "content-type": "application/json",
        "user-agent": f"mock-platform/{version('mock-platform')}",
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(it.clock.now.timestamp())),
        "x-trace-id": TRACE.id,
        "traceparent": TRACE.parent,
    }


def test_a_delivered_callback_is_settled_with_its_attempt() -> None:
    answer = Outcome(
        kind="delivered", status=202, address="127.0.0.1", headers=(("x", "y"),), body=b"ok"
    )
    it = office(every=[answer])
    it.script.takes_s = 0.25
    delivery_id = it.owe("evt_1")

    it.dispatcher.turn()

    delivery = it.delivery(delivery_id)
    assert (delivery.state, delivery.attempts, delivery.reason) == ("delivered", 1, None)
    (attempt,) = it.attempts(delivery_id)
    assert (attempt.number, attempt.trigger, attempt.outcome) == (1, "auto", "delivered")
    assert (attempt.status, attempt.address) == (202, "127.0.0.1")
    assert (attempt.ended_at - attempt.started_at).total_seconds() == 0.25
    assert attempt.request_headers == it.script.sent[0].headers
    assert (attempt.response_headers, attempt.response_body) == ((("x", "y"),), b"ok")
    assert it.dispatcher.in_flight == 0


# The schedule


def test_a_deaf_receiver_is_tried_on_schedule_then_given_up() -> None:
    it = office(every=[BUSY])
    delivery_id = it.owe("evt_1")

    it.run()

    assert it.script.at == [0, 1, 3, 7]
    delivery = it.delivery(delivery_id)
    assert (delivery.state, delivery.attempts) == ("dead", 4)
    assert delivery.reason == "http_503; all 4 attempts are spent"
    assert [attempt.number for attempt in it.attempts(delivery_id)] == [1, 2, 3, 4]


def test_between_attempts_a_delivery_says_why_it_waits_and_until_when() -> None:
    it = office(every=[Outcome(kind="connect", reason="refused")])
    delivery_id = it.owe("evt_1")

    it.dispatcher.turn()

    delivery = it.delivery(delivery_id)
    assert (delivery.state, delivery.reason) == ("pending", "connect: refused")
    assert delivery.next_attempt_at == it.attempts(delivery_id)[0].retry_at
    assert it.dispatcher.next_due() == delivery.next_attempt_at
    assert delivery.next_attempt_at is not None
    assert (delivery.next_attempt_at - it.clock.now).total_seconds() == 1


def test_the_wait_begins_when_the_attempt_ends() -> None:
    it = office(every=[BUSY, DELIVERED])
    it.script.takes_s = 5
    it.owe("evt_1")

    it.run()

    assert it.script.at == [0, 6]


def test_nothing_is_tried_before_it_is_due() -> None:
    it = office(every=[BUSY, DELIVERED])
    it.owe("evt_1")

    it.dispatcher.turn()
    it.clock.advance(0.999)
    it.dispatcher.turn()

    assert it.script.at == [0]


def test_a_receiver_that_recovers_gets_its_callback() -> None:
    it = office(every=[BUSY, BUSY, BUSY, DELIVERED])
    delivery_id = it.owe("evt_1")

    it.run()

    assert it.delivery(delivery_id).state == "delivered"
    assert [a.outcome for a in it.attempts(delivery_id)] == ["http_503"] * 3 + ["delivered"]


def test_full_jitter_keeps_every_wait_below_the_back_off_and_repeats_with_its_seed() -> None:
    def schedule(seed: int) -> list[float]:
        it = office(rules=replace(RULES, retry=RetryRules()), seed=seed, every=[BUSY])
        it.owe("evt_1")
        it.run()
        return it.script.at

    at = schedule(1)

    waits = [later - earlier for earlier, later in pairwise(at)]
    assert len(waits) == 7
    assert all(0 <= wait <= 0.5 * 2**n for n, wait in enumerate(waits))
    assert schedule(1) == at != schedule(2)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_postpones_the_next_attempt(form: str) -> None:
    it = office()
    date = format_datetime(it.clock.now.replace(minute=5), usegmt=True)
    header = ("retry-after", "300" if form == "seconds" else date)
    it.script.answers = {"*": [replace(BUSY, headers=(header,)), DELIVERED]}
    it.owe("evt_1")

    it.run()

    assert it.script.at == [0, 300]


def test_a_final_answer_is_not_tried_again() -> None:
    it = office(every=[GONE])
    delivery_id = it.owe("evt_1")

    it.run()

    assert it.delivery(delivery_id).state == "dead"
    assert it.delivery(delivery_id).reason == (
        "http_410; the callback's retry rules do not retry this"
    )
    assert len(it.script.sent) == 1


# Order


def test_an_orders_callbacks_wait_for_the_one_before_them() -> None:
    it = office(evt_1=[BUSY, BUSY, DELIVERED])
    for event in ("evt_1", "evt_2", "evt_3"):
        it.owe(event)

    it.run()

    assert it.script.events == ["evt_1", "evt_1", "evt_1", "evt_2", "evt_3"]


def test_other_orders_overtake_one_that_backs_off() -> None:
    it = office(evt_1=[BUSY, DELIVERED])
    it.owe("evt_1", order="ord_1")
    it.owe("evt_2", order="ord_1")
    it.owe("evt_3", order="ord_2")
    it.owe("evt_4", order="ord_2")

    it.run()

    assert it.script.events == ["evt_1", "evt_3", "evt_4", "evt_1", "evt_2"]


def test_two_receivers_of_one_order_do_not_wait_for_each_other() -> None:
    it = office(evt_1=[BUSY, DELIVERED])
    it.owe("evt_1", url=URL)
    it.owe("evt_2", url=f"{URL}/other")

    it.dispatcher.turn()

    assert it.script.events == ["evt_1", "evt_2"]


def test_a_dead_letter_lets_the_next_one_pass() -> None:
    it = office(evt_1=[GONE])
    it.owe("evt_1")
    it.owe("evt_2")

    it.run()

    assert it.script.events == ["evt_1", "evt_2"]


# Replay


def test_a_replay_has_the_same_id_a_fresh_signature_and_all_its_attempts_again() -> None:
    it = office(every=[BUSY, BUSY, BUSY, BUSY, BUSY, DELIVERED])
    delivery_id = it.owe("evt_1")
    it.run()
    it.clock.advance(86_400)

    it.stores.deliveries.replay("default", delivery_id, it.clock())
    it.run()

    assert set(it.script.events) == {"evt_1"}
    stamps = [int(dict(sent.headers)["webhook-timestamp"]) for sent in it.script.sent]
    assert [stamp - stamps[0] for stamp in stamps] == [0, 1, 3, 7, 86_407, 86_408]
    signatures = {dict(sent.headers)["webhook-signature"] for sent in it.script.sent}
    assert len(signatures) == 6
    assert it.delivery(delivery_id).state == "delivered"
    assert [(a.number, a.trigger) for a in it.attempts(delivery_id)][3:] == [
        (4, "auto"),
        (5, "replay"),
        (6, "replay"),
    ]


# Signatures


def test_the_signature_is_over_exactly_the_bytes_sent() -> None:
    it = office()
    it.owe("evt_1", body='{"total":  "12 €"}'.encode())

    it.dispatcher.turn()

    (sent,) = it.script.sent
    headers = dict(sent.headers)
    assert verify(headers, sent.body, [SECRET], it.clock()) == "valid"
    assert verify(headers, sent.body.replace(b"  ", b" "), [SECRET], it.clock()) == "invalid"
    assert headers["webhook-signature"] == Webhook(SECRET).sign(
        "evt_1", it.clock(), sent.body.decode()
    )


def test_while_secrets_rotate_every_one_of_them_signs() -> None:
    other = "whsec_b3RoZXIgc2VjcmV0IG90aGVyIHNlY3JldA=="
    it = office(secrets=lambda _name: (other, SECRET))
    it.owe("evt_1")

    it.dispatcher.turn()

    (sent,) = it.script.sent
    for secret in (other, SECRET):
        assert verify(dict(sent.headers), sent.body, [secret], it.clock()) == "valid"


def test_the_contract_names_the_secret() -> None:
    asked: list[str] = []

    def secrets(name: str) -> Sequence[str]:
        asked.append(name)
        return [SECRET]

    it = office(secrets=secrets, rules=replace(RULES, secret_env="ORDER_CALLBACK_SECRET"))
    it.owe("evt_1")

    it.dispatcher.turn()

    assert asked == ["ORDER_CALLBACK_SECRET"]


def test_a_callback_that_the_contract_does_not_sign_still_has_its_id_and_time() -> None:
    it = office(rules=replace(RULES, secret_env=None), secrets=lambda _name: None)
    it.owe("evt_1")

    it.dispatcher.turn()

    names = [name for name, _ in it.script.sent[0].headers if name.startswith("webhook-")]
    assert names == ["webhook-id", "webhook-timestamp"]


# What must not be sent


def refused(it: Office) -> str:
    delivery_id = it.owe("evt_1")

    it.run()

    assert it.script.sent == []
    delivery = it.delivery(delivery_id)
    assert (delivery.state, delivery.attempts) == ("dead", 1)
    assert delivery.reason is not None
    return delivery.reason


@pytest.mark.parametrize("nothing", [None, ()])
def test_without_its_secret_a_signed_callback_is_not_sent(nothing: Sequence[str] | None) -> None:
    reason = refused(office(secrets=lambda _name: nothing))

    assert reason.startswith(
        "secret_missing: the contract has orderStatusChanged signed with SECRET"
    )
    assert "replay this delivery; trying again would change nothing" in reason


def test_with_a_malformed_secret_a_callback_is_not_sent_and_the_secret_not_told() -> None:
    def secrets(name: str) -> Sequence[str]:
        return [f"hunter2-{name}"]

    reason = refused(office(secrets=secrets))

    assert reason.startswith("secret_missing: ")
    assert "hunter2" not in reason


def test_a_body_that_breaks_the_contract_is_not_sent() -> None:
    found = [Violation("/orderId", "type", "1 is not a string"), Violation("", "required", "x")]

    reason = refused(office(rules=replace(RULES, violations=lambda _body: found)))

    assert reason == (
        "body_invalid: the body breaks the contract at /orderId: 1 is not a string (2 in all);"
        " trying again would change nothing"
    )


def test_the_very_bytes_that_would_be_sent_are_judged() -> None:
    judged: list[bytes] = []

    def violations(body: bytes) -> Sequence[Violation]:
        judged.append(body)
        return ()

    it = office(rules=replace(RULES, violations=violations))
    it.owe("evt_1", body=b" {} ")

    it.dispatcher.turn()

    assert judged == [b" {} "] == [sent.body for sent in it.script.sent]


def test_a_callback_the_contract_no_longer_has_is_a_dead_letter_with_a_remedy() -> None:
    reason = refused(office(rules=None))

    assert reason.startswith("callback_unknown: the contract has no callback 'orderStatusChanged'")
    assert "replay this delivery" in reason


def test_what_is_refused_lets_the_next_one_pass() -> None:
    it = office()
    it.owe("evt_1", callback="unknown")
    it.owe("evt_2")

    it.run()

    assert it.script.events == ["evt_2"]


# Our own bugs


def test_an_attempt_that_breaks_on_our_side_is_tried_again_and_told() -> None:
    failures = [RuntimeError(f"in the code, with {SECRET}")]

    def send(_outbound: Outbound) -> Outcome:
        if failures:
            raise failures.pop()
        return DELIVERED

    it = office(send=send)
    delivery_id = it.owe("evt_1")

    with capture_logs() as logs:
        it.run()

    first, second = it.attempts(delivery_id)
    assert (first.outcome, first.reason) == ("protocol", "broken on our side: RuntimeError")
    assert second.outcome == "delivered"
    assert [entry["event"] for entry in logs][:2] == ["callback.broken", "callback.failed"]


# Logs


def test_every_outcome_is_logged_with_its_facts_and_without_the_url() -> None:
    it = office(rules=replace(RULES, retry=replace(EXACT, attempts=2)), evt_1=[BUSY])
    it.owe("evt_1", url="http://127.0.0.1:8082/token-hunter2")
    it.owe("evt_2", order="ord_2")

    with capture_logs() as logs:
        it.run()

    facts = {
        "delivery": "dlv_evt_1",
        "event_id": "evt_1",
        "host": "127.0.0.1",
        "trace_id": TRACE.id,
    }
    failed, delivered, dead = logs
    assert failed == facts | {
        "event": "callback.failed",
        "log_level": "warning",
        "attempt": 1,
        "outcome": "http_503",
        "reason": "http_503",
        "next_try": "2026-03-01T12:00:01+00:00",
    }
    assert (delivered["event"], delivered["log_level"]) == ("callback.delivered", "info")
    assert dead == facts | {
        "event": "callback.dead",
        "log_level": "error",
        "attempt": 2,
        "outcome": "http_503",
        "reason": "http_503; all 2 attempts are spent",
    }
    assert "hunter2" not in str(logs)
