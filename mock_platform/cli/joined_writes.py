"""A transport whose small writes leave together: head and body of an answer in one packet.

The server writes them one after the other, and uvloop asks the system for each of them at once.
Joined, an answer costs one call instead of two, and wakes its reader once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

MOST_HELD: Final = 64 * 1024
"""Bytes; with more, waiting for the rest gains nothing."""

Soon = Callable[[Callable[[], None]], object]
"""``loop.call_soon``: what is called then comes after whatever runs now."""


class JoinedWrites:
    """Holds what is written until it is told that this was all, or whoever writes lets others run."""

    __slots__ = ("_held", "_size", "_soon", "_transport")

    def __init__(self, transport: asyncio.Transport, soon: Soon) -> None:
        self._transport = transport
        self._soon = soon
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Hold some bytes; they leave with those that follow, and in their order."""
        if not self._held:
            self._soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if self._held:
            together = b"".join(self._held)
            self.drop()
            self._transport.write(together)

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once; what is held is lost, as what was written may be."""
        self.drop()
        self._transport.abort()

    def drop(self) -> None:
        """Forget what is held: there is nobody left to read it."""
        self._held = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Be the transport in all else."""
        return getattr(self._transport, name)
