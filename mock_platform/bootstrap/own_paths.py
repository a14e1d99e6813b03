"""Says why callbacks may not go to a URL: the guard forbids it, or it is a path of our own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from mock_platform.infra.target_guard import TargetGuard

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def refusal_of_targets(guard: TargetGuard, port: int | None) -> Callable[[str], str | None]:
    """Return what says why not; of the paths that we serve at ``port``, only inboxes are targets."""

    def refusal(url: str) -> str | None:
        refused = guard.refuse_url(url)
        if refused is not None:
            return refused
        parts = urlsplit(url)
        ours = parts.hostname in _LOCAL and parts.port == port
        if ours and not parts.path.startswith("/v1/inboxes/"):
            return (
                f"{parts.path} is this service's own; callbacks to itself go to /v1/inboxes/ only"
            )
        return None

    return refusal
