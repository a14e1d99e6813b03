"""Makes up texts that a pattern is found in, of a length that was asked for.

Which lengths a part can have is a set kept in the bits of one number: bit 3 says "three characters
are possible". So a length is never tried in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from random import Random

from mock_platform.engine.generation.regex_chars import WORD
from mock_platform.engine.generation.regex_syntax import (
    Again,
    Chain,
    Chars,
    Either,
    Group,
    Look,
    Part,
    Repeat,
)

_SPREAD = 24
"""How many more repetitions, or characters, than needed are thought of."""


def pick(random: Random, pool: str) -> str:
    """Return one character of these."""
    return pool[int(random.random() * len(pool))]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _sums(one: int, other: int, limit: int) -> int:
    """Return the lengths of one after the other."""
    if one.bit_count() > other.bit_count():
        one, other = other, one
    total = 0
    for length in _bits(one):
        total |= other << length
    return total & ((2 << limit) - 1)


@dataclass(slots=True)
class Words:
    """Makes texts for one pattern, none longer than the limit."""

    part: Part
    limit: int
    _lengths: dict[int, int] = field(default_factory=dict)
    _tails: dict[int, list[int]] = field(default_factory=dict)

    def lengths(self) -> int:
        """Return the possible lengths, as bits."""
        return self._possible(self.part)

    def make(self, random: Random, length: int) -> str:
        """Return a text of this length, which must be a possible one.

        Edges and conditions are not looked at, so it may fail to match all the same.
        """
        return _Writer(random, self._possible, self._chain_tails).write(self.part, length)

    def _possible(self, part: Part) -> int:
        found = self._lengths.get(id(part))
        if found is None:
            found = self._lengths[id(part)] = self._counted(part)
        return found

    def _counted(self, part: Part) -> int:
        lengths = 1
        match part:
            case Chars(pool):
                lengths = 2 if pool else 0
            case Chain(parts):
                lengths = self._chain_tails(parts)[0]
            case Either(branches):
                lengths = reduce(or_, map(self._possible, branches))
            case Group(inner):
                lengths = self._possible(inner)
            case Repeat():
                lengths = reduce(or_, self._chain_tails(part))
            case Again():
                lengths = (2 << self.limit) - 1
        return lengths

    def _chain_tails(self, chain: tuple[Part, ...] | Repeat) -> list[int]:
        """Return what may follow each part of a chain; or the lengths of so and so many repeats."""
        found = self._tails.get(id(chain))
        if found is None:
            counted = self._repeats(chain) if isinstance(chain, Repeat) else self._rests(chain)
            found = self._tails[id(chain)] = counted
        return found

    def _rests(self, parts: tuple[Part, ...]) -> list[int]:
        tails = [1]
        for part in reversed(parts):
            tails.append(_sums(self._possible(part), tails[-1], self.limit))
        return tails[::-1]

    def _repeats(self, repeat: Repeat) -> list[int]:
        """Index: how often; value: the lengths, none where it is too seldom."""
        one = self._possible(repeat.part)
        single = one == 1 << (one.bit_length() - 1) if one else False
        most = repeat.fewest + (self.limit if single else _SPREAD)
        most = most if repeat.most is None else min(most, repeat.most)
        table, lengths = [], 1
        for count in range(most + 1):
            table.append(lengths if count >= repeat.fewest else 0)
            lengths = _sums(one, lengths, self.limit)
            if not lengths:
                break
        return table


@dataclass(slots=True)
class _Writer:
    random: Random
    possible: Callable[[Part], int]
    tails: Callable[[tuple[Part, ...] | Repeat], list[int]]
    remembered: dict[str, str] = field(default_factory=dict)

    def write(self, part: Part, length: int) -> str:
        text = ""
        match part:
            case Chars(pool):
                text = pick(self.random, pool)
            case Chain(parts):
                text = self._chain(parts, length)
            case Either(branches):
                fitting = [b for b in branches if self.possible(b) >> length & 1]
                text = self.write(self._one(fitting), length)
            case Repeat():
                text = self._repeat(part, length)
            case Group(inner, number, name):
                text = self.write(inner, length)
                self.remembered[str(number)] = self.remembered[name] = text
            case Again(group):
                text = self.remembered.get(group, "")
        return text

    def _one(self, choices: list[Part]) -> Part:
        return choices[int(self.random.random() * len(choices))]

    def _chain(self, parts: tuple[Part, ...], length: int) -> str:
        tails = self.tails(parts)
        written: list[str] = []
        for part, tail in zip(parts, tails[1:], strict=True):
            size = self._share(self.possible(part), tail, length)
            written.append(self.write(part, size))
            length -= size
        return "".join(written)

    def _share(self, here: int, after: int, length: int) -> int:
        sizes = [s for s in _bits(here & ((2 << length) - 1)) if after >> (length - s) & 1]
        return sizes[int(self.random.random() * len(sizes))]

    def _repeat(self, repeat: Repeat, length: int) -> str:
        table = self.tails(repeat)
        counts = [n for n, lengths in enumerate(table) if lengths >> length & 1]
        count = counts[int(self.random.random() * len(counts))]
        return self._chain_of(repeat.part, count, length)

    def _chain_of(self, part: Part, count: int, length: int) -> str:
        one = self.possible(part)
        if one.bit_count() == 1:
            size = one.bit_length() - 1
            return "".join(self.write(part, size) for _ in range(count))
        rests = [1]
        for _ in range(count):
            rests.append(_sums(one, rests[-1], length))
        written: list[str] = []
        for left in range(count - 1, -1, -1):
            size = self._share(one, rests[left], length)
            written.append(self.write(part, size))
            length -= size
        return "".join(written)


def wished_for(part: Part) -> Iterator[str]:
    """Yield, for each condition that must hold somewhere ahead, the characters it waits for."""
    match part:
        case Look(inner, wanted) if wanted:
            yield from _last_pool(inner)
        case Chain(parts) | Either(parts):
            for each in parts:
                yield from wished_for(each)
        case Repeat(inner) | Group(inner):
            yield from wished_for(inner)
        case _:
            return


def _last_pool(part: Part) -> Iterator[str]:
    match part:
        case Chars(pool) if set(pool) != set(WORD + " -"):
            yield pool
        case Chain(parts):
            pools = [pool for each in parts for pool in _last_pool(each)]
            yield from pools[-1:]
        case Repeat(inner) | Group(inner):
            yield from _last_pool(inner)
        case _:
            return
