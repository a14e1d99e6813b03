"""Has what happens counted, and shown to who asks for ``/metrics``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mock_platform.infra.telemetry import tracer_from
from mock_platform.shared.clocks import utc_now
from mock_platform.shared.config import Settings
from mock_platform.shared.contracts import DeliveryStore, Record, Settlement, Trace
from mock_platform.shared.logging import AccessLog, access_logger
from mock_platform.shared.tally import Tally
from mock_platform.shared.tracer import NoTracer, Tracer

if TYPE_CHECKING:  # most servers have no stores, and most are never asked for their metrics
    from mock_platform.infra.metrics import Backlog, Metrics
    from mock_platform.infra.stores import Stores
    from mock_platform.scheduler.callback_dispatcher import Dispatcher


@dataclass(slots=True, kw_only=True)
class Measures:
    """What one platform counts, for as long as it lives."""

    mode: str
    settings: Settings
    tally: Tally = field(default_factory=Tally)
    tracer: Tracer | None = field(init=False)
    """None when nobody listens."""

    def __post_init__(self) -> None:
        tracer = tracer_from(os.environ, self.mode, utc_now)
        self.tracer = None if isinstance(tracer, NoTracer) else tracer

    def access_log(self) -> AccessLog:
        """Return the log of requests; it counts them too, unless nobody wants to know."""
        log = access_logger(self.settings.log_format, self.settings.log_level)
        return self.tally.counting(log) if self.settings.metrics else log

    def delivery(self, settlement: Settlement) -> None:
        self.tally.attempted(settlement.attempt.outcome, settlement.state)

    def record(self, record: Record) -> None:
        self.tally.received(record.outcome)

    def trace(self, record: Record, trace: Trace) -> None:
        if self.tracer is not None:
            self.tracer.received(record, trace)

    def close(self) -> None:
        if self.tracer is not None:
            self.tracer.close()

    def page(
        self, stores: Stores | None = None, dispatcher: Dispatcher | None = None
    ) -> Metrics | None:
        """Return what answers ``/metrics``; None when it is switched off.

        Without stores there are no callbacks, without a dispatcher none are sent from here.
        """
        if not self.settings.metrics:
            return None
        from mock_platform.infra.metrics import Metrics

        backlog = None
        if stores is not None and dispatcher is not None:
            backlog = partial(_backlog, stores.deliveries, dispatcher)
        return Metrics(
            mode=self.mode,
            tally=self.tally,
            backlog=backlog,
            receives=stores is not None and self.mode != "order-service",
        )


def _backlog(store: DeliveryStore, dispatcher: Dispatcher) -> Backlog:
    from mock_platform.infra.metrics import Backlog

    due = store.next_due()
    lag_s = 0.0 if due is None else (utc_now() - due).total_seconds()
    return Backlog(lag_s=max(0.0, lag_s), in_flight=dispatcher.in_flight, states=store.counts())
