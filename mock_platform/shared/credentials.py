"""The credentials that a mock lets in, when any do not do. They are secrets: nothing here shows one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from mock_platform.shared.contracts import Json


class CredentialsBroken(ValueError):
    """Credentials are not written as they should be. The message names the scheme, no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An API key, a bearer token, or ``user:password``."""

    value: str = field(repr=False)
    scopes: frozenset[str] | None = None
    """What it is good for; None: everything."""

    def is_shown(self, shown: str) -> bool:
        """Compare without telling by the time it takes how much is right."""
        return compare_digest(self.value.encode(), shown.encode())

    def covers(self, scopes: Sequence[str]) -> bool:
        return self.scopes is None or self.scopes.issuperset(scopes)


Credentials = Mapping[str, tuple[Credential, ...]]
"""Name of a security scheme → what is let in. Of schemes that are not named here, anything is."""


def read_credentials(written: Json) -> Credentials:
    """Read ``{"scheme": ["value", {"value": "other", "scopes": ["read"]}]}``.

    Raises:
        CredentialsBroken: it is written otherwise.
    """
    if not isinstance(written, dict):
        raise CredentialsBroken("credentials must be an object from scheme to a list of values")
    return {name: _of_scheme(name, values) for name, values in written.items()}


def _of_scheme(name: str, values: Json) -> tuple[Credential, ...]:
    listed = values if isinstance(values, list) else [values]
    return tuple(_credential(name, one) for one in listed)


def _credential(name: str, one: Json) -> Credential:
    match one:
        case str():
            return Credential(value=one)
        case {"value": str(value), "scopes": [*scopes], **rest} if not rest:
            if all(isinstance(scope, str) for scope in scopes):
                return Credential(value=value, scopes=frozenset(scopes))
        case {"value": str(value), **rest} if not rest:
            return Credential(value=value)
    raise CredentialsBroken(
        f'{name}: each must be a string, or {{"value": "...", "scopes": ["...", ...]}}'
    )
