"""What documents a status is what OpenAPI says of the Responses Object."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from mock_platform.engine.documented_statuses import key_documenting, keys_documenting, keys_seen

ALL = ("default", "4XX", "404", "200")


@pytest.mark.parametrize(
    ("documented", "status", "key"),
    [
        pytest.param(ALL, 404, "404", id="a code goes before its range"),
        pytest.param(ALL, 409, "4XX", id="a range goes before the default"),
        pytest.param(ALL, 500, "default", id="the default speaks of what nothing else does"),
        pytest.param(("4xx",), 409, "4xx", id="a range in small letters is a range"),
        pytest.param(("4XX", "4xx"), 409, "4XX", id="and capitals go first"),
        pytest.param(("2XX", "404"), 409, None, id="another range says nothing"),
        pytest.param((), 200, None, id="nothing is documented"),
        pytest.param(ALL, HTTPStatus.NOT_FOUND, "404", id="a named status is its number"),
    ],
)
def test_the_most_telling_key_documents_a_status(
    documented: tuple[str, ...], status: int, key: str | None
) -> None:
    assert key_documenting(documented, status) == key


def test_all_that_speaks_of_a_status_comes_in_order() -> None:
    assert list(keys_documenting(ALL, 404)) == ["404", "4XX", "default"]


def test_a_key_is_seen_where_it_is_what_documents_a_status() -> None:
    assert keys_seen(ALL, (404, 200)) == {"404", "200"}
    assert keys_seen(ALL, (409, 500)) == {"4XX", "default"}
    assert keys_seen(("200",), (500,)) == frozenset()
