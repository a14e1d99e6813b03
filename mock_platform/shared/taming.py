"""Makes text harmless that somebody else wrote, before it goes where people read it."""

from __future__ import annotations


def tame(text: str) -> str:
    """Escape every character that cannot be printed: it could steer a terminal or forge a line."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
