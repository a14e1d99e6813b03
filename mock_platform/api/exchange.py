"""One request while it is being answered, and its answer before it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from mock_platform.shared.contracts import Trace, Violation

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_AS_IT_IS = "/%:@!$&'()*+,;=~?"

Headers = list[tuple[bytes, bytes]]


class Rendered(NamedTuple):
    """An answer as bytes, complete but for ``X-Trace-Id``."""

    status: int
    headers: Headers
    body: bytes


class Exchange:
    """What is known of a request. Made for each, so it is as plain as can be."""

    __slots__ = (
        "headers",
        "is_broken",
        "method",
        "operation",
        "path",
        "query",
        "receive",
        "scope",
        "told",
        "trace",
        "unread",
    )

    def __init__(
        self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], trace: Trace
    ) -> None:
        self.scope = scope
        self.receive = receive
        self.headers = headers
        """Names in lower case; several lines of one name joined."""
        self.trace = trace
        self.method: str = scope["method"]
        self.path = raw_path(scope)
        """Percent-encoding as received, without the query."""
        self.query: bytes = scope["query_string"]
        self.operation: str | None = None
        """The operationId, once it is known."""
        self.is_broken = False
        """It breaks the contract, and is served all the same."""
        self.told: Sequence[Violation] = ()
        """What the caller is told to be wrong with it."""
        self.unread = True
        """Some of the body may still be on its way."""


class ClientGone(Exception):
    """The caller went away; nobody is there to be answered."""


class HangUp(Exception):
    """The connection is to be closed without an answer."""


def header_map(pairs: Collection[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Index headers by name; lines of the same name become one list (RFC 9110 §5.3)."""
    headers = dict(pairs)
    if len(headers) == len(pairs):
        return headers
    joined: dict[bytes, bytes] = {}
    for name, value in pairs:
        comma = b"; " if name == b"cookie" else b", "
        joined[name] = joined[name] + comma + value if name in joined else value
    return joined


def url_text(raw: bytes) -> str:
    """Return a part of a URL as text, with whatever should have been percent-encoded encoded."""
    return raw.decode() if raw.isascii() else quote(raw, safe=_AS_IT_IS)


def raw_path(scope: Scope) -> str:
    """Return the path as it was sent, below ``root_path``."""
    raw = scope.get("raw_path")
    if raw is None:  # optional in ASGI; then the decoded path is all there is
        path = str(scope["path"]).replace("%", "%25")
    else:
        path = raw.decode() if raw.isascii() else url_text(raw)
        if "?" in path:  # not every server takes the query off
            path = path.partition("?")[0]
    root = scope.get("root_path")
    return path.removeprefix(root) or "/" if root else path


async def ended(receive: Receive) -> None:
    """Return once the caller has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
