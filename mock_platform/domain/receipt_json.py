"""Records, receipts, verdicts as the callback server's contract writes them; answers to senders.

Members that have no value are left out. Credentials were never recorded, so none can be shown.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from mock_platform.domain.bookmarks import Resumed
from mock_platform.domain.policies import delay_s
from mock_platform.domain.verification import Expectation, Verification, asked
from mock_platform.shared.absence import present
from mock_platform.shared.clocks import rfc3339
from mock_platform.shared.contracts import (
    Answer,
    Call,
    Json,
    Play,
    Policy,
    Record,
    RecordFilter,
    Reply,
    Violation,
)
from mock_platform.shared.errors import (
    BodyInvalid,
    BodyUnparsable,
    PlatformError,
    PolicyPlayed,
    SignatureRefused,
)

_CHALLENGE: Final = 'Standard-Webhooks realm="inbox"'
"""RFC 9110 §11.6.1 wants one with every 401."""


def record_json(record: Record) -> Json:
    return present(
        {
            "id": record.id,
            "seq": record.seq,
            "receivedAt": rfc3339(record.received_at),
            "webhookId": record.webhook_id,
            "type": record.event_type,
            "orderId": record.order_id,
            "orderVersion": record.order_version,
            "outcome": record.outcome,
            "signature": record.signature,
            "status": record.status,
            "duplicateOf": record.duplicate_of,
            "policy": record.policy,
            "violations": [_violation_json(violation) for violation in record.violations],
            "headers": [{"name": name, "value": value} for name, value in record.headers],
            "bodyText": record.body.decode("utf-8", errors="replace"),
            "bodyBase64": b64encode(record.body).decode(),
            "traceId": record.trace_id,
        }
    )


def wait_json(
    records: Sequence[Record], *, count: int, satisfied: bool, resumed: Resumed
) -> dict[str, Json]:
    shown = [record_json(record) for record in records]
    told: dict[str, Json] = {"satisfied": satisfied, "count": count, "records": shown}
    if resumed.missed:
        told["missed"] = resumed.missed
    return told | ({"anew": True} if resumed.is_anew else {})


def expectation_from(body: Json) -> Expectation:
    """Read an expectation that the contract found valid."""
    # int(): JSON's 2.0 is an integer to the contract.
    return Expectation(
        exactly=int(body["exactly"]) if "exactly" in body else None,
        at_least=int(body["atLeast"]) if "atLeast" in body else None,
        which=RecordFilter(
            order_id=body.get("orderId"),
            event_type=body.get("type"),
            outcome=body.get("outcome"),
        ),
    )


def verification_json(verification: Verification) -> Json:
    expected = verification.expected
    numbers = {"exactly": expected.exactly, "atLeast": expected.at_least}
    return {
        "verified": verification.verified,
        "count": verification.count,
        "expected": {**present(numbers), **asked(expected.which)},
        "reason": verification.reason,
        "records": [record_json(record) for record in verification.records],
        "nearest": [
            {"differs": list(miss.differs), "record": record_json(miss.record)}
            for miss in verification.nearest
        ],
    }


# What the sender of a callback gets --------------------------------------------------------------


def answer_to(record: Record, policy: Policy, call: Call, hold_limit_s: float) -> Answer:
    """Return the answer that a judged record gets, acted out as its policy says."""
    if record.status is None:
        return Play(reply=Reply(), delay_s=hold_limit_s, hang_up=True)
    reply = Reply(
        status=record.status,
        body=_BODIES[record.outcome](record, call),
        headers=_headers(record, policy),
    )
    delay = min(delay_s(policy), hold_limit_s)
    return Play(reply=reply, delay_s=delay) if delay > 0 else reply


def _headers(record: Record, policy: Policy) -> Mapping[str, str]:
    wait = policy.settings.get("retryAfterSeconds")
    return present(
        {
            "X-Mock-Policy": record.policy,
            "Retry-After": None if wait is None else str(wait),
            "WWW-Authenticate": _CHALLENGE if record.status == HTTPStatus.UNAUTHORIZED else None,
        }
    )


def _receipt(record: Record, _call: Call) -> Json:
    return present(
        {
            "recordId": record.id,
            "outcome": record.outcome,
            "signature": record.signature,
            "receivedAt": rfc3339(record.received_at),
            "duplicateOf": record.duplicate_of,
        }
    )


def _rejected(record: Record, call: Call) -> Json:
    detail = f"the signature is {record.signature}; recorded as {record.id}"
    return _problem(SignatureRefused(detail), record, call)


def is_unread(violations: Sequence[Violation]) -> bool:
    """Tell whether a body is not what its content type says, so that nothing more is known of it."""
    return any(one.rule == "parse" and not one.pointer for one in violations)


def _invalid(record: Record, call: Call) -> Json:
    first = record.violations[0]
    if is_unread(record.violations):
        return _problem(BodyUnparsable(first.message), record, call)
    noun = "violation" if len(record.violations) == 1 else "violations"
    detail = f"{len(record.violations)} {noun}: {first.pointer}: {first.message}"
    return _problem(BodyInvalid(detail, violations=record.violations), record, call)


def _played(record: Record, call: Call) -> Json:
    if record.policy == "reject_signature":
        return _problem(
            SignatureRefused(f"refused by policy; recorded as {record.id}"), record, call
        )
    detail = f"policy {record.policy} decided this answer; recorded as {record.id}"
    return _problem(PolicyPlayed(detail), record, call)


_BODIES: Final[Mapping[str, Callable[[Record, Call], Json]]] = {
    "accepted": _receipt,
    "duplicate": _receipt,
    "rejected": _rejected,
    "invalid": _invalid,
    "played": _played,
}


def _problem(error: PlatformError, record: Record, call: Call) -> Json:
    # Not raised: a policy may choose another status than the error's kind has, or make it late.
    problem = {
        "type": f"urn:mock-platform:error:{error.code}",
        "title": error.title(),
        "status": record.status,
        "detail": error.detail,
        "instance": call.path,
        "code": error.code,
        "traceId": record.trace_id,
        "recordId": record.id,
    }
    violations = [_violation_json(violation) for violation in error.violations]
    return {**problem, "violations": violations} if violations else problem


def _violation_json(violation: Violation) -> Json:
    return {
        "pointer": violation.pointer,
        "rule": violation.rule,
        "message": violation.message,
    }
