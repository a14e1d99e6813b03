"""Gives things names that are good for URLs and for every file system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 80


def slugs(names: Iterable[str], reserved: Iterable[str] = ()) -> Mapping[str, str]:
    """Return name → slug; two that differ only in what a slug cannot show are told apart."""
    taken = {one.casefold() for one in reserved}
    found: dict[str, str] = {}
    for name in names:
        wished = _UNFIT.sub("-", name).strip("-")[:_LONGEST] or "unnamed"
        slug, number = wished, 1
        while slug.casefold() in taken:
            number += 1
            slug = f"{wished}-{number}"
        taken.add(slug.casefold())
        found[name] = slug
    return found
