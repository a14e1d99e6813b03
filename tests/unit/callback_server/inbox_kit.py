"""What the callback server's tests build on: a service on a real memory store, and callbacks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import orjson

from mock_platform.domain.policies import OK
from mock_platform.domain.receipts import InboxService
from mock_platform.domain.signatures import sign
from mock_platform.infra.stores import Stores, open_stores
from mock_platform.shared.contracts import (
    Answer,
    Call,
    Json,
    Policy,
    Record,
    RecordFilter,
    Reply,
    Trace,
    Violation,
)
from tests.fakes import HandClock, counting_ids

INBOX = "my-test"
SECRET = f"whsec_{b64encode(b'a secret for tests').decode()}"
ANYTHING = RecordFilter()
BROKEN = (Violation("/id", "required", '"id" is a required property'),)

EVENT: Mapping[str, Json] = {
    "id": "evt_0192f0c1a2b47c4d8e5f60718293a4b6",
    "type": "order.paid",
    "occurredAt": "2026-03-01T12:00:00.000Z",
    "orderId": "ord_0192f0c1a2b37c4d8e5f60718293a4b5",
    "orderVersion": 2,
    "data": {"status": "paid"},
}


@dataclass(slots=True)
class RecordingBell:
    """Notes which topics rang, and asks ``look`` what could be seen at that moment."""

    look: Callable[[], int]
    rung: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, topic: str) -> None:
        self.rung.append((topic, self.look()))


def service(
    *, stores: Stores | None = None, clock: HandClock | None = None, secret: str = ""
) -> InboxService:
    opened = stores or open_stores("memory://")
    return InboxService(
        records=opened.records,
        policies=opened.policies,
        secrets_for=lambda _inbox: secret.split(),
        clock=clock or HandClock(),
        new_id=counting_ids(),
        ring=lambda _topic: None,
        hold_limit_s=20.0,
        wait_limit_s=10.0,
        readiness=lambda: {"store": "ok"},
    )


def with_bell(inboxes: InboxService) -> tuple[InboxService, RecordingBell]:
    bell = RecordingBell(lambda: inboxes.records.count(inboxes.world, INBOX, ANYTHING))
    return replace(inboxes, ring=bell), bell


def call(raw: bytes = b"{}", **headers: str) -> Call:
    """A call with these headers; underscores stand for hyphens."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Call(
        trace=Trace("trace-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        headers=named,
        raw_body=raw,
        path=f"/v1/inboxes/{INBOX}/callbacks",
    )


def send(
    inboxes: InboxService,
    webhook_id: str | None = None,
    body: Json = EVENT,
    violations: tuple[Violation, ...] = (),
    inbox: str = INBOX,
) -> Answer:
    headers = {} if webhook_id is None else {"webhook_id": webhook_id}
    sent = call(orjson.dumps(body), **headers)
    return inboxes.receive(inbox, body=body, call=sent, violations=violations)


def signed_call(clock: HandClock, secret: str = SECRET) -> Call:
    raw = orjson.dumps(EVENT)
    headers = sign("evt_1", clock(), raw, [secret])
    return call(raw, **{name.replace("-", "_"): value for name, value in headers.items()})


def reply(answer: Answer) -> Reply:
    assert isinstance(answer, Reply)
    return answer


def all_records(inboxes: InboxService, which: RecordFilter = ANYTHING) -> tuple[Record, ...]:
    return inboxes.records.page(inboxes.world, INBOX, which, after=None, limit=1000).items


def last(inboxes: InboxService) -> Record:
    return all_records(inboxes)[-1]


def play(inboxes: InboxService, **told: Json) -> Policy:
    policy = inboxes.set_policy(INBOX, told)
    assert policy != OK or told == {"kind": "ok"}
    return policy
