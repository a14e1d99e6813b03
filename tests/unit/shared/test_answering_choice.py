"""The decision table of ``docs/choosing-the-answer.md``, row by row."""

from __future__ import annotations

import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.answering_kit import content, example, get, mock

LENIENT = "handling=lenient"


def answers(*statuses: str) -> Json:
    """Return responses that say their own key."""
    return {status: example(status) for status in statuses}


# Which status ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("documented", "status", "said"),
    [
        (["404", "202", "201"], 201, "201"),
        (["2XX", "201"], 201, "201"),
        (["2xx", "default"], 200, "2xx"),
        (["404", "default"], 200, "default"),
        (["500", "4XX", "301"], 301, "301"),
        (["500", "4XX"], 400, "4XX"),
    ],
)
def test_success_goes_before_default_and_that_before_the_lowest(
    documented: list[str], status: int, said: str
) -> None:
    answer = get(answers(*documented))

    assert (answer.status, answer.json) == (status, said)


@pytest.mark.parametrize(
    "documented",
    [{}, {"100": {"description": ""}}, answers("101", "503"), answers("5XX")],
    ids=["none", "only 1xx", "1xx and 5xx", "only 5xx"],
)
def test_where_no_answer_of_success_or_refusal_is_documented_there_is_no_content(
    documented: Json,
) -> None:
    answer = get(documented)

    assert (answer.status, answer.body) == (204, b"")


def test_a_fault_is_given_to_those_who_ask_for_it() -> None:
    answer = get(answers("500"), prefer="code=500")

    assert (answer.status, answer.json) == (500, "500")


@pytest.mark.parametrize("target", ["/v1/x", "/v1/x?__code=404"], ids=["header", "query"])
@pytest.mark.parametrize(
    ("documented", "said"),
    [
        (["200", "404", "4XX", "default"], "404"),
        (["200", "4XX", "default"], "4XX"),
        (["200", "default"], "default"),
    ],
)
def test_a_preferred_status_is_found_by_number_range_or_default(
    documented: list[str], said: str, target: str
) -> None:
    prefer = {} if "?" in target else {"prefer": "code=404"}

    answer = get(answers(*documented), target, **prefer)

    assert (answer.status, answer.json) == (404, said)
    assert answer.headers["preference-applied"] == "code=404"


@pytest.mark.parametrize("code", ["404", "abc", "", "2", "999", "1" * 5000])
def test_a_status_that_is_not_documented_is_told(code: str) -> None:
    answer = get(answers("200", "400"), prefer=f"code={code}")

    assert (answer.status, answer.json["code"]) == (404, "PREFERENCE_UNKNOWN")
    assert answer.json["documented"] == ["200", "400"]
    assert "preference-applied" not in answer.headers


def test_whoever_is_lenient_gets_the_usual_answer_instead() -> None:
    answer = get(answers("200"), prefer=f"code=404, example=cat, {LENIENT}")

    assert (answer.status, answer.json) == (200, "200")
    assert answer.headers["preference-applied"] == LENIENT


def test_preferences_that_nobody_knows_are_ignored() -> None:
    answer = get(answers("200"), prefer="wait=5, respond-async, depth-noroot")

    assert answer.status == 200
    assert "preference-applied" not in answer.headers


# Which representation ----------------------------------------------------------------------------

TWO = {"200": content(application_xml={"example": "<a/>"}, application_json={"example": 1})}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/xml"),
        ("*/*", "application/xml"),
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json, application/xml;q=0.1", "application/json"),
    ],
)
def test_the_best_liked_representation_is_sent(accept: str | None, content_type: str) -> None:
    answer = get(TWO, **({} if accept is None else {"accept": accept}))

    assert answer.headers["content-type"] == content_type
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("accept", [{}, {"accept": "*/*"}], ids=["none", "any"])
def test_who_does_not_mind_is_given_the_first_representation(accept: dict[str, str]) -> None:
    first, second = {"example": "a,b"}, {"example": "a"}

    answer = get({"200": content(text_csv=first, application_json=second)}, **accept)

    assert (answer.headers["content-type"], answer.body) == ("text/csv; charset=utf-8", b"a,b")


@pytest.mark.parametrize(
    ("first", "schema", "content_type"),
    [
        ("text_plain", {"$ref": "#/components/schemas/Pet"}, "application/json"),
        ("text_plain", {"type": ["array", "null"]}, "application/json"),
        ("text_plain", {"type": "object", "example": "name: Tom"}, "text/plain; charset=utf-8"),
        ("text_plain", {"type": "string"}, "text/plain; charset=utf-8"),
        ("text_plain", {"oneOf": [{"type": "string"}, {"type": "object"}]}, "text/plain"),
        ("text_plain", {"example": [1]}, "application/json"),
        ("text_plain", {}, "text/plain; charset=utf-8"),
        ("application_javascript", {"type": "object"}, "application/json"),
        ("application_xml", {"type": "object"}, "application/xml"),
        ("application_x-ndjson", {"type": "array"}, "application/x-ndjson"),
        ("*_*", {"type": "object"}, "application/json"),
        ("text_*", {"type": "object"}, "application/json"),
    ],
)
def test_but_not_one_that_cannot_say_what_is_to_be_said(
    first: str, schema: Json, content_type: str
) -> None:
    made = {"x-generated": {}, **schema}
    both = {first: {"schema": made}, "application_json": {"schema": made}}

    answer = get({"200": content(**both)})

    assert answer.headers["content-type"].startswith(content_type)


def test_a_suffix_will_do() -> None:
    answer = get({"200": example(1, "application_v.x__json")}, accept="application/json")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/v.x+json")


@pytest.mark.parametrize("status", ["200", "301"])
def test_where_no_representation_fits_it_is_not_acceptable(status: str) -> None:
    responses = {status: example("a", "text_plain"), "default": example(1)}

    answer = get(responses, accept="application/json", prefer=f"code={status}")

    assert (answer.status, answer.json["code"]) == (406, "NOT_ACCEPTABLE")


def test_an_error_is_told_in_whatever_form_there_is() -> None:
    responses = {"200": example(1), "404": example("gone", "text_plain")}

    answer = get(responses, accept="application/json", prefer="code=404")

    assert (answer.status, answer.body) == (404, b"gone")


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        (None, "application/json", b'{"a":1}'),
        ("text/html, */*;q=0.8", "application/json", b'{"a":1}'),
        ("text/plain", "text/plain; charset=utf-8", b'{"a":1}'),
        ("application/v.x+json", "application/v.x+json", b'{"a":1}'),
    ],
)
def test_any_type_is_given_out_as_what_is_accepted(
    accept: str | None, content_type: str, body: bytes
) -> None:
    responses = {"200": example({"a": 1}, "*_*")}

    answer = get(responses, **({} if accept is None else {"accept": accept}))

    assert (answer.headers["content-type"], answer.body) == (content_type, body)


def test_no_content_has_no_body_and_is_acceptable_to_everybody() -> None:
    answer = get({"204": example(1)}, accept="inv/alid")

    assert (answer.status, answer.body) == (204, b"")


# Which value -------------------------------------------------------------------------------------

INTEGER = {"type": "integer", "x-generated": 99}


@pytest.mark.parametrize(
    ("media_type", "value"),
    [
        ({"example": 1, "examples": {"a": {"value": 2}}, "schema": {"example": 3}}, 1),
        ({"examples": {"a": {"value": 2}, "b": {"value": 3}}, "schema": {"example": 4}}, 2),
        ({"examples": {"a": {"externalValue": "x"}, "b": {"value": 3}}}, 3),
        ({"schema": {"example": 1, "default": 2, "enum": [3, 2, 1]}}, 1),
        ({"schema": {"examples": [1, 2], "default": 3}}, 1),
        ({"schema": {"default": 1, "enum": [2, 1]}}, 1),
        ({"schema": {"enum": ["a", "b"]}}, "a"),
        ({"schema": {"$ref": "#/components/schemas/Known"}}, "known"),
        ({"example": None, "schema": {"nullable": True, "type": "string"}}, None),
        ({"schema": INTEGER}, 99),
        ({"example": "wrong", "schema": {**INTEGER, "example": 5}}, 5),
        ({"example": "wrong", "schema": INTEGER}, 99),
        ({"example": "[1]", "schema": {"type": "array", "items": {}}}, [1]),
        ({"example": "wrong", "schema": {"type": "integer"}}, "wrong"),
    ],
)
def test_the_first_valid_value_that_the_contract_gives_is_sent(
    media_type: Json, value: Json
) -> None:
    paths = {"/x": {"get": {"responses": {"200": content(application_json=media_type)}}}}

    answer = mock(paths, schemas={"Known": {"example": "known"}}).get("/v1/x")

    assert (answer.status, answer.json) == (200, value)


def test_json_of_which_nothing_is_said_is_an_empty_object() -> None:
    answer = get({"200": content(application_json={})})

    assert (answer.status, answer.body) == (200, b"{}")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("status", "length"), [("404", "0"), ("205", "0"), ("204", None)])
def test_an_answer_without_content_says_how_long_it_is(status: str, length: str | None) -> None:
    answer = get({status: {"description": ""}})

    assert answer.headers.get("content-length") == length


NAMED = {
    "200": content(
        application_json={"examples": {"cat": {"value": "meow"}, "a dog": {"value": "woof"}}},
        text_plain={"examples": {"bird": {"value": "tweet"}}},
    ),
    "404": content(application_json={"examples": {"none": {"value": "silence"}}}),
    "default": content(application_json={"examples": {"odd": {"value": "?"}}}),
}


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("example=cat", 200, b'"meow"'),
        ('example="a dog"', 200, b'"woof"'),
        ("example=bird", 200, b"tweet"),
        ("example=none", 404, b'"silence"'),
        ("code=404, example=none", 404, b'"silence"'),
        ("code=500, example=odd", 500, b'"?"'),
    ],
)
def test_a_preferred_example_is_found_wherever_it_is(prefer: str, status: int, body: bytes) -> None:
    answer = get(NAMED, prefer=prefer)

    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["preference-applied"] == prefer


@pytest.mark.parametrize(
    ("prefer", "known"),
    [
        ("example=cow", ["a dog", "bird", "cat", "none"]),
        ("code=404, example=cat", ["none"]),
        ("example=odd", ["a dog", "bird", "cat", "none"]),
    ],
)
def test_an_example_that_is_not_there_is_told(prefer: str, known: list[str]) -> None:
    answer = get(NAMED, prefer=prefer)

    assert (answer.status, answer.json["code"]) == (404, "PREFERENCE_UNKNOWN")
    assert answer.json["documented"] == known


def test_an_example_that_is_asked_for_by_name_is_sent_as_it_is_written() -> None:
    wrong = {"examples": {"odd": {"value": "no number"}}, "schema": INTEGER}

    answer = get({"200": content(application_json=wrong)}, prefer="example=odd")

    assert answer.json == "no number"


def test_the_query_asks_for_examples_too() -> None:
    assert get(NAMED, "/v1/x?__example=a%20dog").json == "woof"


# What is generated -------------------------------------------------------------------------------

SEEDED = {"200": content(application_json={"example": 1, "schema": {"x-generated": "SEED"}})}


def test_dynamic_generates_where_there_is_an_example() -> None:
    answer = get(SEEDED, prefer="dynamic=true, seed=7")

    assert answer.json == 7
    assert answer.headers["preference-applied"] == "dynamic=true, seed=7"


@pytest.mark.parametrize("prefer", ["dynamic=false", "seed=7"])
def test_an_example_needs_no_seed(prefer: str) -> None:
    answer = get(SEEDED, prefer=prefer)

    assert answer.json == 1
    assert "preference-applied" not in answer.headers


def test_what_cannot_be_generated_is_answered_by_example() -> None:
    answer = get({"200": example(1)}, prefer="dynamic=true")

    assert answer.json == 1
    assert "preference-applied" not in answer.headers


def test_the_same_request_gets_the_same_answer_and_another_another() -> None:
    paths = {
        "/x": {
            "post": {
                "requestBody": content(application_json={}),
                "responses": {"200": content(application_json={"schema": {"x-generated": "SEED"}})},
            }
        }
    }

    def seed(target: str, body: Json) -> int:
        json = {"content-type": "application/json"}
        return int(mock(paths).ask("POST", target, json, body).json)

    assert seed("/v1/x", {"a": 1}) == seed("/v1/x", {"a": 1})
    assert len({seed("/v1/x", {"a": 1}), seed("/v1/x", {"a": 2}), seed("/v1/x?b", {"a": 1})}) == 3


@pytest.mark.parametrize("seed", ["tea", "-1", "9" * 400])
def test_a_seed_may_be_any_word(seed: str) -> None:
    answers = [get(SEEDED, prefer=f"dynamic, seed={seed}").json for _ in range(2)]

    assert answers[0] == answers[1] != 1


# Without a body ----------------------------------------------------------------------------------


def test_head_is_get_without_its_body() -> None:
    service = mock({"/x": {"get": {"responses": answers("200")}}})

    got, headed = service.get("/v1/x"), service.ask("HEAD", "/v1/x")

    assert (headed.status, headed.body) == (200, b"")
    assert headed.headers["content-length"] == got.headers["content-length"] == "5"
