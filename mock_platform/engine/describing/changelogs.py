"""What changed from one version of a contract to the next, as a changelog shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mock_platform.engine.describing.plain import text
from mock_platform.engine.documents import Document
from mock_platform.engine.evolution import Change, compare

_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a contract."""

    document: Document
    label: str = ""
    """What tells it from another of the same number: a tag, a file."""

    @property
    def number(self) -> str:
        return text(self.document.root.get("info"), "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One change."""

    level: str
    """``breaking``, ``risky``, ``additive`` or ``docs``."""
    message: str
    remedy: str
    operations: tuple[str, ...]
    """What it touches, as ``POST /v1/orders``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What changed between two versions."""

    version: str
    """What it became."""
    since: str
    """What it was."""
    alterations: tuple[Alteration, ...]
    """The gravest first."""


def releases(versions: Sequence[Version]) -> tuple[Release, ...]:
    """Return what changed from each version to the next, the latest first.

    Args:
        versions: in any order; they are sorted by their numbers, and among equals as they stand.
            The last one given is the present one, whatever its number.
    """
    if not versions:
        return ()
    *older, present = versions
    in_order = [*sorted(older, key=_rank), present]
    return tuple(reversed([*_released(in_order)]))


def _released(versions: Sequence[Version]) -> Iterator[Release]:
    for old, new in pairwise(versions):
        same = old.number == new.number
        yield Release(
            version=_called(new, is_labelled=same),
            since=_called(old, is_labelled=same),
            alterations=tuple(map(_alteration, compare(old.document, new.document))),
        )


def _called(version: Version, *, is_labelled: bool) -> str:
    if not version.number:
        return version.label or "unnumbered"
    is_told = is_labelled and version.label
    return f"{version.number} ({version.label})" if is_told else version.number


def _alteration(change: Change) -> Alteration:
    return Alteration(
        level=change.level,
        message=change.message,
        remedy=change.remedy,
        operations=change.operations,
    )


def _rank(version: Version) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(version.number)))
