"""Knows where each security scheme keeps its credentials, what they look like, how to ask for them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote_plus

from mock_platform.api.exchange import Exchange, url_text
from mock_platform.api.tracing import Entropy
from mock_platform.shared.contracts import Json
from mock_platform.shared.credentials import Credential

REALM = "mock-platform"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PAIR = re.compile(r'(?<![A-Za-z-])([A-Za-z-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s",]++))')
"""Never looks twice at the same letters: a header may be long, and nothing of this."""
_UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
_DIGEST_PARTS = frozenset({"username", "realm", "nonce", "uri", "response"})
_HASHES: Mapping[str, str] = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}


class Shown(Protocol):
    """Credentials as a request shows them."""

    @property
    def is_well_formed(self) -> bool: ...

    def proves(self, known: Credential, /) -> bool:
        """Tell whether whoever shows this knows that."""
        ...


class Scheme(Protocol):
    """One security scheme."""

    @property
    def wants(self) -> str:
        """What it asks for, in words."""
        ...

    def find(self, exchange: Exchange, /) -> Shown | None: ...

    def challenge(self, scopes: Sequence[str], error: str | None, /) -> str:
        """Return what ``WWW-Authenticate`` should say."""
        ...


@dataclass(frozen=True, slots=True)
class _Plain:
    """Credentials that are shown as they are; None when they are malformed."""

    text: str | None

    @property
    def is_well_formed(self) -> bool:
        return bool(self.text)

    def proves(self, known: Credential) -> bool:
        return self.text is not None and known.is_shown(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonces:
    """Challenges of digest authentication: signed, not remembered, so they do not end."""

    secret: bytes
    entropy: Entropy

    @classmethod
    def drawn(cls, entropy: Entropy) -> Nonces:
        return cls(secret=entropy(32), entropy=entropy)

    def new(self) -> str:
        salt = self.entropy(12).hex()
        return salt + self._seal(salt)

    def has_made(self, nonce: str) -> bool:
        return hmac.compare_digest(self._seal(nonce[:24]).encode(), nonce[24:].encode())

    def _seal(self, salt: str) -> str:
        return hmac.new(self.secret, salt.encode(), "sha256").hexdigest()[:24]


def scheme_of(written: Mapping[str, Json], nonces: Nonces) -> Scheme | None:
    """Compile a scheme; None for one whose credentials are not in the request, or for none."""
    match written:
        case {"type": "apiKey", "in": "header" | "query" | "cookie" as place, "name": str(name)}:
            return _ApiKey(place=str(place), name=name)
        case {"type": "oauth2" | "openIdConnect"}:
            return _Bearer()
        case {"type": "http", "scheme": str(scheme)}:
            name = scheme.lower()
            if name == "digest":
                return _Digest(nonces=nonces)
            return _HTTP.get(name, lambda: _Other(name=scheme))()
        case _:  # mutualTLS shows nothing that we could see
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ApiKey:
    place: str
    name: str

    @property
    def wants(self) -> str:
        return f"{self.name} ({self.place})"

    def find(self, exchange: Exchange) -> Shown | None:
        text = _PLACES[self.place](exchange, self.name)
        return None if text is None else _Plain(text)

    def challenge(self, _scopes: Sequence[str], _error: str | None) -> str:
        """There is no registered scheme for API keys, but every 401 has a challenge."""
        name = _UNQUOTABLE.sub("_", self.name)
        return f'ApiKey realm="{REALM}", in="{self.place}", name="{name}"'


def _in_header(exchange: Exchange, name: str) -> str | None:
    raw = exchange.headers.get(name.lower().encode("latin-1", "replace"))
    return None if raw is None else raw.decode("latin-1")


def _in_query(exchange: Exchange, name: str) -> str | None:
    for pair in url_text(exchange.query).split("&"):
        key, _, text = pair.partition("=")
        if unquote_plus(key) == name:
            return unquote_plus(text)
    return None


def _in_cookie(exchange: Exchange, name: str) -> str | None:
    for pair in exchange.headers.get(b"cookie", b"").decode("latin-1").split(";"):
        key, equals, text = pair.strip().partition("=")
        if equals and key == name:
            return text.strip('"')
    return None


_PLACES: Mapping[str, Callable[[Exchange, str], str | None]] = {
    "header": _in_header,
    "query": _in_query,
    "cookie": _in_cookie,
}


def _authorization(exchange: Exchange, scheme: str) -> str | None:
    """Return what follows the scheme's name; None when another or none is there."""
    raw = exchange.headers.get(b"authorization")
    if raw is None:
        return None
    name, _, rest = raw.decode("latin-1").strip().partition(" ")
    return rest.strip() if name.lower() == scheme else None


class _Bearer:
    wants = "a bearer token"

    def find(self, exchange: Exchange) -> Shown | None:
        text = _authorization(exchange, "bearer")
        return None if text is None else _Plain(None if " " in text else text)

    def challenge(self, scopes: Sequence[str], error: str | None) -> str:
        """Challenge as RFC 6750 §3 has it."""
        told = f'Bearer realm="{REALM}"'
        if scopes:
            told += f', scope="{_UNQUOTABLE.sub("_", " ".join(scopes))}"'
        return f'{told}, error="{error}"' if error else told


class _Basic:
    wants = "basic authentication"

    def find(self, exchange: Exchange) -> Shown | None:
        text = _authorization(exchange, "basic")
        return None if text is None else _Plain(_user_and_password(text))

    def challenge(self, _scopes: Sequence[str], _error: str | None) -> str:
        """Challenge as RFC 7617 §2 has it."""
        return f'Basic realm="{REALM}", charset="UTF-8"'


def _user_and_password(text: str) -> str | None:
    try:
        raw = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        shown = raw.decode()
    except UnicodeDecodeError:
        shown = raw.decode("latin-1")
    return shown if ":" in shown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """An HTTP scheme that we do not know: its name is all we look at."""

    name: str

    @property
    def wants(self) -> str:
        return f"{self.name} authentication"

    def find(self, exchange: Exchange) -> Shown | None:
        text = _authorization(exchange, self.name.lower())
        return None if text is None else _Plain(text)

    def challenge(self, _scopes: Sequence[str], _error: str | None) -> str:
        """Challenge by name, if it is one."""
        name = self.name if _TOKEN.fullmatch(self.name) else "Mock"
        return f'{name} realm="{REALM}"'


_HTTP: Mapping[str, Callable[[], Scheme]] = {"bearer": _Bearer, "basic": _Basic}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digest:
    """RFC 7616."""

    nonces: Nonces
    wants = "digest authentication"

    def find(self, exchange: Exchange) -> Shown | None:
        text = _authorization(exchange, "digest")
        if text is None:
            return None
        parts = {name.lower(): quoted or plain for name, quoted, plain in _PAIR.findall(text)}
        return _DigestShown(parts=parts, exchange=exchange, nonces=self.nonces)

    def challenge(self, _scopes: Sequence[str], _error: str | None) -> str:
        """Challenge for the algorithm that every client knows."""
        return f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{self.nonces.new()}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _DigestShown:
    parts: Mapping[str, str]
    exchange: Exchange
    nonces: Nonces

    @property
    def is_well_formed(self) -> bool:
        return self.parts.keys() >= _DIGEST_PARTS

    def proves(self, known: Credential) -> bool:
        """Compute the response that whoever knows the password would give."""
        parts = self.parts
        name, _, session = parts.get("algorithm", "MD5").lower().partition("-sess")
        if name not in _HASHES or session or parts.get("qop", "auth") != "auth":
            return False
        user, _, password = known.value.partition(":")
        query = self.exchange.query.decode("latin-1")
        target = self.exchange.path + (f"?{query}" if query else "")
        if parts["username"] != user or parts["uri"] != target or parts["realm"] != REALM:
            return False
        if not self.nonces.has_made(parts["nonce"]):
            return False
        expected = self._response(_HASHES[name], user, password)
        return hmac.compare_digest(expected.encode(), parts["response"].lower().encode())

    def _response(self, algorithm: str, user: str, password: str) -> str:
        def hashed(*texts: str) -> str:
            return hashlib.new(algorithm, ":".join(texts).encode()).hexdigest()

        parts = self.parts
        who = hashed(user, REALM, password)
        what = hashed(self.exchange.method, parts["uri"])
        if "qop" not in parts:
            return hashed(who, parts["nonce"], what)
        fresh = (parts.get("nc", ""), parts.get("cnonce", ""), parts["qop"])
        return hashed(who, parts["nonce"], *fresh, what)
