"""Finds the media type that a caller likes best among those on offer (RFC 9110 §12.5.1).

``application/json`` also takes ``application/vnd.x+json``, and the other way round, where nothing
fits better: the suffix says that who reads the one can read the other (RFC 6839).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

_TYPE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*/\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;|$)")
_PARAMETER = re.compile(r';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^;,\s]*)')
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_DECIDED_BY_US = frozenset({"q", "charset"})
"""Text is UTF-8 whatever is asked for; a weight is no property of a type."""

_MEANT = {
    "*": "application/json",
    "application": "application/json",
    "text": "text/plain",
    "image": "image/png",
}


class Fit(IntEnum):
    """How closely a range and an offer fit; the closest decides."""

    ANYTHING = 1
    TYPE = 2
    SUFFIX = 3
    EXACT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRange:
    """``text/*;level=1;q=0.5``, taken apart; in lower case but for the parameters' values."""

    type: str
    subtype: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0

    @property
    def name(self) -> str:
        """Without its parameters."""
        return f"{self.type}/{self.subtype}"

    @property
    def is_concrete(self) -> bool:
        return "*" not in self.type and "*" not in self.subtype


def read_range(text: str) -> MediaRange | None:
    """Read one media type or range; None when it is none."""
    found = _TYPE.match(text.lower())
    if found is None:
        return None
    parameters = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(text)}
    weight = parameters.get("q", "1")
    return MediaRange(
        type=found[1],
        subtype=found[2],
        parameters={k: v for k, v in parameters.items() if k not in _DECIDED_BY_US},
        weight=float(weight) if _WEIGHT.fullmatch(weight) else 1.0,
    )


def read_accept(accept: str) -> Sequence[MediaRange]:
    """Read an ``Accept`` header; what cannot be read is left out."""
    return [one for part in _ELEMENT.findall(accept) if (one := read_range(part)) is not None]


def best(accept: Sequence[MediaRange], offers: Sequence[str]) -> tuple[str, str] | None:
    """Return the offer that is liked best, and the media type to give it out as; None: no offer is.

    Equally liked: the closer fit, then the earlier range, then the earlier offer. No ``Accept`` at
    all likes everything.
    """
    ranked: list[tuple[float, int, int, int, str]] = []
    for place, offer in enumerate(offers):
        weight, fit, at = liking(accept, offer)
        if weight > 0:
            ranked.append((-weight, -fit, at, place, offer))
    if not ranked:
        return None
    offer = min(ranked)[-1]
    return offer, _given_out_as(offer, accept)


def liking(accept: Sequence[MediaRange], offer: str) -> tuple[float, int, int]:
    """Return how much an offer is liked, how close the range that says so is, and which it is."""
    offered = read_range(offer)
    if offered is None or not accept:
        return 1.0, 0, 0  # what cannot be read cannot be refused either
    decided: tuple[float, int, int] = (0.0, 0, 0)
    closest = 0
    for at, asked in enumerate(accept):
        fit = _fit(asked, offered)
        if fit == 10 * Fit.SUFFIX and asked.weight == 0:
            continue  # who refuses JSON has not refused everything that is made of it
        if fit > closest:
            closest, decided = fit, (asked.weight, fit, at)
    return decided


def _fit(asked: MediaRange, offered: MediaRange) -> int:
    """Return 0, or ten times the fit plus the number of parameters that agree."""
    agreed = 0
    for name, value in asked.parameters.items():
        if name in offered.parameters:
            if offered.parameters[name].lower() != value.lower():
                return 0
            agreed += 1
    fit = _fit_of_names(asked, offered)
    return 10 * fit + agreed if fit else 0


def _fit_of_names(asked: MediaRange, offered: MediaRange) -> int:
    if asked.name == offered.name:
        return Fit.EXACT
    if asked.type == "*":
        return Fit.ANYTHING
    if offered.type == "*":
        return Fit.TYPE
    if asked.type != offered.type:
        return 0
    if "*" in (asked.subtype, offered.subtype):
        return Fit.TYPE
    base, _, suffix = asked.subtype.rpartition("+")
    offered_base, _, offered_suffix = offered.subtype.rpartition("+")
    related = suffix == offered_suffix and (not base or not offered_base or base == "*")
    return Fit.SUFFIX if related else 0


def _given_out_as(offer: str, accept: Sequence[MediaRange]) -> str:
    """Make a media type of a range on offer: what it usually means, else what is liked best."""
    offered = read_range(offer)
    if offered is None or offered.is_concrete:
        return offer
    meant = _MEANT.get(offered.type, f"{offered.type}/octet-stream")
    if "+" in offered.subtype:
        meant = f"{offered.type}/{offered.subtype.rpartition('+')[2]}"
    weight, fit, _ = liking(accept, meant)
    if weight > 0 and fit // 10 != Fit.SUFFIX:
        return meant
    asked = [one for one in accept if one.is_concrete and one.weight and _fit(one, offered)]
    return max(asked, key=lambda one: one.weight).name if asked else meant
