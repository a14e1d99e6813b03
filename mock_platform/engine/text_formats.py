"""The formats of texts that we judge ourselves, as the validating library would not or differs."""

from __future__ import annotations

import base64
import binascii
import re

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID as RFC 9562 writes it."""
    return _UUID.fullmatch(text) is not None


def is_base64(text: str) -> bool:
    """Tell whether a text is bytes in base64 (RFC 4648 §4)."""
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
