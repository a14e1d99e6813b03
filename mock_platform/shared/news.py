"""Tells those who look on that something changed: not what, and not how often.

Whoever changes something rings, in any thread; while nobody listens that costs next to nothing, and
while somebody does, only the first ring after he looked reaches him. So a page is told a few times a
second at most, however much happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Final

MOST_LISTENING: Final = 64

Topics = Mapping[str, Collection[str]]
"""Topic → the keys that are listened for; none of them: all."""


class Ear:
    """One who listens. ``heard`` is for his thread, ``hear`` for any."""

    __slots__ = ("_news", "_topics", "_wake")

    def __init__(self, topics: Topics, wake: Callable[[], None]) -> None:
        self._topics = topics
        self._wake = wake
        self._news = False

    def hear(self, topic: str, key: str | None) -> None:
        if self._news:
            return
        keys = self._topics.get(topic)
        if keys is None or (keys and key is not None and key not in keys):
            return
        self._news = True
        self._wake()

    def heard(self) -> bool:
        """Tell whether there is news since the last time."""
        news, self._news = self._news, False
        return news


class News:
    """Everybody who listens. Bounded; safe from any thread."""

    def __init__(self, most: int = MOST_LISTENING) -> None:
        self._most = most
        self._ears: tuple[Ear, ...] = ()
        self._lock = Lock()

    def ring(self, topic: str, key: str | None = None) -> None:
        """Tell that something of this topic changed; without a key, perhaps anything of it."""
        for ear in self._ears:
            ear.hear(topic, key)

    def listen(self, topics: Topics, wake: Callable[[], None]) -> Ear | None:
        """Begin to listen; None when too many do already.

        ``wake`` is called in whatever thread rings; it must neither wait nor raise.
        """
        ear = Ear(topics, wake)
        with self._lock:
            if len(self._ears) >= self._most:
                return None
            self._ears = (*self._ears, ear)
        return ear

    def leave(self, ear: Ear) -> None:
        """Listen no longer."""
        with self._lock:
            self._ears = tuple(one for one in self._ears if one is not ear)

    @property
    def listening(self) -> int:
        """How many listen at the moment."""
        return len(self._ears)
