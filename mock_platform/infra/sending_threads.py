"""Threads to send callbacks from, which never keep a process alive.

The standard library's pool is joined when the interpreter ends, so a receiver that hangs would hold
up a stop far beyond its deadline. What such a thread is doing then is abandoned: the store still has
the callback as ``sending``, and it goes out again after the next start.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_Task = tuple[Future[Any], Callable[[], Any]]


class SendingThreads(Executor):
    """A fixed number of daemon threads, started at once. Safe from any thread."""

    def __init__(self, threads: int) -> None:
        self._tasks = SimpleQueue[_Task | None]()
        self._threads = [
            Thread(target=self._work, name=f"callback-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have it called as soon as a thread is free. After ``shutdown`` nobody does."""
        future = Future[T]()
        self._tasks.put((future, partial(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end, after what was submitted; or, cancelling, after what was begun."""
        if cancel_futures:
            self._cancel_the_unbegun()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _cancel_the_unbegun(self) -> None:
        with suppress(Empty):
            while True:
                if task := self._tasks.get_nowait():
                    task[0].cancel()

    def _work(self) -> None:
        while task := self._tasks.get():
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
                    future.set_exception(error)
            del task, future, call  # else an idle thread would keep the last callback alive
