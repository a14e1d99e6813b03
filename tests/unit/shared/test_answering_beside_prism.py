"""The page for those who come from Prism is true: what it says of us is tried, line by line."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from queue import Queue

import pytest
import yaml

from mock_platform.cli.commands import COMMANDS
from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import Answered, Served
from tests.unit.shared.raw_receiver import Caller, receiver
from tests.unit.shared.real_kit import served

PAGE = (Path(__file__).parents[3] / "docs" / "coming-from-prism.md").read_text()
CONTRACT = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(
    r"^\| ((?:`[^`]+` ?)+) \| `\d+` \| `(\d+)` \|",
    PAGE.partition("## Side by side")[2],
    re.MULTILINE,
)
TYPED = re.findall(r"^\| `[^|]*\| `mock-platform (\w+)([^`]*)`", PAGE, re.MULTILINE)
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def kennel(tmp_path_factory: pytest.TempPathFactory) -> Served:
    assert CONTRACT is not None
    return served(tmp_path_factory.mktemp("kennel"), yaml.safe_load(CONTRACT[1]))


def asked(kennel: Served, request: str) -> Answered:
    """Send what stands in a row's first cell: a request line, headers, a body."""
    line, *more = re.findall(r"`([^`]+)`", request)
    method, target = line.split()
    body = next((one for one in more if one.startswith("{")), None)
    headers = dict(one.split(": ", 1) for one in more if one != body)
    usual = JSON if body else {}
    return kennel.ask(method, target, {**usual, **{k.lower(): v for k, v in headers.items()}}, body)


@pytest.mark.parametrize(("request_line", "status"), ROWS, ids=str)
def test_the_page_is_right_about_us(kennel: Served, request_line: str, status: str) -> None:
    assert asked(kennel, request_line).status == int(status)


def test_every_row_of_the_page_is_tried() -> None:
    assert (
        len(ROWS) == len(re.findall(r"^\| `(?:GET|POST|HEAD|OPTIONS) ", PAGE, re.MULTILINE)) >= 20
    )
    assert len(TYPED) >= 2


@pytest.mark.parametrize(("command", "rest"), TYPED, ids=str)
def test_what_the_page_says_to_type_can_be_typed(command: str, rest: str) -> None:
    module, _, name = COMMANDS[command].partition(":")
    known = {o for p in getattr(import_module(module), name).params for o in p.opts}

    assert known.issuperset(re.findall(r"--[a-z-]+", rest))


def test_its_options_are_those_of_serve() -> None:
    module, _, name = COMMANDS["serve"].partition(":")
    params = getattr(import_module(module), name).params
    known = {option for one in params for option in (*one.opts, *one.secondary_opts)}
    by_name = {one.name: one for one in params}

    named = re.findall(r"^\|[^|]*\| .*?`(--[a-z-]+)", PAGE, re.MULTILINE)

    assert len(named) >= 9
    assert known.issuperset(named)
    assert "strict" in by_name["validation"].type.choices


def test_a_refusal_says_what_the_page_says(kennel: Served) -> None:
    refused = kennel.get("/dogs?limit=x")

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["type"] == "urn:mock-platform:error:PARAMETER_INVALID"
    assert refused.json["code"] == "PARAMETER_INVALID"
    assert refused.json["violations"][0].keys() == {"pointer", "rule", "message"}


def test_the_operation_refuses_in_its_own_words_where_it_has_some(kennel: Served) -> None:
    refused = kennel.ask("POST", "/dogs", JSON, '{"name":1}')

    assert (refused.status, refused.json) == (422, {"said": "sorry"})
    assert refused.told_violations


def test_what_was_let_pass_is_told(kennel: Served) -> None:
    answer = kennel.get("/dogs?limit=x", prefer="handling=lenient")

    assert (answer.status, answer.told_violations) == (200, [("query/limit", "type")])


def test_an_answer_is_as_its_schema_has_it(kennel: Served) -> None:
    dog = kennel.get("/dogs/7")

    assert dog.json == {"id": 7, "name": "Rex"}
    assert "deprecation" not in dog.headers


def test_an_object_as_text_is_its_json(kennel: Served) -> None:
    tag = kennel.get("/tag", x_key="1")

    assert (tag.headers["content-type"], tag.json) == ("text/plain; charset=utf-8", {"name": "Rex"})


def test_a_401_has_a_challenge_for_keys_too(kennel: Served) -> None:
    assert "X-Key" in kennel.get("/tag").headers["www-authenticate"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("example", "one"), ("example", "none"), ("code", "404"), ("dynamic", "true")],
)
def test_preferences_are_read_from_header_and_query_alike(
    kennel: Served, name: str, said: str
) -> None:
    by_header = kennel.get("/dogs", prefer=f"{name}={said}")
    by_query = kennel.get(f"/dogs?__{name}={said}")

    assert (by_header.status, by_header.body) == (by_query.status, by_query.body)


def test_the_same_request_gets_the_same_answer_and_another_seed_another_one(
    tmp_path: Path,
) -> None:
    word = {"schema": {"type": "string", "minLength": 12}}
    answer = {"200": {"description": "", "content": {"application/json": word}}}
    words = served(tmp_path, {"openapi": "3.1.0", "paths": {"/w": {"get": {"responses": answer}}}})

    first, again = (words.get("/w", prefer="dynamic=true").json for _ in range(2))
    others = {words.get("/w", prefer=f"seed={seed}").json for seed in range(5)}

    assert first == again
    assert len(others) > 1


@pytest.mark.parametrize(
    ("prefer", "is_example"),
    [({}, False), ({"prefer": "dynamic=false"}, True), ({"prefer": "example=small"}, True)],
    ids=["nothing", "examples", "an example"],
)
def test_made_up_answers_can_be_had_for_everybody(
    tmp_path: Path, prefer: dict[str, str], is_example: bool
) -> None:
    schema = {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}
    media = {"schema": schema, "examples": {"small": {"value": {"size": -1}}}}
    answer = {"200": {"description": "", "content": {"application/json": media}}}
    root = {"openapi": "3.1.0", "paths": {"/x": {"get": {"responses": answer}}}}

    made = served(tmp_path, root, dynamic=True).get("/x", **prefer)

    assert (made.json == {"size": -1}) is is_example
    assert "dynamic=true" not in made.headers.get("preference-applied", "")


@pytest.mark.parametrize(
    ("schema", "element"),
    [({"$ref": "#/components/schemas/Dog"}, b"<Dog>"), ({"type": "object"}, b"<root>")],
    ids=["named", "nameless"],
)
def test_the_outermost_element_is_called_after_its_schema(
    tmp_path: Path, schema: dict[str, str], element: bytes
) -> None:
    media = {"application/xml": {"schema": schema, "example": {"name": "Rex"}}}
    answer = {"200": {"description": "", "content": media}}
    dog = {"type": "object", "properties": {"name": {"type": "string"}}}
    root = {
        "openapi": "3.0.3",
        "paths": {"/x": {"get": {"responses": answer}}},
        "components": {"schemas": {"Dog": dog}},
    }

    assert element in served(tmp_path, root).get("/x").body


def test_callbacks_are_sent(tmp_path: Path) -> None:
    heard: Queue[tuple[bytes, bytes]] = Queue()

    def script(caller: Caller) -> None:
        heard.put(caller.request())
        caller.say(b"HTTP/1.1 204 No Content\r\n\r\n")

    done = {"requestBody": {"content": {"application/json": {"example": {"said": "woof"}}}}}
    wanted = {"schema": {"type": "object", "properties": {"url": {"type": "string"}}}}
    operation = {
        "requestBody": {"content": {"application/json": wanted}},
        "responses": {"202": {"description": ""}},
        "callbacks": {"done": {"{$request.body#/url}": {"put": done}}},
    }
    dogs = served(tmp_path, {"openapi": "3.1.0", "paths": {"/walks": {"post": operation}}})

    with receiver(script) as target:
        answer = dogs.ask("POST", "/walks", JSON, {"url": target.url("/home")})
        head, body = heard.get(timeout=10)

    assert answer.status == 202
    assert head.startswith(b"PUT /home HTTP/1.1\r\n")
    assert body == b'{"said":"woof"}'


def test_other_mocks_habits_are_met(tmp_path: Path) -> None:
    named = {"schema": {"type": "object", "properties": {"at": {"x-faker": "ipv4"}}}}
    named["schema"]["required"] = ["at"]
    echoing = {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}
    both = {"schema": {"type": "string"}, "examples": {"gone": {"value": "rex"}}}
    paths = {
        "/made": {"get": {"responses": ok(named)}},
        "/said": {
            "post": {
                "requestBody": {"content": {"application/json": echoing}},
                "responses": ok(echoing),
            }
        },
        "/paired": {
            "get": {
                "parameters": [{"name": "name", "in": "query", **both}],
                "responses": {
                    **ok({"example": 1}),
                    "410": {
                        "description": "",
                        "content": {"text/plain": {"examples": {"gone": {"value": "Gone."}}}},
                    },
                },
            }
        },
    }
    mock = served(tmp_path, {"openapi": "3.1.0", "paths": paths})

    assert re.fullmatch(r"\d+(\.\d+){3}", mock.get("/made").json["at"])
    assert mock.ask("POST", "/said", JSON, {"name": "Rex"}).json == {"name": "Rex"}
    assert mock.get("/paired?name=rex").status == 410


def ok(media: Json) -> Json:
    return {"200": {"description": "", "content": {"application/json": media}}}


def test_pages_from_elsewhere_are_let_in_as_there(kennel: Served) -> None:
    asking = {"origin": "http://page.test", "access-control-request-method": "GET"}

    preflight = kennel.ask("OPTIONS", "/dogs", asking)
    answer = kennel.get("/dogs", origin="http://page.test")

    assert preflight.status == 204
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "http://page.test"
    assert kennel.get("/dogs").headers["access-control-allow-origin"] == "*"
