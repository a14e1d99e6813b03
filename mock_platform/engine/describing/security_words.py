"""Says in words how callers identify themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_platform.engine.answering.statements import followed
from mock_platform.engine.describing.plain import members, text
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One way to a token."""

    name: str
    urls: tuple[tuple[str, str], ...]
    """What for, and the URL."""
    scopes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One security scheme."""

    name: str
    said: str
    description: str
    url: str
    flows: tuple[Flow, ...]


def schemes(root: Json) -> tuple[Scheme, ...]:
    """Describe the security schemes of a document."""
    return tuple(
        _scheme(name, followed(written, root))
        for name, written in members(root.get("components"), "securitySchemes").items()
    )


def _scheme(name: str, raw: Json) -> Scheme:
    said = _SAID.get(text(raw, "type"), lambda one: text(one, "type"))
    return Scheme(
        name=name,
        said=said(raw),
        description=text(raw, "description"),
        url=text(raw, "openIdConnectUrl"),
        flows=tuple(_flow(kind, flow) for kind, flow in members(raw, "flows").items()),
    )


def _http(raw: Json) -> str:
    scheme = text(raw, "scheme")
    form = text(raw, "bearerFormat")
    known = {
        "basic": "HTTP Basic: name and password in the header Authorization.",
        "bearer": f"A bearer token{f' ({form})' if form else ''} in the header Authorization.",
    }
    return known.get(scheme.lower(), f"HTTP authentication by the scheme {scheme}.")


_SAID: Mapping[str, Callable[[Json], str]] = {
    "apiKey": lambda raw: f"A key in the {text(raw, 'in')} parameter {text(raw, 'name')}.",
    "http": _http,
    "oauth2": lambda _raw: "An OAuth 2.0 access token in the header Authorization.",
    "openIdConnect": lambda _raw: "An OpenID Connect token in the header Authorization.",
    "mutualTLS": lambda _raw: "A certificate of the client (mutual TLS).",
}


def _flow(kind: str, raw: Json) -> Flow:
    urls = {"authorize": "authorizationUrl", "token": "tokenUrl", "refresh": "refreshUrl"}
    return Flow(
        name=kind,
        urls=tuple((what, text(raw, key)) for what, key in urls.items() if text(raw, key)),
        scopes=tuple((name, str(said)) for name, said in members(raw, "scopes").items()),
    )
