"""Lifelike values that are asked for most, made with Faker beforehand.

Faker takes longer to import than a document to be read and its first answer to be made. So all values
of the kinds that names of properties stand for lie beside this module, and Faker is imported when
somebody asks for another kind. ``tests/unit/shared/lifelike_table.py`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import orjson

from mock_platform.shared.contracts import Json

LOCALE = "en_US"


@cache
def made_earlier() -> Mapping[str, Sequence[Json]]:
    """Return Faker's method → its values, by their numbers."""
    written = Path(__file__).with_suffix(".json").read_bytes()
    table: Mapping[str, Sequence[Json]] = orjson.loads(written)
    return table
