"""Puts the two services together, apart or in one process, with everything they stand on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import import_module
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit

import orjson

from mock_platform.api.application import Contract, Lifecycle, Limits, build_app
from mock_platform.api.waiting import WaitingRoom
from mock_platform.bootstrap.given import guard, inbox_secrets, signing
from mock_platform.domain.order_forms import ORDERS, order_to_json
from mock_platform.domain.orders import OrderService
from mock_platform.domain.receipts import InboxService
from mock_platform.domain.state_machine import Machine
from mock_platform.engine.bindings import Handler, bind, handlers_in, python_name, transitions
from mock_platform.engine.callbacks import callback_rules
from mock_platform.engine.documents import Document
from mock_platform.engine.examples import example_reply
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.infra.callback_sender import make_sender
from mock_platform.infra.pages import make_pages
from mock_platform.infra.sending_threads import SendingThreads
from mock_platform.infra.stores import open_stores
from mock_platform.scheduler.callback_dispatcher import Dispatcher
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import CALLBACK_SECRET, Settings
from mock_platform.shared.contracts import Call, Json, Reply, Violation
from mock_platform.shared.ids import uuid7_source
from mock_platform.shared.logging import access_logger


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a built platform serves, for those who tell people about it."""

    operations: Sequence[tuple[str, str, str, str]]
    """OperationId, method, path, and who answers: ``handler``, ``transition``, ``example``."""
    specs: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An assembled platform. Its last three may be called more than once, in this order."""

    app: Any
    """The ASGI application."""
    banner_facts: Served
    signing: str
    """Where the callbacks' secret comes from: ``configured``, ``ephemeral`` or ``missing``."""
    leave: Callable[[], None]
    """Stop taking on work, at once and without waiting: safe in a signal handler."""
    drain: Callable[[], None]
    """Let the callbacks under way end, up to the drain's deadline, and begin no more. Keep serving
    meanwhile: some of them are on their way to this very process."""
    stop: Callable[[], None]
    """Let go of everything."""


@dataclass
class Assembly:
    """One platform while it is put together; parts are made once, in the order they are needed."""

    mode: str
    settings: Settings
    contracts: Mapping[str, Document]
    document: Document
    leaving: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = utc_now
        self.new_id = uuid7_source(utc_now, os.urandom)
        self.waiting = WaitingRoom()
        self.secrets, self.signing = signing(self.mode)
        self.stores = open_stores(self.settings.store)
        self.guard = guard(self.settings)
        self.secrets_of_inboxes = inbox_secrets(self.settings)
        self.dispatcher: Dispatcher | None = None
        self.senders: SendingThreads | None = None

    def build(self) -> Built:
        listed = operations(self.document)
        bound, triggered = self.handlers(listed)
        app = build_app(
            [
                Contract(
                    document=self.document,
                    resolve=partial(self.resolve, listed, bound),
                    blocking=self.stores.blocking,
                )
            ],
            pages=make_pages(self.published(), "Mock Platform"),
            access_log=access_logger(self.settings.log_format, self.settings.log_level),
            room=self.waiting,
            lifecycle=Lifecycle(start=self.start, stop=self.stop),
            limits=Limits(
                body_bytes=self.settings.body_limit_bytes, threads=self.settings.handler_threads
            ),
        )
        return Built(
            app=app,
            banner_facts=Served(
                operations=[
                    (one.id, one.method, one.path, _who(one.id, bound, triggered)) for one in listed
                ],
                specs=tuple(self.published()),
            ),
            signing=self.signing,
            leave=self.leave,
            drain=self.drain,
            stop=self.stop,
        )

    # Who answers ---------------------------------------------------------------------------------

    def handlers(self, listed: Sequence[Operation]) -> tuple[Mapping[str, Handler], frozenset[str]]:
        """Return operationId → handler, and which of them are run by the state machine."""
        services: Mapping[str, Callable[[], OrderService | InboxService]] = {
            "order-service": self.order_service,
            "callback-server": self.inbox_service,
        }
        ids = [one.id for one in listed]
        bound: dict[str, Handler] = {}
        stand_ins: dict[str, Handler] = {}
        for name in self.contracts:
            service = services[name]()
            module = import_module(f"handlers.{python_name(name)}")
            functions = bind(
                ids, handlers_in(module), module=module.__name__, spec=f"{name}.spec.yaml"
            )
            for operation_id, function in functions.items():
                bound.setdefault(operation_id, partial(function, service))
            if isinstance(service, OrderService):
                advance = partial(_advance, service)
                stand_ins |= transitions(listed, service.machine.vias(), advance)
        return stand_ins | bound, frozenset(stand_ins) - frozenset(bound)

    def resolve(
        self, listed: Sequence[Operation], bound: Mapping[str, Handler], operation_id: str
    ) -> Handler:
        """Return the operation's handler; without one, it gives its example."""
        if operation_id in bound:
            return bound[operation_id]
        operation = next(one for one in listed if one.id == operation_id)
        reply = example_reply(operation, self.document)
        return lambda: reply

    def order_service(self) -> OrderService:
        self.senders = SendingThreads(self.settings.threads)
        contract = self.contracts["order-service"]
        self.dispatcher = Dispatcher(
            store=self.stores.deliveries,
            rules=callback_rules(contract, partial(_body_check, Schemas(contract))),
            send=make_sender(self.guard),
            secrets=self.secrets,
            clock=self.clock,
            executor=self.senders,
            threads=self.settings.threads,
            random=SystemRandom(),
        )
        return OrderService(
            machine=_machine(contract),
            orders=self.stores.repository(ORDERS),
            deliveries=self.stores.deliveries,
            clock=self.clock,
            new_id=self.new_id,
            refuse_target=self.refuse_target,
            wake=self.dispatcher.wake,
            readiness=self.readiness,
            key_life=timedelta(hours=self.settings.idempotency_hours),
        )

    def inbox_service(self) -> InboxService:
        return InboxService(
            records=self.stores.records,
            policies=self.stores.policies,
            secrets_for=self.inbox_secrets,
            clock=self.clock,
            new_id=self.new_id,
            ring=self.waiting.ring,
            hold_limit_s=self.settings.hold_limit_seconds,
            wait_limit_s=self.settings.wait_limit_seconds,
            readiness=self.readiness,
        )

    # What they are given -------------------------------------------------------------------------

    def inbox_secrets(self, inbox: str) -> Sequence[str]:
        if inbox in self.secrets_of_inboxes:
            return self.secrets_of_inboxes[inbox]
        return self.secrets(CALLBACK_SECRET) or ()

    def refuse_target(self, url: str) -> str | None:
        """Say why callbacks may not go there; of our own paths, only to inboxes."""
        refused = self.guard.refuse_url(url)
        if refused is not None:
            return refused
        parts = urlsplit(url)
        ours = parts.hostname in _LOCAL and parts.port == self.settings.port
        if ours and not parts.path.startswith("/v1/inboxes/"):
            return (
                f"{parts.path} is this service's own; callbacks to itself go to /v1/inboxes/ only"
            )
        return None

    def readiness(self) -> Mapping[str, str]:
        checks = {"store": self.stores.check() or "ok"}
        if self.dispatcher is not None:
            well = self.dispatcher.state in {"idle", "running"}
            state = "ok" if well else self.dispatcher.state
            checks["dispatcher"] = self.dispatcher.trouble or state
        return checks | dict.fromkeys(self.leaving, "the service is stopping")

    def published(self) -> Mapping[str, Json]:
        """Return what is handed out under ``/specs``; the first one is what ``/docs`` opens."""
        merged = {self.mode: self.document.root} if len(self.contracts) > 1 else {}
        return merged | {name: document.root for name, document in self.contracts.items()}

    # Its life ------------------------------------------------------------------------------------

    def start(self) -> None:
        if self.dispatcher is not None:
            self.dispatcher.start()

    def leave(self) -> None:
        self.leaving[:] = ["process"]
        self.waiting.close()

    def drain(self) -> None:
        self.leave()
        if self.dispatcher is not None and self.dispatcher.state == "running":
            self.dispatcher.drain(self.settings.drain_seconds)

    def stop(self) -> None:
        self.drain()
        if self.senders is not None:
            self.senders.shutdown(wait=False, cancel_futures=True)
        self.stores.close()


_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def _machine(contract: Document) -> Machine:
    """Return the machine of orders."""
    for _, machine in machines(contract):
        if machine.resource == "Order":
            return machine
    raise SpecBroken(
        [
            Finding(
                message="no schema has an x-state-machine with resource: Order",
                remedy="put it beside the enum of an order's states; see docs/vocabulary.md",
                file=contract.origin("").file,
            )
        ]
    )


def _body_check(schemas: Schemas, pointer: str) -> Callable[[bytes], Sequence[Violation]]:
    check = schemas.validator(pointer, Direction.REQUEST)
    return lambda body: check(orjson.loads(body))


def _advance(orders: OrderService, key: str, trigger: str, call: Call) -> Reply:
    order = orders.advance(key, trigger, expected=call.expected_versions, trace=call.trace)
    return Reply(body=order_to_json(order), version=order.version)


def _who(operation_id: str, bound: Mapping[str, Handler], triggered: frozenset[str]) -> str:
    if operation_id in triggered:
        return "transition"
    return "handler" if operation_id in bound else "example"
