"""Reads durations as contracts write them: ``250ms``, ``2s``, ``5m``, ``1h``."""

from __future__ import annotations

import re

from mock_platform.shared.contracts import Json

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
PATTERN = r"^([0-9]{1,9})(\.[0-9]{1,9})?(ms|s|m|h)$"
_DURATION = re.compile(PATTERN)


def seconds(text: Json) -> float:
    """Return the duration in seconds.

    Raises:
        ValueError: it is no duration; the message says what one looks like.
    """
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(
            f"{text!r} is no duration; expected a number and a unit: 250ms, 2s, 5m, 1h"
        )
    whole, fraction, unit = found.groups()
    return float(whole + (fraction or "")) * _SECONDS[unit]
