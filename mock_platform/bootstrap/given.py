"""What settings and environment give: secrets, and where callbacks may go.

What judges targets and signs is imported by those who send something: most who are served do not.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from secrets import token_bytes
from typing import TYPE_CHECKING

import orjson

from mock_platform.shared.config import (
    CALLBACK_SECRET,
    SecretSource,
    SettingBroken,
    Settings,
    secret_source,
)
from mock_platform.shared.credentials import Credentials, CredentialsBroken, read_credentials

if TYPE_CHECKING:
    from mock_platform.infra.target_guard import TargetGuard


def signing(mode: str) -> tuple[SecretSource, str]:
    """Return where secrets come from. Both sides in one process can do with one made up now."""
    from mock_platform.domain.signatures import split_secrets

    read = secret_source(os.environ, parse=split_secrets)
    if read(CALLBACK_SECRET):
        return read, "configured"
    if mode != "platform":
        return read, "missing"
    made = (f"whsec_{b64encode(token_bytes(32)).decode()}",)
    return lambda name: read(name) or (made if name == CALLBACK_SECRET else None), "ephemeral"


def guard(settings: Settings) -> TargetGuard:
    from mock_platform.infra.target_guard import TargetGuard

    try:
        return TargetGuard(settings.targets, settings.target_allow)
    except ValueError as broken:
        raise SettingBroken(f"MOCK_PLATFORM_TARGET_ALLOW: {broken}") from None


def fetching_guard(settings: Settings) -> TargetGuard:
    """Files may come from anywhere that callbacks may go to, and from public addresses."""
    from mock_platform.infra.target_guard import TargetGuard

    return TargetGuard("dev", (*settings.target_allow, "0.0.0.0/0", "::/0"))


def credentials(settings: Settings) -> Credentials:
    """Return what is let in, by security scheme."""
    written = settings.credentials.get_secret_value()
    try:
        return read_credentials(orjson.loads(written)) if written.strip() else {}
    except ValueError as broken:  # JSON's own message might repeat the secret
        why = str(broken) if isinstance(broken, CredentialsBroken) else "it is no JSON"
        raise SettingBroken(f"MOCK_PLATFORM_CREDENTIALS: {why}") from None


def inbox_secrets(settings: Settings) -> Mapping[str, Sequence[str]]:
    from mock_platform.domain.signatures import split_secrets

    checked: dict[str, Sequence[str]] = {}
    for inbox, secrets in settings.inbox_secrets.items():
        try:
            checked[inbox] = split_secrets(" ".join(secrets))
        except ValueError as broken:
            raise SettingBroken(f"MOCK_PLATFORM_INBOX_SECRETS, {inbox!r}: {broken}") from None
    return checked
