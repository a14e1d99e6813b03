"""Puts the two services together, apart or in one process, with everything they stand on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from random import SystemRandom
from typing import Any

from mock_platform.api.application import Contract, Lifecycle, Limits, build_app
from mock_platform.api.cors import Cors
from mock_platform.api.waiting import WaitingRoom
from mock_platform.bootstrap.console import Console, both, inboxes_shown, orders_shown
from mock_platform.bootstrap.given import guard, inbox_secrets, signing
from mock_platform.bootstrap.latest import Latest
from mock_platform.bootstrap.live import Compiled, Live
from mock_platform.bootstrap.measuring import Measures
from mock_platform.bootstrap.order_contract import advance, body_check, machine_of_orders
from mock_platform.bootstrap.own_paths import refusal_of_targets
from mock_platform.bootstrap.served import Built, Served, who_answers
from mock_platform.bootstrap.shown import pages_of
from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.order_forms import ORDERS
from mock_platform.domain.orders import OrderService
from mock_platform.domain.receipts import InboxService
from mock_platform.domain.state_machine import Machine
from mock_platform.engine.answering.generating import means_of
from mock_platform.engine.answering.stand_in import Responder, stand_ins
from mock_platform.engine.bindings import Handler, bind, handlers_in, python_name, transitions
from mock_platform.engine.callbacks import callback_rules
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, operations
from mock_platform.engine.schemas import Schemas
from mock_platform.infra import spec_files
from mock_platform.infra.callback_sender import make_sender
from mock_platform.infra.kept_specs import KeptSpecs
from mock_platform.infra.sending_threads import SendingThreads
from mock_platform.infra.stores import open_stores
from mock_platform.scheduler.callback_dispatcher import Dispatcher
from mock_platform.scheduler.pump import Pump
from mock_platform.shared import garbage
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import CALLBACK_SECRET, Settings
from mock_platform.shared.ids import uuid7_source


@dataclass
class Assembly:
    """One platform while it is put together; parts are made once, in the order they are needed."""

    mode: str
    settings: Settings
    home: Path
    """Where the specs are."""
    names: Sequence[str]
    leaving: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = utc_now
        self.new_id = uuid7_source(utc_now, os.urandom)
        self.waiting = WaitingRoom()
        self.specs = KeptSpecs()
        self.secrets, self.signing = signing(self.mode)
        self.guard = guard(self.settings)
        self.secrets_of_inboxes = inbox_secrets(self.settings)
        self.measures = Measures(mode=self.mode, settings=self.settings)
        self.access_log = self.measures.access_log()
        self.console = Console(self.settings)
        self.stores = open_stores(self.settings.store)
        self.rules = Latest[CallbackRules]()
        self.senders: SendingThreads | None = None
        self.dispatcher = self.new_dispatcher() if "order-service" in self.names else None
        try:
            self.live = Live(self.compiled, self.measures.tally.reloaded)
        except Exception:
            self.stores.close()  # its file is locked; the caller may mend the specs and try again
            raise

    def build(self) -> Built:
        return Built(
            app=self.live.app,
            banner_facts=self.live.served,
            signing=self.signing,
            leave=self.leave,
            drain=self.drain,
            stop=self.stop,
        )

    def compiled(self) -> Compiled:
        """Read the specs and make an application of what they say now."""
        paths = [self.home / f"{name}.spec.yaml" for name in self.names]
        contracts = {spec_files.name_of(path): self.specs.load_checked(path) for path in paths}
        alone = len(contracts) == 1
        document = (
            next(iter(contracts.values()))
            if alone
            else spec_files.merged([*contracts.values()], self.mode)
        )
        listed = operations(document)
        shown: dict[str, Any] = {}
        bound, by_machine, rules = self.handlers(contracts, listed, shown)
        making = means_of(document)
        published = ({} if alone else {self.mode: document.root}) | {
            name: contract.root for name, contract in contracts.items()
        }
        app = build_app(
            [
                Contract(
                    document=document,
                    resolve=partial(_resolve, stand_ins(making), listed, bound),
                    making=making,
                    blocking=self.stores.blocking,
                )
            ],
            pages=pages_of(
                self.console,
                contracts,
                lambda _, one: who_answers(one, bound, by_machine),
                published=published,
                metrics=partial(self.measures.page, self.stores, self.dispatcher),
                **shown,
            ),
            beneath=self.console.beneath(),
            access_log=self.access_log,
            room=self.waiting,
            lifecycle=Lifecycle(start=self.start, stop=self.stop, warmed=garbage.keep),
            limits=Limits(
                body_bytes=self.settings.body_limit_bytes, threads=self.settings.handler_threads
            ),
            documented=tuple(published),
            cors=Cors() if self.settings.cors else None,
            violated=self.measures.tally.violated,
            tracer=self.measures.tracer,
        )
        told = [
            (one.id, one.method, one.path, who_answers(one.id, bound, by_machine)) for one in listed
        ]
        return Compiled(
            app=app,
            served=Served(operations=told, specs=tuple(published)),
            files=spec_files.read_from(*contracts.values()),
            adopt=partial(self.rules.become, rules),
        )

    # Who answers ---------------------------------------------------------------------------------

    def handlers(
        self, contracts: Mapping[str, Document], listed: Sequence[Operation], shown: dict[str, Any]
    ) -> tuple[Mapping[str, Handler], frozenset[str], Mapping[str, CallbackRules]]:
        """Return operationId → handler, those run by the state machine, and the callbacks' rules.

        What the console asks the services for goes into ``shown``.
        """
        ids = [one.id for one in listed]
        bound: dict[str, Handler] = {}
        stand_ins: Mapping[str, Handler] = {}
        rules: Mapping[str, CallbackRules] = {}
        for name, contract in contracts.items():
            service: OrderService | InboxService
            if name == "order-service":
                service = self.order_service(machine_of_orders(contract))
                rules = callback_rules(contract, partial(body_check, Schemas(contract)))
                stand_ins = transitions(listed, service.machine.vias(), partial(advance, service))
                shown["orders"] = orders_shown(service, contract, self.dispatcher)
            else:
                service = self.inbox_service()
                shown["inboxes"] = inboxes_shown(service, contract)
            module = import_module(f"handlers.{python_name(name)}")
            functions = bind(
                ids, handlers_in(module), module=module.__name__, spec=f"{name}.spec.yaml"
            )
            for operation_id, function in functions.items():
                bound.setdefault(operation_id, partial(function, service))
        return {**stand_ins, **bound}, frozenset(stand_ins) - frozenset(bound), rules

    def order_service(self, machine: Machine) -> OrderService:
        return OrderService(
            machine=machine,
            orders=self.stores.repository(ORDERS),
            deliveries=self.stores.deliveries,
            clock=self.clock,
            new_id=self.new_id,
            refuse_target=refusal_of_targets(self.guard, self.settings.port),
            wake=self.wake,
            readiness=self.readiness,
            key_life=timedelta(hours=self.settings.idempotency_hours),
            noted=self.console.order_changed,
        )

    def wake(self) -> None:
        if self.dispatcher is not None:
            self.dispatcher.wake()
        self.console.deliveries_changed()

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
            noted=both(self.measures.record, self.console.record_kept),
            traced=self.measures.trace,
            policy_noted=self.console.policy_changed,
        )

    def new_dispatcher(self) -> Dispatcher:
        self.senders = SendingThreads(self.settings.threads)
        pump = Pump(
            store=self.stores.deliveries,
            rules=self.rules,
            send=make_sender(self.guard),
            secrets=self.secrets,
            clock=self.clock,
            executor=self.senders,
            threads=self.settings.threads,
            random=SystemRandom(),
            noted=both(self.measures.delivery, self.console.delivery_tried),
            tracer=self.measures.tracer,
        )
        return Dispatcher(pump)

    # What they are given -------------------------------------------------------------------------

    def inbox_secrets(self, inbox: str) -> Sequence[str]:
        if inbox in self.secrets_of_inboxes:
            return self.secrets_of_inboxes[inbox]
        return self.secrets(CALLBACK_SECRET) or ()

    def readiness(self) -> Mapping[str, str]:
        checks = {"store": self.stores.check() or "ok"}
        if self.dispatcher is not None:
            well = self.dispatcher.state in {"idle", "running"}
            state = self.dispatcher.state if not well else _OK[self.dispatcher.paused]
            checks["dispatcher"] = self.dispatcher.trouble or state
        return checks | dict.fromkeys(self.leaving, "the service is stopping")

    # Its life ------------------------------------------------------------------------------------

    def start(self) -> None:
        if self.dispatcher is not None:
            self.dispatcher.start()
        if self.settings.reload:
            self.live.watch()

    def leave(self) -> None:
        self.leaving[:] = ["process"]
        self.live.close()
        self.waiting.close()
        self.console.close()

    def drain(self) -> None:
        self.leave()
        if self.dispatcher is not None and self.dispatcher.state == "running":
            self.dispatcher.drain(self.settings.drain_seconds)

    def stop(self) -> None:
        self.drain()
        if self.senders is not None:
            self.senders.shutdown(wait=False, cancel_futures=True)
        self.stores.close()
        self.measures.close()


_OK = {False: "ok", True: "paused"}


def _resolve(
    stand_in: Callable[[Operation], Responder],
    listed: Sequence[Operation],
    bound: Mapping[str, Handler],
    operation_id: str,
) -> Handler:
    """Return the operation's handler; without one, its contract answers."""
    if operation_id in bound:
        return bound[operation_id]
    return stand_in(next(one for one in listed if one.id == operation_id))
