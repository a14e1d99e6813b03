"""What is due when, receiver by receiver: found without looking past the first of any of them."""

from __future__ import annotations

from datetime import datetime
from heapq import heapify, heappop, heappush

from mock_platform.shared.contracts import Delivery, Shares, receiver_of

Key = tuple[str, str]
"""World and id of a delivery."""

_Due = tuple[datetime, int, Key]


class DueLines:
    """A heap for each receiver, whose callbacks wait for each other and for nobody else's."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[str, list[_Due]] = {}

    def push(self, head: Delivery) -> None:
        """Let the head of a line wait until it is due; it must not be waiting yet."""
        due = head.next_attempt_at or head.created_at
        entry = due, head.seq, (head.world, head.id)
        heappush(self._waiting.setdefault(receiver_of(head.url), []), entry)

    def take(self, now: datetime, limit: int, shares: Shares) -> list[Key]:
        """Take out what is due: the longest due first, no more for any receiver than its share."""
        taken: list[Key] = []
        rooms = {who: room for who in self._waiting if (room := shares.room(who))}
        firsts = [(self._waiting[who][0], who) for who in rooms]
        heapify(firsts)
        while firsts and len(taken) < limit and firsts[0][0][0] <= now:
            who = heappop(firsts)[1]
            waiting = self._waiting[who]
            taken.append(heappop(waiting)[2])
            rooms[who] -= 1
            if not waiting:
                del self._waiting[who]
            elif rooms[who]:
                heappush(firsts, (waiting[0], who))
        return taken

    def first(self, shares: Shares) -> datetime | None:
        """Return when the first is due whose receiver has room; None when there is none."""
        firsts = (waiting[0][0] for who, waiting in self._waiting.items() if shares.room(who))
        return min(firsts, default=None)
