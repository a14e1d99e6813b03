"""A collection has every operation, in an order that works, and no secret in it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from mock_platform.bootstrap.exporting import WRITERS, export_spec
from mock_platform.domain.state_machine import Machine, Move
from mock_platform.engine.documents import Document
from mock_platform.engine.exporting.curl_scripts import as_curl
from mock_platform.engine.exporting.http_files import as_http, as_jetbrains
from mock_platform.engine.exporting.ordering import walk
from mock_platform.engine.exporting.planning import HERE, plan
from mock_platform.engine.exporting.plans import Blank, Plan, Step, plain
from mock_platform.engine.exporting.postman import as_postman
from mock_platform.engine.operations import operations
from mock_platform.infra.spec_files import load
from mock_platform.infra.spec_home import specs_dir
from mock_platform.shared.contracts import Json

ORDERS = specs_dir() / "order-service.spec.yaml"
LOOKED_UP = re.compile(r"\{\{(.+?)\}\}")
"""What clients take for a variable."""


def document(paths: Json, **root: Json) -> Document:
    whole = {"openapi": "3.0.4", "info": {"title": "T", "version": "1"}, "paths": paths, **root}
    return Document(name="t", root=whole)


def operation(name: str, **said: Json) -> Json:
    return {"operationId": name, "responses": {"200": {"description": "ok"}}, **said}


def sole(said: Json, **root: Json) -> Step:
    """The only step of a document with one operation."""
    (step,) = plan(document({"/a": {"post": operation("doIt", **said)}}, **root)).steps
    return step


def body(media_type: str, value: Json) -> Json:
    return {"requestBody": {"content": {media_type: {"example": value}}}}


@pytest.mark.parametrize("service", ["order-service", "callback-server"])
def test_every_operation_of_our_contracts_is_asked(service: str) -> None:
    contract = load(specs_dir() / f"{service}.spec.yaml")

    asked = {step.operation for step in plan(contract).steps}

    assert asked == {operation.id for operation in operations(contract)}


def test_a_machine_is_walked_so_that_every_move_is_possible() -> None:
    names = [step.name for step in plan(load(ORDERS)).steps][:9]

    assert names == [
        "createOrder_minimal",
        "createOrder_withCallback",
        "updateOrder",
        "payOrder",
        "shipOrder",
        "deliverOrder",
        "refundOrder",
        "createOrder_minimal_2",
        "cancelOrder",
    ]


def test_a_walk_ends_where_nothing_leads_to_what_is_left() -> None:
    moves = {
        (None, "make"): Move("new"),
        ("new", "end"): Move("over"),
        ("lost", "find"): Move("new"),
    }
    machine = Machine(
        resource="T", key="id", field="s", initial="new", terminal=frozenset({"over"}), moves=moves
    )

    assert walk(machine, "make") == ["end"]


def test_what_a_request_needs_comes_from_an_answer_before_it() -> None:
    steps = plan(load(ORDERS)).steps
    known: set[str] = {"baseUrl"}
    for step in steps:
        assert step.used <= known, step.name
        known |= {capture.variable for capture in step.captures}


def test_what_points_at_the_platform_follows_its_address() -> None:
    step = next(s for s in plan(load(ORDERS)).steps if s.name == "createOrder_withCallback")

    assert HERE not in str(step.body)
    assert Blank("baseUrl") in (step.body or ())


@pytest.mark.parametrize(
    ("servers", "base", "path"),
    [
        ([], HERE, "/a"),
        ([{"url": "/v1"}], HERE, "/v1/a"),
        ([{"url": "https://a.example/v2/"}], "https://a.example", "/v2/a"),
        ([{"url": "https://{region}.example/v2"}], HERE, "/v2/a"),
    ],
)
def test_the_address_is_that_of_the_first_server(servers: Json, base: str, path: str) -> None:
    made = plan(document({"/a": {"get": operation("a")}}, servers=servers))

    assert made.variables[0].value == base
    assert plain(made.steps[0].path, {}) == path
    assert plan(document({}, servers=servers), "http://b.example/").variables[0].value == (
        "http://b.example"
    )


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        (
            {"type": "http", "scheme": "bearer"},
            ("Authorization", ("Bearer ", Blank("myKeySecret"))),
        ),
        (
            {"type": "http", "scheme": "basic"},
            ("Authorization", ("Basic ", Blank("myKeyCredentials"))),
        ),
        ({"type": "oauth2", "flows": {}}, ("Authorization", ("Bearer ", Blank("myKeySecret")))),
        ({"type": "apiKey", "in": "header", "name": "X-K"}, ("X-K", (Blank("myKeySecret"),))),
        ({"type": "apiKey", "in": "cookie", "name": "k"}, ("Cookie", ("k=", Blank("myKeySecret")))),
    ],
)
def test_a_secret_is_a_blank(scheme: Json, header: Json) -> None:
    contract = document(
        {"/a": {"get": operation("a", security=[{"my-key": []}])}},
        components={"securitySchemes": {"my-key": scheme}},
    )

    made = plan(contract)

    (step,) = made.steps
    assert [(one.name, one.text) for one in step.headers] == [header]
    assert [one.value for one in made.variables] == [HERE, ""]


def test_a_key_in_the_query_is_a_blank_too() -> None:
    contract = document(
        {"/a": {"get": operation("a", security=[{"k": []}])}},
        components={"securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "key"}}},
    )

    assert '"${BASE_URL}/a?key=${K_SECRET}"' in as_curl(plan(contract))


@pytest.mark.parametrize(
    ("said", "text", "parts"),
    [
        (body("application/json", {"a": 1}), '{\n  "a": 1\n}', []),
        (
            body("application/x-www-form-urlencoded", {"a": "b c", "d": [1, 2]}),
            "a=b%20c&d=1&d=2",
            [],
        ),
        (body("multipart/form-data", {"a": "b"}), None, [("a", "b")]),
        (body("text/plain", "hello"), "hello", []),
        (body("application/xml", {"a": 1}), None, []),
    ],
)
def test_a_body_is_written_as_its_media_type_has_it(
    said: Json, text: str | None, parts: list[tuple[str, str]]
) -> None:
    step = sole(said)

    assert (None if step.body is None else plain(step.body, {})) == text
    assert [(one.name, plain(one.text, {})) for one in step.parts] == parts


def test_without_an_example_a_body_is_made_up_and_keeps_to_its_schema() -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    step = sole({"requestBody": {"content": {"application/json": {"schema": schema}}}})

    assert isinstance(json.loads(plain(step.body or (), {}))["n"], int)


def test_what_may_be_left_out_is_shown_and_not_sent() -> None:
    parameters = [
        {"name": "a", "in": "query", "schema": {}, "example": "x y"},
        {"name": "b", "in": "query", "required": True, "schema": {}, "example": "1"},
        {"name": "c", "in": "cookie", "required": True, "schema": {}, "example": "2"},
    ]
    step = sole({"parameters": parameters})

    assert [(one.name, one.is_sent) for one in step.query] == [("a", False), ("b", True)]
    assert [(one.name, one.text) for one in step.headers] == [("Cookie", ("c=", Blank("c")))]


# The formats


def test_a_script_is_a_script_whatever_stands_in_the_contract() -> None:
    evil = "$(exit 3) `exit 4` \"' \\ ! } \n exit 5"
    parameter = {"name": evil, "in": "query", "required": True, "schema": {}, "example": evil}
    contract = document(
        {
            "/a": {
                "post": operation(
                    "a", summary=evil, parameters=[parameter], **body("text/plain", evil)
                )
            }
        },
        info={"title": evil, "version": evil},
    )
    script = as_curl(plan(contract)).replace("\ncurl ", "\nprintf '%s\\0' ")

    ended = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True)

    sent = ended.stdout.split("\0")
    assert sent[sent.index("--data-raw") + 1] == evil
    assert ended.stderr == ""


def test_a_script_sends_no_file_that_an_example_names() -> None:
    shown = body("text/plain", "@/etc/passwd")
    contract = document({"/a": {"post": operation("a", **shown)}})
    parts = body("multipart/form-data", {"a": "@/etc/passwd", "b": "</etc/passwd"})
    form = document({"/a": {"post": operation("a", **parts)}})

    assert "--data-raw @/etc/passwd" in as_curl(plan(contract))
    assert "--form-string a=@/etc/passwd" in as_curl(plan(form))
    assert "--form-string 'b=</etc/passwd'" in as_curl(plan(form))


@pytest.mark.parametrize(
    "line",
    [
        "### \nGET http://evil.example/",
        "< /etc/passwd",
        "<@utf8 /etc/passwd",
        "> {% client.log(1) %}",
        ">>! /tmp/written",
        "?? status == 200",
        "  @baseUrl = http://evil.example",
    ],
)
def test_no_example_is_a_command_in_an_http_file(line: str) -> None:
    shown = body("text/plain", f"first\n{line}\n<tag>{{{{$processEnv HOME}}}}</tag>")
    text = as_http(plan(document({"/a": {"post": operation("a", **shown)}})))

    assert f"first\n\\{line}\n<tag>{{ {{$processEnv HOME}}}}</tag>" in text
    assert "# note: the example has lines that would be commands or comments" in text
    assert "# note: the example has two braces in a row" in text


@pytest.mark.parametrize("line", ["# a title", "  // left out", "```", "\ufeff@baseUrl = x"])
@pytest.mark.parametrize("writer", [as_http, as_jetbrains])
def test_no_line_of_an_example_is_left_out_by_an_editor(
    writer: Callable[[Plan], str], line: str
) -> None:
    contract = document({"/a": {"post": operation("a", **body("text/plain", f"first\r{line}"))}})

    assert f"first\r\\{line}" in writer(plan(contract))


HOSTILE = {
    "looked up": "{{$processEnv HOME}}{{{apiKey}}} {{baseUrl}}",
    "said": "%} $HOME \\n \"quoted\" 'too' `id` $(id)\n### \n\u2028@baseUrl = http://evil.example",
    "beside": f"{{{HERE}/x}}",
}
"""What clients look up, run or end a script at."""


@pytest.mark.parametrize("writer", [as_http, as_jetbrains])
def test_json_is_sent_as_it_is_whatever_it_says(writer: Callable[[Plan], str]) -> None:
    contract = document({"/a": {"post": operation("a", **body("application/json", HOSTILE))}})

    text = writer(plan(contract))

    sent = text.partition("application/json\n\n")[2]
    assert LOOKED_UP.findall(sent) == ["baseUrl"]
    assert json.loads(sent.replace("{{baseUrl}}", HERE)) == HOSTILE
    assert "note:" not in text
    assert "\u2028" not in text


def test_postman_is_given_json_as_it_is() -> None:
    contract = document({"/a": {"post": operation("a", **body("application/json", HOSTILE))}})

    request = json.loads(as_postman(plan(contract)))["item"][0]["request"]

    assert LOOKED_UP.findall(request["body"]["raw"]) == ["baseUrl"]
    assert json.loads(request["body"]["raw"].replace("{{baseUrl}}", HERE)) == HOSTILE
    assert request["description"] == ""


def parameter(name: str, place: str, value: str, *, required: bool = True) -> Json:
    return {"name": name, "in": place, "required": required, "schema": {}, "example": value}


@pytest.mark.parametrize("required", [True, False])
def test_urls_are_sent_as_they_are(required: bool) -> None:
    evil = "{{apiKey}} {{{x}}} 100%}"
    parameters = [parameter("q", "query", evil, required=required)]
    made = plan(document({"/a": {"get": operation("a", parameters=parameters)}}))

    collection = json.loads(as_postman(made))

    (asked,) = collection["item"][0]["request"]["url"]["query"]
    values = {one["key"]: one["value"] for one in collection["variable"]}
    value = asked["value"].replace("{{q}}", values.get("q", ""))
    assert (unquote(value), LOOKED_UP.findall(value)) == (evil, [])


@pytest.mark.parametrize(
    "said",
    [
        body("text/plain", "a {{apiKey}}"),
        body("multipart/form-data", {"a": "{{apiKey}}"}),
        body("multipart/form-data", {"{{apiKey}}": "a"}),
    ],
)
def test_where_a_format_has_no_escape_nothing_is_looked_up_and_it_is_said(said: Json) -> None:
    made = plan(document({"/a": {"post": operation("a", **said)}}))

    request = json.loads(as_postman(made))["item"][0]["request"]

    assert request["description"].startswith("Note: the example has two braces")
    for text in (json.dumps(request["body"]), as_http(made), as_jetbrains(made)):
        assert set(LOOKED_UP.findall(text)) <= {"baseUrl"}
        assert "{ {apiKey}}" in text


def test_what_a_variable_begins_with_is_looked_up_by_nobody() -> None:
    parameters = [parameter("X-A", "header", "{{apiKey}} \\n \\")]
    made = plan(document({"/a": {"get": operation("a", parameters=parameters)}}))

    values = {one["key"]: one["value"] for one in json.loads(as_postman(made))["variable"]}

    assert values["xA"] == "{ {apiKey}} \\n \\"
    assert "@xA = { {apiKey}} \\\\n \\\\\n" in as_http(made)  # VS Code reads two as one
    assert "@xA = { {apiKey}} \\n \\\n" in as_jetbrains(made)


def test_no_description_is_an_order_to_a_client() -> None:
    parameters = [parameter("a", "query", "1") | {"description": "@import /tmp/evil.http"}]
    contract = document(
        {"/a": {"get": operation("a", parameters=parameters)}},
        info={"title": "@loop for 9", "version": "1"},
    )

    assert "# @" not in as_jetbrains(plan(contract)).replace("# @name a\n", "")


def test_no_member_of_an_answer_ends_the_script_that_takes_it() -> None:
    text = as_jetbrains(plan(linked("a%}b{{c}}")))

    script = text.partition("> {%")[2].partition("%}")[0]
    assert 'response.body["a%\\u007db{\\u007bc}}"]' in script


def test_a_member_that_an_editor_cannot_look_up_is_its_example() -> None:
    text = as_http(plan(linked("a}}b")))

    assert "@id = 7\n" in text
    assert "response.body" not in text


def linked(member: str) -> Document:
    """A document whose second operation needs what the first one's answer has as a member."""
    taken = "$response.body#/" + member
    link = {"operationId": "read", "parameters": {"id": taken}}
    made = {"201": {"description": "ok", "links": {"read": link}}}
    return document(
        {
            "/a": {"post": {"operationId": "make", "responses": made}},
            "/a/{id}": {"get": operation("read", parameters=[parameter("id", "path", "7")])},
        }
    )


def test_no_example_adds_a_header_to_an_http_file() -> None:
    evil = {"name": "X-A", "in": "header", "required": True, "schema": {}, "example": "1\nX-B: 2"}
    text = as_http(plan(document({"/a": {"get": operation("a", parameters=[evil])}})))

    assert "\nX-B" not in text


def test_an_http_file_names_what_it_takes_from_answers() -> None:
    text = export_spec(ORDERS, "http")

    assert "@baseUrl = http://127.0.0.1:8080\n" in text
    assert "# @name createOrder_withCallback\nPOST {{baseUrl}}/v1/orders\n" in text
    assert "@orderId = {{createOrder_withCallback.response.body.$.id}}\n" in text
    assert "@ifMatch = {{createOrder_withCallback.response.headers.ETag}}\n" in text
    assert "@deliveryId = {{listDeliveries.response.body.$.items[0].id}}\n" in text
    assert "PATCH {{baseUrl}}/v1/orders/{{orderId}}\nIf-Match: {{ifMatch}}\n" in text
    assert "# may also be asked with: status=created" in text


def test_jetbrains_clients_take_from_answers_by_script() -> None:
    text = export_spec(ORDERS, "jetbrains")

    assert '    client.global.set("orderId", response.body["id"]);\n' in text
    assert '    client.global.set("ifMatch", response.headers.valueOf("ETag"));\n' in text
    assert "@orderId" not in text


def test_a_postman_collection_has_folders_tests_variables_and_answers() -> None:
    collection = json.loads(export_spec(ORDERS, "postman"))

    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    folders = {folder["name"]: folder["item"] for folder in collection["item"]}
    assert list(folders) == ["orders", "deliveries", "health"]
    create = folders["orders"][1]
    assert create["request"]["url"] == {
        "raw": "{{baseUrl}}/v1/orders",
        "host": ["{{baseUrl}}"],
        "path": ["v1", "orders"],
    }
    shown = {(one["key"], one.get("disabled")) for one in create["request"]["header"]}
    assert shown >= {("Content-Type", None), ("Idempotency-Key", True)}
    script = "\n".join(create["event"][0]["script"]["exec"])
    assert "answers as documented" in script
    assert 'pm.collectionVariables.set("orderId", body?.["id"])' in script
    assert {one["code"] for one in create["response"]} >= {201, 409, 422}
    variables = {one["key"]: one["value"] for one in collection["variable"]}
    assert variables["baseUrl"] == HERE


@pytest.mark.parametrize("form", WRITERS)
def test_no_format_knows_a_secret_or_changes_from_run_to_run(form: str, tmp_path: Path) -> None:
    spec = tmp_path / "t.yaml"
    spec.write_text(
        "openapi: 3.0.4\ninfo: {title: T, version: '1'}\nsecurity: [{key: []}]\n"
        "paths: {/a: {get: {operationId: a, responses: {200: {description: ok}}}}}\n"
        "components: {securitySchemes: {key: {type: http, scheme: bearer}}}\n"
    )

    text = export_spec(spec, form)

    assert text == export_spec(spec, form)
    assert "keySecret" in text or "KEY_SECRET" in text
