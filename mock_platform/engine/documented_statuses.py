"""Finds what a Responses Object says about a status (OpenAPI 3.0.4 §4.7.16).

A code that is written out goes before its range (``4XX``), and both go before ``default``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

DEFAULT = "default"


def keys_documenting(responses: Container[str], status: int) -> Iterator[str]:
    """Yield the keys that speak of a status, the most telling first.

    OpenAPI writes ranges in capitals; ``4xx`` is read as what it means.
    """
    hundreds = status // 100
    for key in (f"{status:d}", f"{hundreds}XX", f"{hundreds}xx", DEFAULT):
        if key in responses:
            yield key


def key_documenting(responses: Container[str], status: int) -> str | None:
    """Return the key that documents a status; None: nothing does."""
    return next(keys_documenting(responses, status), None)


def keys_seen(responses: Container[str], statuses: Iterable[int]) -> frozenset[str]:
    """Return the keys that some statuses are documented by."""
    found = (key_documenting(responses, status) for status in statuses)
    return frozenset(key for key in found if key is not None)
