"""Ids that sort by age and tell what they name: ``ord_0192f0c1…`` (RFC 9562 §5.7, UUIDv7)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from mock_platform.shared.contracts import Clock, IdSource

_COUNTER_BITS = 12


def uuid7_source(clock: Clock, entropy: Callable[[int], bytes]) -> IdSource:
    """Return a source of ids from a clock and ``entropy(n) -> n random bytes``.

    Ids made within one millisecond stay in order until 4,096 of them are made (``rand_a`` counts).
    """
    ticks = count()

    def new_id(prefix: str) -> str:
        milliseconds = int(clock().timestamp() * 1000)
        tick = next(ticks) & ((1 << _COUNTER_BITS) - 1)
        tail = int.from_bytes(entropy(8)) & ((1 << 62) - 1)
        value = (milliseconds << 80) | (7 << 76) | (tick << 64) | (2 << 62) | tail
        return f"{prefix}_{value:032x}"

    return new_id
