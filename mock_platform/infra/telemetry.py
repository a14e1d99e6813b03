"""Hands spans to OpenTelemetry, where its SDK is installed and its variables ask for it.

``OTEL_EXPORTER_OTLP_ENDPOINT`` or ``OTEL_TRACES_EXPORTER`` switches it on; sampler, resource, limits
and batches are configured by the SDK's own variables. Until then nothing of it is imported. Nothing
global is touched: who embeds us keeps their own provider.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import structlog

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Attempt, Clock, Delivery, Json, Record, Trace
from mock_platform.shared.tracer import NoTracer, RequestSpan, Tracer

if TYPE_CHECKING:  # optional, and slow to import
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import SpanKind

_SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_EXPORTER, _DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_BY_PROTOCOL: Final = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}
_LONGEST_CLOSE_S = 3.0
_SERVER_ERROR = 500
_SAMPLED = 1
_FINE: Final = frozenset({"accepted", "duplicate", "played"})

_log = structlog.get_logger()


class TelemetryUnusable(ValueError):
    """What the variables ask for is not there. The message says what to install or to set."""


def tracer_from(environ: Mapping[str, str], mode: str, clock: Clock) -> Tracer:
    """Return what the environment asks for: usually nobody.

    What is asked for and cannot be had is told in the log; it is no reason not to serve.
    """
    names = exporters(environ)
    if not names:
        return NoTracer()
    try:
        processors = [_processor(name) for name in names]
    except TelemetryUnusable as reason:
        _log.warning("telemetry.off", reason=str(reason))
        return NoTracer()
    _log.info("telemetry.on", exporters=[*names])
    return OpenTelemetry(processors, service=f"mock-platform-{mode}", clock=clock)


def exporters(environ: Mapping[str, str]) -> Sequence[str]:
    """Return the exporters that are asked for, by the names under which packages offer them."""
    if environ.get(_DISABLED, "").strip().lower() == "true":
        return ()
    told = environ.get(_EXPORTER, "").strip()
    if not told and not any(environ.get(name) for name in _SWITCHES):
        return ()
    asked = [name.strip() for name in (told or "otlp").split(",")]
    protocol = next((environ[name] for name in _PROTOCOLS if environ.get(name)), "http/protobuf")
    otlp = _BY_PROTOCOL.get(protocol, protocol)
    return [otlp if name == "otlp" else name for name in asked if name not in {"", "none"}]


def _processor(name: str) -> SpanProcessor:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise TelemetryUnusable(
            "OpenTelemetry is asked for but not installed: pip install 'mock-platform[otel]'"
        )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    found = [*entry_points(group="opentelemetry_traces_exporter", name=name)]
    if not found:
        raise TelemetryUnusable(
            f"there is no exporter {name!r}: install the package that has it, or choose another by"
            f" {_EXPORTER} and {_PROTOCOLS[1]}"
        )
    return BatchSpanProcessor(found[0].load()())


class OpenTelemetry:
    """A ``Tracer`` that writes spans whose ids are those that went over the wire."""

    def __init__(
        self,
        processors: Sequence[SpanProcessor],
        *,
        service: str,
        clock: Clock,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        from mock_platform.infra.telemetry_ids import GivenIds

        self._clock = clock
        self._entropy = entropy
        self._ids = GivenIds()
        named = Resource.create({"service.version": version("mock-platform")})
        if str(named.attributes.get("service.name", "")).startswith("unknown_service"):
            named = named.merge(Resource({"service.name": service}))
        self._provider = TracerProvider(
            resource=named, id_generator=self._ids, shutdown_on_exit=False
        )
        for processor in processors:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("mock_platform", version("mock-platform"))

    def begin(self, trace: Trace, caller: bytes | None, /) -> Trace:
        if _caller_of(trace, caller) is not None:
            return trace  # whoever began the trace has decided
        from opentelemetry.sdk.trace.sampling import Decision

        span = trace.parent
        told = self._provider.sampler.should_sample(None, int(span[3:35], 16), "request")
        is_sampled = told.decision is not Decision.DROP
        return replace(trace, parent=f"{span[:-2]}{int(is_sampled):02x}")

    def request(self, span: RequestSpan, /) -> None:
        from opentelemetry.trace import SpanKind

        ended = self._clock()
        self._write(
            f"{span.method} {span.operation}",
            SpanKind.SERVER,
            span=span.trace.parent,
            parent=_caller_of(span.trace, span.caller),
            times=(_ns(ended) - int(span.seconds * 1e9), _ns(ended)),
            error=str(span.status) if span.status >= _SERVER_ERROR else None,
            facts={
                "http.request.method": span.method,
                "http.response.status_code": span.status,
                "url.path": span.path,
                "mock_platform.operation": span.operation,
                "mock_platform.trace_id": span.trace.id,
            },
        )

    def attempt(self, parent: str, /) -> str:
        return f"{parent[:36]}{self._entropy(8).hex()}{parent[52:]}"

    def attempted(self, delivery: Delivery, attempt: Attempt, span: str, /) -> None:
        from opentelemetry.trace import SpanKind

        target = urlsplit(delivery.url)  # the rest of a URL may be a capability
        self._write(
            f"POST {delivery.callback}",
            SpanKind.CLIENT,
            span=span,
            parent=delivery.trace.parent,
            times=(_ns(attempt.started_at), _ns(attempt.ended_at)),
            error=None if attempt.outcome == "delivered" else attempt.outcome,
            facts={
                "http.request.method": "POST",
                "http.response.status_code": attempt.status,
                "server.address": target.hostname,
                "server.port": target.port,
                "network.peer.address": attempt.address,
                "http.request.resend_count": attempt.number - 1 or None,
                "mock_platform.delivery": delivery.id,
                "mock_platform.event": delivery.event_type,
                "mock_platform.webhook_id": delivery.event_id,
                "mock_platform.attempt": attempt.number,
                "mock_platform.outcome": attempt.outcome,
                "mock_platform.replay": attempt.trigger == "replay",
                "mock_platform.trace_id": delivery.trace.id,
            },
        )

    def received(self, record: Record, trace: Trace, /) -> None:
        from opentelemetry.trace import SpanKind

        self._write(
            f"receive {record.inbox}",
            SpanKind.INTERNAL,
            span=self.attempt(trace.parent),
            parent=trace.parent,
            times=(_ns(record.received_at), _ns(self._clock())),
            error=None if record.outcome in _FINE else record.outcome,
            facts={
                "http.response.status_code": record.status,
                "mock_platform.inbox": record.inbox,
                "mock_platform.record": record.id,
                "mock_platform.event": record.event_type,
                "mock_platform.webhook_id": record.webhook_id,
                "mock_platform.outcome": record.outcome,
                "mock_platform.signature": record.signature,
                "mock_platform.violations": len(record.violations) or None,
            },
        )

    def close(self) -> None:
        """Hand on what is left; a collector that hangs keeps nobody from ending."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(_LONGEST_CLOSE_S)

    def _write(
        self,
        name: str,
        kind: SpanKind,
        *,
        span: str,
        parent: str | None,
        times: tuple[int, int],
        error: str | None,
        facts: Mapping[str, Json],
    ) -> None:
        from opentelemetry.trace import Status, StatusCode

        self._ids.next(trace_id=int(span[3:35], 16), span_id=int(span[36:52], 16))
        written = self._tracer.start_span(
            name,
            context=_context(parent, is_sampled=bool(int(span[53:55], 16) & _SAMPLED)),
            kind=kind,
            attributes=present(facts),
            start_time=times[0],
        )
        if error is not None:
            written.set_status(Status(StatusCode.ERROR, error))
            written.set_attribute("error.type", error)
        written.end(end_time=times[1])


def _caller_of(trace: Trace, caller: bytes | None) -> str | None:
    """Return the span that a request is part of; None where it begins a trace."""
    told = caller.decode("latin-1") if caller is not None else ""
    return told if told[:35] == trace.parent[:35] else None


def _context(parent: str | None, *, is_sampled: bool) -> Context:
    from opentelemetry.context import Context
    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    if parent is None:
        return Context()
    above = SpanContext(
        trace_id=int(parent[3:35], 16),
        span_id=int(parent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(is_sampled),
    )
    return set_span_in_context(NonRecordingSpan(above), Context())


def _ns(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000) * 1000
