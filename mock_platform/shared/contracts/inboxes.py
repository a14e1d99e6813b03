"""What inboxes receive and how they answer, and the ports that keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mock_platform.shared.contracts.basics import Json, Page
from mock_platform.shared.contracts.exchanges import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How an inbox answers. ``since`` is the inbox's last record when the policy was set."""

    kind: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What an inbox already knows when a callback arrives."""

    seq: int
    """The number this arrival gets: 1 for an inbox's first, without gaps."""
    since_policy: int
    """Arrivals after the policy was set, before this one."""
    same_since_policy: int
    """Of those, how many had the same ``webhook-id``."""
    original: str | None
    """The id of the first *accepted* record with this ``webhook-id``, in any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One received callback, as it came, and what was made of it."""

    id: str
    inbox: str
    seq: int
    received_at: datetime
    webhook_id: str | None
    event_type: str | None
    order_id: str | None
    order_version: int | None
    outcome: str
    """``accepted``, ``duplicate``, ``invalid``, ``rejected`` (signature) or ``played``."""
    signature: str
    """``valid``, ``invalid``, ``missing``, ``stale`` or ``unsigned`` (the inbox has no secret)."""
    status: int | None
    """What was answered; None when a policy let the caller hang."""
    duplicate_of: str | None = None
    policy: str | None = None
    """The policy's kind, when it decided the answer."""
    violations: tuple[Violation, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which records are meant; None means any."""

    order_id: str | None = None
    event_type: str | None = None
    outcome: str | None = None


class RecordStore(Protocol):
    """Where inboxes keep what they received. Bounded: the oldest go first."""

    def receive(
        self,
        world: str,
        inbox: str,
        webhook_id: str | None,
        since: int,
        judge: Callable[[Arrival], Record],
        /,
    ) -> Record:
        """Judge and append one arrival in one step, so that counts are exact under concurrency."""
        ...

    def last_seq(self, world: str, inbox: str, /) -> int:
        """The number of the inbox's newest record; 0 when it has none."""
        ...

    def get(self, world: str, inbox: str, record_id: str, /) -> Record | None: ...

    def page(
        self, world: str, inbox: str, which: RecordFilter, /, *, after: str | None, limit: int
    ) -> Page[Record]:
        """List in order of arrival; ``after`` is the last ``seq`` seen."""
        ...

    def latest(
        self, world: str, inbox: str, which: RecordFilter, /, *, before: str | None, limit: int
    ) -> Page[Record]:
        """List as ``page`` does, the other way round; ``next_after`` is the next ``before``."""
        ...

    def count(self, world: str, inbox: str, which: RecordFilter, /, *, after: int = 0) -> int:
        """Count those that match, of the ones after a ``seq``."""
        ...

    def inboxes(self, world: str, /, *, after: str | None, limit: int) -> Page[str]:
        """List by name the inboxes that hold records."""
        ...


class PolicyStore(Protocol):
    """Which policy each inbox plays."""

    def get(self, world: str, inbox: str, /) -> Policy | None: ...

    def put(self, world: str, inbox: str, policy: Policy, /) -> None: ...

    def clear(self, world: str, inbox: str, /) -> None: ...
