"""The first page: what is served, by whom, and how much is going on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import flask

from mock_platform.console.asking import asks_again
from mock_platform.console.showroom import Offered, Service, Showroom
from mock_platform.console.terminal_lines import curl_of
from mock_platform.shared.contracts import DEFAULT_WORLD

MOST_SHOWN: Final = 200
"""Operations on the page; a search finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation as it is shown."""

    offered: Offered
    curl: str | None


def add(console: flask.Flask, room: Showroom) -> None:
    """Add the page."""

    def overview() -> str:
        sought = flask.request.args.get("q", "").strip()
        base = flask.request.host_url
        services = [
            (service, [_row(one, base) for one in found[:MOST_SHOWN]], len(found))
            for service in ([] if asks_again() else room.services)
            for found in (_found(service, sought),)
        ]
        return flask.render_template(
            "console/overview.html", services=services, sought=sought, counts=[*_counts(room)]
        )

    console.add_url_rule("/", "overview", overview)


def _row(offered: Offered, base: str) -> Row:
    return Row(offered=offered, curl=curl_of(offered.operation, base))


def _found(service: Service, sought: str) -> Sequence[Offered]:
    if not sought:
        return service.offered
    words = sought.lower().split()
    return [
        one
        for one in service.offered
        for text in (_text(one).lower(),)
        if all(word in text for word in words)
    ]


def _text(one: Offered) -> str:
    operation = one.operation
    summary = operation.raw.get("summary", "")
    return f"{operation.method} {operation.path} {operation.id} {summary} {one.by}"


def _counts(room: Showroom) -> Iterator[tuple[str, int, Mapping[str, int]]]:
    """Yield what there is so many of, and of which kinds."""
    if room.orders is None:
        return
    service = room.orders.service
    states = {move.to for move in service.machine.moves.values()} | {service.machine.initial}
    by_state = {
        state: service.orders.count(DEFAULT_WORLD, facets={"status": state})
        for state in sorted(states)
    }
    yield "orders", sum(by_state.values()), {state: n for state, n in by_state.items() if n}
    sent = {state: n for state, n in sorted(service.deliveries.counts().items()) if n}
    yield "deliveries", sum(sent.values()), sent
