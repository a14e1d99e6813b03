"""An operation is described with all that one needs to ask it, and to understand what it answers."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mock_platform.engine.describing.operation_pages import OperationPage, operation_page
from mock_platform.engine.documents import Document
from mock_platform.engine.examples import least
from mock_platform.engine.operations import operations
from mock_platform.shared.contracts import Json


def described(
    operation: Json, *, path: str = "/pets", method: str = "post", **more: Json
) -> OperationPage:
    root = {"openapi": "3.1.0", "paths": {path: {method: operation}}, **more}
    document = Document(name="d", root=root, dialect="3.1")
    (one,) = operations(document)
    return operation_page(document, one, "http://localhost:8080")


def asked(name: str, location: str, **more: Json) -> Json:
    return {"name": name, "in": location, "required": True, **more}


def test_curl_fills_in_what_is_required_and_leaves_out_what_is_not() -> None:
    page = described(
        {
            "parameters": [
                asked("id", "path", example="a b/c"),
                asked("ids", "query", schema={"type": "array", "items": {"type": "integer"}}, example=[1, 2]),
                {"name": "page", "in": "query", "example": 3},
                asked("X-Key", "header", schema={"type": "string", "enum": ["it's"]}),
                asked("session", "cookie", examples={"one": {"value": "s1"}}),
            ],
            "security": [{"token": []}, {}],
        },
        path="/pets/{id}",
        method="get",
        components={"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    )  # fmt: skip

    assert page.curl == dedent(
        """\
        curl -i 'http://localhost:8080/pets/a%20b%2Fc?ids=1,2' \\
          -H 'X-Key: it'"'"'s' \\
          -H 'Cookie: session=s1'"""
    )


def test_curl_is_given_nothing_that_it_takes_for_a_pattern() -> None:
    page = described(
        {"parameters": [asked("filter[a]", "query", example=1)]}, path="/{x}/a[1-9]", method="get"
    )

    assert page.curl == "curl -i 'http://localhost:8080/%7Bx%7D/a%5B1-9%5D?filter%5Ba%5D=1'"


def test_curl_names_a_parameter_of_which_nothing_more_is_known() -> None:
    owner = asked("owner", "path", schema={"type": "string"})

    page = described({"parameters": [owner]}, path="/{owner}", method="get")

    assert page.curl == "curl -i http://localhost:8080/owner"
    assert least({"type": "string"}, {}) == "text"


@pytest.mark.parametrize(
    ("scheme", "line"),
    [
        ({"type": "http", "scheme": "Basic"}, "-u user:password"),
        ({"type": "http", "scheme": "bearer"}, "-H 'Authorization: Bearer …'"),
        ({"type": "oauth2"}, "-H 'Authorization: Bearer …'"),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, "-H 'X-Key: …'"),
    ],
)
def test_curl_shows_where_credentials_go(scheme: Json, line: str) -> None:
    page = described(
        {"security": [{"it": []}]}, method="get", components={"securitySchemes": {"it": scheme}}
    )

    assert page.curl == f"curl -i http://localhost:8080/pets \\\n  {line}"


@pytest.mark.parametrize(
    ("media_type", "lines"),
    [
        ("application/json", ["-H 'Content-Type: application/json'", "--data-raw '{\n  \"name\": \"Rex\",\n  \"age\": 3\n}'"]),
        ("application/x-www-form-urlencoded", ["--data-urlencode name=Rex", "--data-urlencode age=3"]),
        ("multipart/form-data", ["--form-string name=Rex", "--form-string age=3"]),
    ],
)  # fmt: skip
def test_curl_sends_a_body_in_its_own_form(media_type: str, lines: list[str]) -> None:
    page = described(
        {"requestBody": {"content": {media_type: {"example": {"name": "Rex", "age": 3}}}}}
    )

    assert page.curl == " \\\n  ".join(["curl -i -X POST http://localhost:8080/pets", *lines])


def test_a_sample_is_made_where_the_contract_has_none() -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True, "example": "s"},
            "tags": {"type": "array", "items": {"enum": ["big", "small"]}},
            "owner": {"$ref": "#/components/schemas/Owner"},
        },
    }
    content = {"application/json": {"schema": schema}}
    page = described(
        {"requestBody": {"content": content}, "responses": {"200": {"content": content}}},
        components={"schemas": {"Owner": {"oneOf": [{"const": "me"}, {"type": "integer"}]}}},
    )

    (sent,), (got,) = page.bodies[0].samples, page.answers[0].bodies[0].samples

    assert sent.value == {"secret": "s", "tags": ["big"], "owner": "me"}
    assert got.value == {"id": 0, "tags": ["big"], "owner": "me"}
    assert sent.is_made_up
    assert got.is_made_up


def test_samples_are_those_of_the_contract_each_with_its_title() -> None:
    examples = {
        "one": {"summary": "The first", "value": 1},
        "two": {"$ref": "#/components/examples/Two"},
        "far": {"externalValue": "https://a.example/b"},
        "broken": 7,
    }
    page = described(
        {"responses": {"2XX": {"content": {"text/plain": {"examples": examples}}}}},
        components={"examples": {"Two": {"value": "a\nb"}}},
    )

    found = [(one.title, one.text) for one in page.answers[0].bodies[0].samples]

    assert found == [("The first", "1"), ("two", "a\nb"), ("far", "see https://a.example/b")]


def test_answers_say_what_may_follow() -> None:
    links = {
        "pay": {"operationId": "payOrder", "parameters": {"id": "$response.body#/id"}},
        "gone": {"$ref": "#/components/links/Nowhere"},
    }
    page = described({"responses": {"200": {"description": "Fine.", "links": links}}})

    (link,) = page.answers[0].links

    assert (link.operation, link.parameters) == ("payOrder", (("id", "$response.body#/id"),))


def test_a_sample_of_what_never_ends_ends() -> None:
    node = {
        "type": "object",
        "properties": {name: {"$ref": "#/components/schemas/Node"} for name in "abcdef"},
    }
    page = described(
        {"requestBody": {"content": {"application/json": {"schema": node}}}},
        components={"schemas": {"Node": node}},
    )

    assert len(page.bodies[0].samples[0].text) < 20_000
