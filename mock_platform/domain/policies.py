"""Policies: how an inbox misbehaves on purpose, so that senders can be tested.

A policy is pure data. What it does to an arrival depends on the policy and on what the inbox has
received since, on nothing else: no dice, no counters of its own. A run can be repeated exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from mock_platform.shared.contracts import Arrival, Json, Policy

OK: Final = Policy(kind="ok")
"""What an inbox plays when nobody told it otherwise."""

_DEFAULTS: Final[Mapping[str, Mapping[str, Json]]] = {
    "fail_first": {"status": 503, "per": "message"},
    "fail_rate": {"seed": 0, "status": 503},
}


def policy_from(body: Json, *, since: int) -> Policy:
    """Read a policy that the contract found valid; what it leaves out is filled in."""
    told = {name: _whole(value) for name, value in body.items() if name != "kind"}
    kind = body["kind"]
    return Policy(kind=kind, settings={**_DEFAULTS.get(kind, {}), **told}, since=since)


def policy_json(policy: Policy) -> Json:
    return {"kind": policy.kind, **policy.settings}


def plays(policy: Policy, arrival: Arrival, webhook_id: str | None) -> bool:
    """Whether the policy decides the answer to this arrival."""
    return _PLAYS[policy.kind](policy.settings, arrival, webhook_id)


def played_status(policy: Policy) -> int | None:
    """The status of an answer that the policy decides; None when it never answers."""
    match policy.kind:
        case "timeout":
            return None
        case "reject_signature":
            return 401
        case _:
            return int(policy.settings["status"])


def delay_s(policy: Policy) -> float:
    """How late the answer comes, whatever it is."""
    return float(policy.settings.get("milliseconds", 0)) / 1000


def fails(seed: int, n: int, rate: float) -> bool:
    """Whether the n-th arrival fails: for a given seed always the same ones, about ``rate`` of all.

    An arrival that fails at some rate fails at every higher one.
    """
    # 53 bits, because a float in [0, 1) has no more: rate 1 fails all, rate 0 none.
    drawn = int.from_bytes(sha256(f"{seed}:{n}".encode()).digest()[:8], "big") >> 11
    return drawn / 2**53 < rate


def _whole(value: Json) -> Json:
    # JSON's 503.0 is an integer to the contract; it must be one to us too.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _always(_settings: Mapping[str, Json], _arrival: Arrival, _webhook_id: str | None) -> bool:
    return True


def _never(_settings: Mapping[str, Json], _arrival: Arrival, _webhook_id: str | None) -> bool:
    return False


def _first(settings: Mapping[str, Json], arrival: Arrival, webhook_id: str | None) -> bool:
    # A callback without an id is no retry of anything: only the inbox's count can end its failing.
    of_message = settings["per"] == "message" and webhook_id is not None
    before = arrival.same_since_policy if of_message else arrival.since_policy
    return before < int(settings["count"])


def _some(settings: Mapping[str, Json], arrival: Arrival, _webhook_id: str | None) -> bool:
    return fails(settings["seed"], arrival.since_policy + 1, settings["rate"])


_PLAYS: Final[Mapping[str, Callable[[Mapping[str, Json], Arrival, str | None], bool]]] = {
    "ok": _never,
    "delay": _never,
    "status": _always,
    "timeout": _always,
    "reject_signature": _always,
    "fail_first": _first,
    "fail_rate": _some,
}
