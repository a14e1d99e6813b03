"""Understands ``If-Match`` and ``If-None-Match`` (RFC 9110 §13.1) against versions that are numbers.

Our entity tags are strong and look like ``"3"``.
"""

from __future__ import annotations

import re

_TAG = re.compile(rb'(W/)?"([^"]*)"')
_VERSION = re.compile(rb"[1-9][0-9]{0,18}")


def entity_tag(version: int) -> bytes:
    """Return the tag of a version."""
    return b'"%d"' % version


def expected_versions(if_match: bytes | None) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` allows; None when it allows any.

    Tags that are not ours, and weak ones (compared strongly), match nothing.
    """
    if if_match is None or if_match.strip() == b"*":
        return None
    return frozenset(
        int(tag) for weak, tag in _TAG.findall(if_match) if not weak and _VERSION.fullmatch(tag)
    )


def already_there(if_none_match: bytes, version: int) -> bool:
    """Tell whether the caller has this version already (compared weakly)."""
    if if_none_match.strip() == b"*":
        return True
    return any(tag == b"%d" % version for _, tag in _TAG.findall(if_none_match))
