"""Writes what was counted in Prometheus' text format, when somebody asks for it.

Nothing is registered anywhere and nothing is imported before the first scrape: counters are read
from the ``Tally``, gauges from whoever knows them.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from mock_platform.shared.contracts import DELIVERY_STATES
from mock_platform.shared.errors import StoreUnavailable
from mock_platform.shared.tally import BOUNDS, OTHER, Tally

if TYPE_CHECKING:  # slow to import, and only needed by who scrapes
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

_CLASSES = range(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What the dispatcher still has to do, at one moment."""

    lag_s: float
    """For how long the delivery that is due the longest has been due; 0 when none is."""
    in_flight: int
    states: Mapping[str, int]
    """Deliveries that are kept, by state."""


@dataclass(kw_only=True, eq=False)  # the registry wants it hashable
class Metrics:
    """One platform's metrics. Call it with an ``Accept`` header."""

    mode: str
    tally: Tally
    backlog: Callable[[], Backlog] | None = None
    """None when nothing here sends callbacks. May raise StoreUnavailable."""
    receives: bool = False
    """Whether there are inboxes."""

    def __call__(self, accept: str) -> tuple[bytes, str]:
        """Return the text and its content type."""
        from prometheus_client.exposition import choose_encoder

        encoder, content_type = choose_encoder(accept)
        return encoder(self._registry), content_type

    @cached_property
    def _registry(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry, ProcessCollector

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        ProcessCollector(registry=registry)
        return registry

    # What prometheus_client calls

    def describe(self) -> list[Metric]:
        """Answer the registry, which would otherwise collect once to find the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield everything, as it is now."""
        from prometheus_client.metrics_core import InfoMetricFamily

        facts = {
            "version": version("mock-platform"),
            "python": platform.python_version(),
            "mode": self.mode,
        }
        yield InfoMetricFamily("mock_platform_build", "What is running.", facts)
        yield from self._requests()
        tally = self.tally
        yield _counter("reloads", "Edits of contracts.", "result", tally.reloads)
        if self.receives:
            told = "Callbacks received, by what the inbox made of them."
            yield _counter("inbox_records", told, "outcome", tally.records)
        if self.backlog is not None:
            told = "Attempts to deliver a callback, by outcome."
            yield _counter("delivery_attempts", told, "outcome", tally.attempts)
            told = "Deliveries that ended, by how; a replayed one ends again."
            yield _counter("deliveries", told, "state", tally.finished)
            yield from _gauges(self.backlog)

    def _requests(self) -> Iterator[Metric]:
        from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily

        requests = CounterMetricFamily(
            "mock_platform_requests",
            "Requests answered. 499: the caller went away; 444: hung up on, as a policy said.",
            labels=("operation", "method", "status", "status_class"),
        )
        durations = HistogramMetricFamily(
            "mock_platform_request_duration_seconds",
            "From a request's head to its answer; waiting and playing included.",
            labels=("operation",),
        )
        violations = CounterMetricFamily(
            "mock_platform_violations",
            "Rules of the contract that requests and our own answers broke.",
            labels=("operation", "direction"),
        )
        for operation, row in self.tally.rows.items():
            for (method, status), count in row.answered.copy().items():
                requests.add_metric((operation, method, *_status(status)), count)
            for direction, count in row.violations.copy().items():
                violations.add_metric((operation, direction), count)
            if any(row.buckets):
                sums = accumulate(row.buckets.copy())
                bounds = [*map(str, BOUNDS), "+Inf"]
                pairs = list(zip(bounds, sums, strict=True))
                durations.add_metric((operation,), pairs, row.seconds)
        yield requests
        yield durations
        yield violations


def _status(status: int) -> tuple[str, str]:
    hundreds = status // 100
    return (f"{status:d}", f"{hundreds}xx") if hundreds in _CLASSES else (OTHER, OTHER)


def _counter(name: str, told: str, label: str, counts: Mapping[str, int]) -> Metric:
    from prometheus_client.metrics_core import CounterMetricFamily

    family = CounterMetricFamily(f"mock_platform_{name}", told, labels=(label,))
    for value, count in sorted(counts.items()):
        family.add_metric((value,), count)
    return family


def _gauges(look: Callable[[], Backlog]) -> Iterator[Metric]:
    from prometheus_client.metrics_core import GaugeMetricFamily

    try:
        backlog = look()
    except StoreUnavailable:
        yield _gauge("store_available", "Whether the store answers.", 0)
        return
    yield _gauge("store_available", "Whether the store answers.", 1)
    told = "For how long the delivery due the longest has been due; 0 when none is."
    yield _gauge("delivery_lag_seconds", told, backlog.lag_s)
    yield _gauge("deliveries_in_flight", "Claimed and not settled yet.", backlog.in_flight)
    kept = GaugeMetricFamily(
        "mock_platform_deliveries_kept", "Deliveries in the store.", labels=("state",)
    )
    for state in DELIVERY_STATES:
        kept.add_metric((state,), backlog.states.get(state, 0))
    yield kept


def _gauge(name: str, told: str, value: float) -> Metric:
    from prometheus_client.metrics_core import GaugeMetricFamily

    return GaugeMetricFamily(f"mock_platform_{name}", told, value)
