"""Passes on what arrived as it came, says so, and knows what has come round in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from mock_platform.cli.terminal_answers import body_of
from mock_platform.shared.contracts import Json, Outbound

_ONE_LINK_ONLY = frozenset(
    {
        *("host", "content-length", "connection", "keep-alive", "transfer-encoding", "te"),
        *("trailer", "upgrade", "expect", "accept-encoding", "proxy-connection"),
    }
)
"""Headers that belonged to the connection it came on (RFC 9110 §7.6.1), not to the callback."""


def same_place(one: str, other: str) -> bool:
    """Tell whether two URLs lead to the same place, as far as their words say it."""
    return _place(one) == _place(other)


def has_come_by(record: Json, via: str) -> bool:
    """Tell whether what arrived has been passed on by this run already."""
    headers = ((one["name"].lower(), one["value"]) for one in record["headers"])
    return any(name == "via" and via in value for name, value in headers)


def forwarded(
    record: Json,
    target: str,
    timeout: float,
    secrets: Sequence[str] | None,
    now: datetime,
    *,
    via: str,
) -> Outbound:
    """Return what is sent on: the very bytes and headers, or with a signature of our own.

    ``Via`` (RFC 9110 §7.6.3) says who passed it on, so that it is known when it comes back.
    """
    body = body_of(record)
    lines = [(one["name"].lower(), one["value"]) for one in record["headers"]]
    headers = {name: value for name, value in reversed(lines) if name not in _ONE_LINK_ONLY}
    headers["via"] = ", ".join(filter(None, [headers.get("via"), f"1.1 {via}"]))
    if secrets is not None:
        from mock_platform.domain.signatures import sign

        message_id = record.get("webhookId") or record["id"]
        headers = {**headers, **sign(message_id, now, body, secrets)}
    pairs = tuple(headers.items())
    return Outbound(url=target, headers=pairs, body=body, deadline_s=timeout)


def _place(url: str) -> tuple[str, int | None, str]:
    from mock_platform.console.door import is_loopback

    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return url, None, ""
    host = (parts.hostname or "").rstrip(".")
    path = "/".join(filter(None, unquote(parts.path).split("/")))
    return "localhost" if is_loopback(host) else host, port, path
