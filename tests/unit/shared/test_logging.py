"""Logs are readable by whom they are for, keep secrets, and cannot be forged by a client."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import warnings

import orjson
import pytest
import structlog

from mock_platform.shared.contracts import Json
from mock_platform.shared.line_buffer import FLUSH_AT_LINES, MOST_LINES, LineBuffer
from mock_platform.shared.logging import Format, access_logger, configure
from tests.fakes import HandClock

pytestmark = pytest.mark.usefixtures("logging_restored")


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class DeafTerminal(Terminal):
    """A terminal that somebody has closed."""

    def write(self, text: str, /) -> int:
        raise OSError(5, "Input/output error")


def fail(why: str) -> None:
    raise RuntimeError(why)


def logged(log_format: Format, event: str, **facts: Json) -> str:
    stream = io.StringIO()
    configure(log_format, "info", stream)
    structlog.get_logger().warning(event, **facts)
    return stream.getvalue()


# Events


def test_an_event_becomes_one_json_line_with_its_facts() -> None:
    line = logged("json", "delivery.dead", delivery="dlv_1", attempts=8)

    assert line.endswith("}\n")
    assert {**orjson.loads(line), "timestamp": ""} == {
        "event": "delivery.dead",
        "level": "warning",
        "timestamp": "",
        "delivery": "dlv_1",
        "attempts": 8,
    }


def test_a_terminal_gets_the_human_form_and_a_pipe_gets_json() -> None:
    terminal, pipe = Terminal(), io.StringIO()

    for stream in (terminal, pipe):
        configure("auto", "info", stream)
        structlog.get_logger().info("platform.started", port=8080)

    assert "port" in terminal.getvalue()
    assert "8080" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert orjson.loads(pipe.getvalue())["port"] == 8080


def test_events_below_the_level_are_not_written() -> None:
    stream = io.StringIO()
    configure("json", "error", stream)

    structlog.get_logger().warning("delivery.retried")

    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "facts",
    [
        {"signing_secret": "hush"},
        {"Authorization": "Bearer hush"},
        {"proxy_authorization": "hush"},
        {"signature-key": "hush"},
        {"Set-Cookie": "sid=hush"},
        {"headers": {"authorization": "hush"}},
        {"headers": [("accept", "*/*"), ("Authorization", "hush")]},
        {"reason": "cannot use whsec_hush/+= here"},
        {"body": b'{"secret": "whsec_hush"}'},
        {"deep": [{"er": ("whsec_hush",)}]},
    ],
    ids=str,
)
@pytest.mark.parametrize("log_format", ["human", "json"])
def test_secrets_are_masked_at_any_depth(log_format: Format, facts: dict[str, Json]) -> None:
    line = logged(log_format, "request.refused", **facts)

    assert "hush" not in line
    assert "***" in line


def test_a_secret_in_a_traceback_is_masked() -> None:
    stream = io.StringIO()
    configure("json", "info", stream)

    try:
        fail("whsec_hush is no good")
    except RuntimeError:
        structlog.get_logger().exception("delivery.broken")

    assert "RuntimeError: whsec_*** is no good" in orjson.loads(stream.getvalue())["exception"]


def test_facts_without_a_json_form_are_written_all_the_same() -> None:
    line = orjson.loads(logged("json", "odd", huge=1 << 80, lone="\udc80", kind={1}, keys={1: 2}))

    assert line["event"] == "odd"
    assert line["huge"] == str(1 << 80)


@pytest.mark.parametrize("name", ["event", "path"])
def test_the_human_form_lets_no_control_character_through(name: str) -> None:
    hostile = "\x1b[2J\r\nlevel=error forged\u202e"
    line = logged("human", **{"event": "x", name: hostile})

    assert line.endswith("\n")
    assert line[:-1].isprintable()


def test_a_value_in_the_human_form_cannot_pose_as_another_fact() -> None:
    assert "path='/x status=200'" in logged("human", "request.refused", path="/x status=200")


def test_the_human_form_shows_tracebacks_line_by_line() -> None:
    stream = io.StringIO()
    configure("human", "info", stream)

    try:
        fail("a\x1b[2Jb")
    except RuntimeError:
        structlog.get_logger().exception("delivery.broken")

    assert "\nRuntimeError: a\\x1b[2Jb\n" in stream.getvalue()


# Libraries


def test_what_libraries_warn_of_takes_the_same_form_and_what_they_chat_about_is_dropped() -> None:
    stream = io.StringIO()
    configure("json", "debug", stream)

    for name in ("uvicorn.error", "connexion.x", "werkzeug"):
        logging.getLogger(name).info("chat")
        logging.getLogger(name).warning("cannot use %s", "whsec_hush")

    lines = [orjson.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["logger"] for line in lines] == ["uvicorn.error", "connexion.x", "werkzeug"]
    assert {line["event"] for line in lines} == {"cannot use whsec_***"}


def test_python_warnings_are_logged_and_not_printed() -> None:
    stream = io.StringIO()
    configure("json", "info", stream)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old ways", stacklevel=1)

    assert orjson.loads(stream.getvalue())["logger"] == "py.warnings"


# Requests


def noted(log_format: Format, path: str) -> str:
    """What a terminal shows, in either form: there, lines appear at once."""
    terminal = Terminal()
    note = access_logger(log_format, "info", terminal, HandClock())
    note("GET", path, 200, 0.0012344, "4bf92f", "getOrder")
    return terminal.getvalue()


def test_a_request_becomes_one_json_line() -> None:
    assert orjson.loads(noted("json", "/v1/orders/ord_1")) == {
        "timestamp": "2026-03-01T12:00:00Z",
        "level": "info",
        "event": "http.request",
        "method": "GET",
        "path": "/v1/orders/ord_1",
        "status": 200,
        "ms": 1.234,
        "trace_id": "4bf92f",
        "operation": "getOrder",
    }


def test_a_request_becomes_one_readable_line() -> None:
    line = noted("human", "/v1/orders/ord_1")

    assert line == "12:00:00.000 200 GET /v1/orders/ord_1 1.2ms getOrder trace=4bf92f\n"


@pytest.mark.parametrize(
    "path",
    ['/"},{"x":1', "/\x00", "/a\r\nb", "/\x1b[2J", "/\u202e", "/\udc80", "/ü\u2028"],
    ids=ascii,
)
@pytest.mark.parametrize("log_format", ["human", "json"])
def test_a_hostile_path_stays_inside_its_line(log_format: Format, path: str) -> None:
    line = noted(log_format, path)

    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert log_format == "json" or line[:-1].isprintable()
    assert log_format == "human" or orjson.loads(line)["event"] == "http.request"


def test_above_level_info_requests_are_not_noted() -> None:
    terminal = Terminal()

    access_logger("json", "warning", terminal, HandClock())("GET", "/", 200, 0.1, "t", None)

    assert terminal.getvalue() == ""


def test_a_closed_terminal_does_not_stop_the_service() -> None:
    access_logger("human", "info", DeafTerminal(), HandClock())("GET", "/", 200, 0.1, "t", None)


def test_lines_still_waiting_are_written_at_exit() -> None:
    program = """if True:
        import sys
        from mock_platform.shared.logging import access_logger
        note = access_logger("json", "info", sys.stderr)
        for number in range(3):
            note("GET", f"/{number}", 200, 0.1, "t", None)
    """

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    paths = [orjson.loads(line)["path"] for line in ended.stderr.splitlines()]
    assert paths == ["/0", "/1", "/2"]


# The buffer


def test_lines_wait_until_they_are_flushed_and_keep_their_order() -> None:
    written: list[bytes] = []
    buffer = LineBuffer(written.append)

    for number in range(FLUSH_AT_LINES):
        buffer.put(b"%d\n" % number)

    assert written == []
    buffer.flush()
    assert b"".join(written).split() == [b"%d" % number for number in range(FLUSH_AT_LINES)]
    buffer.flush()
    assert len(written) == 1


def test_the_buffer_is_bounded_and_counts_what_it_lost() -> None:
    written: list[bytes] = []
    buffer = LineBuffer(written.append)

    for _ in range(MOST_LINES + 7):
        buffer.put(b"{}\n")
    buffer.flush()

    lines = b"".join(written).splitlines()
    assert len(lines) == MOST_LINES + 1
    assert orjson.loads(lines[-1]) == {"level": "warning", "event": "log.lines_lost", "count": 7}
