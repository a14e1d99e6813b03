"""What an implementation does otherwise than its contract says, and what was asked and answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mock_platform.engine.operations import Operation
from mock_platform.shared.curl import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    operation: Operation
    path: str
    """With the query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back. Header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One thing that is otherwise than the contract says."""

    rule: str
    """What kind of thing, in a word or two with hyphens."""
    where: str
    """The operation (``POST /v1/orders``) or the callback."""
    message: str
    again: str = ""
    """A command that shows it again; empty where one alone does not."""


def as_curl(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> str:
    """Return a command that asks the same."""
    return Command(method=method, url=url, headers=[*headers.items()], body=body).written()


def summed(
    walked: Sequence[Deviation], fuzzed: Sequence[Deviation], base: str
) -> Iterator[Deviation]:
    """Tell what both ways of looking found once, and the same of many callbacks in one line."""
    callbacks = Counter(
        (one.rule, one.where) for one in walked if one.where.startswith("callback ")
    )
    told: set[tuple[str, str]] = set()
    for one in walked:
        key = one.rule, one.where
        more = callbacks[key] - 1
        if not callbacks[key]:
            yield one
        elif key not in told:
            yield replace(one, message=f"{one.message} (and {more} more)") if more else one
        told.add(key)
    bare = {(rule, where.replace(f" {base}/", " /", 1)) for rule, where in told}
    yield from (one for one in fuzzed if (one.rule, one.where) not in bare)
