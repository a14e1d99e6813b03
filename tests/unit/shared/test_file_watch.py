"""A save is told once it is whole, by whatever way the file came to be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest

from mock_platform.infra.file_watch import saves

Watched = tuple[Path, "Queue[frozenset[Path]]"]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    spec, stop, told = tmp_path / "tea.spec.yaml", Event(), Queue[frozenset[Path]]()
    spec.write_text("openapi: 3.0.4\n")
    news = saves(lambda: [spec], stop)
    thread = Thread(target=lambda: deque(map(told.put, news), maxlen=0))
    thread.start()
    yield spec, told
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def written(spec: Path) -> None:
    spec.write_text("openapi: 3.0.4\ninfo: {}\n")


def replaced(spec: Path) -> None:
    fresh = spec.with_suffix(".new")
    fresh.write_text("openapi: 3.0.4\ninfo: {title: tea}\n")
    fresh.replace(spec)


def removed(spec: Path) -> None:
    spec.unlink()


@pytest.mark.parametrize("save", [written, replaced, removed], ids=lambda save: save.__name__)
def test_a_save_is_told(watched: Watched, save: Callable[[Path], None]) -> None:
    spec, told = watched

    save(spec)

    assert told.get(timeout=10) == {spec.resolve()}


def test_a_file_that_comes_back_is_told_again(watched: Watched) -> None:
    spec, told = watched

    removed(spec)
    told.get(timeout=10)
    written(spec)

    assert told.get(timeout=10) == {spec.resolve()}


def test_what_else_happens_in_the_folder_is_not_told(watched: Watched) -> None:
    spec, told = watched

    spec.with_name("notes.txt").write_text("milk")
    written(spec)

    assert told.get(timeout=10) == {spec.resolve()}
    assert told.empty()
