"""A request means the same whichever server hands it in."""

from __future__ import annotations

import pytest

from mock_platform.api.exchange import header_map, raw_path
from mock_platform.shared.contracts import Json


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ({"raw_path": b"/v1/a%2Fb"}, "/v1/a%2Fb"),
        ({"raw_path": b"/v1/x?q=1"}, "/v1/x"),
        ({"raw_path": "/v1/é".encode()}, "/v1/%C3%A9"),
        ({"raw_path": b"/v1/\xff"}, "/v1/%FF"),
        ({"path": "/v1/100% é"}, "/v1/100%25 é"),
        ({"raw_path": None, "path": "/v1/x"}, "/v1/x"),
        ({"raw_path": b"/proxy/v1", "root_path": "/proxy"}, "/v1"),
        ({"raw_path": b"/proxy", "root_path": "/proxy"}, "/"),
    ],
    ids=str,
)
def test_a_path_is_as_it_was_sent(scope: Json, path: str) -> None:
    assert raw_path(scope) == path


def test_headers_of_several_lines_become_lists() -> None:
    lines = [(b"if-match", b'"1"'), (b"cookie", b"a=1"), (b"if-match", b'"2"'), (b"cookie", b"b=2")]

    assert header_map(lines) == {b"if-match": b'"1", "2"', b"cookie": b"a=1; b=2"}
    assert header_map(lines[:2]) == dict(lines[:2])
