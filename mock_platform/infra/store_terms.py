"""What is agreed with a store when it is opened: how much it keeps, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass

from mock_platform.shared.contracts import FINISHED, Delivery
from mock_platform.shared.errors import DeliveryNotFound, DeliveryNotReplayable

PATIENCE_S = 5.0
"""How long a writer waits for strangers, say a backup tool, to let go of a file."""


def replayable(delivery_id: str, found: Delivery | None) -> Delivery:
    """Return what was found, if it may be sent again.

    Raises:
        DeliveryNotFound: nothing was.
        DeliveryNotReplayable: it is still pending or sending.
    """
    if found is None:
        raise DeliveryNotFound(f"there is no delivery {delivery_id!r}", id=delivery_id)
    if found.state not in FINISHED:
        raise DeliveryNotReplayable(
            f"delivery {delivery_id!r} is {found.state}; wait until it has finished",
            state=found.state,
        )
    return found


class StoreUnusable(ValueError):
    """This URL cannot be opened as a store; the message names the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of what only accumulates is kept. Entities and their events are never dropped."""

    records_per_inbox: int = 10_000
    """The oldest go first."""
    inboxes: int = 10_000
    """The least recently used go first, with records and policy. Only memory forgets inboxes."""
    finished_deliveries: int = 10_000
    """Those delivered or dead the longest go first, with their attempts."""
    attempts_per_delivery: int = 100
    """The oldest go first."""
    idempotency_keys: int = 100_000
    """Per type of entity. Those that expire next go first. Only memory needs this bound."""
