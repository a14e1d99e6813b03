"""Takes a request's body off the wire: all of it or nothing, and not more than is taken."""

from __future__ import annotations

from mock_platform.api.exchange import ClientGone, Exchange
from mock_platform.shared.errors import BodyTooLarge, PlatformError


async def received(exchange: Exchange, limit: int) -> bytes:
    """Return the raw body.

    Raises:
        BodyTooLarge: it is longer than ``limit``, or says that it will be.
        ClientGone: the caller went away before it was complete.
    """
    declared = exchange.headers.get(b"content-length", b"")
    length = int(declared) if declared.isdigit() else None
    if length is not None and length > limit:
        raise _too_large(limit)
    raw = await _whole(exchange, limit)
    if len(raw) > limit:
        raise _too_large(limit)
    if length is not None and len(raw) < length:
        raise ClientGone
    return raw


async def _whole(exchange: Exchange, limit: int) -> bytes:
    """Read to the end, or to the first byte beyond the limit."""
    parts, size = [], 0
    while exchange.unread and size <= limit:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        exchange.unread = message.get("more_body", False)
        parts.append(part)
        size += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> PlatformError:
    return BodyTooLarge(f"At most {limit} bytes are taken.", limit=limit)
