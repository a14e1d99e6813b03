"""Compiles what nobody has asked for yet, in the background, and steps aside for who asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

import structlog

from mock_platform.api.plans import Endpoint, Traffic
from mock_platform.engine.schemas import SchemaBroken

RESPITE_S = 0.2
"""So long nothing is compiled after somebody asked, as he may ask again."""
TIMES_THE_LAST = 50
"""And so many times as long as the last one took: who asks all the time gives up a fiftieth."""
LONGEST_RESPITE_S = 5.0
"""But no longer, as he may have gone."""

_log = structlog.get_logger()


def nothing() -> None:
    """Nothing else is to be made ready."""


def warm(
    endpoints: Sequence[Endpoint],
    stopped: Event,
    traffic: Traffic | None = None,
    tick: Callable[[], float] = time.perf_counter,
) -> None:
    """Compile every operation, so that nobody has to wait for it.

    With ``traffic``, whoever asks has the processor almost to himself.
    """
    seen, took = 0, 0.0
    for endpoint in endpoints:
        if traffic is not None and traffic.requests != seen:
            seen = traffic.requests
            stopped.wait(min(max(RESPITE_S, TIMES_THE_LAST * took), LONGEST_RESPITE_S))
        if stopped.is_set():
            return
        began = tick()
        try:
            endpoint.compiled().warm()
        except SchemaBroken as reason:
            _log.error("schema.broken", operation=endpoint.operation.id, reason=str(reason))
        took = tick() - began


@dataclass(slots=True)
class Warming:
    """The operations of one application, and how far they are compiled."""

    endpoints: Sequence[Endpoint]
    traffic: Traffic
    stopped: Event = field(default_factory=Event)

    def like(self, other: Warming) -> None:
        """Compile what was in use there."""
        used = {one.operation.id for one in other.endpoints if one.is_in_use}
        for endpoint in self.endpoints:
            endpoint.is_in_use = endpoint.operation.id in used
        warm([one for one in self.endpoints if one.is_in_use], self.stopped)

    def begin(
        self, first: Callable[[], None] = nothing, then: Callable[[], None] = nothing
    ) -> None:
        """Compile everything in the background.

        ``first`` makes something else ready before, ``then`` is called when all is done.
        """

        def work() -> None:
            self.stopped.wait(RESPITE_S)  # whoever waited for the start asks now
            if not self.stopped.is_set():
                first()
            warm(self.endpoints, self.stopped, self.traffic)
            if not self.stopped.is_set():
                then()

        Thread(target=work, name="warm", daemon=True).start()

    def end(self) -> None:
        """Compile no more in the background."""
        self.stopped.set()
