"""Plans which refusals a callback is put to, and judges whether it came again as the contract says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mock_platform.domain.deliveries import CallbackRules
from mock_platform.domain.signatures import ID
from mock_platform.engine.verifying.arrivals import Arrival

MARGIN_S = 1.0
"""How much longer than the contract's timeout the receiver keeps silent."""
_RETRY_AFTER_S = 1
_EARLY_S = 0.1
"""What two clocks and a rounded second may differ by."""
_TOO_MANY = 429
_LIKELY = {"5": 503}
"""What stands for a class of statuses, where the contract does not single it out."""
_LEAST = 300
"""A callback is accepted below that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuff:
    """One way of not accepting a callback, and what the contract says follows of it."""

    name: str
    """As in the contract: a status, ``timeout`` or ``connect``."""
    retried: bool
    status: int | None = None
    """None: there is no answer; the line is cut."""
    silent_s: float = 0.0
    """How long nothing happens before that."""
    retry_after_s: int = 0
    """What the answer asks for; 0: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuffed:
    """What came of one of them."""

    callback: str
    by: str
    retried: bool
    """Whether the contract has it tried again."""
    after_s: float | None
    """How long it took to come again; None: it did not."""
    held: bool


def planned(rules: CallbackRules, patience_s: float) -> tuple[tuple[Rebuff, ...], tuple[str, ...]]:
    """Return the rebuffs that can be tried, and the names of those that would take too long."""
    found = {one.name: one for word in _words(rules) for one in _rebuffs(rules, word)}
    first_wait_s = min(rules.retry.initial_s, rules.retry.max_s)
    late = {
        one.name
        for one in found.values()
        if one.silent_s + max(first_wait_s, one.retry_after_s) > patience_s
    }
    return tuple(one for one in found.values() if one.name not in late), tuple(sorted(late))


def judged_again(
    rebuff: Rebuff, came: Sequence[Arrival], patience_s: float
) -> Iterator[tuple[str, str]]:
    """Yield rule and message for what is otherwise; the first that came is the one rebuffed."""
    first, later = came[0], came[1:]
    again = came_again(came)
    if again is None and rebuff.retried:
        if any(one.body == first.body for one in later):
            yield "callback-renamed", f"after {rebuff.name} it came again with another {ID}"
        else:
            told = f"after {rebuff.name} it did not come again within {patience_s:g} s"
            yield "callback-not-retried", told
    elif again is not None and not rebuff.retried:
        yield "callback-retried", f"it came again after {rebuff.name}, which is final"
    elif again is not None and waited_s(first, again) < rebuff.retry_after_s - _EARLY_S:
        waited = f"it came again after {waited_s(first, again):.2f} s"
        yield "callback-early", f"{waited}; Retry-After said {rebuff.retry_after_s}"


def came_again(came: Sequence[Arrival]) -> Arrival | None:
    """Return the next try of what came first: the same by its id, or where it has none its body."""
    first, later = came[0], came[1:]
    name = first.headers.get(ID)
    if name is None:
        return next((one for one in later if one.body == first.body), None)
    return next((one for one in later if one.headers.get(ID) == name), None)


def waited_s(first: Arrival, again: Arrival) -> float:
    """Return how long after the first try the next one came."""
    return (again.at - first.at).total_seconds()


def _words(rules: CallbackRules) -> list[str]:
    return [*sorted(rules.retry.retry_on), *sorted(rules.retry.stop_on)]


def _rebuffs(rules: CallbackRules, word: str) -> Iterator[Rebuff]:
    retry = rules.retry
    if word in {"timeout", "connect"}:
        silent_s = rules.timeout_s + MARGIN_S if word == "timeout" else 0.0
        yield Rebuff(
            name=word, retried=retry.retries(word) and retry.attempts > 1, silent_s=silent_s
        )
        return
    status = _status(rules, word)
    if status is None or status < _LEAST:
        return
    retried = retry.retries(str(status), f"{status // 100}XX") and retry.attempts > 1
    asked = status == _TOO_MANY and retried and retry.respect_retry_after
    yield Rebuff(
        name=str(status),
        retried=retried,
        status=status,
        retry_after_s=_RETRY_AFTER_S if asked else 0,
    )


def _status(rules: CallbackRules, word: str) -> int | None:
    """Return the status, or for a class one that nothing is said about by itself."""
    if not word.endswith("XX"):
        return int(word)
    single = rules.retry.retry_on | rules.retry.stop_on
    hundred = int(word[0]) * 100
    likely = (_LIKELY.get(word[0], hundred), *range(hundred, hundred + 100))
    return next((status for status in likely if str(status) not in single), None)
