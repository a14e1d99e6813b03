"""A running platform can be watched: by Prometheus, by a collector of traces, from the terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.integration.platform_process import (
    EAGER,
    PATIENCE_S,
    PROJECT,
    SECRET,
    Platform,
    edited_specs,
    running,
)
from tests.metrics_reading import Labels, labels, samples

# Metrics


def scraped(platform: Platform) -> Mapping[str, Mapping[Labels, float]]:
    answer = platform.session.get(f"{platform.url}/metrics", timeout=PATIENCE_S)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples(answer.text)


def test_a_platform_counts_what_happened(tmp_path: Path) -> None:
    specs = edited_specs(tmp_path / "specs", EAGER)
    with running("up", "--specs", specs) as platform:
        platform.play("orders", "fail_first", count=1)
        order = platform.create(platform.inbox("orders"))
        platform.delivered(order)
        platform.call("GET", "/orders", params={"limit": 1000})
        found = scraped(platform)

    made = labels(operation="createOrder", method="POST", status="201", status_class="2xx")
    assert found["mock_platform_requests_total"][made] == 1
    wrong = labels(operation="listOrders", direction="request")
    assert found["mock_platform_violations_total"] == {wrong: 1}
    assert found["mock_platform_delivery_attempts_total"] == {
        labels(outcome="http_503"): 1,
        labels(outcome="delivered"): 1,
    }
    assert found["mock_platform_inbox_records_total"] == {
        labels(outcome="played"): 1,
        labels(outcome="accepted"): 1,
    }
    assert found["mock_platform_deliveries_kept"][labels(state="delivered")] == 1
    assert found["mock_platform_delivery_lag_seconds"] == {labels(): 0}


@pytest.mark.parametrize(
    ("command", "sends", "receives"),
    [("order-service", True, False), ("callback-server", False, True)],
)
def test_each_service_alone_tells_what_it_does(command: str, sends: bool, receives: bool) -> None:
    with running(command) as platform:
        platform.get("/health")
        names = scraped(platform).keys()

    assert ("mock_platform_delivery_lag_seconds" in names) is sends
    assert "mock_platform_requests_total" in names
    assert ("mock_platform_deliveries_kept" in names) is sends
    assert receives is not sends


def saved(file: Path, text: str) -> None:
    """Save as editors do, so that nobody reads half of it."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.replace(file)


def test_saved_edits_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    spec = tmp_path / "shared.yaml"
    sound = (PROJECT / "specs" / "shared-contracts.spec.yaml").read_text()
    spec.write_text(sound)
    with running("serve", str(spec)) as platform:
        saved(spec, sound.replace("title: Shared contracts", "title: Edited"))
        platform.logged("contract.reloaded")
        saved(spec, "openapi: [")
        platform.logged("contract.broken")
        found = scraped(platform)

    assert found["mock_platform_reloads_total"] == {
        labels(result="ok"): 1,
        labels(result="broken"): 1,
    }


def test_a_served_document_is_counted_and_can_be_left_uncounted() -> None:
    spec = str(PROJECT / "specs" / "shared-contracts.spec.yaml")
    with running("serve", spec) as platform:
        platform.get("/health")
        found = scraped(platform)
    with running("serve", spec, env={"MOCK_PLATFORM_METRICS": "false"}) as silent:
        answer = silent.session.get(f"{silent.url}/metrics", timeout=PATIENCE_S)

    asked = labels(operation="getHealth", method="GET", status="200", status_class="2xx")
    assert found["mock_platform_requests_total"][asked] == 1
    assert answer.status_code == 404


# Traces


@dataclass
class Collector:
    """Takes spans as OTLP over HTTP."""

    url: str = ""
    spans: list[Any] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, body: bytes) -> None:
        told = ExportTraceServiceRequest.FromString(body)
        with self.news:
            for resource in told.resource_spans:
                for scope in resource.scope_spans:
                    self.spans += scope.spans
            self.news.notify_all()

    def named(self, name: str, count: int) -> list[Any]:
        """Wait until so many spans of a name have come; in the order they began."""

        def found() -> list[Any]:
            return [span for span in self.spans if span.name == name]

        with self.news:
            assert self.news.wait_for(lambda: len(found()) >= count, PATIENCE_S), (
                f"{[span.name for span in self.spans]}"
            )
            return sorted(found(), key=lambda span: span.start_time_unix_nano)


@pytest.fixture
def collector() -> Iterator[Collector]:
    collecting = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collecting.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        collecting.url = f"http://127.0.0.1:{listening.server_port}"
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield collecting
        listening.shutdown()


def test_one_trace_leads_through_two_processes_and_a_retry(
    collector: Collector, tmp_path: Path
) -> None:
    specs = edited_specs(tmp_path / "specs", EAGER)
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with ExitStack() as stack:
        shop = stack.enter_context(running("order-service", "--specs", specs, env=env))
        inboxes = stack.enter_context(running("callback-server", "--specs", specs, env=env))
        inboxes.play("orders", "fail_first", count=1)
        order = shop.create(inboxes.inbox("orders"))
        inboxes.wait("orders", 1, outcome="accepted", orderId=order["id"])
        (request,) = collector.named("POST createOrder", 1)
        attempts = collector.named("POST orderStatusChanged", 2)
        receipts = collector.named("POST receiveCallback", 2)
        inbox = collector.named("receive orders", 2)

    mine = [request, *attempts, *receipts, *inbox]
    assert {span.trace_id for span in mine} == {request.trace_id}
    assert [span.parent_span_id for span in attempts] == [request.span_id] * 2
    assert [span.parent_span_id for span in receipts] == [span.span_id for span in attempts]
    assert [span.parent_span_id for span in inbox] == [span.span_id for span in receipts]
    failed, fine = attempts
    assert (failed.status.code, failed.status.message) == (2, "http_503")
    assert fine.status.code == 0
    assert SECRET not in str(collector.spans)


def test_what_is_left_of_a_trace_is_handed_on_at_the_end(collector: Collector) -> None:
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}
    with running(env=env) as platform:
        platform.get("/orders")
        assert platform.terminate() == 0

    assert collector.named("GET listOrders", 1)


# The terminal


def asked(*arguments: str, platform: Platform, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(arguments),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
        env=_environment(platform, environ),
    )


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "mock_platform", *arguments]


def _environment(platform: Platform, more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    own = {"MOCK_PLATFORM_URL": platform.url, "ORDER_CALLBACK_SECRET": SECRET}
    return {**kept, "PYTHONPATH": str(PROJECT), "TERM": "xterm", **own, **more}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    specs = edited_specs(tmp_path_factory.mktemp("observed") / "specs", EAGER)
    with running("up", "--specs", specs) as started:
        yield started


def test_an_order_and_its_callback_are_seen_from_the_terminal(platform: Platform) -> None:
    order = platform.create(platform.inbox("seen"))
    (delivery,) = platform.delivered(order)

    listed = asked("orders", "ls", "--json", platform=platform)
    shown = asked("orders", "show", order["id"], platform=platform)
    tried = asked("deliveries", "show", delivery["id"], "--json", platform=platform)
    again = asked("deliveries", "replay", delivery["id"], platform=platform)
    platform.wait("seen", 2)
    arrived = asked("inbox", "ls", "seen", platform=platform)

    assert order["id"] in [one["id"] for one in json.loads(listed.stdout)]
    assert "order.created" in shown.stdout
    assert [one["outcome"] for one in json.loads(tried.stdout)["history"]] == ["delivered"]
    assert again.returncode == 0
    assert [line.split()[6] for line in arrived.stdout.splitlines()[1:]] == [
        "accepted",
        "duplicate",
    ]


def test_a_triggered_callback_is_accepted_and_listen_passes_it_on(platform: Platform) -> None:
    sent = asked(
        *("trigger", "order.paid", "--set", "/data/total/amount=9", "--inbox", "first"),
        platform=platform,
    )
    passed = asked(
        *("listen", "first", "--forward", platform.inbox("second")),
        *("--since", "start", "--count", "1"),
        platform=platform,
    )

    assert sent.returncode == 0, sent.stderr
    assert passed.returncode == 0, passed.stderr
    assert passed.stdout.split()[1:3] == ["#1", "order.paid"]
    (first,), (second,) = platform.records("first"), platform.records("second")
    assert second["signature"] == "valid"
    assert second["bodyBase64"] == first["bodyBase64"]
    assert second["webhookId"] == first["webhookId"]


def test_watch_tells_of_what_arrives_and_ends_well_by_ctrl_c(platform: Platform) -> None:
    with subprocess.Popen(
        _command(["inbox", "watch", "watched", "--json"]),
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(platform, {"MOCK_PLATFORM_LOG_LEVEL": "info"}),
    ) as watching:
        assert watching.stdout is not None
        # Its second wait is the one that nobody answers at once: from then on it listens.
        platform.logged("http.request", path="/v1/inboxes/watched/wait")
        platform.create(platform.inbox("watched"))
        line = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        rest = watching.stdout.read()

    assert (line["type"], rest, watching.returncode) == ("order.created", "", 0)


@pytest.mark.parametrize(("environ", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_states_have_colours_on_a_terminal_unless_unwanted(
    platform: Platform, environ: Mapping[str, str], is_coloured: bool
) -> None:
    platform.create()
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        with os.fdopen(theirs, "wb") as terminal:
            subprocess.run(
                _command(["orders", "ls", "--limit", "1"]),  # a terminal's buffer is small
                stdout=terminal,
                check=True,
                timeout=PATIENCE_S,
                env=_environment(platform, {"COLUMNS": "200", **environ}),
            )
        shown = screen.read(65536)

    assert b"created" in shown
    assert (b"\x1b[36m" in shown) is is_coloured


def test_nobody_there_is_told_what_to_start(platform: Platform) -> None:
    ended = asked("orders", "ls", "--url", "http://127.0.0.1:1", platform=platform)

    assert ended.returncode == 1
    assert "Start one with `mock-platform up`" in ended.stderr
