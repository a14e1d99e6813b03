"""Measures what one validated ``getOrder`` costs in Python, without server and sockets.

Run by hand: ``python tests/bench/bench_request_path.py``. The best of many short runs counts; the
others tell how busy the machine was.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable
from typing import Any

from mock_platform.api.application import Contract, build_app
from mock_platform.api.waiting import WaitingRoom
from mock_platform.engine.documents import Document
from mock_platform.shared.contracts import Reply

ROUNDS, REQUESTS = 20, 5_000

ORDER_ID = {"type": "string", "pattern": "^ord_[0-9a-f]{32}$"}
MONEY = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "integer", "format": "int64", "minimum": 0},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}
ITEM = {
    "type": "object",
    "required": ["sku", "quantity", "unitAmount"],
    "properties": {
        "sku": {"type": "string", "maxLength": 64},
        "quantity": {"type": "integer", "minimum": 1},
        "unitAmount": {"type": "integer", "minimum": 0},
    },
}
ORDER = {
    "type": "object",
    "required": ["id", "version", "status", "customerId", "items", "total"],
    "properties": {
        "id": ORDER_ID,
        "version": {"type": "integer", "minimum": 1},
        "status": {"type": "string", "enum": ["created", "paid"]},
        "customerId": {"type": "string", "maxLength": 64},
        "items": {"type": "array", "items": ITEM},
        "total": MONEY,
        "createdAt": {"type": "string", "format": "date-time"},
        "updatedAt": {"type": "string", "format": "date-time"},
    },
}
TAG = {"type": "string", "maxLength": 256}
DOCUMENT = {
    "openapi": "3.0.4",
    "info": {"title": "Bench", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/orders/{orderId}": {
            "get": {
                "operationId": "getOrder",
                "parameters": [
                    {"name": "orderId", "in": "path", "required": True, "schema": ORDER_ID},
                    {"name": "X-Trace-Id", "in": "header", "schema": TAG},
                    {"name": "If-None-Match", "in": "header", "schema": TAG},
                ],
                "responses": {
                    "200": {
                        "description": "The order.",
                        "headers": {"ETag": {"required": True, "schema": TAG}},
                        "content": {"application/json": {"schema": ORDER}},
                    },
                    "304": {"description": "You have it."},
                },
            }
        }
    },
}
BODY = {
    "id": "ord_0192f0c1a2b37c4d8e5f60718293a4b5",
    "version": 1,
    "status": "created",
    "customerId": "cust-42",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
    "total": {"amount": 3998, "currency": "EUR"},
    "createdAt": "2026-03-01T12:00:00.000Z",
    "updatedAt": "2026-03-01T12:00:00.000Z",
}
PATH = b"/v1/orders/ord_0192f0c1a2b37c4d8e5f60718293a4b5"
HEADERS = [(b"host", b"127.0.0.1:8081"), (b"user-agent", b"bench"), (b"accept", b"*/*")]


def get_order(order_id: str) -> Reply:
    return Reply(body=BODY | {"id": order_id}, version=1)


def no_pages(_environ: Any, _start_response: Any) -> Iterable[bytes]:
    return ()


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message: Any) -> None:
    assert message.get("status", 200) == 200


async def measured(app: Any) -> float:
    """Return microseconds per request."""
    scopes = [
        {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": PATH.decode(),
            "raw_path": PATH,
            "query_string": b"",
            "root_path": "",
            "headers": HEADERS,
        }
        for _ in range(REQUESTS)
    ]
    began = time.perf_counter()
    for scope in scopes:
        await app(scope, receive, send)
    return (time.perf_counter() - began) / REQUESTS * 1e6


async def main() -> None:
    contract = Contract(document=Document(name="bench", root=DOCUMENT), resolve=lambda _: get_order)
    app = build_app([contract], pages=no_pages, access_log=lambda *_: None, room=WaitingRoom())
    rounds = sorted([await measured(app) for _ in range(ROUNDS)])
    sys.stdout.write(f"best {rounds[0]:.1f} µs, median {rounds[ROUNDS // 2]:.1f} µs a request\n")


if __name__ == "__main__":
    asyncio.run(main())
