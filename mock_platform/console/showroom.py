"""What the console shows, handed in by whoever puts the platform together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mock_platform.domain.orders import OrderService
from mock_platform.domain.receipts import InboxService
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Clock, Json, Trace, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One operation, and who answers it: ``handler``, ``transition`` or ``example``."""

    operation: Operation
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One contract that is served."""

    name: str
    title: str
    version: str
    offered: Sequence[Offered]


class Sending(Protocol):
    """Whoever sends callbacks, and can be asked to hold on."""

    @property
    def state(self) -> str: ...
    @property
    def paused(self) -> bool: ...
    @property
    def in_flight(self) -> int: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The order service, and what the console needs to ask it the way the API does."""

    service: OrderService
    flaws: Callable[[Json], Sequence[Violation]]
    """What the contract finds wrong with the body of a new order."""
    callbacks: Callable[[Json], Mapping[str, str]]
    """Callback name → URL, as the contract finds them in the body of a new order."""
    sending: Sending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inboxes:
    """The callback server, and what the contract says of a policy."""

    service: InboxService
    flaws: Callable[[Json], Sequence[Violation]]
    """What the contract finds wrong with a policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showroom:
    """Everything there is to see; what a service does not have is None."""

    services: Sequence[Service]
    clock: Clock
    new_trace: Callable[[], Trace]
    store: str
    orders: Orders | None = None
    inboxes: Inboxes | None = None

    def operation(self, operation_id: str) -> Operation | None:
        """Return the operation of this id, whichever contract has it."""
        return next(
            (
                one.operation
                for service in self.services
                for one in service.offered
                if one.operation.id == operation_id
            ),
            None,
        )
