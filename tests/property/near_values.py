"""Thinks of values: any at all, and such as are nearly another one. Chance is an argument."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from mock_platform.shared.contracts import Json
from tests.property.drawn_parts import PROPERTIES

_SCALARS: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, 1, -1, 2, 3, 7, 12, 100, 2**31, -(2**53), 10**20),
    *(0.5, 1.0, -2.25, 3.75, 1e3, 0.3, 2.0**53, -0.0, 99.99, 1e20),
    *("", "a", "foo", "foobar", "X9", "123-45", "abc1", "2024-05-06", "x" * 12, "ä", "\U0001f600"),
    *("a@example.com", "192.0.2.1", "::1", "7d9f3c1e-0b1a-4c5d-8e2f-112233445566", "AAAA", "kind"),
)
_NAMES = (*PROPERTIES, "foo", "bar", "X", "x-1", "secret", "unknown", "")
_DEEPEST = 3


def some_value(random: Random, depth: int = _DEEPEST) -> Json:
    """Return any value."""
    match random.randrange(5) if depth else 4:
        case 0:
            return [some_value(random, depth - 1) for _ in range(random.randrange(5))]
        case 1:
            names = random.sample(_NAMES, random.randrange(5))
            return {name: some_value(random, depth - 1) for name in names}
        case _:
            return random.choice(_SCALARS)


def nearly(value: Json, random: Random) -> Json:
    """Return a value that is this one but for one place in it."""
    if isinstance(value, dict) and value and random.randrange(3):
        name = random.choice(sorted(value))
        return {**value, name: nearly(value[name], random)}
    if isinstance(value, list) and value and random.randrange(3):
        place = random.randrange(len(value))
        return [*value[:place], nearly(value[place], random), *value[place + 1 :]]
    return random.choice(_CHANGES.get(type(value), (_other,)))(value, random)


def _other(_value: Json, random: Random) -> Json:
    return some_value(random, 1)


def _less(value: Json, random: Random) -> Json:
    if not value:
        return some_value(random, 1)
    without = random.choice(sorted(value))
    return {name: part for name, part in value.items() if name != without}


def _more(value: Json, random: Random) -> Json:
    return {**value, random.choice(_NAMES): some_value(random, 1)}


def _shorter(value: Json, random: Random) -> Json:
    place = random.randrange(len(value) + 1)
    return value[:place] + value[place + 1 :]


def _longer(value: Json, random: Random) -> Json:
    return [*value, random.choice([*value, some_value(random, 1)])]


def _turned(value: Json, _random: Random) -> Json:
    return value[::-1]


def _written_on(value: Json, random: Random) -> Json:
    return value + random.choice("aZ9-. ä")


def _moved(value: Json, random: Random) -> Json:
    return value + random.choice((1, -1, 0.5, 0.01, 2**31, -value, -2 * value))


def _as_float(value: Json, _random: Random) -> Json:
    return float(value)


_Change = Callable[[Json, Random], Json]
_CHANGES: Final[dict[type, tuple[_Change, ...]]] = {
    dict: (_less, _less, _more, _more, _other),
    list: (_shorter, _longer, _turned, _other),
    str: (_shorter, _written_on, _turned, _other),
    int: (_moved, _moved, _as_float, _other),
    float: (_moved, _moved, _other),
}
