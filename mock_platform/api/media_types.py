"""Compares media types: what a body says it is, and what a caller accepts (RFC 9110 §8.3, §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mock_platform.engine.answering.negotiation import best, read_accept

_TYPE = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)/([!#$%&'*+.^_`|~0-9a-z-]+)")
_PARAMETER = re.compile(r';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^;,\s]*)\s*')

TEXT_CHARSETS = frozenset(
    {
        *("utf-8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "koi8-r", "shift_jis", "euc-jp"),
        *("gb2312", "gbk", "gb18030", "big5", "euc-kr"),
        *(f"iso-8859-{number}" for number in (*range(1, 12), *range(13, 17))),
        *(f"windows-125{digit}" for digit in range(9)),
    }
)
"""What texts may be in."""


@dataclass(frozen=True, slots=True)
class Essence:
    """``application/json``, in lower case and without parameters."""

    type: str
    subtype: str
    charset: str | None = None

    @property
    def is_json(self) -> bool:
        return self.subtype == "json" or self.subtype.endswith("+json")

    @property
    def is_xml(self) -> bool:
        return self.subtype == "xml" or self.subtype.endswith("+xml")

    @property
    def is_form(self) -> bool:
        return (self.type, self.subtype) == ("application", "x-www-form-urlencoded")

    def within(self, written: str) -> bool:
        """Tell whether a type or range of the contract covers this."""
        kind, _, subtype = written.partition(";")[0].strip().lower().partition("/")
        return kind in ("*", self.type) and subtype in ("*", self.subtype)


def essence(text: str) -> Essence | None:
    """Read a ``Content-Type``; None when it is none."""
    found = _TYPE.match(text.strip().lower())
    if found is None:
        return None
    rest = text.strip()[found.end() :].lstrip()
    if rest and not rest.startswith(";"):
        return None
    charset = next((v for k, v in _PARAMETER.findall(rest) if k.lower() == "charset"), None)
    return Essence(found[1], found[2], charset and charset.strip('"').lower())


def parameter(text: str, name: str) -> str | None:
    """Return a parameter of a ``Content-Type``, without its quotes."""
    values = (v for k, v in _PARAMETER.findall(text) if k.lower() == name)
    return next((value.strip('"') for value in values), None)


def acceptable(accept: str, offered: Collection[str]) -> bool:
    """Tell whether an ``Accept`` header leaves anything of what is offered."""
    return best(read_accept(accept), [*offered]) is not None
