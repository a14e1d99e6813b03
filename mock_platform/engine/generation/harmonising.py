"""Makes the members of an object agree: nothing is changed before it was created, mail has a name.

Only what was made up is touched, and only where what comes out is valid too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from mock_platform.engine.generation.likenesses import words_of
from mock_platform.shared.contracts import Json

_ORDER: Final[Mapping[str, int]] = {
    **dict.fromkeys(("birthday", "birth", "born", "dob"), 0),
    **dict.fromkeys(("created", "creation", "create", "opened", "registered", "joined"), 1),
    **dict.fromkeys(("start", "started", "starts", "begin", "begins", "from", "since"), 2),
    **dict.fromkeys(("updated", "update", "modified", "changed", "edited", "pushed"), 3),
    **dict.fromkeys(("end", "ended", "ends", "until", "completed", "finished", "closed"), 4),
    **dict.fromkeys(("merged", "published", "paid", "shipped", "delivered"), 4),
    **dict.fromkeys(("deleted", "archived", "expires", "expired", "expiry", "expiration"), 5),
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST_TIMESTAMP = 1_000_000_000
_OUR_MAIL: Final = re.compile(r"[^@\s]+(@example\.(?:com|org|net))")
_NAME: Final = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)+")

Fits = Callable[[str, Json], bool]
"""Tells whether a member may have a value."""


class Harmony:
    """What the members of one kind of object have to do with each other."""

    def __init__(self, names: Iterable[str]) -> None:
        words = {name: words_of(name) for name in names}
        self._by_words = {"".join(said): name for name, said in words.items()}
        ranked = [(_rank(said), name) for name, said in words.items()]
        self._moments = [name for rank, name in sorted(ranked) if rank >= 0]

    def settle(self, members: dict[str, Json], fits: Fits) -> None:
        """Let the members agree."""
        there = [name for name in self._moments if name in members]
        if len(there) > 1:
            _in_order(members, there, fits)
        if (mail := self._by_words.get("email", "")) in members:
            self._address(members, mail, fits)

    def _address(self, members: dict[str, Json], mail: str, fits: Fits) -> None:
        said = {words: members.get(name) for words, name in self._by_words.items()}
        name = said.get("name") or said.get("fullname")
        if said.get("firstname") and said.get("lastname"):
            name = f"{said['firstname']} {said['lastname']}"
        ours = _OUR_MAIL.fullmatch(str(members[mail]))
        if ours is None or not isinstance(name, str) or not _NAME.fullmatch(name):
            return
        address = name.lower().replace(" ", ".") + ours[1]
        if fits(mail, address):
            members[mail] = address


def _rank(words: Sequence[str]) -> int:
    return next((_ORDER[word] for word in words if word in _ORDER), -1)


def _in_order(members: dict[str, Json], names: Sequence[str], fits: Fits) -> None:
    for is_one in (_is_written, _is_counted):
        some = [name for name in names if is_one(members[name])]
        values = sorted(members[name] for name in some)
        if len({len(str(value)) for value in values}) != 1:  # of one precision, or not comparable
            continue
        if all(fits(name, value) for name, value in zip(some, values, strict=True)):
            members.update(zip(some, values, strict=True))


def _is_written(value: Json) -> bool:
    return isinstance(value, str) and _MOMENT.match(value) is not None


def _is_counted(value: Json) -> bool:
    return isinstance(value, int) and value >= _FIRST_TIMESTAMP
