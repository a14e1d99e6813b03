"""A path leads to one operation, or to none; a method that is not there is told what is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.api.routes import Routes, RouteTaken, parted
from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import document, ok, serve


def routes(*paths: str) -> Routes[str]:
    made: Routes[str] = Routes()
    for path in paths:
        made.add("GET", path, path)
    return made


def found(made: Routes[str], path: str) -> tuple[str, tuple[str, ...]] | None:
    result = made.find(path)
    return None if result is None else (result[0].methods["GET"][0], result[1])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders", ("/orders", ())),
        ("/orders/mine", ("/orders/mine", ())),
        ("/orders/7", ("/orders/{id}", ("7",))),
        ("/orders/mine/events", ("/orders/{id}/events", ("mine",))),
        ("/files/a.b.json", ("/files/{name}.{format}", ("a.b", "json"))),
        ("/files/report-7", ("/files/report-{id}", ("7",))),
        ("/files/report", ("/files/{id}", ("report",))),
        ("/jobs/7:cancel", ("/jobs/{id}:cancel", ("7",))),
        ("/orders/a%2Fb", ("/orders/{id}", ("a/b",))),
        ("/orders/%C3%A4%20b", ("/orders/{id}", ("ä b",))),
        ("/caf%C3%A9", ("/café", ())),
        ("/orders/%FF", None),
        ("/orders/", None),
        ("/orders//events", None),
        ("/orders/7/", None),
        ("/orders/7/nothing", None),
        ("/nothing", None),
        ("", None),
    ],
    ids=str,
)
def test_the_most_literal_template_wins_and_a_dead_end_is_left(
    path: str, expected: tuple[str, tuple[str, ...]] | None
) -> None:
    made = routes(
        *("/orders", "/orders/mine", "/orders/{id}", "/orders/{id}/events", "/café"),
        *("/files/{name}.{format}", "/files/report-{id}", "/files/{id}", "/jobs/{id}:cancel"),
    )

    assert found(made, path) == expected


def test_two_operations_at_one_place_are_refused_by_both_their_names() -> None:
    made = routes("/orders/{id}")

    with pytest.raises(RouteTaken, match=r"GET /orders/\{key\} is the same as GET /orders/\{id\}"):
        made.add("GET", "/orders/{key}", "again")


def test_templates_of_one_place_keep_their_own_parameter_names() -> None:
    made = routes("/a/{x}")
    made.add("POST", "/a/{y}", "other")

    leaf, values = made.find("/a/1") or pytest.fail("nothing there")

    assert (leaf.methods["GET"][1], leaf.methods["POST"][1], values) == (("x",), ("y",), ("1",))


@given(st.lists(st.sampled_from(["a", "b", "%2F", "%", "%zz", "é", ".", "..", ""]), max_size=5))
def test_whatever_the_path_the_search_ends(segments: list[str]) -> None:
    made = routes("/{a}", "/{a}/b", "/a/{b}/{c}.{d}")

    made.find("/" + "/".join(segments))


THINGS: Json = {
    "/things/{id}": {
        "get": {
            "operationId": "getThing",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "responses": ok(),
        },
        "delete": {
            "operationId": "dropThing",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "responses": {"204": {"description": ""}},
        },
    },
    "/preflight": {"options": {"operationId": "preflight", "responses": ok()}},
}
SERVED = serve(
    document(THINGS),
    {
        "getThing": lambda id: Reply(body={"id": id}),  # noqa: A006 - the contract's name for it
        "dropThing": lambda: Reply(status=204),
        "preflight": lambda: Reply(body="asked"),
    },
)


@given(st.lists(st.text("-.", max_size=2), min_size=2, max_size=4), st.text("-.a", max_size=9))
def test_a_segment_is_parted_as_a_greedy_expression_would(literals: list[str], text: str) -> None:
    expression = re.compile("(.+)".join(map(re.escape, literals)))

    found = expression.fullmatch(text)

    assert parted(literals, text) == (None if found is None else found.groups())


def test_a_segment_that_could_be_parted_in_a_billion_ways_is_looked_at_once() -> None:
    made = routes("/maps/{z}-{x}-{y}-{w}.png")

    assert found(made, "/maps/" + "-" * 60_000) is None


def test_an_unknown_path_below_the_base_path_is_a_problem() -> None:
    answer = SERVED.ask("GET", "/v1/nothing")

    assert (answer.status, answer.json["code"]) == (404, "PATH_UNKNOWN")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["instance"] == "/v1/nothing"


@pytest.mark.parametrize("path", ["/", "/v1x/things", "/index"])
def test_other_paths_are_the_pages_business(path: str) -> None:
    answer = SERVED.ask("GET", path)

    assert (answer.status, answer.body) == (200, b"a page")
    assert answer.headers["x-trace-id"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "TRACE", "PROPFIND"])
def test_a_method_that_is_not_there_is_told_what_is(method: str) -> None:
    answer = SERVED.ask(method, "/v1/things/7")

    assert (answer.status, answer.json["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_head_is_answered_like_get_without_the_body() -> None:
    got, head = SERVED.ask("GET", "/v1/things/7"), SERVED.ask("HEAD", "/v1/things/7")

    assert head.body == b""
    assert (head.status, head.headers["content-length"]) == (200, got.headers["content-length"])


def test_options_names_the_methods_unless_the_contract_has_an_operation() -> None:
    bare, own = SERVED.ask("OPTIONS", "/v1/things/7"), SERVED.ask("OPTIONS", "/v1/preflight")

    assert (bare.status, bare.body, bare.headers["allow"]) == (
        204,
        b"",
        "DELETE, GET, HEAD, OPTIONS",
    )
    assert bare.headers["x-trace-id"]
    assert own.json == "asked"


def test_the_options_of_the_server_as_a_whole_can_be_asked_for() -> None:
    assert SERVED.ask("OPTIONS", "*").status == 204
    assert SERVED.ask("GET", "*").status == 404


def test_the_date_is_left_to_the_server() -> None:
    def dated(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Date", "Thu, 01 Jan 2026 00:00:00 GMT")])
        return [b""]

    assert "date" not in serve(document({}), {}, pages=dated).get("/page").headers


def test_an_encoded_slash_stays_inside_its_parameter() -> None:
    assert SERVED.ask("GET", "/v1/things/a%2Fb").json == {"id": "a/b"}


def test_a_path_that_is_no_text_leads_nowhere() -> None:
    assert SERVED.ask("GET", "/v1/things/%FF").status == 404


def test_without_a_base_path_unknown_paths_are_the_pages_business() -> None:
    served = serve(
        document({"/a": {"get": {"operationId": "a", "responses": ok()}}}, servers=[]),
        {"a": lambda: Reply(body=1)},
    )

    assert served.ask("GET", "/a").json == 1
    assert served.ask("GET", "/b").body == b"a page"
