"""Makes ids as the contract wants them: numbers, UUIDs, ``cus_…`` after the example, any pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from mock_platform.engine.resources.fitting import Fitting
from mock_platform.engine.resources.identities import Identity, value_at
from mock_platform.engine.resources.names import squashed
from mock_platform.shared.contracts import IdSource, Json

_PREFIXED = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z0-9]*[-_:.])(?P<rest>[0-9A-Za-z]+)")
_HEX = re.compile(r"[0-9a-f]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_LENGTH, _HEX_LENGTH = 36, 32
_TITLES = ("title", "name", "label", "subject")
_GENERATED = 8
"""How many values are made from a pattern before it is given up."""


def invented(
    identity: Identity, fitting: Fitting, new_id: IdSource, number: int, body: Json
) -> str:
    """Return an id that nobody has yet, as text.

    Args:
        identity: what may stand there.
        fitting: measures what may stand there.
        new_id: makes ids that are all different.
        number: one that no other resource of the collection was given.
        body: what the client has sent.
    """
    candidates = _candidates(identity, fitting, new_id, number, body)
    first = next(candidates)
    for one in (first, *candidates):
        if is_possible(one, identity, fitting):
            return one
    return first


def is_possible(name: str, identity: Identity, fitting: Fitting) -> bool:
    """Tell whether an id may stand in a resource, and in its path."""
    in_path = value_at(fitting.shapes, identity.parameter, (), name)
    return not (
        fitting.wrong(identity.value(name), identity.pointer)
        or fitting.wrong(in_path, identity.parameter)
    )


def _candidates(
    identity: Identity, fitting: Fitting, new_id: IdSource, number: int, body: Json
) -> Iterator[str]:
    if identity.is_whole:
        yield str(number)
        return
    pointer = identity.pointer
    said = fitting.shapes.at(pointer).said
    if identity.is_numbered:
        yield str(number)
    digits = new_id("").rpartition("_")[2]
    if identity.path and squashed(identity.path[-1]) == "slug":
        yield from _slugs(body, number)
    yield from _after_example(said.get("example"), digits, number)
    if "pattern" in said:
        yield str(number)
    longest = said.get("maxLength", _UUID_LENGTH)
    if longest >= _UUID_LENGTH:
        yield str(UUID(digits))
    yield digits[-min(longest, _HEX_LENGTH) :]
    yield str(number)
    yield from (digits[-length:] for length in (24, 20, 16, 12, 8))
    for attempt in range(_GENERATED):
        yield str(fitting.made(pointer, f"{pointer} {number} {attempt}"))


def _after_example(example: Json, digits: str, number: int) -> Iterator[str]:
    """Make an id that looks like the example: ``ORD-0007`` leads to ``ORD-0012``."""
    if isinstance(example, int) or (isinstance(example, str) and example.isdecimal()):
        yield str(number).zfill(len(str(example)) if str(example).startswith("0") else 0)
    elif isinstance(example, str) and _UUID.fullmatch(example):
        yield str(UUID(digits))
    elif isinstance(example, str) and (found := _PREFIXED.fullmatch(example)):
        prefix, rest = found["prefix"], found["rest"]
        yield prefix + (str(number).zfill(len(rest)) if rest.isdecimal() else digits[-len(rest) :])
    elif isinstance(example, str) and _HEX.fullmatch(example):
        yield digits[-len(example) :]


def _slugs(body: Json, number: int) -> Iterator[str]:
    title = next((body[one] for one in _TITLES if isinstance(body.get(one), str)), "")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    if slug:
        yield f"{slug}-{number}"
