"""Keeps secrets from being shown: credentials in headers and URLs, and whatever looks like a key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MASK: Final = "•••"

_CREDENTIALS: Final = re.compile(
    r"authorization|auth$|cookie|session|secret|password|token|api[-_]?key|credential",
    re.IGNORECASE,
)
_SECRETS: Final = re.compile(
    r"whsec_[A-Za-z0-9+/=_-]+|(?<=bearer )\S+|(?<=://)[^/@\s\"]+(?=@)"
    r"|(?<=[?&])((?:[\w-]*(?:token|secret|password|api[-_]?key|signature)|key|sig)=)[^&#\s\"']+",
    re.IGNORECASE,
)


def masked_text(text: str) -> str:
    """Return the text without signing secrets, tokens, and what URLs log in with."""
    return _SECRETS.sub(lambda found: (found[1] or "") + MASK, text)


def masked_headers(headers: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return the headers; of credentials only their names."""
    return [
        (name, MASK if _CREDENTIALS.search(name) else masked_text(value)) for name, value in headers
    ]
