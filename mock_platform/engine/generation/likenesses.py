"""Makes lifelike values: by the name of the property, or as ``x-faker`` says.

Nothing here looks at the schema. What comes out is used only where it is valid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Final, TypeVar

from mock_platform.engine.generation.faker_names import CLOCK, FAKER_JS
from mock_platform.engine.generation.format_values import (
    date_time,
    letters,
    moment,
    uuid,
    word,
)
from mock_platform.engine.generation.pretending import VARIETY, Pretender
from mock_platform.shared.contracts import Json

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_MOST_WORDS = 3
_NO_THING = frozenset(
    {
        *("url", "urls", "uri", "uris", "link", "links", "href", "html", "api", "web", "self"),
        *("homepage", "website", "webhook", "endpoint", "site", "callback", "redirect", "next"),
    }
)
"""Words of a URL's name that do not say what is there."""

T = TypeVar("T")

Ours = Callable[[Random, Mapping[str, Json]], Json]


def _below(random: Random, number: int) -> int:
    return int(random.random() * number)


def _bound(arguments: Mapping[str, Json], names: tuple[str, ...], otherwise: float) -> float:
    found = (arguments[name] for name in names if isinstance(arguments.get(name), (int, float)))
    return next(found, otherwise)


def _integer(random: Random, arguments: Mapping[str, Json]) -> int:
    low = int(_bound(arguments, ("min", "min_value"), 0))
    high = int(_bound(arguments, ("max", "max_value"), max(low, 0) + 1000))
    return low + _below(random, max(1, high - low + 1))


def _float(random: Random, arguments: Mapping[str, Json]) -> float:
    low = _bound(arguments, ("min", "min_value"), 0)
    high = _bound(arguments, ("max", "max_value"), max(low, 0) + 1000)
    digits = int(_bound(arguments, ("fractionDigits", "dec", "right_digits"), 2))
    return round(low + (high - low) * random.random(), digits)


def _size(arguments: Mapping[str, Json], otherwise: int) -> int:
    size = _bound(arguments, ("length", "count", "nb", "max"), otherwise)
    return max(1, min(int(size), 100))


def _path(random: Random, about: str) -> str:
    """``avatars_url`` leads to avatars, ``html_url`` anywhere."""
    words = [each for each in words_of(about) if each not in _NO_THING]
    return f"{'-'.join(words)}/{1 + _below(random, 999)}" if words else word(random)


_OURS: Final[Mapping[str, Ours]] = {
    "birthday": lambda random, _: (
        moment(random)
        .replace(year=1950 + _below(random, 55), day=1 + _below(random, 28))
        .strftime("%Y-%m-%d")
    ),
    "country_code_3": lambda random, _: ("DEU", "FRA", "USA", "JPN", "BRA")[_below(random, 5)],
    "date": lambda random, _: moment(random).strftime("%Y-%m-%d"),
    "date_time": lambda random, _: date_time(random),
    "digits": lambda random, args: letters(random, _size(args, 6), "0123456789"),
    "e164": lambda random, _: "+1415555" + letters(random, 4, "0123456789"),
    "float": _float,
    "gender": lambda random, _: ("female", "male", "non-binary")[_below(random, 3)],
    "image": lambda random, _: f"https://example.com/images/{word(random)}.png",
    "integer": _integer,
    "language": lambda random, _: ("en", "de", "fr", "es", "ja", "pt")[_below(random, 6)],
    "language_name": lambda random, _: ("English", "German", "French")[_below(random, 3)],
    "latitude": lambda random, _: round(-60 + 120 * random.random(), 6),
    "letters": lambda random, args: letters(random, _size(args, 8)),
    "locale": lambda random, _: ("en-US", "de-DE", "fr-FR", "ja-JP")[_below(random, 4)],
    "longitude": lambda random, _: round(-180 + 360 * random.random(), 6),
    "month": lambda random, _: _MONTHS[_below(random, 12)],
    "price": lambda random, args: round(_float(random, {"min": 1, "max": 500, **args}), 2),
    "sku": lambda random, _: f"SKU-{10_000 + _below(random, 90_000)}",
    "time": lambda random, _: moment(random).strftime("%H:%M:%S"),
    "timestamp": lambda random, _: int(moment(random).timestamp()),
    "title": lambda random, _: f"{word(random).title()} {word(random)}",
    "token": lambda random, _: letters(random, 32, "0123456789abcdef"),
    "uri": lambda random, args: f"https://example.com/{_path(random, str(args.get('about', '')))}",
    "uuid": lambda random, _: uuid(random),
    "version": lambda random, _: (
        f"{1 + _below(random, 4)}.{_below(random, 10)}.{_below(random, 10)}"
    ),
    "weekday": lambda random, _: _DAYS[_below(random, 7)],
    "word": lambda random, _: word(random),
    "words": lambda random, args: " ".join(word(random) for _ in range(_size(args, 3))),
    "year": lambda random, _: 2015 + _below(random, 11),
}


def words_of(name: str) -> list[str]:
    """Return the words that a name is made of, in lower case."""
    return [found.lower() for found in _WORDS.findall(name)]


def expected(name: str, table: Mapping[str, T]) -> T | None:
    """Return what a property with this name may hold: the longest known end of the name counts."""
    words = words_of(name)
    for start in range(max(0, len(words) - _MOST_WORDS), len(words)):
        found = table.get("".join(words[start:]))
        if found is not None:
            return found
    return None


def likeness(
    kind: str, random: Random, pretender: Pretender, arguments: Mapping[str, Json] | None = None
) -> Json:
    """Return a lifelike value, or None where the kind is unknown."""
    if kind.startswith("our_"):
        ours = _OURS.get(kind[4:])
        return None if ours is None else ours(random, arguments or {})
    return pretender.value(kind, _below(random, VARIETY), arguments)


def asked_for(faker: Json, random: Random, pretender: Pretender) -> Iterator[Json]:
    """Yield what an ``x-faker`` asks for: a name, or a name with its arguments.

    Names of faker-js (``person.firstName``) and of Faker (``first_name``) are both understood.
    """
    if isinstance(faker, dict) and len(faker) == 1:
        name, arguments = next(iter(faker.items()))
    else:
        name, arguments = faker, None
    if not isinstance(name, str):
        return
    name = name.strip("{} \t")
    if name.lower() in ("helpers.arrayelement", "random.arrayelement"):
        choices = arguments[0] if arguments and isinstance(arguments[0], list) else arguments
        if isinstance(choices, list) and choices:
            yield choices[_below(random, len(choices))]
        return
    if isinstance(arguments, list) and arguments:
        arguments = arguments[0]
    kind = FAKER_JS.get(name.lower()) or CLOCK.get(name) or name
    named = arguments if isinstance(arguments, dict) else {}
    for given in (named, {}) if named else ({},):
        value = likeness(kind, random, pretender, given)
        if value is not None:
            yield value
            if not isinstance(value, str):
                yield str(value)
