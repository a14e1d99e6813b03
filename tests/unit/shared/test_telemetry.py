"""One trace leads from a request over every attempt to what the inbox made of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from structlog.testing import capture_logs

from mock_platform.infra.telemetry import OpenTelemetry, exporters, tracer_from
from mock_platform.shared.contracts import Call, Json, Outcome, Record, Reply, Trace
from mock_platform.shared.tracer import NoTracer
from tests.fakes import NOON, HandClock
from tests.unit.scheduler.post_office import BUSY, DELIVERED, SECRET, TRACE, office
from tests.unit.shared.api_kit import Served, document, ok, serve

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LIMITED = "http://user-capability.test:8082/v1/inboxes/a/callbacks?token=hush"
BODY = b'{"card": "4711-hush"}'


class Listening:
    """A tracer, and the spans that it has written."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        numbers = count(1)
        self.tracer = OpenTelemetry(
            [SimpleSpanProcessor(self.exporter)],
            service="test",
            clock=HandClock(),
            entropy=lambda size: next(numbers).to_bytes(size),
        )

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self.exporter.get_finished_spans()

    def named(self, start: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name.startswith(start)]


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Listening:
    monkeypatch.delenv("OTEL_TRACES_SAMPLER", raising=False)
    return Listening()


def shop(listening: Listening, traces: list[Trace], status: int = 200) -> Served:
    def pay_order(call: Call) -> Reply:
        traces.append(call.trace)
        return Reply(status=status, body={})

    responses = ok(s500={"description": "no", "content": {"application/json": {}}})
    paths = {"/pay": {"post": {"operationId": "payOrder", "responses": responses}}}
    return serve(document(paths), {"payOrder": pay_order}, tracer=listening.tracer)


def trace_id(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}"


def span_id(span: ReadableSpan) -> str:
    return f"{span.context.span_id:016x}"


def parent_id(span: ReadableSpan) -> str | None:
    return None if span.parent is None else f"{span.parent.span_id:016x}"


def facts(span: ReadableSpan) -> Mapping[str, Json]:
    return dict(span.attributes or {})


def record(outcome: str = "accepted", status: int = 200) -> Record:
    return Record(
        id="rec_1",
        inbox="a",
        seq=1,
        received_at=NOON,
        webhook_id="evt_1",
        event_type="order.paid",
        order_id="ord_1",
        order_version=1,
        outcome=outcome,
        signature="valid",
        status=status,
        headers=(("x-api-key", "hush"),),
        body=BODY,
    )


def test_one_trace_leads_from_the_request_over_retries_to_the_receipt(
    listening: Listening,
) -> None:
    traces: list[Trace] = []
    shop(listening, traces).ask("POST", "/v1/pay", {"traceparent": CALLER})
    it = office(every=[BUSY, BUSY, DELIVERED], tracer=listening.tracer)
    it.owe("evt_1", trace=traces[0])
    it.run()
    arrived = dict(it.script.sent[-1].headers)["traceparent"]
    received: list[Trace] = []
    shop(listening, received).ask("POST", "/v1/pay", {"traceparent": arrived})
    listening.tracer.received(record(), received[0])

    request, receipt = listening.named("POST payOrder")
    attempts = listening.named("POST orderStatusChanged")
    (inbox,) = listening.named("receive a")

    assert {trace_id(span) for span in listening.spans} == {CALLER[3:35]}
    assert parent_id(request) == CALLER[36:52]
    assert [parent_id(span) for span in attempts] == [span_id(request)] * 3
    assert len({span_id(span) for span in attempts}) == 3
    assert parent_id(receipt) == span_id(attempts[-1])
    assert parent_id(inbox) == span_id(receipt)
    kinds = [span.kind for span in (request, attempts[0], receipt, inbox)]
    assert kinds == [SpanKind.SERVER, SpanKind.CLIENT, SpanKind.SERVER, SpanKind.INTERNAL]


def test_the_span_has_the_id_that_went_over_the_wire(listening: Listening) -> None:
    traces: list[Trace] = []

    shop(listening, traces).ask("POST", "/v1/pay")

    (request,) = listening.spans
    assert request.parent is None
    assert traces[0].parent == f"00-{trace_id(request)}-{span_id(request)}-01"


def test_failed_attempts_are_errors_with_their_status(listening: Listening) -> None:
    away = Outcome(kind="connect", reason="hush-hush")
    it = office(every=[BUSY, away, DELIVERED], tracer=listening.tracer)
    it.owe("evt_1")

    it.run()

    busy, gone, fine = listening.spans
    assert (busy.status.status_code, busy.status.description) == (StatusCode.ERROR, "http_503")
    assert facts(busy)["http.response.status_code"] == 503
    assert (gone.status.status_code, facts(gone)["error.type"]) == (StatusCode.ERROR, "connect")
    assert "http.response.status_code" not in facts(gone)
    assert fine.status.status_code is StatusCode.UNSET
    assert facts(fine)["http.request.resend_count"] == 2


def test_what_never_leaves_is_an_attempt_all_the_same(listening: Listening) -> None:
    it = office(secrets=lambda _name: None, tracer=listening.tracer)
    it.owe("evt_1")

    it.run()

    (span,) = listening.spans
    assert span.status.description == "secret_missing"


def test_an_answer_that_is_our_fault_is_an_error(listening: Listening) -> None:
    served = shop(listening, [], status=500)

    served.ask("POST", "/v1/pay")

    (request,) = listening.spans
    assert (request.status.status_code, request.status.description) == (StatusCode.ERROR, "500")
    assert facts(request)["mock_platform.operation"] == "payOrder"


@pytest.mark.parametrize(
    ("outcome", "error"),
    [("accepted", None), ("duplicate", None), ("rejected", "rejected"), ("invalid", "invalid")],
)
def test_an_inbox_that_refuses_marks_its_span(
    listening: Listening, outcome: str, error: str | None
) -> None:
    listening.tracer.received(record(outcome), Trace("t", CALLER))

    (span,) = listening.spans
    assert facts(span).get("error.type") == error
    assert facts(span)["mock_platform.signature"] == "valid"


def test_no_body_and_no_secret_gets_into_a_span(listening: Listening) -> None:
    served = shop(listening, [])
    served.ask("POST", "/v1/pay?token=hush", {"authorization": "Bearer hush"}, b'"hush"')
    it = office(every=[BUSY], tracer=listening.tracer)
    it.owe("evt_1", url=LIMITED, body=BODY)
    it.run()
    listening.tracer.received(record(), Trace("t", CALLER))

    told = " ".join(span.to_json() for span in listening.spans)

    assert "user-capability.test" in told
    assert "hush" not in told
    assert SECRET not in told


def test_pages_and_unknown_paths_have_no_spans(listening: Listening) -> None:
    served = shop(listening, [])

    served.get("/v1/nowhere")
    served.get("/metrics")

    assert listening.spans == ()


def test_times_are_those_of_the_attempt(listening: Listening) -> None:
    it = office(tracer=listening.tracer)
    it.script.takes_s = 0.25
    it.owe("evt_1")

    it.run()

    (span,) = listening.spans
    assert span.start_time == int(NOON.timestamp()) * 10**9
    assert (span.end_time or 0) - (span.start_time or 0) == 250_000_000


# Sampling


def test_who_began_a_trace_decides_whether_it_is_sampled(listening: Listening) -> None:
    traces: list[Trace] = []
    unsampled = CALLER[:-2] + "00"
    shop(listening, traces).ask("POST", "/v1/pay", {"traceparent": unsampled})
    it = office(tracer=listening.tracer)
    it.owe("evt_1", trace=traces[0])

    it.run()

    assert listening.spans == ()
    assert dict(it.script.sent[0].headers)["traceparent"].endswith("-00")


def test_flags_that_nobody_knows_yet_change_nothing(listening: Listening) -> None:
    random_id = CALLER[:-2] + "03"  # W3C Trace Context, level 2

    shop(listening, []).ask("POST", "/v1/pay", {"traceparent": random_id})

    assert [span.name for span in listening.spans] == ["POST payOrder"]


def test_the_sampler_decides_about_traces_that_begin_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
    listening = Listening()
    traces: list[Trace] = []

    shop(listening, traces).ask("POST", "/v1/pay")

    assert listening.spans == ()
    assert traces[0].parent.endswith("-00")


# Switching on


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, ["otlp_proto_http"]),
        ({"OTEL_TRACES_EXPORTER": "console"}, ["console"]),
        ({"OTEL_TRACES_EXPORTER": "otlp, console"}, ["otlp_proto_http", "console"]),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a"}, []),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            ["otlp_proto_grpc"],
        ),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, []),
    ],
    ids=str,
)
def test_the_standard_variables_switch_it_on(
    environ: Mapping[str, str], names: Sequence[str]
) -> None:
    assert [*exporters(environ)] == names


def test_an_exporter_that_is_not_there_is_told_and_serving_goes_on() -> None:
    with capture_logs() as logs:
        tracer = tracer_from({"OTEL_TRACES_EXPORTER": "jaeger"}, "platform", HandClock())

    assert isinstance(tracer, NoTracer)
    (told,) = logs
    assert told["event"] == "telemetry.off"
    assert "there is no exporter 'jaeger'" in told["reason"]


def test_without_the_variables_nothing_of_it_is_imported() -> None:
    program = (
        "import sys; from mock_platform.bootstrap.measuring import Measures;"
        "from mock_platform.shared.config import Settings;"
        "print(Measures(mode='platform', settings=Settings()).tracer,"
        " any(name.startswith('opentelemetry') for name in sys.modules))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONPATH": "."}
    )

    assert ended.stdout.decode().split() == ["None", "False"]


def test_asked_for_but_not_installed_is_told_with_the_remedy() -> None:
    program = (
        "import sys; sys.modules['opentelemetry.sdk'] = None; sys.modules['opentelemetry'] = None;"
        "from mock_platform.infra.telemetry import tracer_from;"
        "from mock_platform.shared.clocks import utc_now;"
        "print(type(tracer_from({'OTEL_TRACES_EXPORTER': 'otlp'}, 'platform', utc_now)).__name__)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONPATH": "."}
    )

    assert b"pip install 'mock-platform[otel]'" in ended.stdout
    assert ended.stdout.split()[-1] == b"NoTracer"


def test_without_a_tracer_a_callback_carries_the_span_of_its_request() -> None:
    it = office()
    it.owe("evt_1")

    it.run()

    assert dict(it.script.sent[0].headers)["traceparent"] == TRACE.parent
    assert NoTracer().begin(TRACE, None) is TRACE
