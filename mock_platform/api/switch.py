"""Exchanges what is served under a running server, between one request and the next.

No connection notices: requests under way end with the application they began with.
"""

from __future__ import annotations

from collections.abc import Awaitable

from mock_platform.api.application import Application
from mock_platform.api.exchange import Receive, Scope, Send


class Switch:
    """The one application that the server knows. Its lifespan is that of the first one served."""

    def __init__(self, first: Application) -> None:
        self._first = first
        self.current = first

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        served = self.current if scope["type"] == "http" else self._first
        return served(scope, receive, send)
