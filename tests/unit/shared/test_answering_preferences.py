"""What a caller would like is read as RFC 7240 writes it, and as Prism's users do."""

from __future__ import annotations

import pytest

from mock_platform.engine.answering.preferences import Preferences, applied, preferences


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["code=404"], Preferences(code="404")),
        (["Code = 404 , EXAMPLE=cat"], Preferences(code="404", example="cat")),
        (["code=404", "example=cat"], Preferences(code="404", example="cat")),
        (["code=404, code=200"], Preferences(code="404")),
        (["code=404", "code=200"], Preferences(code="404")),
        (['example="a, \\"big\\" cat; really"'], Preferences(example='a, "big" cat; really')),
        (["example=cat; some=parameter, seed=7"], Preferences(example="cat", seed="7")),
        (["dynamic"], Preferences(dynamic=True)),
        (["dynamic=true"], Preferences(dynamic=True)),
        (["dynamic=false"], Preferences(dynamic=False)),
        (["handling=lenient, respond-async, wait=5"], Preferences(lenient=True)),
        (["handling=strict"], Preferences()),
        (["", ",,;=", '"', "=404"], Preferences()),
        (['example="never closed'], Preferences(example="never closed")),
    ],
)
def test_prefer_is_read(lines: list[str], wanted: Preferences) -> None:
    assert preferences(lines, "") == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("__code=404&a=b", Preferences(code="404")),
        ("a=b&__example=big%20cat&__dynamic=true", Preferences(example="big cat", dynamic=True)),
        ("__seed=7&__seed=8", Preferences(seed="7")),
        ("code=404", Preferences()),
        ("__unknown=1", Preferences()),
    ],
)
def test_the_query_is_read(query: str, wanted: Preferences) -> None:
    assert preferences([], query) == wanted


def test_headers_go_before_the_query() -> None:
    wanted = preferences(["code=404"], "__code=200&__seed=7")

    assert wanted == Preferences(code="404", seed="7")


def test_what_was_applied_is_said_as_it_was_asked_for() -> None:
    wanted = Preferences(code="404", example='a "cat"', dynamic=True, seed="7")

    assert applied(wanted, {"seed", "code"}) == "code=404, seed=7"
    assert applied(wanted, {"example", "dynamic"}) == 'example="a \\"cat\\"", dynamic=true'
