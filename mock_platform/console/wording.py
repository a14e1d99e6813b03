"""How values are written on the pages: moments, amounts, bytes, JSON. All of it text, never markup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from mock_platform.shared.clocks import rfc3339

LONGEST_SHOWN: Final = 64 * 1024
"""Characters of a body; what is longer is cut, and the page says so."""

_PER_LINE: Final = 16
_LONG: Final = 10
_MINOR_DIGITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217; all others have two."""

TONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("delivered", "accepted", "valid", "ok", "running", "paid", "handler"), "good"),
    **dict.fromkeys(("pending", "sending", "duplicate", "unsigned", "paused", "played"), "busy"),
    **dict.fromkeys(("dead", "invalid", "rejected", "missing", "stale", "crashed"), "bad"),
    **dict.fromkeys(("cancelled", "refunded", "idle", "example", "stopped"), "quiet"),
}
"""What a state feels like. The badge always says it in words too."""


def tone(state: str | None) -> str:
    return TONES.get(state or "", "plain")


def machine_time(at: datetime) -> str:
    return rfc3339(at)


def clock_time(at: datetime) -> str:
    """Return the time of day, as exactly as callbacks are timed."""
    return f"{at.astimezone(UTC):%H:%M:%S}.{at.microsecond // 1000:03d}"


def day_and_time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def span(begin: datetime, end: datetime) -> str:
    """Return how long something took."""
    seconds = (end - begin).total_seconds()
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def money(amount: int, currency: str) -> str:
    """Return an amount of minor units as people write it."""
    digits = _MINOR_DIGITS.get(currency, 2)
    whole, rest = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "") + f" {currency}"


def short(name: str) -> str:
    """Return an id as people tell it from others: its kind, and its end."""
    kind, underline, rest = name.rpartition("_")
    return f"{kind}{underline}…{rest[-6:]}" if len(rest) > _LONG else name


def pretty(body: bytes) -> str:
    """Return JSON with a line for each member; what is no JSON as the text it is."""
    try:
        text = orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, RecursionError):
        text = body.decode("utf-8", "replace")
    return text[:LONGEST_SHOWN]


def is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError):
        return False
    return True


def hex_lines(body: bytes) -> str:
    """Return bytes as they are: place, sixteen in hex, the same as ASCII."""
    shown = body[: LONGEST_SHOWN // 4]
    return "\n".join(
        f"{at:06x}  {part.hex(' '):<{_PER_LINE * 3 - 1}}  {_ascii(part)}"
        for at in range(0, len(shown), _PER_LINE)
        for part in (shown[at : at + _PER_LINE],)
    )


def size(body: bytes) -> str:
    count = len(body)
    return f"{count:,} byte{'' if count == 1 else 's'}"


def compact(value: Any) -> str:
    return orjson.dumps(value).decode()


def _ascii(part: bytes) -> str:
    return "".join(chr(one) if 32 <= one < 127 else "·" for one in part)  # noqa: PLR2004 - printable ASCII
