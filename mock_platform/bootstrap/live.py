"""Keeps a contract alive: compiled, served, and exchanged when one of its files is saved.

A broken edit is told, with its place, and what was served before goes on being served. State is
not touched: stores, callbacks and waits belong to no contract.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import structlog

from mock_platform.api.application import Application
from mock_platform.api.switch import Switch
from mock_platform.bootstrap.served import Served
from mock_platform.shared import garbage

_log = structlog.get_logger()


def unservable() -> tuple[type[Exception], ...]:
    """Return what compiling a contract may refuse; each message says where and what to do.

    Asked for only when something was refused: nothing else wants to know of seeds, usually.
    """
    from mock_platform.api.routes import RouteTaken
    from mock_platform.api.signatures import HandlerUnfit
    from mock_platform.engine.bindings import HandlerUnbound
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.engine.resources.seeding import SeedBroken
    from mock_platform.engine.schemas import SchemaBroken

    return (
        SpecBroken,
        HandlerUnbound,
        HandlerUnfit,
        RouteTaken,
        SchemaBroken,
        SeedBroken,
        LookupError,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A contract ready to be served."""

    app: Application
    served: Served
    files: Collection[Path]
    """Everything it was read from."""
    adopt: Callable[[], None] = lambda: None
    """What else changes hands when this is served from now on."""


class Live:
    """What is served now, and the thread that watches its files."""

    def __init__(
        self, compile_: Callable[[], Compiled], noted: Callable[[bool], None] = lambda _served: None
    ) -> None:
        """Compile for the first time; whatever is wrong is raised.

        ``noted`` is told of every further attempt whether it is served.
        """
        self._compile = compile_
        self._noted = noted
        self._now = compile_()
        self._now.adopt()
        self._stop = Event()
        self.app = Switch(self._now.app)

    @property
    def served(self) -> Served:
        return self._now.served

    def watch(self) -> None:
        """Begin to watch the files, in the background."""
        from mock_platform.infra.file_watch import saves  # not every server watches

        news = saves(lambda: self._now.files, self._stop)
        Thread(target=self._follow, args=(news,), name="contract-watch", daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._now.app.warming.end()

    def reload(self) -> bool:
        """Serve what the files say now; tell whether that was possible."""
        began = time.perf_counter()
        try:
            with garbage.none_while_building():
                candidate = self._compile()
                candidate.app.warming.like(self._now.app.warming)
        except unservable() as broken:
            self._noted(False)
            _log.error("contract.broken", findings=str(broken).splitlines(), serving="the last one")
            return False
        before, self._now = self._now, candidate
        candidate.adopt()
        self.app.current = candidate.app
        self._noted(True)
        took = round((time.perf_counter() - began) * 1000)
        _log.info("contract.reloaded", specs=list(candidate.served.specs), ms=took)
        before.app.warming.end()
        candidate.app.warming.begin(then=garbage.exchange)
        return True

    def _follow(self, news: Iterator[frozenset[Path]]) -> None:
        for _ in news:
            try:
                self.reload()
            except Exception:  # noqa: BLE001 - a bug in compiling must not end the watch
                _log.exception("contract.reload_failed")
