"""Says in words what a contract promises of its callbacks: when, how often, how signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mock_platform.domain.deliveries import CallbackRules, RetryRules

_MINUTE, _HOUR = 60, 3600
_SHOWN = 4
"""So many waits are told one by one."""
_FAILURES = {"timeout": "no answer in time", "connect": "no connection"}
_CLASSES = {"1XX": "1xx", "2XX": "2xx", "3XX": "3xx", "4XX": "4xx", "5XX": "5xx"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One sentence or two about one side of the delivery."""

    about: str
    said: str


def promises(rules: CallbackRules, *, in_order: bool) -> tuple[Promise, ...]:
    """Return what is promised of a callback's delivery."""
    return (*_about_attempts(rules), *_about_requests(rules, in_order=in_order))


def _about_attempts(rules: CallbackRules) -> Iterator[Promise]:
    retry, is_repeated = rules.retry, rules.retry.attempts > 1
    yield Promise(about="Attempts", said=retry_words(retry, rules.timeout_s))
    if is_repeated:
        yield Promise(about="Tried again after", said=_listed(retry.retry_on))
    final = "Any 2xx is a receipt. Every other answer ends it at once"
    stops = f", and so does {_listed(retry.stop_on)}" if retry.stop_on else ""
    yield Promise(about="Not tried again after", said=f"{final}{stops}.")
    if retry.respect_retry_after and is_repeated:
        cap = duration(retry.retry_after_cap_s)
        said = "An answer that names a time is given it: the wait is then at least that long"
        yield Promise(about="Retry-After", said=f"{said}, at most {cap}.")


def _about_requests(rules: CallbackRules, *, in_order: bool) -> Iterator[Promise]:
    yield Promise(about="Timeout", said=f"Each attempt may take {duration(rules.timeout_s)}.")
    yield Promise(about="Signature", said=_signature(rules))
    if in_order:
        yield Promise(about="Order", said=_IN_ORDER)
    yield Promise(about="Duplicates", said=_ONCE_OR_MORE)


_IN_ORDER = (
    "The callbacks of one resource to one URL go out one after another; the next waits until the one"
    " before is delivered or given up."
)
_ONCE_OR_MORE = (
    "Delivered at least once. The header webhook-id is the same over all attempts and replays:"
    " recognise duplicates by it."
)


def retry_words(rules: RetryRules, timeout_s: float) -> str:
    """Say how often it is tried, and how patiently.

    ``It is tried up to 3 times: again after about 0.5 s, 1 s. …``
    """
    if rules.attempts <= 1:
        return "It is tried once, and not again."
    waits = backoffs(rules)
    told = ", ".join(map(duration, waits[:_SHOWN]))
    if len(waits) > _SHOWN + 1:
        told += f" … {duration(waits[-1])}"
    elif len(waits) > _SHOWN:
        told += f", {duration(waits[-1])}"
    longest = sum(waits) + rules.attempts * timeout_s
    drawn = " Each wait is a random part of that." if rules.jitter == "full" else ""
    about = "at most " if rules.jitter == "full" else ""
    return (
        f"It is tried up to {rules.attempts} times, waiting {about}{told} in between.{drawn}"
        f" It is given up at the latest {duration(longest)} after the first attempt began,"
        " unless an answer asked for longer waits."
    )


def backoffs(rules: RetryRules) -> tuple[float, ...]:
    """Return the longest wait before each further attempt, in seconds."""
    waits: list[float] = []
    for number in range(rules.attempts - 1):
        try:
            wait = rules.initial_s * rules.exponent**number
        except OverflowError:
            wait = rules.max_s
        waits.append(min(wait, rules.max_s))
    return tuple(waits)


def duration(seconds: float) -> str:
    """Write a duration: ``0.5 s``, ``1 min 30 s``, ``24 h``."""
    if seconds < _MINUTE:
        return f"{seconds:g} s"
    hours, rest = divmod(round(seconds), _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _listed(words: Iterable[str]) -> str:
    """Name statuses and failures: numbers first, as people count."""
    named = [_CLASSES.get(word, _FAILURES.get(word, word)) for word in sorted(words, key=_rank)]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def _rank(word: str) -> tuple[bool, str]:
    return not word[:1].isdigit(), word


def _signature(rules: CallbackRules) -> str:
    if rules.secret_env is None:
        return "It is not signed."
    return (
        "Standard Webhooks: the header webhook-signature is `v1,` and the base64 HMAC-SHA256 of"
        " `{webhook-id}.{webhook-timestamp}.{body}`, with a secret that sender and receiver share."
        " Every attempt is signed afresh; compare in constant time, and refuse timestamps that are"
        " minutes off."
    )
