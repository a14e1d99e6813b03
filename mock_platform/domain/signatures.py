"""Says who sent a callback: signs it, and judges signatures, by the Standard Webhooks rules.

What is signed are the exact bytes that travel. ``standardwebhooks.Webhook`` takes text only (handed
bytes it signs their repr), knows one secret at a time, reads the real clock, and lets a bad header
escape as ``ValueError``, ``binascii.Error`` or ``UnicodeDecodeError``; so only its keyed hash is
used here, and the tests hold the two to the same answers.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import floor

from standardwebhooks.webhooks import hmac_data

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_S = 300

_PREFIX = "whsec_"
_REMEDY = (
    "write whsec_ followed by base64, e.g. the output of: echo whsec_$(openssl rand -base64 32)"
)
_UNIX_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def split_secrets(value: str) -> tuple[str, ...]:
    """Read one setting: secrets separated by white space, the newest first; none when empty.

    Raises:
        ValueError: one of them is malformed. The message says which and how to write it; it never
            repeats any part of a secret.
    """
    secrets = tuple(value.split())
    for number, secret in enumerate(secrets, start=1):
        try:
            _key(secret)
        except ValueError as error:
            raise ValueError(
                f"signing secret {number} of {len(secrets)} {error}; {_REMEDY}"
            ) from None
    return secrets


def sign(message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """Return the webhook headers for these bytes, with one signature a secret, newest first.

    Without secrets there is no signature header; id and time are told all the same.

    Raises:
        ValueError: a secret is malformed.
    """
    timestamp = str(floor(at.timestamp()))
    headers = {ID: message_id, TIMESTAMP: timestamp}
    if secrets:
        signed = (_signature(secret, message_id, timestamp, body) for secret in secrets)
        headers[SIGNATURE] = " ".join(signed)
    return headers


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
    tolerance_s: float = TOLERANCE_S,
) -> str:
    """Judge a received callback. Never raises, whatever the headers, the body or the secrets are.

    Returns:
        ``unsigned``: there is no secret to judge by.
        ``missing``: the id, the time or the signature header is absent or empty.
        ``invalid``: the time is no whole number of seconds, or no ``v1`` signature is ours.
        ``stale``: the signature is ours, but its time is further than the tolerance from ``now``.
        ``valid``: none of these.
    """
    if not secrets:
        return "unsigned"
    message_id, timestamp, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (message_id and timestamp and given.strip()):
        return "missing"
    if not _UNIX_TIME.fullmatch(timestamp):
        return "invalid"
    if not _is_ours(given, list(_expected(secrets, message_id, timestamp, body))):
        return "invalid"
    return "valid" if abs(now.timestamp() - int(timestamp)) <= tolerance_s else "stale"


def _expected(
    secrets: Sequence[str], message_id: str, timestamp: str, body: bytes
) -> Iterator[bytes]:
    for secret in secrets:
        try:
            yield _signature(secret, message_id, timestamp, body).encode()
        except ValueError:  # a broken setting is refused where it is read; here it proves nothing
            continue


def _is_ours(given: str, expected: Sequence[bytes]) -> bool:
    # Compared as text, not as decoded base64: the decoder forgives junk, and may raise.
    candidates = [part.encode(errors="replace") for part in given.split()]
    return any(hmac.compare_digest(one, ours) for ours in expected for one in candidates)


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode(errors="surrogateescape") + body
    return f"v1,{base64.b64encode(hmac_data(_key(secret), signed)).decode()}"


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        raise ValueError("does not begin with whsec_")
    encoded = secret.removeprefix(_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64 after whsec_") from None
    if not key:
        raise ValueError("is empty after whsec_")
    return key
