"""Compares how patiently a callback is sent: its ``x-mock``, what is left out included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from mock_platform.domain.deliveries import CallbackRules, RetryRules
from mock_platform.engine.durations import seconds
from mock_platform.engine.evolution.weighing import Part, Weighing
from mock_platform.shared.contracts import Json

_RULES: Final = {
    "order": "callback-order-changed",
    "timeout": "callback-timeout-changed",
    "retry": "callback-retry-changed",
    "sign": "callback-sign-changed",
}
_RETRY: Final = RetryRules()
_DEFAULTS: Final[Mapping[str, Json]] = {
    "order": "per-key",
    "timeout": CallbackRules(name="", expression="").timeout_s,
    "retry/attempts": _RETRY.attempts,
    "retry/backoff/initial": _RETRY.initial_s,
    "retry/backoff/max": _RETRY.max_s,
    "retry/backoff/exponent": _RETRY.exponent,
    "retry/backoff/jitter": _RETRY.jitter,
    "retry/retryOn": sorted(_RETRY.retry_on),
    "retry/stopOn": sorted(_RETRY.stop_on),
    "retry/respectRetryAfter": _RETRY.respect_retry_after,
    "sign/scheme": "none",
}
_DURATIONS: Final = frozenset(("timeout", "retry/backoff/initial", "retry/backoff/max"))
_SECRET: Final = "sign/" + "secret"
"""The name of the sender's own variable; receivers do not see it."""


def manner_changes(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    """Compare the ``x-mock`` of two callbacks' operations."""
    was, now = (_manners(part[0].get("x-mock")) for part in (old, new))
    for key in {**_DEFAULTS, **was, **now}:
        before, after = (each.get(key, _DEFAULTS.get(key)) for each in (was, now))
        family = key.partition("/")[0]
        if before == after or key == _SECRET or family not in _RULES:
            continue
        places = [
            part[1] + (f"/x-mock/{key}" if key in each else "/x-mock" if each else "")
            for part, each in ((old, was), (new, now))
        ]
        told = f"{label}: {key} {_shown(before)} → {_shown(after)}"
        weighing.note(node, _RULES[family], told, old=places[0], new=places[1])


def _shown(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return f"{value:g} s" if isinstance(value, float) else str(value)


def _manners(written: Json) -> dict[str, Json]:
    return dict(_leaves(written, "")) if isinstance(written, dict) else {}


def _leaves(node: Json, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{path}/{key}" if path else str(key))
    elif isinstance(node, list):
        yield path, sorted(map(str, node))
    elif path in _DURATIONS:
        with suppress(ValueError):
            node = seconds(node)
        yield path, node
    else:
        yield path, node
