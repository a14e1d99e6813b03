"""Keeps Faker: imported when a value is asked for that was not made earlier, seeded anew for each.

A value is known by its kind and a small number, made once and remembered: the same number is the
same value in every process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from zlib import crc32

from mock_platform.engine.generation.made_earlier import LOCALE, made_earlier
from mock_platform.engine.generation.meanings import copied
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:
    from faker import Faker

VARIETY = 64
"""So many different values of a kind are made."""

_CLOCK_PROVIDERS = ("faker.providers.date_time", "faker.providers.profile")
_CLOCK_METHODS = frozenset(
    {
        *("credit_card_expire", "credit_card_full", "passport_dob", "passport_dates"),
        *("passport_full", "user_agent", "firefox"),
    }
)
"""What they make depends on today's date, so it would be another value tomorrow."""
_TIMELESS = frozenset({"timezone"})
"""What those providers make without looking at the clock."""

_Method = Callable[..., Json]


class Pretender:
    """Lifelike values by the names of Faker's methods. Share one per process: it is slow to make.

    ``earlier`` are values that need not be made: those beside this module, where nothing else is said.
    """

    def __init__(
        self, locale: str = LOCALE, earlier: Mapping[str, Sequence[Json]] | None = None
    ) -> None:
        self._locale = locale
        self._earlier = earlier if locale == LOCALE else {}
        self._known: dict[tuple[str, str, int], Json] = {}
        self._one_at_a_time = Lock()

    def value(self, method: str, number: int, arguments: Mapping[str, Json] | None = None) -> Json:
        """Return the value with this number, or None if there is no such method."""
        if not arguments and (known := self._ready().get(method)) is not None:
            return known[number % VARIETY]
        written = json.dumps(arguments, sort_keys=True) if arguments else ""
        key = (method, written, number % VARIETY)
        try:
            return copied(self._known[key])
        except KeyError:
            pass
        with self._one_at_a_time:
            made = self._known[key] = self._made(method, written, key[2], arguments or {})
        return copied(made)

    def warm(self) -> None:
        """Import Faker, which takes a while, before somebody has to wait for it."""
        with self._one_at_a_time:
            _ = self._fake

    def _ready(self) -> Mapping[str, Sequence[Json]]:
        if self._earlier is None:
            self._earlier = made_earlier()
        return self._earlier

    def _made(self, method: str, written: str, number: int, arguments: Mapping[str, Json]) -> Json:
        self._fake.seed_instance(crc32(f"{method}{written}".encode()) * VARIETY + number)
        make = self._method(method)
        if make is None:
            return None
        try:
            return _as_json(make(**arguments))
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
            return None  # the method does not take these arguments

    @cached_property
    def _fake(self) -> Faker:
        from faker import Faker

        return Faker(self._locale, use_weighting=False)

    def _method(self, name: str) -> _Method | None:
        try:
            found: _Method = self._fake.get_formatter(name)
        except AttributeError:
            return None
        provider = str(getattr(getattr(found, "__self__", None), "__provider__", ""))
        clock = provider in _CLOCK_PROVIDERS or name in _CLOCK_METHODS
        clock = clock and name not in _TIMELESS
        return None if clock or not provider else found


def _as_json(value: Json) -> Json:
    match value:
        case str() | bool() | int() | float() | None:
            return value
        case list() | tuple():
            return [_as_json(item) for item in value]
        case set() | frozenset():
            return sorted(map(str, value))
        case dict():
            return {str(name): _as_json(part) for name, part in value.items()}
        case _:
            return str(value)
