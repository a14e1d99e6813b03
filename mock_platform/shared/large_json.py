"""Writes JSON with integers of any size: orjson, which is many times faster, takes 64 bits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson

from mock_platform.shared.contracts import Json


def json_bytes(value: Json, default: Callable[[Any], Json] | None = None) -> bytes:
    """Write JSON; ``default`` makes something of what is none."""
    try:
        return orjson.dumps(value, default=default)
    except TypeError:  # integers beyond 64 bits
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=default).encode()
