"""Callbacks on their way: deliveries, their attempts, and the port they wait behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from mock_platform.shared.contracts.basics import Page, Trace
from mock_platform.shared.contracts.receivers import EVERYTHING, Shares

DELIVERY_STATES: Final = ("pending", "sending", "delivered", "dead")
FINISHED: Final = frozenset({"delivered", "dead"})
"""The states in which nobody waits for it any more."""


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

    def claim(
        self, now: datetime, limit: int, /, shares: Shares = EVERYTHING
    ) -> Sequence[Delivery]:
        """Take up to ``limit`` due deliveries, heads of their lines only, as ``sending``.

        Those due longest come first, but no receiver gets more than its share; who waits for others
        of its receiver keeps nobody else waiting. A line is (world, order_key, url): while its
        first unfinished delivery is pending or sending, those behind it are not claimed. Each claim
        raises the delivery's generation.
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

    def next_due(self, shares: Shares = EVERYTHING) -> datetime | None:
        """When the next head of a line is due whose receiver has room; None when there is none."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many deliveries are kept, by state, in all worlds. For those who look on."""
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

    def latest(
        self,
        world: str,
        /,
        *,
        order_key: str | None,
        state: str | None,
        before: str | None,
        limit: int,
    ) -> Page[Delivery]:
        """List as ``page`` does, the other way round; ``next_after`` is the next ``before``."""
        ...

    def attempts(self, world: str, delivery_id: str, /) -> Sequence[Attempt]:
        """All attempts of a delivery, first to last."""
        ...
