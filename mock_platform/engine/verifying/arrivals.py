"""Judges the callbacks that came for one resource: all of them, once, in order, valid, signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.signatures import ID, SIGNATURE, verify
from mock_platform.engine.verifying.asking import parsed
from mock_platform.shared.contracts import Json

MOST_BYTES = 1024 * 1024
"""What is received of one callback."""

Secrets = Callable[[str], Sequence[str]]
"""Name of an environment variable → the secrets in it; none when it is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One callback as it came. Header names in lower case."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime
    accepted: bool = True
    too_large: bool = False
    """More than is received; the body was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One callback that is due, and the state that it tells of."""

    rules: CallbackRules
    state: str


def judged(
    due: Sequence[Expected],
    came: Sequence[Arrival],
    *,
    field: str,
    states: frozenset[str],
    secrets: Secrets,
) -> Iterator[tuple[str, str]]:
    """Yield rule and message for every promise about one resource that was not kept."""
    sent = Counter(one.headers.get(ID) for one in came if one.accepted)
    for message_id, times in sent.items():
        if message_id and times > 1:
            yield "callback-twice", f"{message_id} came {times} times, and was accepted each time"
    first: dict[str, Arrival] = {}
    for number, one in enumerate(came):
        first.setdefault(one.headers.get(ID) or f"#{number}", one)
    once = [*first.values()]
    wanted, told = [one.state for one in due], [_state(one, field, states) for one in once]
    yield from _counted(wanted, told)
    rules = {one.rules.name: one.rules for one in due}
    for one in once:
        if one.too_large:
            yield "callback-too-large", f"one is larger than {MOST_BYTES:,} bytes"
            continue
        for each in rules.values():
            yield from _one(one, each, secrets)


def _counted(wanted: Sequence[str], told: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    missing = Counter(wanted) - Counter(state for state in told if state is not None)
    if len(told) < len(wanted):
        names = ", ".join(missing) or "some"
        yield "callback-missing", f"{len(told)} of {len(wanted)} came; not told of: {names}"
    elif len(told) > len(wanted):
        yield "callback-unasked", f"{len(told)} came, {len(wanted)} were due"
    elif None not in told and missing:
        yield "callback-state", f"they tell of {_listed(told)}; what happened: {_listed(wanted)}"
    if None not in told and not _is_part(told, wanted) and not Counter(told) - Counter(wanted):
        yield "callback-order", f"they came as {_listed(told)}; what happened: {_listed(wanted)}"


def _one(one: Arrival, rules: CallbackRules, secrets: Secrets) -> Iterator[tuple[str, str]]:
    for wrong in rules.violations(one.body)[:1] if _is_json(one.body) else ():
        yield "callback-body", f"{wrong.pointer or 'the body'}: {wrong.message}"
    if not _is_json(one.body):
        yield "callback-body", "it is no JSON"
    if rules.secret_env is None:
        return
    if SIGNATURE not in one.headers:
        yield "callback-unsigned", f"it has no {SIGNATURE}"
        return
    verdict = verify(one.headers, one.body, secrets(rules.secret_env), one.at)
    if verdict not in {"valid", "unsigned"}:
        yield "callback-signature", f"judged by {rules.secret_env}, its signature is {verdict}"


def _state(one: Arrival, field: str, states: frozenset[str]) -> str | None:
    """Return the state that a body tells of: the outermost member of that name."""
    level: list[Json] = [parsed(one.body)]
    while level:
        for node in level:
            if isinstance(node, dict) and isinstance(node.get(field), str):
                return node[field] if node[field] in states else None
        level = [
            inner
            for node in level
            if isinstance(node, dict | list)
            for inner in (node.values() if isinstance(node, dict) else node)
        ]
    return None


def _is_json(body: bytes) -> bool:
    return parsed(body) is not None


def _is_part(some: Sequence[str | None], whole: Sequence[str]) -> bool:
    rest: Iterator[str | None] = iter(whole)
    return all(one in rest for one in some)


def _listed(states: Sequence[str | None]) -> str:
    return ", ".join(one or "?" for one in states)
