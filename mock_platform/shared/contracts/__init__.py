"""The values that travel between rooms, and the ports they travel through.

Every store key begins with a *world*, an isolated space inside one process; the default one is
``default``. Every ``datetime`` here is aware and in UTC.
"""

from __future__ import annotations

from mock_platform.shared.contracts.basics import (
    DEFAULT_WORLD,
    Bell,
    Clock,
    IdSource,
    Json,
    Page,
    T,
    Trace,
)
from mock_platform.shared.contracts.entities import (
    Entity,
    Event,
    Kind,
    NewDelivery,
    Remembered,
    Repository,
)
from mock_platform.shared.contracts.exchanges import (
    Answer,
    Call,
    Outbound,
    Outcome,
    Play,
    Reply,
    Sender,
    Violation,
    Wait,
)
from mock_platform.shared.contracts.inboxes import (
    Arrival,
    Policy,
    PolicyStore,
    Record,
    RecordFilter,
    RecordStore,
)
from mock_platform.shared.contracts.outbox import (
    DELIVERY_STATES,
    FINISHED,
    Attempt,
    Delivery,
    DeliveryStore,
    Settlement,
)
from mock_platform.shared.contracts.receivers import EVERYTHING, Shares, receiver_of

__all__ = [
    "DEFAULT_WORLD",
    "DELIVERY_STATES",
    "EVERYTHING",
    "FINISHED",
    "Answer",
    "Arrival",
    "Attempt",
    "Bell",
    "Call",
    "Clock",
    "Delivery",
    "DeliveryStore",
    "Entity",
    "Event",
    "IdSource",
    "Json",
    "Kind",
    "NewDelivery",
    "Outbound",
    "Outcome",
    "Page",
    "Play",
    "Policy",
    "PolicyStore",
    "Record",
    "RecordFilter",
    "RecordStore",
    "Remembered",
    "Reply",
    "Repository",
    "Sender",
    "Settlement",
    "Shares",
    "T",
    "Trace",
    "Violation",
    "Wait",
    "receiver_of",
]
