"""Decides which of an operation's documented answers is given, and in which representation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mock_platform.engine.answering.negotiation import MediaRange, best
from mock_platform.engine.documented_statuses import DEFAULT, key_documenting
from mock_platform.engine.operations import MediaType, Response
from mock_platform.shared.errors import NotAcceptable, PreferenceUnknown

NO_CONTENT = 204

_STATUS = re.compile("[0-9]{3}")
_FIRST_ERROR = 400
_BODILESS = frozenset({204, 205, 304})
_LOWEST, _FIRST_REDIRECTION, _FIRST_FAULT, _BEYOND = 200, 300, 500, 600
"""What a server may end an exchange with: 1xx are only ever told on the way."""


def usual(responses: Mapping[str, Response]) -> tuple[int, str] | None:
    """Return status and key: the lowest 2xx, else 2XX, else the default as a 200, else the lowest.

    None: there is nothing that a server which works would say; faults (5xx) must be asked for.
    """
    for key in sorted(responses, key=_rank):
        status = status_of(key)
        if _LOWEST <= status < _FIRST_FAULT:
            return status, key
    return None


def preferred(responses: Mapping[str, Response], code: str) -> tuple[int, str]:
    """Return the status and the key that documents it: the number, its range, or the default.

    Raises:
        PreferenceUnknown: none does.
    """
    status = int(code) if _STATUS.fullmatch(code) else 0
    if _LOWEST <= status < _BEYOND:
        key = key_documenting(responses, status)
        if key is not None:
            return status, key
    raise PreferenceUnknown(
        f"The operation documents no answer for status {code};"
        f" it has {', '.join(responses) or 'none at all'}.",
        preference="code",
        documented=[*responses],
    )


def is_success(status: int) -> bool:
    """Tell whether a status says that all went well."""
    return _LOWEST <= status < _FIRST_REDIRECTION


def representation(
    status: int,
    response: Response,
    accept: Sequence[MediaRange],
    offers: Sequence[str],
) -> tuple[MediaType, str] | None:
    """Return the representation to send, and as which media type; None: no body at all.

    ``offers`` are the names of the representations, the one first that is given to anybody.

    An error is told even to those who do not accept its media type (RFC 9110 §12.5.1 leaves that to
    the server): better an error that can be read than a 406 in its place.

    Raises:
        NotAcceptable: no representation of the answer is acceptable.
    """
    if status in _BODILESS or not response.content:
        return None
    found = best(accept, offers)
    if found is None and status >= _FIRST_ERROR:
        found = best((), offers)
    if found is None:
        raise NotAcceptable(f"With status {status}, the operation answers {', '.join(offers)}.")
    offer, given_out_as = found
    return response.content[offer], given_out_as


def status_of(key: str) -> int:
    """The status that a key of ``responses`` is answered with."""
    if key == DEFAULT:
        return 200
    digits = key.upper().replace("X", "0")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _rank(key: str) -> tuple[int, int, bool]:
    status, is_range = status_of(key), "x" in key.lower()
    if key == DEFAULT:
        return 2, status, is_range
    if key.startswith("2"):
        return int(is_range), status, is_range
    return 3, status, is_range
