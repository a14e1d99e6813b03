"""Compares in which representations a body comes, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mock_platform.engine.evolution.weighing import Part, Version, Weighing, paired

Told = Callable[[str], tuple[str, str]]
"""Name of a media type → the rule it is a matter of, and what happened, in words."""


def kept_media_types(
    weighing: Weighing, node: int, old: Part, new: Part, *, gone: Told, fresh: Told
) -> Iterator[tuple[str, Part, Part]]:
    """Take down which media types came and went; yield those that stayed, with their name."""
    for name, was, now in paired(_named(weighing.old, old), _named(weighing.new, new)):
        if was is not None and now is not None:
            yield name, was, now
        elif was is not None:
            rule, told = gone(name)
            weighing.note(node, rule, told, old=was[1], new=new[1])
        elif now is not None:
            rule, told = fresh(name)
            weighing.note(node, rule, told, old=old[1], new=now[1])


def _named(version: Version, holder: Part) -> dict[str, Part]:
    """Return the media types of a body, by names that can be compared."""
    found: dict[str, Part] = {}
    for name, part in version.parts(holder, "content").items():
        found.setdefault(name.partition(";")[0].strip().lower(), part)
    return found
