"""Every parameter reaches its handler with its type, or the caller is told all that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import document, ok, serve
from tests.unit.shared.parameter_kit import BOOLEAN, INTEGER, NUMBER, STRING, asked, parameter


def test_all_four_locations_are_read_by_their_python_names() -> None:
    parameters = [
        parameter("orderId", "path", STRING),
        parameter("pageSize", "query", INTEGER),
        parameter("Idempotency-Key", "header", STRING),
        parameter("session", "cookie", BOOLEAN),
    ]
    headers = {"idempotency-key": "k", "cookie": "a=b; session=true"}

    answer = asked(parameters, "/v1/x/7?pageSize=20&other=1", headers, path="/x/{orderId}")

    assert answer.json == {
        "order_id": "7",
        "page_size": 20,
        "idempotency_key": "k",
        "session": True,
    }


def test_everything_that_is_wrong_is_told_at_once() -> None:
    parameters = [
        parameter("id", "path", {"type": "string", "pattern": "^[a-z]+$"}),
        parameter("limit", "query", {"type": "integer", "maximum": 100}),
        parameter("status", "query", {"type": "string", "enum": ["a"]}, required=True),
        parameter("X-Count", "header", INTEGER),
        parameter("c", "cookie", INTEGER),
    ]
    headers = {"x-count": "many", "cookie": "c=no"}

    answer = asked(parameters, "/v1/x/7?limit=101", headers, path="/x/{id}")

    assert (answer.status, answer.json["code"]) == (400, "PARAMETER_INVALID")
    assert sorted(answer.violations) == [
        ("cookie/c", "type"),
        ("header/X-Count", "type"),
        ("path/id", "pattern"),
        ("query/limit", "maximum"),
        ("query/status", "required"),
    ]


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        *(
            (INTEGER, text)
            for text in ("1_000", "+5", "05", "1.0", "1e3", " 5", "٣", "", "-", "0x1")
        ),
        *(
            (NUMBER, text)
            for text in ("1_0", ".5", "5.", "+1", "NaN", "inf", "Infinity", "1e999", "٣")
        ),
        *((BOOLEAN, text) for text in ("True", "TRUE", "1", "yes", "")),
    ],
    ids=str,
)
def test_text_that_is_no_json_scalar_is_refused(schema: Json, text: str) -> None:
    answer = asked([parameter("v", "query", schema)], f"/v1/x?v={text.replace('+', '%2B')}")

    assert answer.violations == [("query/v", "type")]


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        (INTEGER, "-0", 0),
        (INTEGER, "-12", -12),
        (INTEGER, "9" * 30, int("9" * 30)),
        (NUMBER, "5", 5.0),
        (NUMBER, "-1.5e2", -150.0),
        (BOOLEAN, "false", False),
        (STRING, "", ""),
        (STRING, "a+b%20c%2B", "a b c+"),
        (STRING, "%C3%A4", "ä"),
        (STRING, "1", "1"),
    ],
    ids=str,
)
def test_a_json_scalar_gets_its_type(schema: Json, text: str, value: Json) -> None:
    assert asked([parameter("v", "query", schema)], f"/v1/x?v={text}").json == {"v": value}


@given(st.text(max_size=8))
def test_integers_are_taken_exactly_where_json_has_them(text: str) -> None:
    from urllib.parse import quote

    from mock_platform.engine.casting import integer_of as cast

    try:
        is_integer = text.isascii() and str(int(text)) == text.replace("-0", "0")
    except ValueError:
        is_integer = False

    assert isinstance(cast(text), int) is (is_integer and not text.startswith("-00")), quote(text)


@pytest.mark.parametrize(
    ("style", "query", "value"),
    [
        ({}, "v=1&v=2", [1, 2]),
        ({"explode": False}, "v=1,2", [1, 2]),
        ({"style": "pipeDelimited", "explode": False}, "v=1|2", [1, 2]),
        ({"style": "spaceDelimited", "explode": False}, "v=1%202", [1, 2]),
        ({}, "v=7", [7]),
    ],
    ids=str,
)
def test_arrays_are_taken_apart_by_their_style(style: Json, query: str, value: Json) -> None:
    schema = {"type": "array", "items": INTEGER}

    assert asked([parameter("v", "query", schema, **style)], f"/v1/x?{query}").json == {"v": value}


def test_the_broken_item_of_an_array_is_named() -> None:
    schema = {"type": "array", "items": INTEGER}

    answer = asked([parameter("v", "query", schema)], "/v1/x?v=1&v=two")

    assert answer.violations == [("query/v/1", "type")]


OBJECT: Json = {"type": "object", "properties": {"r": INTEGER, "g": STRING}}


@pytest.mark.parametrize(
    ("style", "query"),
    [
        ({"style": "deepObject", "explode": True}, "v[r]=1&v[g]=x"),
        ({"style": "deepObject", "explode": True}, "v%5Br%5D=1&v%5Bg%5D=x"),
        ({"style": "form", "explode": True}, "r=1&g=x"),
        ({"style": "form", "explode": False}, "v=r,1,g,x"),
    ],
    ids=str,
)
def test_objects_are_put_together_by_their_style(style: Json, query: str) -> None:
    answer = asked([parameter("v", "query", OBJECT, **style)], f"/v1/x?{query}")

    assert answer.json == {"v": {"r": 1, "g": "x"}}


@pytest.mark.parametrize(
    ("style", "segment", "schema", "value"),
    [
        ({"style": "simple"}, "1,2", {"type": "array", "items": INTEGER}, [1, 2]),
        ({"style": "label"}, ".1,2", {"type": "array", "items": INTEGER}, [1, 2]),
        ({"style": "label", "explode": True}, ".1.2", {"type": "array", "items": INTEGER}, [1, 2]),
        ({"style": "matrix"}, ";v=1,2", {"type": "array", "items": INTEGER}, [1, 2]),
        (
            {"style": "matrix", "explode": True},
            ";v=1;v=2",
            {"type": "array", "items": INTEGER},
            [1, 2],
        ),
        ({"style": "label"}, ".5", INTEGER, 5),
        ({"style": "matrix"}, ";v=5", INTEGER, 5),
        ({"style": "simple"}, "r,1,g,x", OBJECT, {"r": 1, "g": "x"}),
        ({"style": "simple", "explode": True}, "r=1,g=x", OBJECT, {"r": 1, "g": "x"}),
    ],
    ids=str,
)
def test_path_styles_are_taken_apart(style: Json, segment: str, schema: Json, value: Json) -> None:
    answer = asked([parameter("v", "path", schema, **style)], f"/v1/x/{segment}", path="/x/{v}")

    assert answer.json == {"v": value}


def test_a_list_in_a_header_may_come_in_several_lines() -> None:
    schema = {"type": "array", "items": INTEGER}

    answer = asked([parameter("X-List", "header", schema)], headers={"x-list": "1,2"})

    assert answer.json == {"x_list": [1, 2]}


@pytest.mark.parametrize(
    "schema", [STRING, {"type": "array", "items": STRING}], ids=["scalar", "unexploded array"]
)
def test_what_is_given_twice_although_it_is_one_is_refused(schema: Json) -> None:
    answer = asked([parameter("v", "query", schema, explode=False)], "/v1/x?v=a&v=b")

    assert answer.violations == [("query/v", "duplicate")]


def test_a_query_that_is_no_utf_8_is_refused() -> None:
    answer = asked([parameter("v", "query", STRING)], "/v1/x?v=%FF")

    assert answer.violations == [("query/v", "encoding")]


def test_parameters_nobody_declared_are_ignored() -> None:
    assert asked([parameter("v", "query", STRING)], "/v1/x?w=1&w=%FF&v=a&&=b").json == {"v": "a"}


def test_json_in_a_parameter_is_parsed() -> None:
    one = {"name": "v", "in": "query", "content": {"application/json": {"schema": OBJECT}}}

    assert asked([one], "/v1/x?v=%7B%22r%22:1%7D").json == {"v": {"r": 1}}
    assert asked([one], "/v1/x?v=no").violations == [("query/v", "parse")]


def test_the_same_name_may_stand_in_two_places() -> None:
    parameters = [parameter("id", "path", INTEGER), parameter("id", "query", STRING)]

    assert asked(parameters, "/v1/x/1?id=a", path="/x/{id}").status == 200
    assert asked(parameters, "/v1/x/a?id=a", path="/x/{id}").violations == [("path/id", "type")]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Count"},
        {"allOf": [{"$ref": "#/components/schemas/Count"}]},
        {"oneOf": [{"type": "integer", "maximum": 3}, {"type": "integer", "minimum": 5}]},
    ],
    ids=["reference", "allOf", "oneOf"],
)
def test_the_type_is_found_behind_references_and_branches(schema: Json) -> None:
    components = {"schemas": {"Count": {"type": "integer"}}}

    answer = asked([parameter("v", "query", schema)], "/v1/x?v=2", components=components)

    assert answer.json == {"v": 2}


def test_an_absent_parameter_takes_its_default_or_is_left_out() -> None:
    components = {"schemas": {"Sort": {"type": "string", "default": "id"}}}
    parameters = [
        parameter("limit", "query", {"type": "integer", "default": 20}),
        parameter("sort", "query", {"$ref": "#/components/schemas/Sort"}),
        parameter("cursor", "query", STRING),
    ]

    assert asked(parameters, components=components).json == {"limit": 20, "sort": "id"}


QUERY_PIECES = st.sampled_from(
    ["v", "v[r]", "v[r][s]", "v[", "v[]", "r", "l", "=", "&", "%5B", "%FF", ",", "|", "1", "é", "+"]
)


@given(st.lists(QUERY_PIECES, max_size=12).map("".join))
def test_no_query_breaks_us(query: str) -> None:
    answer = FUZZED.ask("GET", f"/v1/x?{query}")

    assert answer.status in (200, 400)


FUZZED = serve(
    document(
        {
            "/x": {
                "get": {
                    "operationId": "echo",
                    "responses": ok(),
                    "parameters": [
                        parameter("v", "query", OBJECT, style="deepObject", explode=True),
                        parameter("l", "query", {"type": "array", "items": OBJECT}),
                        parameter("f", "query", OBJECT, explode=True),
                    ],
                }
            }
        }
    ),
    {"echo": lambda: Reply(body=1)},
)
