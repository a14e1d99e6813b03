"""Every answer says whose it is, and a caller's own name for a request is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from mock_platform.api.application import Knobs
from mock_platform.api.tracing import made_ids, trace_of
from mock_platform.shared.contracts import Call, Reply, Trace
from tests.unit.shared.api_kit import document, ok, serve

MADE_ID, MADE_SPAN = "ab" * 16, "ab" * 8
THEIRS, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{THEIRS}-{SPAN}-00"


def made() -> Iterator[str]:
    return made_ids(lambda size: b"\xab" * size)


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ({}, Trace(MADE_ID, f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"x-trace-id": "mine"}, Trace("mine", f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"x-trace-id": THEIRS}, Trace(THEIRS, f"00-{THEIRS}-{MADE_SPAN}-01")),
        ({"x-trace-id": "0" * 32}, Trace("0" * 32, f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"x-trace-id": "not ours!"}, Trace(MADE_ID, f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"x-trace-id": "a" * 129}, Trace(MADE_ID, f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"x-trace-id": ""}, Trace(MADE_ID, f"00-{MADE_ID}-{MADE_SPAN}-01")),
        ({"traceparent": PARENT}, Trace(THEIRS, f"00-{THEIRS}-{MADE_SPAN}-00")),
        (
            {"traceparent": PARENT, "x-trace-id": "mine"},
            Trace("mine", f"00-{THEIRS}-{MADE_SPAN}-00"),
        ),
        *(
            ({"traceparent": broken}, Trace(MADE_ID, f"00-{MADE_ID}-{MADE_SPAN}-01"))
            for broken in (
                "",
                f"01-{THEIRS}-{SPAN}-00",
                f"00-{THEIRS.upper()}-{SPAN}-00",
                f"00-{'0' * 32}-{SPAN}-00",
                f"00-{THEIRS}-{'0' * 16}-00",
                f"{PARENT}-more",
            )
        ),
    ],
    ids=str,
)
def test_a_trace_is_kept_where_it_is_valid_and_begun_where_not(
    headers: dict[str, str], trace: Trace
) -> None:
    assert trace_of({k.encode(): v.encode() for k, v in headers.items()}, made()) == trace


def test_made_ids_never_repeat() -> None:
    counter = iter(range(10**9))
    ids = made_ids(
        lambda size: b"".join(next(counter).to_bytes(24, "big") for _ in range(size // 24))
    )

    drawn = [next(ids) for _ in range(1000)]

    assert len(set(drawn)) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{48}", one) for one in drawn)


OPERATION = {
    "operationId": "x",
    "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}],
    "responses": ok(s304={"description": ""}),
}


def handler(call: Call) -> Reply:
    return Reply(body=[call.trace.id, call.trace.parent], version=1)


SERVED = serve(
    document({"/x": {"get": OPERATION}}),
    {"x": handler},
    knobs=Knobs(entropy=lambda size: b"\xab" * size),
)


@pytest.mark.parametrize(
    ("method", "target", "more", "status"),
    [
        ("GET", "/v1/x", {}, 200),
        ("HEAD", "/v1/x", {}, 200),
        ("OPTIONS", "/v1/x", {}, 204),
        ("GET", "/v1/x", {"if-none-match": '"1"'}, 304),
        ("GET", "/v1/x?n=x", {}, 400),
        ("GET", "/v1/nothing", {}, 404),
        ("DELETE", "/v1/x", {}, 405),
        ("GET", "/v1/x", {"accept": "image/png"}, 406),
        ("GET", "/", {}, 200),
        ("GET", "/docs/try/nothing", {}, 404),
    ],
    ids=str,
)
def test_every_answer_carries_the_trace(
    method: str, target: str, more: dict[str, str], status: int
) -> None:
    answer = SERVED.ask(method, target, {"x-trace-id": "mine"} | more)

    assert (answer.status, answer.headers["x-trace-id"]) == (status, "mine")


def test_a_problem_repeats_the_trace_and_the_handler_knows_it() -> None:
    assert SERVED.ask("GET", "/v1/nothing", {"x-trace-id": "mine"}).json["traceId"] == "mine"
    assert SERVED.ask("GET", "/v1/x", {"traceparent": PARENT}).json == [
        THEIRS,
        f"00-{THEIRS}-{MADE_SPAN}-00",
    ]
