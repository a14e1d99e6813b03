"""Writes a value as the text or bytes of its media type; JSON stays a value, which the api writes."""

from __future__ import annotations

from base64 import b64decode
from urllib.parse import quote_plus

from mock_platform.engine.answering.negotiation import MediaRange, read_range
from mock_platform.shared.contracts import Json
from mock_platform.shared.large_json import json_bytes

_PIXELS = {
    "image/png": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
    "image/gif": b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
}
"""The smallest pictures that browsers show."""

_LINES = frozenset({"jsonl", "x-jsonl", "x-ndjson", "ndjson", "x-json-stream"})
_UNREADABLE = MediaRange(type="", subtype="")
_FORM = "application/x-www-form-urlencoded"
_RECORDS = "application/json-seq"
_STRUCTURED = frozenset({"json", "xml", "yaml", "x-yaml", "text/event-stream", _FORM, _RECORDS})
_MEANING_JSON = frozenset({"*", "application"})
"""Ranges of which are usually meant to be JSON."""


def is_json(media_type: str) -> bool:
    """Tell whether values of this media type are sent as JSON."""
    one = read_range(media_type)
    return one is not None and _base(one) == "json"


def writes_structures(media_type: str) -> bool:
    """Tell whether objects and lists have a way to be written in this media type, or range."""
    one = read_range(media_type) or _UNREADABLE
    if "*" in one.type or "*" in one.subtype:
        return one.type in _MEANING_JSON
    return _base(one) in _STRUCTURED or one.name in _STRUCTURED or one.subtype in _LINES


def written(value: Json, media_type: str, pointer: str | None, root: Json) -> Json:
    """Return what to send: the value itself for JSON, else text or bytes."""
    one = read_range(media_type) or _UNREADABLE
    if isinstance(value, str | bytes) or is_json(media_type):
        return value
    match value:
        case _ if _base(one) == "xml":
            from mock_platform.engine.answering.xml_text import xml_text  # few answer in XML

            return xml_text(value, pointer, root)
        case _ if one.name == "text/event-stream":
            return "".join(map(_event, value if isinstance(value, list) else [value]))
        case dict() if one.name == _FORM:
            return "&".join(f"{quote_plus(k)}={quote_plus(_as_text(v))}" for k, v in value.items())
        case list() if one.subtype in _LINES or one.name == _RECORDS:
            before = "\x1e" if one.name == _RECORDS else ""
            return "".join(f"{before}{_as_json(item)}\n" for item in value)
        case _:
            return _as_text(value)


def made_up(value: Json, media_type: str) -> Json:
    """Return something that viewers of this media type can open, where a made-up text is none."""
    one = read_range(media_type)
    return value if one is None else _PIXELS.get(one.name, value)


def _base(one: MediaRange) -> str:
    return one.subtype.rpartition("+")[2]


def _event(item: Json) -> str:
    if isinstance(item, dict) and "data" in item:
        return "".join(f"{name}: {_as_text(text)}\n" for name, text in item.items()) + "\n"
    return f"data: {_as_text(item)}\n\n"


def _as_text(value: Json) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return _as_json(value)


def _as_json(value: Json) -> str:
    return json_bytes(value).decode()
