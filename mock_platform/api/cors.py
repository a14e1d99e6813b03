"""Lets pages from other origins use the mock in a browser: CORS, as the Fetch standard has it.

Whoever asks is let in, credentials and all: a mock keeps no secrets. It speaks up where a contract
says something else, for a page that may not read an answer cannot be tried out with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mock_platform.api.exchange import Exchange, Headers, Rendered

_ORIGIN = b"access-control-allow-origin"
_CREDENTIALS = b"access-control-allow-credentials"
_EXPOSE = b"access-control-expose-headers"
_OURS = frozenset({_ORIGIN, _CREDENTIALS, _EXPOSE})
_SHOWN_ANYWAY = frozenset(
    {
        *(b"cache-control", b"content-language", b"content-length", b"content-type", b"expires"),
        *(b"last-modified", b"pragma", b"vary"),
    }
)
_FOR_ANYBODY: Headers = [(_ORIGIN, b"*"), (b"vary", b"Origin")]
_ASKED_FOR = b"Access-Control-Request-Method, Access-Control-Request-Headers"
_METHODS = b"access-control-allow-methods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """Who is let in, and how long browsers may remember it."""

    max_age_s: int = 600

    def preflight(self, exchange: Exchange, allowed: str | None) -> Rendered | None:
        """Answer the question that a browser asks before it sends; None: this is none.

        ``allowed`` lists the path's methods. Where there is no such path, the request may come, so
        that its 404 can be read.
        """
        asked = exchange.headers.get(b"access-control-request-method")
        if exchange.method != "OPTIONS" or asked is None or b"origin" not in exchange.headers:
            return None
        wanted = exchange.headers.get(b"access-control-request-headers")
        methods = asked if allowed is None else allowed.encode()
        headers = [
            (_METHODS, methods),
            (b"access-control-allow-headers", wanted or b"*"),
            (b"access-control-max-age", b"%d" % self.max_age_s),
            (b"vary", _ASKED_FOR),
        ]
        if allowed is not None:
            headers.append((b"allow", methods))
        if exchange.headers.get(b"access-control-request-private-network") == b"true":
            headers.append((b"access-control-allow-private-network", b"true"))
        return Rendered(204, headers, b"")

    def open(self, exchange: Exchange, headers: Headers) -> None:
        """Change an answer's headers so that the asking page may read it."""
        methods = _methods(headers) if exchange.method == "OPTIONS" else ()
        origin = exchange.headers.get(b"origin")
        headers += _open_to_all(headers) if origin is None else _open_to(origin, headers)
        headers += methods


def _open_to_all(headers: Headers) -> Headers:
    """Without an origin there is no browser to convince: what a contract says stays."""
    for name, _ in headers:
        if name == _ORIGIN:
            return _FOR_ANYBODY[1:]
    return _FOR_ANYBODY


def _open_to(origin: bytes, headers: Headers) -> Headers:
    headers[:] = [one for one in headers if one[0] not in _OURS]
    named = dict.fromkeys(name for name, _ in headers)
    hidden = [name for name in named if name not in _SHOWN_ANYWAY]
    allowed = [(_ORIGIN, origin), (_CREDENTIALS, b"true"), (b"vary", b"Origin")]
    return allowed if _METHODS in named else [*allowed, (_EXPOSE, b", ".join(hidden))]


def _methods(headers: Headers) -> Headers:
    """Tell whoever asks for a path's options the same as a browser."""
    if any(name == _METHODS for name, _ in headers):
        return []
    return [(_METHODS, value) for name, value in headers if name == b"allow"]
