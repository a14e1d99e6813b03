"""Sends the callbacks of mocked documents: once each, in the background, told in the log.

Retries, signatures and a journal are what services with handlers have; a mock of somebody else's
document does what that document says, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore

import structlog

from mock_platform.bootstrap.given import guard
from mock_platform.engine.answering.sheets import Means
from mock_platform.engine.calling_back import Calling, Promise, promises
from mock_platform.engine.operations import Operation
from mock_platform.engine.runtime_expressions import Facts
from mock_platform.shared.config import Settings
from mock_platform.shared.contracts import Outbound, Sender

MARK = "x-mock-callback"
"""Says which callback a request is: one that comes back to us is not followed by another."""
MOST_WAITING = 1000
_THREADS = 4
_DEADLINE_S = 10.0

_log = structlog.get_logger()


def real_sender(settings: Settings) -> Sender:
    from mock_platform.infra.callback_sender import make_sender  # has the whole of HTTP behind it

    return make_sender(guard(settings))


def real_threads() -> Executor:
    from mock_platform.infra.sending_threads import SendingThreads

    return SendingThreads(_THREADS)


@dataclass
class Caller:
    """Calls back for all documents; sender and threads are made when they are first needed."""

    sender: Callable[[], Sender]
    threads: Callable[[], Executor] = real_threads
    _send: Sender | None = None
    _executor: Executor | None = None
    _room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_WAITING))

    def announcing(self, means: Means) -> Callable[[Operation, Facts], None]:
        """Return what is told of a document's exchanges with callbacks."""
        known: dict[str, Sequence[Promise]] = {}

        def announce(operation: Operation, facts: Facts) -> None:
            if MARK in facts.headers:
                return
            if operation.id not in known:
                known[operation.id] = [*promises(operation, means)]
            for promise in known[operation.id]:
                if (calling := promise.kept(facts)) is not None:
                    self._submit(calling)

        return announce

    def close(self) -> None:
        """Begin no further ones."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self, calling: Calling) -> None:
        if not self._room.acquire(blocking=False):
            _log.warning("callback.dropped", callback=calling.callback, url=calling.url)
            return
        if self._executor is None:
            self._executor = self.threads()
        future = self._executor.submit(partial(self._sent, calling))
        future.add_done_callback(lambda _: self._room.release())

    def _sent(self, calling: Calling) -> None:
        if self._send is None:
            self._send = self.sender()
        outcome = self._send(_outbound(calling))
        tell = _log.info if outcome.kind == "delivered" else _log.warning
        tell(
            "callback.sent",
            callback=calling.callback,
            method=calling.method,
            url=calling.url,
            outcome=outcome.kind,
            status=outcome.status,
            reason=outcome.reason,
        )


def _outbound(calling: Calling) -> Outbound:
    kind = () if calling.media_type is None else (("content-type", calling.media_type),)
    headers = (*kind, ("user-agent", "mock-platform"), (MARK, _plain(calling.callback)))
    return Outbound(
        method=calling.method,
        url=calling.url,
        headers=headers,
        body=calling.body,
        deadline_s=_DEADLINE_S,
    )


def _plain(name: str) -> str:
    return name.encode("ascii", "replace").decode()
