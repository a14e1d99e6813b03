"""Pages are made when somebody asks for one, once, whoever asks first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_platform.bootstrap.when_asked import WhenAsked


def test_pages_are_made_at_the_first_request_and_only_once() -> None:
    made: list[str] = []

    def page(_environ: Any, _start_response: Any) -> Iterable[bytes]:
        return [b"a page"]

    def make() -> Any:
        made.append("made")
        return page

    pages = WhenAsked(make)
    before = list(made)
    answers = [list(pages({}, None)) for _ in range(2)]

    assert before == []
    assert made == ["made"]
    assert answers == [[b"a page"], [b"a page"]]
