"""Logs: events with facts, for people on a terminal and for programs everywhere else.

Secrets are masked here, whoever logs them; and nothing a client sends can forge a line or steer a
terminal. Events are written at once; lines about requests, of which there are very many, go through
a buffer (``access_logger``).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping
from typing import Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from mock_platform.shared.clocks import utc_now
from mock_platform.shared.contracts import Clock, Json
from mock_platform.shared.line_buffer import LineBuffer, line_writer
from mock_platform.shared.taming import tame

Format = Literal["auto", "human", "json"]
Level = Literal["debug", "info", "warning", "error"]

AccessLog = Callable[[str, str, int, float, str, str | None], None]
"""Notes one request: method, path, status, seconds, trace id, operationId (None: no operation)."""

_SECRET_NAME = re.compile(
    r"secret|authorization|password|cookie|api[-_]?key|sign\w*[-_]key", re.IGNORECASE
)
_SECRET_VALUE = re.compile(r"whsec_[A-Za-z0-9+/=_-]*")
_MASK = "***"
# Chatty at info, and what they say there we say better.
_LIBRARIES_AT = logging.WARNING
_LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def configure(
    log_format: Format = "auto", level: Level = "info", stream: TextIO | None = None
) -> None:
    """Send everything that is logged, by us and by libraries, to ``stream`` (standard error)."""
    stream = stream or sys.stderr
    human = is_human(log_format, stream)
    facts: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        masked,
    ]
    last: list[Processor] = [tamed, _painter(stream)] if human else [as_json]
    structlog.configure(
        processors=[*facts, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(stream, level, facts, last)


def access_logger(
    log_format: Format = "auto",
    level: Level = "info",
    stream: TextIO | None = None,
    clock: Clock = utc_now,
) -> AccessLog:
    """Return the function that notes requests: one line each, in about a microsecond.

    On a terminal a line appears at once. Elsewhere it goes through a ``LineBuffer``. The price: a
    process that is killed (not: stopped) loses its last quarter of a second of these lines, and
    they may stand after later events. What it buys: a request never waits for whoever reads the
    log, and costs no system call. Above level info requests are not noted at all.
    """
    stream = stream or sys.stderr
    if level not in {"debug", "info"}:
        return lambda *_request: None
    write = line_writer(stream)
    put = write if stream.isatty() else LineBuffer(write).started().put
    return (_human_lines if is_human(log_format, stream) else _json_lines)(put, clock)


def is_human(log_format: Format, stream: TextIO) -> bool:
    """Tell whether lines are for people: when asked for, or when a terminal shows them."""
    return stream.isatty() if log_format == "auto" else log_format == "human"


def masked(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what is named like a secret or looks like one, at any depth."""
    return {name: _masked(name, value) for name, value in event.items()}


def tamed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape what could steer a terminal or forge a line; tracebacks keep their line ends."""
    return {tame(str(name)): _tamed(str(name), value) for name, value in event.items()}


def as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Render one event as one line of JSON, whatever its facts are."""
    return to_json(event).decode()


def to_json(event: Mapping[str, Json]) -> bytes:
    """Write JSON, with ``repr`` for what has none."""
    try:
        return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # lone surrogates, integers beyond 64 bits, loops
        return orjson.dumps({tame(str(name)): _tamed("", value) for name, value in event.items()})


def _masked(name: object, value: Json) -> Json:
    if isinstance(name, str) and _SECRET_NAME.search(name) and value is not None:
        return _MASK
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        return _SECRET_VALUE.sub(f"whsec_{_MASK}", value) if "whsec_" in value else value
    if isinstance(value, Mapping):
        return {key: _masked(key, inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        if len(value) == 2 and isinstance(value[0], str):  # noqa: PLR2004 - a header: name, value
            return [value[0], _masked(value[0], value[1])]
        return [_masked(None, inner) for inner in value]
    return value


def _tamed(name: str, value: Json) -> Json:
    text = value if isinstance(value, str) else repr(value)
    if name in {"exception", "stack"}:
        return "\n".join(map(tame, text.splitlines()))
    return tame(text)  # with blanks or = in it, structlog quotes it


def _painter(stream: TextIO) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(),
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
    )


def _configure_libraries(
    stream: TextIO, level: Level, facts: list[Processor], last: list[Processor]
) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *facts],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_LIBRARIES_AT, logging.getLevelNamesMapping()[level.upper()]))
    logging.captureWarnings(capture=True)


def _json_lines(put: Callable[[bytes], None], clock: Clock) -> AccessLog:
    def note(  # noqa: PLR0917 - positional for speed, as AccessLog says
        method: str, path: str, status: int, seconds: float, trace_id: str, operation: str | None
    ) -> None:
        line = {
            "timestamp": clock(),
            "level": "info",
            "event": "http.request",
            "method": method,
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 3),
            "trace_id": trace_id,
            "operation": operation,
        }
        try:
            put(orjson.dumps(line, option=_LINE))
        except TypeError:
            put(to_json(line) + b"\n")

    return note


def _human_lines(put: Callable[[bytes], None], clock: Clock) -> AccessLog:
    def note(  # noqa: PLR0917 - positional for speed, as AccessLog says
        method: str, path: str, status: int, seconds: float, trace_id: str, operation: str | None
    ) -> None:
        line = (
            f"{clock().isoformat(timespec='milliseconds')[11:23]} {status} {method} {path}"
            f" {seconds * 1000:.1f}ms {operation or '-'} trace={trace_id}"
        )
        put(tame(line).encode() + b"\n")

    return note
