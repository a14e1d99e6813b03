"""Compares names as people mean them: ``customerId``, ``customer_id`` and ``Customer-ID`` are one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> tuple[str, ...]:
    """Take a name apart: ``petIDs`` is ``pet``, ``ids``; of ``page[size]``, ``page``, ``size``."""
    name = name.replace("IDs", "Ids")
    return tuple(word.lower() for word in _WORD.findall(name))


def squashed(name: str) -> str:
    """Return a name without case and punctuation."""
    return "".join(words(name)) or name


def same(name: str, among: Iterable[str]) -> str | None:
    """Return the one of several names that is meant; exactly so first."""
    listed = list(among)
    if name in listed:
        return name
    wanted = squashed(name)
    return next((one for one in listed if squashed(one) == wanted), None)


def singular(word: str) -> str:
    """Return the word for one of them, roughly: ``stories`` is ``story``, ``boxes`` is ``box``."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:  # noqa: PLR2004 - "as", "is" are whole words
        return word[:-1]
    return word
