"""Reads path templates: what is the path, and what some documents write after it.

Protocols with one URL for everything are described as ``/#Action=List``, ``/?op=list`` or
``/find?name={name}``. No path has a query, and a fragment stays with the client; both only tell such
operations apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

_NAMED = re.compile(r"\{([^{}]*)\}")
_AFTER = re.compile(r"[?#]")


def bare(template: str) -> str:
    """Return the path itself: ``/find`` of ``/find?name={name}``."""
    return _AFTER.split(template, maxsplit=1)[0] or "/"


def is_bare(template: str) -> bool:
    """Tell whether nothing is written after the path."""
    return _AFTER.search(template) is None


def parameter_names(template: str) -> list[str]:
    """Return the names of the parameters in the path itself."""
    return _NAMED.findall(bare(template))


def query_of(template: str) -> Mapping[str, str]:
    """Return what is written as a query: name → text, or ``{parameter}``."""
    _, _, query = template.partition("#")[0].partition("?")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote_plus(name): unquote_plus(text) for name, _, text in pairs}


def parameter_of(text: str) -> str | None:
    """Return the name in ``{name}``; None where the text is none such."""
    found = _NAMED.fullmatch(text)
    return found and found[1]
