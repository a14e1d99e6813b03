"""Who receives callbacks, and how much of what is sent at once may go to any one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def receiver_of(url: str) -> str:
    """Return the origin of a URL (RFC 6454): what hangs together when one path of it hangs."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:  # nothing that could be sent to, so it is a receiver of its own
        return url
    return f"{parts.scheme}://{parts.hostname or ''}:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How many deliveries may be under way to one receiver, and how many are."""

    each: int
    sending: Mapping[str, int] = field(default_factory=dict)
    """Receiver → how many are under way to it."""

    def room(self, receiver: str) -> int:
        """Return how many more a receiver may get; 0 where it has its share."""
        return max(0, self.each - self.sending.get(receiver, 0))


EVERYTHING: Final = Shares(each=2**63 - 1)
"""Whoever comes first may have it all."""
