"""A platform as the terminal's commands see it: lists with cursors, waits, and nothing behind them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mock_platform.cli.terminal_tools import Tools
from mock_platform.infra.service_client import Refused
from mock_platform.shared.contracts import Json, Outbound, Outcome
from tests.fakes import HandClock

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DELIVERED = Outcome(kind="delivered", status=200, body=b'{"outcome": "accepted"}')
_NEVER_FILTERS = {"limit", "cursor", "count", "timeout"}


def order(number: int, **more: Json) -> Json:
    return {
        "id": f"ord_{number}",
        "version": 1,
        "status": "created",
        "customerId": "cust-42",
        "items": [],
        "total": {"amount": 3998, "currency": "EUR"},
        "createdAt": "2026-03-01T12:00:00.000Z",
        "updatedAt": "2026-03-01T12:00:00.000Z",
        **more,
    }


def delivery(number: int, **more: Json) -> Json:
    return {
        "id": f"dlv_{number}",
        "orderId": "ord_1",
        "orderVersion": 1,
        "eventId": f"evt_{number}",
        "eventType": "order.paid",
        "callback": "orderStatusChanged",
        "url": "http://127.0.0.1:9/",
        "state": "pending",
        "attempts": 0,
        "createdAt": "2026-03-01T12:00:00.000Z",
        **more,
    }


def record(seq: int, body: bytes = b'{"a":  1}', **more: Json) -> Json:
    return {
        "id": f"rec_{seq}",
        "seq": seq,
        "receivedAt": "2026-03-01T12:00:00.250Z",
        "webhookId": f"evt_{seq}",
        "type": "order.paid",
        "orderId": "ord_1",
        "outcome": "accepted",
        "signature": "valid",
        "status": 200,
        "violations": [],
        "headers": [
            {"name": "host", "value": "127.0.0.1:8080"},
            {"name": "content-length", "value": str(len(body))},
            {"name": "content-type", "value": "application/json"},
            {"name": "webhook-id", "value": f"evt_{seq}"},
            {"name": "webhook-signature", "value": "v1,theirs"},
        ],
        "bodyText": body.decode(),
        "bodyBase64": b64encode(body).decode(),
        "traceId": "t",
        **more,
    }


@dataclass
class FakePlatform:
    """A client, and the platform behind it. When nothing more is to happen, somebody hits Ctrl-C."""

    lists: dict[str, list[Json]] = field(default_factory=dict)
    """Path → items, oldest first."""
    things: dict[str, Json] = field(default_factory=dict)
    asides: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Path of records → what the next wait for them tells besides."""
    later: list[Callable[[], None]] = field(default_factory=list)
    """What happens at each pause or wait."""
    asked: list[tuple[str, Mapping[str, Json]]] = field(default_factory=list)

    def get(
        self,
        *path: str,
        query: Mapping[str, str | int | float | None] | None = None,
        patience_s: float = 0.0,
    ) -> Json:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        where = "/".join(path)
        self.asked.append((where, given))
        if where in self.things:
            return self.things[where]
        if path[-1] == "wait":
            return self._waited(where.removesuffix("wait") + "records", given)
        if where not in self.lists:
            raise Refused(
                404, {"title": "There is nothing.", "status": 404, "code": "PATH_UNKNOWN"}
            )
        items = self._matching(where, given)
        first, limit = int(given.get("cursor", 0)), int(given["limit"])
        page: Json = {"items": items[first : first + limit]}
        return page | ({"nextCursor": str(first + limit)} if first + limit < len(items) else {})

    def post(self, *path: str) -> Json:
        self.asked.append(("/".join(path), {}))
        return self.things["/".join(path)]

    def _waited(self, where: str, given: Mapping[str, Json]) -> Json:
        cursor = given.get("cursor", "0")
        after = len(self.lists[where]) if cursor == "now" else int(cursor)
        if given["timeout"] and not self._since(where, given, after):
            self.happen(0)
        found = self._since(where, given, after)
        shown = found[: int(given["limit"])]
        onward = shown[-1][0] + 1 if len(shown) < len(found) else len(self.lists[where])
        told = {"satisfied": bool(found), "count": len(found), "nextCursor": str(onward)}
        return told | {"records": [one for _, one in shown]} | self.asides.pop(where, {})

    def _since(self, where: str, given: Mapping[str, Json], after: int) -> list[tuple[int, Json]]:
        matching = self._matching(where, given)
        return [
            (at, one) for at, one in enumerate(self.lists[where]) if at >= after and one in matching
        ]

    def _matching(self, where: str, given: Mapping[str, Json]) -> list[Json]:
        wanted = {name: value for name, value in given.items() if name not in _NEVER_FILTERS}
        return [one for one in self.lists[where] if wanted.items() <= one.items()]

    def happen(self, _seconds: float) -> None:
        if not self.later:
            raise KeyboardInterrupt
        self.later.pop(0)()


@dataclass
class Desk:
    """A fake platform with the tools that reach it, and what was sent elsewhere."""

    platform: FakePlatform
    outcome: Outcome = DELIVERED
    sent: list[Outbound] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=lambda: {"ORDER_CALLBACK_SECRET": SECRET})

    @property
    def tools(self) -> Tools:
        return Tools(
            client=lambda _url: self.platform,
            sender=lambda _settings: self._send,
            sleep=self.platform.happen,
            clock=HandClock(),
            monotonic=lambda: 0.0,
            environ=lambda: self.environment,
            token=lambda: "this-run",
        )

    def _send(self, outbound: Outbound) -> Outcome:
        self.sent.append(outbound)
        return self.outcome
