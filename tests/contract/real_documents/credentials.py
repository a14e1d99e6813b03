"""Shows what a security requirement wants to see; nobody checks whether it is genuine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.contract.real_documents.document_read import Json

_BASIC = "Basic dXNlcjpwYXNzd29yZA=="
_BEARER = "Bearer some-token"
_DIGEST = (
    'Digest username="user", realm="mock", nonce="n", uri="/", response="'
    + "0" * 32
    + '", algorithm=MD5'
)


@dataclass(slots=True)
class Credentials:
    """Where they go."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def shown(alternatives: Sequence[Mapping[str, Json]]) -> Credentials:
    """Show what the easiest alternative wants."""
    found = Credentials()
    chosen = min(alternatives, key=_effort).values() if alternatives else ()
    for scheme in sorted(chosen, key=lambda one: str(one.get("type")) == "apiKey"):
        _add(found, scheme)
    return found


def _effort(choice: Mapping[str, Json]) -> tuple[bool, int]:
    return any(_is_digest(one) for one in choice.values()), len(choice)


def _is_digest(scheme: Json) -> bool:
    return scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "digest"


def _add(found: Credentials, scheme: Json) -> None:
    name = str(scheme.get("name"))
    match scheme.get("type"), scheme.get("in"):
        case "apiKey", "header":
            if name.lower() not in {known.lower() for known, _ in found.headers}:
                found.headers.append((name, "some-key"))
        case "apiKey", "query":
            if f"{quote(name)}=some-key" not in found.query:
                found.query.append(f"{quote(name)}=some-key")
        case "apiKey", "cookie":
            found.cookies.append(f"{name}=some-key")
        case "http", _:
            kind = str(scheme.get("scheme")).lower()
            text = {"basic": _BASIC, "bearer": _BEARER, "digest": _DIGEST}.get(kind, f"{kind} some")
            found.headers.append(("authorization", text))
        case "oauth2" | "openIdConnect", _:
            found.headers.append(("authorization", _BEARER))
        case _:
            pass
