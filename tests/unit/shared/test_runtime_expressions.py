"""An expression in a contract means the same for every request, and a wrong one is told at once."""

from __future__ import annotations

import pytest

from mock_platform.engine.runtime_expressions import Facts, compile_expression
from mock_platform.shared.contracts import Json

FACTS = Facts(
    url="http://127.0.0.1:8080/v1/orders/7?tag=a&tag=b",
    method="POST",
    path={"orderId": "7"},
    query={"tag": ["a", "b"], "empty": [""]},
    headers={"x-trace-id": "abc"},
    body={"callbackUrl": "http://c/1", "a/b": {"~": [10, True]}, "n": 0, "none": None},
    status=201,
    response_headers={"location": "/v1/orders/7"},
    response_body={"id": "ord_7"},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$url", "http://127.0.0.1:8080/v1/orders/7?tag=a&tag=b"),
        ("$method", "POST"),
        ("$statusCode", 201),
        ("{$statusCode}", 201),
        ("$request.header.X-Trace-Id", "abc"),
        ("$request.query.tag", "a"),
        ("$request.query.empty", ""),
        ("$request.path.orderId", "7"),
        ("$request.body", FACTS.body),
        ("$request.body#", FACTS.body),
        ("{$request.body#/callbackUrl}", "http://c/1"),
        ("{$request.body#/a~1b/~0/0}", 10),
        ("$response.header.Location", "/v1/orders/7"),
        ("$response.body#/id", "ord_7"),
        ("plain text", "plain text"),
        ("", ""),
        ("keep {this} and {}", "keep {this} and {}"),
    ],
)
def test_every_form_of_the_grammar_has_its_value(text: str, value: Json) -> None:
    assert compile_expression(text)(FACTS) == value


def test_several_expressions_fill_one_text() -> None:
    template = "{$request.body#/callbackUrl}?id={$request.path.orderId}&ok={$request.body#/a~1b/~0/1}#{$method}"

    assert compile_expression(template)(FACTS) == "http://c/1?id=7&ok=true#POST"


@pytest.mark.parametrize(
    "text",
    [
        "$request.body#/nothing",
        "$request.body#/n/deeper",
        "$request.body#/a~1b/~0/9",
        "$request.body#/none",
        "$request.header.absent",
        "$request.query.absent",
        "$request.path.absent",
        "http://host/{$request.body#/nothing}/x",
    ],
)
def test_what_is_missing_is_none_and_never_half_a_text(text: str) -> None:
    assert compile_expression(text)(FACTS) is None


def test_an_answer_that_is_not_there_yet_has_no_values() -> None:
    early = Facts(url="http://x/", method="GET")

    values = [compile_expression(text)(early) for text in ("$statusCode", "$response.body#/id")]

    assert values == [None, None]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{$request.boddy#/x}", "expected $url"),
        ("$request.body/x", "expected $url"),
        ("$request.body#x", "expected $url"),
        ("$request.header.", "expected $url"),
        ("$request.header.a b", "name of a header"),
        ("$response.query.x", "an answer has no query"),
        ("$request.body#/a~2", "~ is written ~0"),
        ("http://x/{$request.body#/a", "no closing brace"),
        ("$5 off", "expected $url"),
    ],
)
def test_a_wrong_expression_is_refused_with_what_was_expected(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        compile_expression(text)

    assert told in str(refusal.value)


def test_an_integer_of_more_than_64_bits_is_written_into_a_text() -> None:
    facts = Facts(url="http://x/", method="POST", body={"id": 10**25})

    assert compile_expression("/{$request.body#/id}")(facts) == f"/{10**25}"
