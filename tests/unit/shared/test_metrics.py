"""What happens is counted at next to no cost, and shown to Prometheus in bounded numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from mock_platform.api.application import Contract
from mock_platform.infra.metrics import Backlog, Metrics
from mock_platform.infra.pages import make_pages
from mock_platform.shared.contracts import Reply
from mock_platform.shared.errors import StoreUnavailable
from mock_platform.shared.tally import MOST_ANSWERS, MOST_OPERATIONS, OTHER, Tally
from tests.metrics_reading import Labels, labels, samples
from tests.unit.shared.api_kit import document, ok, serve


def scraped(tally: Tally, **more: Any) -> Mapping[str, Mapping[Labels, float]]:
    return samples(Metrics(mode="platform", tally=tally, **more)("")[0].decode())


def noting(tally: Tally) -> Any:
    note = tally.counting(lambda *_: None)

    def request(
        operation: str | None = "getTea",
        status: int = 200,
        method: str = "GET",
        seconds: float = 0.004,
    ) -> None:
        note(method, "/tea/4711", status, seconds, "trace", operation)

    return request


def test_requests_are_counted_by_operation_method_and_status() -> None:
    tally = Tally()
    request = noting(tally)

    request()
    request()
    request(status=404)
    request(operation=None, status=404)

    told = {"method": "GET", "status_class": "2xx", "status": "200"}
    missing = {"method": "GET", "status_class": "4xx", "status": "404"}
    assert scraped(tally)["mock_platform_requests_total"] == {
        labels(operation="getTea", **told): 2,
        labels(operation="getTea", **missing): 1,
        labels(operation="(none)", **missing): 1,
    }


def test_the_log_behind_it_gets_every_request_as_it_was() -> None:
    lines: list[tuple[object, ...]] = []

    Tally().counting(lambda *line: lines.append(line))("GET", "/tea", 200, 0.5, "t", "getTea")

    assert lines == [("GET", "/tea", 200, 0.5, "t", "getTea")]


def test_durations_fall_into_cumulative_buckets() -> None:
    tally = Tally()
    request = noting(tally)

    for seconds in (0.0005, 0.001, 0.004, 31.0):
        request(seconds=seconds)

    found = scraped(tally)
    buckets = {
        dict(each)["le"]: value
        for each, value in found["mock_platform_request_duration_seconds_bucket"].items()
    }
    assert (buckets["0.001"], buckets["0.0025"], buckets["0.005"]) == (2, 2, 3)
    assert (buckets["30.0"], buckets["+Inf"]) == (3, 4)
    mine = labels(operation="getTea")
    assert found["mock_platform_request_duration_seconds_count"][mine] == 4
    total = found["mock_platform_request_duration_seconds_sum"][mine]
    assert total == pytest.approx(31.0055)


def test_operations_beyond_the_first_two_hundred_share_one_row() -> None:
    tally = Tally()
    request = noting(tally)

    for number in range(1_000):
        request(operation=f"op{number}")
        tally.violated(f"op{number}", "request", 1)

    found = scraped(tally)
    counted = found["mock_platform_requests_total"]
    assert len(counted) == MOST_OPERATIONS + 1
    assert sum(counted.values()) == 1_000
    rest = {"method": "GET", "status": "200", "status_class": "2xx"}
    assert counted[labels(operation=OTHER, **rest)] == 1_000 - MOST_OPERATIONS
    assert len(found["mock_platform_violations_total"]) == MOST_OPERATIONS + 1


def test_strangers_cannot_make_up_labels() -> None:
    tally = Tally()
    request = noting(tally)

    for number in range(500):
        request(operation=None, method=f"FOO{number}", status=405)
        request(status=100 + number)

    counted = scraped(tally)["mock_platform_requests_total"]
    assert len(counted) == MOST_ANSWERS + 2
    assert sum(counted.values()) == 1_000
    assert "FOO" not in str(counted)
    assert "4711" not in str(counted)


def test_deliveries_records_and_reloads_are_counted_by_outcome() -> None:
    tally = Tally()
    tally.attempted("http_503", "pending")
    tally.attempted("http_503", "dead")
    tally.attempted("delivered", "delivered")
    tally.received("accepted")
    tally.reloaded(True)
    tally.reloaded(False)
    backlog = Backlog(lag_s=1.5, in_flight=2, states={"pending": 3, "dead": 1})

    found = scraped(tally, backlog=lambda: backlog, receives=True)

    assert found["mock_platform_delivery_attempts_total"] == {
        labels(outcome="http_503"): 2,
        labels(outcome="delivered"): 1,
    }
    assert found["mock_platform_deliveries_total"] == {
        labels(state="dead"): 1,
        labels(state="delivered"): 1,
    }
    assert found["mock_platform_inbox_records_total"] == {labels(outcome="accepted"): 1}
    assert found["mock_platform_reloads_total"] == {
        labels(result="ok"): 1,
        labels(result="broken"): 1,
    }
    assert found["mock_platform_delivery_lag_seconds"] == {labels(): 1.5}
    assert found["mock_platform_deliveries_in_flight"] == {labels(): 2}
    kept = found["mock_platform_deliveries_kept"]
    assert (kept[labels(state="pending")], kept[labels(state="dead")]) == (3, 1)
    assert kept[labels(state="delivered")] == 0


def test_who_sends_nothing_and_receives_nothing_does_not_speak_of_it() -> None:
    names = " ".join(scraped(Tally()))

    assert "deliver" not in names
    assert "inbox" not in names
    assert "mock_platform_build_info" in names


def test_a_store_that_is_away_is_told_and_the_rest_goes_on() -> None:
    def away() -> Backlog:
        raise StoreUnavailable("the disk is full")

    found = scraped(Tally(), backlog=away)

    assert found["mock_platform_store_available"] == {labels(): 0}
    assert "mock_platform_delivery_lag_seconds" not in found


def test_broken_requests_and_broken_answers_are_counted_by_operation() -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    paths = {
        "/tea": {
            "get": {
                "operationId": "getTea",
                "parameters": [limit],
                "responses": ok({"type": "string"}),
            }
        }
    }
    tally = Tally()

    def get_tea(limit: int = 0) -> Reply:
        return Reply(body=limit)

    served = serve(
        [Contract(document=document(paths), resolve=lambda _: get_tea)], violated=tally.violated
    )

    assert served.get("/v1/tea?limit=many").status == 400
    assert served.get("/v1/tea?limit=1").status == 500

    assert scraped(tally)["mock_platform_violations_total"] == {
        labels(operation="getTea", direction="request"): 1,
        labels(operation="getTea", direction="answer"): 1,
    }


def test_the_page_speaks_both_formats() -> None:
    tally = Tally()
    noting(tally)()
    pages = make_pages({}, "Test", Metrics(mode="serve", tally=tally)).test_client()

    plain = pages.get("/metrics")
    accept = "application/openmetrics-text; version=1.0.0"
    modern = pages.get("/metrics", headers={"Accept": accept})

    assert plain.content_type.startswith("text/plain; version=0.0.4")
    assert "mock_platform_requests_total" in samples(plain.text)
    assert modern.content_type.startswith("application/openmetrics-text")
    families = open_metrics_families(modern.text)  # type: ignore[no-untyped-call]  # not annotated there
    names = {family.name for family in families}
    assert "mock_platform_requests" in names


def test_the_documentation_names_every_metric() -> None:
    tally = Tally()
    noting(tally)()
    backlog = Backlog(lag_s=0, in_flight=0, states={})
    text = Metrics(mode="serve", tally=tally, backlog=lambda: backlog, receives=True)("")[0]
    families = [*text_string_to_metric_families(text.decode())]
    ours = {
        f"{one.name}_total" if one.type == "counter" else one.name
        for one in families
        if one.name.startswith("mock_platform_")
    }

    told = Path(__file__).parents[3].joinpath("docs", "watching.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(mock_platform_\w+)`", told, re.MULTILINE)) == ours


def test_without_metrics_there_is_no_page() -> None:
    assert make_pages({}, "Test").test_client().get("/metrics").status_code == 404


def test_two_platforms_in_one_process_count_apart() -> None:
    one, other = Tally(), Tally()
    noting(one)()

    assert scraped(one)["mock_platform_requests_total"]
    assert "mock_platform_requests_total" not in scraped(other)


def test_prometheus_is_not_imported_before_somebody_asks() -> None:
    program = (
        "import sys; import mock_platform.bootstrap.measuring as measuring;"
        "from mock_platform.shared.config import Settings;"
        "measuring.Measures(mode='platform', settings=Settings()).page();"
        "print('prometheus_client' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert ended.stdout.decode().strip() == "False"
