"""Makes texts of a format: the way one would write them, or of an exact length.

Dates are from a fixed stretch of time, so that an answer does not change overnight.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_SECONDS = 2 * 365 * 86_400
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = _LETTERS + _LETTERS.upper() + "0123456789"
_LONGEST_LABEL = 63
_LONGEST_LOCAL = 64

WORDS: Final = (
    *("amber", "anchor", "apple", "basket", "beacon", "birch", "bridge", "candle", "canvas"),
    *("cedar", "cloud", "copper", "coral", "cotton", "crystal", "delta", "ember", "falcon"),
    *("fern", "forest", "garden", "glacier", "granite", "harbor", "hazel", "indigo", "island"),
    *("ivory", "jasper", "juniper", "lantern", "lemon", "linen", "lotus", "maple", "marble"),
    *("meadow", "meteor", "mint", "nutmeg", "oak", "ocean", "olive", "onyx", "orchid", "pearl"),
    *("pepper", "pine", "prairie", "quartz", "river", "saffron", "sierra", "silver", "summit"),
    *("thunder", "timber", "topaz", "tulip", "velvet", "violet", "walnut", "willow", "winter"),
)

Maker = Callable[[Random], str]
Sized = Callable[[Random, int], str]


def word(random: Random) -> str:
    """Return a word."""
    return WORDS[int(random.random() * len(WORDS))]


def letters(random: Random, length: int, signs: str = _LETTERS) -> str:
    """Return so many letters."""
    return "".join(signs[int(random.random() * len(signs))] for _ in range(length))


def moment(random: Random) -> datetime:
    """Return a moment, in whole seconds."""
    return _BEGIN + timedelta(seconds=int(random.random() * _SECONDS))


def date_time(random: Random) -> str:
    """Return a moment as RFC 3339 writes it."""
    return moment(random).strftime("%Y-%m-%dT%H:%M:%SZ")


def uuid(random: Random) -> str:
    """Return a UUID of version 4."""
    return str(UUID(int=random.getrandbits(128), version=4))


def _number(random: Random, below: int) -> int:
    return int(random.random() * below)


def _ipv4(random: Random) -> str:
    return f"192.0.2.{1 + _number(random, 254)}"


def _base64(random: Random) -> str:
    return base64.b64encode(word(random).encode()).decode()


# Of an exact length ------------------------------------------------------------------------------


def _hostname_of(random: Random, length: int) -> str:
    name = letters(random, length)
    for dot in range(length - 4, 0, -_LONGEST_LABEL):
        name = name[:dot] + "." + name[dot + 1 :]
    return name.removeprefix(".") if length > 1 else name


def _email_of(random: Random, length: int) -> str:
    local = max(1, min(_LONGEST_LOCAL, length - 12))
    return letters(random, local) + "@" + _hostname_of(random, max(length - local - 1, 0))


def _uri_of(random: Random, length: int) -> str:
    for start in ("https://example.com/", "http://a.co/", "x://a/", "a:"):
        if length > len(start):
            return start + letters(random, length - len(start))
    return ""


def _date_time_of(random: Random, length: int) -> str:
    digits = length - len("2024-01-01T00:00:00.Z")
    return date_time(random)[:-1] + "." + letters(random, digits, "0123456789") + "Z"


def _time_of(random: Random, length: int) -> str:
    return _date_time_of(random, length + len("2024-01-01T"))[len("2024-01-01T") :]


def _base64_of(random: Random, length: int) -> str:
    return letters(random, length, _SIGNS) if length % 4 == 0 else ""


def _pointer_of(random: Random, length: int) -> str:
    return "/" + letters(random, length - 1) if length else ""


def _duration_of(random: Random, length: int) -> str:
    return f"P{letters(random, max(1, length - 2), '123456789')}D"


def _ipv4_of(random: Random, length: int) -> str:
    octets = [1, 1, 1, 1]
    for _ in range(length - 7):
        octets[min(range(4), key=lambda i: octets[i])] += 1
    return ".".join(letters(random, size, "1") for size in octets)


def _ipv6_of(random: Random, length: int) -> str:
    digits = letters(random, max(length - len("::"), 0), "123456789abcdef")
    for colon in range(len(digits) - 3, 0, -4):
        digits = digits[:colon] + ":" + digits[colon + 1 :]
    return "::" + digits


def _plain_of(random: Random, length: int) -> str:
    return letters(random, length)


FORMATS: Final[Mapping[str, Maker]] = {
    "date-time": date_time,
    "datetime": date_time,
    "date": lambda random: moment(random).strftime("%Y-%m-%d"),
    "time": lambda random: moment(random).strftime("%H:%M:%SZ"),
    "duration": lambda random: f"P{1 + _number(random, 30)}DT{1 + _number(random, 23)}H",
    "uuid": uuid,
    "guid": uuid,
    "email": lambda random: f"{word(random)}.{word(random)}@example.com",
    "idn-email": lambda random: f"{word(random)}@example.org",
    "hostname": lambda random: f"{word(random)}.example.com",
    "idn-hostname": lambda random: f"{word(random)}.example.org",
    "ipv4": _ipv4,
    "ipv6": lambda random: f"2001:db8::{1 + _number(random, 0xFFFE):x}",
    "uri": lambda random: f"https://example.com/{word(random)}",
    "url": lambda random: f"https://example.com/{word(random)}",
    "uri-reference": lambda random: f"/{word(random)}/{word(random)}",
    "iri": lambda random: f"https://example.com/{word(random)}",
    "iri-reference": lambda random: f"/{word(random)}",
    "uri-template": lambda random: f"/{word(random)}/{{id}}",
    "json-pointer": lambda random: f"/{word(random)}/{_number(random, 10)}",
    "relative-json-pointer": lambda random: f"{1 + _number(random, 3)}/{word(random)}",
    "regex": lambda random: f"^{word(random)}[0-9]+$",
    "byte": _base64,
    "base64": _base64,
    "binary": word,
    "password": lambda random: f"{word(random).title()}-{_number(random, 9000) + 1000}!",
}
"""Format → how to make one. What is not here is no format that we know."""

_SIZED: Mapping[str, Sized] = {
    "date-time": _date_time_of,
    "time": _time_of,
    "duration": _duration_of,
    "email": _email_of,
    "idn-email": _email_of,
    "hostname": _hostname_of,
    "idn-hostname": _hostname_of,
    "ipv4": _ipv4_of,
    "ipv6": _ipv6_of,
    "uri": _uri_of,
    "url": _uri_of,
    "iri": _uri_of,
    "uri-reference": _pointer_of,
    "iri-reference": _pointer_of,
    "uri-template": _pointer_of,
    "json-pointer": _pointer_of,
    "relative-json-pointer": lambda random, n: "0" + _pointer_of(random, n - 1) if n else "",
    "regex": _plain_of,
    "byte": _base64_of,
    "base64": _base64_of,
    "binary": _plain_of,
    "password": lambda random, n: letters(random, n, _SIGNS),
}


def of_length(name: str, random: Random, length: int) -> str | None:
    """Return a text of the format and of this length; it may have to be looked at once more."""
    make = _SIZED.get(name)
    return None if make is None else make(random, length)
