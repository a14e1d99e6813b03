"""Operations of ``specs/callback-server.spec.yaml``.

Translate, call, translate back. An ``if`` in this file is a rule in the wrong room.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from mock_platform.domain.health import health, readiness
from mock_platform.domain.paging import listed
from mock_platform.domain.policies import policy_json
from mock_platform.domain.receipt_json import (
    expectation_from,
    record_json,
    verification_json,
)
from mock_platform.domain.receipts import InboxService
from mock_platform.shared.contracts import Answer, Call, Json, RecordFilter, Reply, Violation


def receive_callback(
    inboxes: InboxService,
    /,
    inbox_id: str,
    body: Json,
    call: Call,
    violations: Sequence[Violation],
) -> Answer:
    return inboxes.receive(inbox_id, body=body, call=call, violations=violations)


def list_records(
    inboxes: InboxService,
    /,
    *,
    inbox_id: str,
    call: Call,
    limit: int,
    cursor: str | None = None,
    order_id: str | None = None,
    type: str | None = None,  # noqa: A002 - the contract's name for it
    outcome: str | None = None,
) -> Reply:
    which = RecordFilter(order_id=order_id, event_type=type, outcome=outcome)
    page = inboxes.page(inbox_id, which, limit=limit, cursor=cursor)
    return listed(page, record_json, call)


def get_record(inboxes: InboxService, /, inbox_id: str, record_id: str) -> Reply:
    return Reply(body=record_json(inboxes.record(inbox_id, record_id)))


def wait_for_records(
    inboxes: InboxService,
    /,
    *,
    inbox_id: str,
    count: int,
    timeout: float,
    limit: int = 100,
    cursor: str | None = None,
    order_id: str | None = None,
    type: str | None = None,  # noqa: A002 - the contract's name for it
    outcome: str | None = None,
) -> Answer:
    which = RecordFilter(order_id=order_id, event_type=type, outcome=outcome)
    return inboxes.wait(inbox_id, which, count=count, timeout=timeout, limit=limit, cursor=cursor)


def verify_records(inboxes: InboxService, /, inbox_id: str, body: Json) -> Reply:
    return Reply(body=verification_json(inboxes.verify(inbox_id, expectation_from(body))))


def set_policy(inboxes: InboxService, /, inbox_id: str, body: Json) -> Reply:
    return Reply(body=policy_json(inboxes.set_policy(inbox_id, body)))


def get_policy(inboxes: InboxService, /, inbox_id: str) -> Reply:
    return Reply(body=policy_json(inboxes.policy(inbox_id)))


def clear_policy(inboxes: InboxService, /, inbox_id: str) -> Reply:
    inboxes.clear_policy(inbox_id)
    return Reply(status=HTTPStatus.NO_CONTENT)


def get_health(_inboxes: InboxService, /) -> Reply:
    return health()


def get_readiness(inboxes: InboxService, /) -> Reply:
    return readiness(inboxes.readiness())
