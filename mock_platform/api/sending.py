"""Puts answers on the wire; or what must happen there instead."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from mock_platform.api.cors import Cors
from mock_platform.api.exchange import ClientGone, Exchange, Rendered, Send, ended

# What a caller may still send while it is being refused, and for how long it is listened to.
MOST_DRAINED = 8 * 1024 * 1024
LONGEST_DRAIN_S = 2.0


async def send_answer(
    exchange: Exchange, rendered: Rendered, send: Send, cors: Cors | None = None
) -> None:
    """Send an answer, with the trace on it, and so that pages may read it."""
    status, headers, body = rendered
    headers.append((b"x-trace-id", exchange.trace.id.encode()))
    if cors is not None:
        cors.open(exchange, headers)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if exchange.method == "HEAD" else body})


async def send_while_unread(
    exchange: Exchange, rendered: Rendered, send: Send, cors: Cors | None = None
) -> None:
    """Send an answer although the body has not been read, so that the caller gets to see it.

    Closing a connection with unread bytes resets it, and the answer may be lost with it. So the
    answer goes out at once, and what still arrives is thrown away for a while before the end.
    """
    status, headers, body = rendered
    headers.append((b"x-trace-id", exchange.trace.id.encode()))
    if cors is not None:
        cors.open(exchange, headers)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError, ClientGone):
        await asyncio.wait_for(_drain(exchange), LONGEST_DRAIN_S)
    await send({"type": "http.response.body", "body": b""})


async def _drain(exchange: Exchange) -> None:
    drained, more = 0, exchange.unread
    while more and drained < MOST_DRAINED:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        drained += len(message.get("body", b""))
        more = message.get("more_body", False)


async def hang_up(exchange: Exchange, send: Send) -> None:
    """Close the connection without an answer.

    ASGI has no word for this. Under uvicorn the transport is within reach and is aborted: the
    caller sees a connection that ended. Elsewhere an answer is begun and never finished: the caller
    sees the connection end in the middle of it, or in process an answer without its last byte.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await ended(exchange.receive)
        return
    headers = [(b"content-length", b"1"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
