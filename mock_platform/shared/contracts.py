"""The values that travel between rooms, and the ports they travel through.

Every store key begins with a *world*, an isolated space inside one process; the default one is
``default``. Every ``datetime`` here is aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

Json = Any
"""What ``orjson.loads`` may return: the one place where ``Any`` is welcome."""

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC. Turned by hand in tests."""

IdSource = Callable[[str], str]
"""Makes ``<prefix>_<32 hex digits>``; later ids sort after earlier ones (RFC 9562 UUIDv7)."""

Bell = Callable[[str], None]
"""Rings for a topic: whoever waits for it looks again. Safe from any thread."""

DEFAULT_WORLD = "default"

T = TypeVar("T")


# Tracing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trace:
    """Who caused this: our ``X-Trace-Id`` and the W3C ``traceparent`` that goes with it."""

    id: str
    parent: str


# Requests and answers ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of the contract that one place of a message breaks."""

    pointer: str
    """RFC 6901 pointer into the body, or ``query/limit``, ``path/orderId``, ``header/If-Match``."""
    rule: str
    """The schema keyword that was broken: ``required``, ``maximum``, ``format`` …"""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler may know of its request beyond parameters and body. Ask for it as ``call``."""

    trace: Trace
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, in order of arrival; values decoded as latin-1."""
    raw_body: bytes = b""
    expected_versions: frozenset[int] | None = None
    """What ``If-Match`` allows; None when it was absent or ``*`` (RFC 9110 §13.1.1)."""
    callbacks: Mapping[str, str] = field(default_factory=dict)
    """Callback name → URL: the operation's ``callbacks`` keys, evaluated for this request."""
    violations: tuple[Violation, ...] = ()
    """What the contract found wrong with the body. Only a handler whose signature has a parameter
    named ``violations`` is called when there are any; all others are spared (the api refuses)."""
    path: str = ""
    """The request's path, percent-encoding as received, without the query."""
    query: str = ""
    """The request's raw query string, without the question mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, as a value. The api validates it against the contract and sends it."""

    status: int = 200
    body: Json = None
    version: int | None = None
    """Becomes ``ETag: "<version>"``; the api answers 304 to a matching ``If-None-Match``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    """The body's media type; None: the one that the contract documents for the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An answer that is not there yet. The api asks again whenever the topic's bell rings."""

    topic: str
    ready: Callable[[], Reply | None]
    otherwise: Callable[[], Reply]
    """The answer when the time is up."""
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """An answer that misbehaves: late, or never. The api acts it out without blocking anybody."""

    reply: Reply
    delay_s: float = 0.0
    """Wait this long before the reply is sent (or before hanging up)."""
    hang_up: bool = False
    """Close the connection instead of answering."""


Answer = Reply | Wait | Play


# Pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a longer list, and where the next page begins."""

    items: tuple[T, ...]
    next_after: str | None = None
    """Hand this back as ``after`` for the next page; None when this was the last one."""


# Entities, events, deliveries --------------------------------------------------------------------


class Entity(Protocol):
    """What a repository can hold."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int:
        """1 when new, one more after every accepted change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A callback that an event owes to one URL. Stored with the event, or not at all."""

    id: str
    callback: str
    """The callback's name in the contract, e.g. ``orderStatusChanged``."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an entity, as it will be told."""

    id: str
    type: str
    entity_id: str
    version: int
    occurred_at: datetime
    body: bytes
    """The envelope, exactly as it is signed and sent."""
    trace: Trace
    deliveries: tuple[NewDelivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered(Generic[T]):
    """What an idempotency key stands for: the request that used it and what came of it."""

    operation: str
    key: str
    fingerprint: str
    entity: T
    created_at: datetime
    expires_at: datetime


class Repository(Protocol[T]):
    """Where entities of one type live, together with the events they raised."""

    def get(self, world: str, key: str, /) -> T | None:
        """Return the entity, or None when nothing is stored under ``key``."""
        ...

    def save(
        self, world: str, entity: T, /, *events: Event, remember: Remembered[T] | None = None
    ) -> None:
        """Write the entity, its events, their deliveries and the idempotency key: all or nothing.

        A version 1 is an insert; a version n replaces version n-1.

        Raises:
            StaleVersion: the stored version is not the one this entity grew from.
            KeyTaken: the idempotency key is in use and has not expired at ``remember.created_at``.
            StoreUnavailable: the store cannot take anything at the moment; nothing was written.
        """
        ...

    def remove(self, world: str, entity: T, /) -> None:
        """Take the entity out; its id is free again.

        What happened stays told: its events, their deliveries, what idempotency keys stand for.

        Raises:
            StaleVersion: the stored version is not this entity's.
            StoreUnavailable: the store cannot change anything at the moment; nothing was removed.
        """
        ...

    def recall(
        self, world: str, operation: str, key: str, now: datetime, /
    ) -> Remembered[T] | None:
        """Return what the idempotency key stands for, or None when unused or expired at ``now``."""
        ...

    def page(
        self, world: str, /, *, facets: Mapping[str, str], after: str | None, limit: int
    ) -> Page[T]:
        """List entities by id, ascending; only those whose facets have all the given values."""
        ...

    def events(self, world: str, key: str, /, *, after: str | None, limit: int) -> Page[Event]:
        """List an entity's events in order of version; ``after`` is the last version seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """How a store keeps one type of entity: its name, its facets, its JSON."""

    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]
    facets: Callable[[T], Mapping[str, str]]
    """Facet name → value; what ``Repository.page`` can filter by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One callback on its way: ``pending``, ``sending``, ``delivered`` or ``dead``."""

    id: str
    world: str
    seq: int
    """Place in the line of its (world, order_key, url); a replay goes to the end."""
    event_id: str
    """Also the ``webhook-id``: the same over retries and replays."""
    event_type: str
    callback: str
    url: str
    order_key: str
    version: int
    body: bytes
    trace: Trace
    state: str = "pending"
    attempts: int = 0
    """Attempts made in all; the last one's number."""
    tries: int = 0
    """Attempts spent since it was created or last replayed: what the retry policy counts."""
    trigger: str = "auto"
    """``auto``, or ``replay`` once somebody asked for it again."""
    created_at: datetime
    first_attempt_at: datetime | None = None
    """The first attempt since it was created or last replayed."""
    next_attempt_at: datetime | None = None
    """When it is due; None when delivered or dead."""
    reason: str | None = None
    """Why the last attempt failed, or why it is dead. None when nothing failed yet."""
    generation: int = 0
    """Raised by every claim; a settlement for an older generation is ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver, and what came of it."""

    number: int
    trigger: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    """``delivered``, ``http_<status>``, ``dns``, ``connect``, ``tls``, ``timeout``, ``reset``,
    ``protocol``, ``target_refused``, ``body_invalid``, ``secret_missing``, ``callback_unknown``."""
    status: int | None = None
    address: str | None = None
    """The IP address that was dialled."""
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: bytes = b""
    """At most 64 KiB of it."""
    reason: str | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a finished attempt makes of its delivery."""

    delivery_id: str
    world: str
    generation: int
    attempt: Attempt
    state: str
    """``delivered``, ``dead``, or ``pending`` when it will be tried again."""
    next_attempt_at: datetime | None = None
    reason: str | None = None


class DeliveryStore(Protocol):
    """Where deliveries wait for their turn. They are put there by ``Repository.save`` only."""

    def claim(self, now: datetime, limit: int, /) -> Sequence[Delivery]:
        """Take up to ``limit`` due deliveries, heads of their lines only, as ``sending``.

        A line is (world, order_key, url): while its first unfinished delivery is pending or
        sending, those behind it are not claimed. Each claim raises the delivery's generation.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], /) -> None:
        """Write finished attempts; a settlement whose generation has passed changes nothing."""
        ...

    def release(self, claimed: Sequence[Delivery], /) -> None:
        """Give claimed but unstarted deliveries back, without spending an attempt."""
        ...

    def recover(self) -> int:
        """Make every ``sending`` delivery pending again; return how many. Only at start."""
        ...

    def next_due(self) -> datetime | None:
        """When the next head of a line is due, or None when nothing is pending."""
        ...

    def replay(self, world: str, delivery_id: str, now: datetime, /) -> Delivery:
        """Make a delivered or dead delivery due again, at the end of its line.

        Raises:
            DeliveryNotFound: there is none with this id.
            DeliveryNotReplayable: it is still pending or sending.
        """
        ...

    def get(self, world: str, delivery_id: str, /) -> Delivery | None: ...

    def page(
        self,
        world: str,
        /,
        *,
        order_key: str | None,
        state: str | None,
        after: str | None,
        limit: int,
    ) -> Page[Delivery]:
        """List deliveries by id, ascending."""
        ...

    def attempts(self, world: str, delivery_id: str, /) -> Sequence[Attempt]:
        """All attempts of a delivery, first to last."""
        ...


# Inboxes -----------------------------------------------------------------------------------------


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

    def count(self, world: str, inbox: str, which: RecordFilter, /) -> int: ...


class PolicyStore(Protocol):
    """Which policy each inbox plays."""

    def get(self, world: str, inbox: str, /) -> Policy | None: ...

    def put(self, world: str, inbox: str, policy: Policy, /) -> None: ...

    def clear(self, world: str, inbox: str, /) -> None: ...


# Sending -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One HTTP POST, ready to go."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    deadline_s: float
    """For everything: name look-up, connecting, sending, reading the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one POST. ``kind`` as in ``Attempt.outcome``."""

    kind: str
    status: int | None = None
    address: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reason: str | None = None


Sender = Callable[[Outbound], Outcome]
"""Sends one callback; every failure is an Outcome, nothing is raised."""
