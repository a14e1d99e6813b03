"""Checks what a platform answered, as far as commands build on it: a stranger may answer anything."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Final, NoReturn, Protocol

from mock_platform.shared.contracts import Json

PAGE: Final = 100

Query = Mapping[str, str | int | float | None]


class Client(Protocol):
    """What is needed of ``infra.service_client.ServiceClient``."""

    def get(self, *path: str, query: Query | None = None, patience_s: float = 0.0) -> Json: ...

    def post(self, *path: str) -> Json: ...


def page(
    client: Client, path: tuple[str, ...], query: Query, name: str, patience_s: float = 0.0
) -> tuple[dict[str, Json], list[Json]]:
    """Ask for a page, for a smaller one where it would be too long; return it, and its items.

    Raises:
        ServiceFailed: there is no answer, it is none of a platform's, or one item is too long.
    """
    from mock_platform.infra.service_client import AnswerTooLong

    limit = PAGE  # our own platforms answer with less by themselves; older ones do not
    while True:
        try:
            told = client.get(*path, query={**query, "limit": limit}, patience_s=patience_s)
        except AnswerTooLong:
            if limit == 1:
                raise
            limit //= 2
        else:
            return thing(told), _items(told, name)


def thing(told: Json, *names: str) -> dict[str, Json]:
    """Return an object that has members of these names."""
    if not isinstance(told, dict):
        _strange("an object")
    for name in names:
        if name not in told:
            _strange(f"`{name}`")
    return told


def record(told: Json) -> dict[str, Json]:
    """Return a record that can be shown and passed on."""
    found = thing(told, "id", "seq", "receivedAt", "headers", "bodyBase64")
    headers = found["headers"]
    if not isinstance(headers, list) or not all(map(_is_header, headers)):
        _strange("`headers`")
    body_of(found)
    return found


def body_of(told: Mapping[str, Json]) -> bytes:
    """Return a record's body."""
    try:
        return b64decode(told["bodyBase64"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        _strange("`bodyBase64`")


def _items(told: Json, name: str) -> list[Json]:
    found = told.get(name)
    if not isinstance(found, list):
        _strange(f"`{name}`")
    for one in found:
        if not isinstance(thing(one, "id")["id"], str):
            _strange("`id`")
    return found


def _is_header(one: Json) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(k), str) for k in ("name", "value"))


def _strange(missing: str) -> NoReturn:
    from mock_platform.infra.service_client import NotAPlatform

    raise NotAPlatform(f"what answers there is no Mock Platform of this version: no {missing}")
