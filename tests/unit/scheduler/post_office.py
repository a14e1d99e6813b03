"""What the dispatcher's tests build on: a real memory store, a script instead of a network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, ParamSpec, TypeVar, cast

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.infra.stores import Stores, open_stores
from mock_platform.scheduler.callback_dispatcher import Dispatcher
from mock_platform.scheduler.pump import Pump
from mock_platform.shared.contracts import (
    Attempt,
    Delivery,
    DeliveryStore,
    Event,
    Kind,
    NewDelivery,
    Outbound,
    Outcome,
    Sender,
    Settlement,
    Trace,
)
from mock_platform.shared.errors import StoreUnavailable
from mock_platform.shared.tracer import Tracer
from tests.fakes import HandClock

P = ParamSpec("P")
T = TypeVar("T")

WORLD = "default"
URL = "http://127.0.0.1:8082/v1/inboxes/a/callbacks"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TRACE = Trace("trace-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
EXACT = RetryRules(jitter="none", attempts=4, initial_s=1, max_s=60)
RULES = CallbackRules(
    name="orderStatusChanged",
    expression="{$request.body#/callbackUrl}",
    timeout_s=7,
    secret_env="SECRET",
    retry=EXACT,
)

DELIVERED = Outcome(kind="delivered", status=200, address="127.0.0.1")
BUSY = Outcome(kind="http_503", status=503, address="127.0.0.1")
GONE = Outcome(kind="http_410", status=410)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The least that a repository can hold."""

    id: str
    version: int = 1


PARCELS: Kind[Parcel] = Kind(
    name="parcel",
    encode=lambda parcel: f"{parcel.id} {parcel.version}".encode(),
    decode=lambda data: Parcel(data.split()[0].decode(), int(data.split()[1])),
    facets=lambda _parcel: {},
)


class AtOnce(Executor):
    """Runs everything in the caller's thread, before ``submit`` returns."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = Future[T]()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - what an executor is for
            future.set_exception(error)
        return future


class ByHand(Executor):
    """Runs nothing until told to: attempts under way are as many as were begun."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = Future[T]()
        self.waiting.append(lambda: future.set_result(fn(*args, **kwargs)))
        self.last: Future[Any] = future
        return future

    def begin(self) -> Callable[[], None]:
        """Begin the last one; call what is returned to end it."""
        self.last.set_running_or_notify_cancel()
        return self.waiting.pop()


@dataclass
class Script:
    """A sender that answers what it was told to, and remembers when it was asked what."""

    clock: HandClock
    answers: Mapping[str, Sequence[Outcome]] = field(default_factory=dict)
    """By the event's id; the last one repeats. ``*`` is for all others."""
    sent: list[Outbound] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """Seconds since the start."""
    takes_s: float = 0.0

    def __post_init__(self) -> None:
        self._begun = self.clock.now
        self._asked: dict[str, int] = {}

    def __call__(self, outbound: Outbound) -> Outcome:
        self.sent.append(outbound)
        self.at.append((self.clock.now - self._begun).total_seconds())
        event = dict(outbound.headers)["webhook-id"]
        answers = self.answers.get(event) or self.answers.get("*") or [DELIVERED]
        nth = self._asked[event] = self._asked.get(event, -1) + 1
        self.clock.advance(self.takes_s)
        return answers[min(nth, len(answers) - 1)]

    @property
    def events(self) -> list[str]:
        return [dict(outbound.headers)["webhook-id"] for outbound in self.sent]


@dataclass(slots=True)
class Outage:
    """A delivery store that refuses some of its methods while it is down, and counts all calls."""

    store: DeliveryStore
    down: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    bug: Exception | None = None
    """Raised once, by the next claim."""
    bitten: threading.Event = field(default_factory=threading.Event)

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            if name == "claim" and self.bug:
                bug, self.bug = self.bug, None
                self.bitten.set()
                raise bug
            if name in self.down:
                raise StoreUnavailable("the disk is full")
            return getattr(self.store, name)(*args, **kwargs)

        return call


@dataclass(slots=True)
class Office:
    """Everything a test wants to look at."""

    stores: Stores
    clock: HandClock
    script: Script
    dispatcher: Dispatcher
    outage: Outage

    def owe(
        self,
        event: str,
        *,
        order: str = "ord_1",
        url: str = URL,
        body: bytes = b'{"a": 1}',
        callback: str = RULES.name,
        trace: Trace = TRACE,
    ) -> str:
        """Save an entity's next version with an event that owes one callback; return its id."""
        parcels = self.stores.repository(PARCELS)
        before = parcels.get(WORLD, order)
        parcel = replace(before, version=before.version + 1) if before else Parcel(order)
        delivery = NewDelivery(id=f"dlv_{event}", callback=callback, url=url)
        parcels.save(
            WORLD,
            parcel,
            Event(
                id=event,
                type="parcel.moved",
                entity_id=order,
                version=parcel.version,
                occurred_at=self.clock(),
                body=body,
                trace=trace,
                deliveries=(delivery,),
            ),
        )
        return delivery.id

    def delivery(self, delivery_id: str) -> Delivery:
        found = self.stores.deliveries.get(WORLD, delivery_id)
        assert found is not None
        return found

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        return self.stores.deliveries.attempts(WORLD, delivery_id)

    def run(self) -> None:
        """Turn until nothing is due any more, moving the clock to whatever is due next."""
        while due := self.dispatcher.next_due():
            self.clock.now = max(due, self.clock.now)
            self.dispatcher.turn()


def office(
    *,
    rules: CallbackRules | None = RULES,
    secrets: Callable[[str], Sequence[str] | None] = lambda _name: [SECRET],
    executor: Executor | None = None,
    threads: int = 4,
    each: int | None = None,
    send: Sender | None = None,
    seed: int = 0,
    tracer: Tracer | None = None,
    **answers: Sequence[Outcome],
) -> Office:
    clock = HandClock()
    script = Script(clock, {name.replace("every", "*"): told for name, told in answers.items()})
    stores = open_stores("memory://")
    outage = Outage(stores.deliveries)
    pump = Pump(
        store=cast("DeliveryStore", outage),  # it answers to every method
        rules={rules.name: rules} if rules else {},
        send=send or script,
        secrets=secrets,
        clock=clock,
        executor=executor or AtOnce(),
        threads=threads,
        each=each or threads,
        random=Random(seed),  # noqa: S311 - jitter is no secret
        tracer=tracer,
    )
    return Office(stores, clock, script, Dispatcher(pump), outage)


def settlement(delivery: Delivery, state: str, at: HandClock) -> Settlement:
    """What somebody else might have made of the delivery."""
    attempt = Attempt(
        number=delivery.attempts + 1, trigger="auto", started_at=at(), ended_at=at(), outcome="x"
    )
    return Settlement(
        delivery_id=delivery.id,
        world=delivery.world,
        generation=delivery.generation,
        attempt=attempt,
        state=state,
    )
