"""Receipts: what an inbox makes of the callbacks it gets, and what it can say about them later.

Judging is pure; only the service touches ports. A callback is recorded before it is answered,
whatever the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mock_platform.domain.bookmarks import Reading, affordable
from mock_platform.domain.paging import decode_cursor, encode_cursor
from mock_platform.domain.policies import OK, delay_s, played_status, plays, policy_from
from mock_platform.domain.receipt_json import answer_to, is_unread, wait_json
from mock_platform.domain.signatures import verify
from mock_platform.domain.verification import (
    NEAREST_SHOWN,
    RECORDS_SHOWN,
    Expectation,
    Verification,
    misses,
    relaxed,
    verdict,
)
from mock_platform.shared.contracts import (
    DEFAULT_WORLD,
    Answer,
    Arrival,
    Bell,
    Call,
    Clock,
    IdSource,
    Json,
    Page,
    Policy,
    PolicyStore,
    Record,
    RecordFilter,
    RecordStore,
    Reply,
    Trace,
    Violation,
    Wait,
)
from mock_platform.shared.errors import PolicyNotFound, RecordNotFound

_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})
_STATUSES: Final = {"accepted": 200, "duplicate": 200, "rejected": 401, "invalid": 422}
_UNREADABLE: Final = 400
_TRUSTED: Final = frozenset({"valid", "unsigned"})
_FILTERABLE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_LARGEST_VERSION: Final = 2**63 - 1
_PAGE: Final = 100


def topic(world: str, inbox: str) -> str:
    """Return the name under which the bell rings when something arrives in an inbox."""
    return f"inbox:{world}/{inbox}"


def judged(draft: Record, arrival: Arrival, policy: Policy) -> Record:
    """Complete a record with its place, its outcome and the status it is answered with."""
    outcome = _outcome(draft, arrival, policy)
    shaped = outcome == "played" or delay_s(policy) > 0
    return replace(
        draft,
        seq=arrival.seq,
        outcome=outcome,
        status=played_status(policy) if outcome == "played" else _deserved(outcome, draft),
        duplicate_of=arrival.original if outcome == "duplicate" else None,
        policy=policy.kind if shaped else None,
    )


def _deserved(outcome: str, draft: Record) -> int:
    unread = outcome == "invalid" and is_unread(draft.violations)
    return _UNREADABLE if unread else _STATUSES[outcome]


def _outcome(draft: Record, arrival: Arrival, policy: Policy) -> str:
    if plays(policy, arrival, draft.webhook_id):
        return "played"
    if draft.signature not in _TRUSTED:
        return "rejected"
    if draft.violations:
        return "invalid"
    return "duplicate" if arrival.original is not None else "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxService:
    """The callback server's use cases. Inboxes exist by being used; nothing makes or ends them."""

    records: RecordStore
    policies: PolicyStore
    secrets_for: Callable[[str], Sequence[str]]
    """Inbox → the secrets its callbacks may be signed with, newest first; none: not checked."""
    clock: Clock
    new_id: IdSource
    ring: Bell
    hold_limit_s: float
    """How long a policy may keep a caller waiting."""
    wait_limit_s: float
    """How long ``wait`` waits at most, whatever it was asked for."""
    readiness: Callable[[], Mapping[str, str]]
    """What readiness depends on → ``ok`` or the reason why not."""
    world: str = DEFAULT_WORLD
    noted: Callable[[Record], None] = lambda _record: None
    """Told of every record, once it is kept."""
    traced: Callable[[Record, Trace], None] = lambda _record, _trace: None
    """The same, and of the request that it came with."""
    policy_noted: Callable[[str], None] = lambda _inbox: None
    """Told of every inbox whose policy was set or cleared."""

    def receive(
        self, inbox: str, /, *, body: Json, call: Call, violations: Sequence[Violation]
    ) -> Answer:
        """Record a callback, and answer it as it deserves or as the inbox's policy says."""
        policy = self.policies.get(self.world, inbox) or OK
        draft = self._draft(inbox, body, call, violations)
        record = self.records.receive(
            self.world,
            inbox,
            draft.webhook_id,
            policy.since,
            lambda arrival: judged(draft, arrival, policy),
        )
        self.ring(topic(self.world, inbox))
        self.noted(record)
        self.traced(record, call.trace)
        return answer_to(record, policy, call, self.hold_limit_s)

    def record(self, inbox: str, record_id: str, /) -> Record:
        """Return one record.

        Raises:
            RecordNotFound: there is none with this id, or no longer.
        """
        record = self.records.get(self.world, inbox, record_id)
        if record is None:
            raise RecordNotFound(f"inbox {inbox!r} has no record {record_id!r}")
        return record

    def page(
        self, inbox: str, which: RecordFilter, /, *, limit: int, cursor: str | None
    ) -> Page[Record]:
        """List records in order of arrival; the page's ``next_after`` is a cursor.

        Raises:
            CursorInvalid: the cursor belongs to another inbox or filter, or is none.
        """
        bound = {
            "list": "records",
            "world": self.world,
            "inbox": inbox,
            "orderId": which.order_id,
            "type": which.event_type,
            "outcome": which.outcome,
        }
        after = decode_cursor(cursor, **bound)
        found = affordable(self.records.page(self.world, inbox, which, after=after, limit=limit))
        return replace(
            found, next_after=found.next_after and encode_cursor(found.next_after, **bound)
        )

    def wait(
        self,
        inbox: str,
        which: RecordFilter,
        /,
        *,
        count: int,
        timeout: float,
        limit: int = _PAGE,
        cursor: str | None = None,
    ) -> Wait:
        """Answer when ``count`` records match after the cursor, or when the time is up.

        Raises:
            CursorInvalid: the cursor belongs to another inbox, or is none.
        """
        reading = Reading(records=self.records, world=self.world, inbox=inbox)
        mark = reading.bookmark(cursor)

        def look() -> Reply:
            resumed = reading.resumed(mark)
            end = reading.end()  # before the page: what comes in between is told next time
            after = resumed.after
            found = self.records.count(self.world, inbox, which, after=after)
            asked = self.records.page(self.world, inbox, which, after=str(after), limit=limit)
            page = affordable(asked)
            onward = reading.onward(page.items, end, is_all=page.next_after is None)
            told = wait_json(page.items, count=found, satisfied=found >= count, resumed=resumed)
            return Reply(body=told | {"nextCursor": reading.cursor(onward)})

        def ready() -> Reply | None:
            after = reading.resumed(mark).after
            found = self.records.count(self.world, inbox, which, after=after)
            return look() if found >= count else None

        return Wait(
            topic=topic(self.world, inbox),
            ready=ready,
            otherwise=look,
            timeout_s=min(timeout, self.wait_limit_s),
        )

    def verify(self, inbox: str, expected: Expectation, /) -> Verification:
        """Compare what arrived with what should have."""
        found = self.records.count(self.world, inbox, expected.which)
        limit = RECORDS_SHOWN
        page = self.records.page(self.world, inbox, expected.which, after=None, limit=limit)
        near = self._near(inbox, expected.which) if found < expected.least else ()
        return verdict(expected, found, page.items, near)

    def policy(self, inbox: str, /) -> Policy:
        """Return the policy that was set.

        Raises:
            PolicyNotFound: none was, or it was cleared; the inbox answers ok.
        """
        policy = self.policies.get(self.world, inbox)
        if policy is None:
            raise PolicyNotFound(f"inbox {inbox!r} plays no policy", inboxId=inbox)
        return policy

    def set_policy(self, inbox: str, told: Json, /) -> Policy:
        """Play this policy from the next callback on."""
        policy = policy_from(told, since=self.records.last_seq(self.world, inbox))
        self.policies.put(self.world, inbox, policy)
        self.policy_noted(inbox)
        return policy

    def clear_policy(self, inbox: str, /) -> None:
        self.policies.clear(self.world, inbox)
        self.policy_noted(inbox)

    def _near(self, inbox: str, which: RecordFilter) -> tuple[Record, ...]:
        pages = (
            self.records.page(self.world, inbox, wider, after=None, limit=_PAGE)
            for wider in relaxed(which)
        )
        near = [record for page in pages for record in page.items if misses(record, which)]
        return tuple(near[:NEAREST_SHOWN])

    def _draft(self, inbox: str, body: Json, call: Call, violations: Sequence[Violation]) -> Record:
        now = self.clock()
        # Of a header sent twice the first counts, for the signature as for the id.
        headers = dict(reversed(call.headers))
        facts = body if isinstance(body, dict) else {}
        return Record(
            id=self.new_id("rec"),
            inbox=inbox,
            seq=0,
            received_at=now,
            webhook_id=headers.get("webhook-id") or None,
            event_type=_text(facts.get("type")),
            order_id=_text(facts.get("orderId")),
            order_version=_version(facts.get("orderVersion")),
            outcome="",
            signature=verify(headers, call.raw_body, self.secrets_for(inbox), now),
            status=None,
            violations=tuple(violations),
            headers=tuple(header for header in call.headers if header[0] not in _CREDENTIALS),
            body=call.raw_body,
            trace_id=call.trace.id,
        )


def _text(value: Json) -> str | None:
    # An invalid body may hold anything there; what no filter could name is left to the body.
    return value if isinstance(value, str) and _FILTERABLE.fullmatch(value) else None


def _version(value: Json) -> int | None:
    match value:
        case bool():
            return None
        case float() if value.is_integer() and abs(value) <= _LARGEST_VERSION:
            value = int(value)
    return value if isinstance(value, int) and 0 < value <= _LARGEST_VERSION else None
