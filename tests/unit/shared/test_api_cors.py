"""Pages from other origins may use what is served, as the Fetch standard wants it, if that is on."""

from __future__ import annotations

import pytest

from mock_platform.api.cors import Cors
from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import Answered, document, ok, serve

PAGE = "http://localhost:3000"
CORS = Cors()
PREFLIGHT = {"origin": PAGE, "access-control-request-method": "PUT"}


def asked(
    method: str,
    target: str = "/v1/x",
    headers: dict[str, str] | None = None,
    *,
    cors: Cors | None = CORS,
    options: Json = None,
) -> Answered:
    paths: dict[str, Json] = {
        "/x": {
            "get": {"operationId": "x", "responses": ok()},
            "put": {"operationId": "y", "responses": ok()},
        }
    }
    if options:
        paths["/x"]["options"] = {"operationId": "z", "responses": {"200": {"description": ""}}}
    given = {"ETag": '"1"', "Access-Control-Allow-Origin": "https://declared.example"}
    reply = Reply(body=1, headers=given)
    handlers = {"x": lambda: reply, "y": lambda: reply, "z": lambda: Reply(status=200)}
    return serve(document(paths), handlers, cors=cors).ask(method, target, headers)


def test_a_preflight_is_told_what_may_be_sent() -> None:
    answer = asked(
        "OPTIONS", headers={**PREFLIGHT, "access-control-request-headers": "content-type, x-a"}
    )

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, PUT"
    assert answer.headers["access-control-allow-headers"] == "content-type, x-a"
    assert answer.headers["access-control-max-age"] == "600"
    assert answer.headers["x-trace-id"]


def test_a_preflight_is_answered_even_where_the_contract_has_options_of_its_own() -> None:
    assert asked("OPTIONS", headers=PREFLIGHT, options=True).status == 204
    assert asked("OPTIONS", options=True).status == 200


@pytest.mark.parametrize("target", ["/v1/nothing", "/nowhere"])
def test_an_unknown_path_may_be_asked_so_that_its_404_can_be_read(target: str) -> None:
    preflight = asked("OPTIONS", target, PREFLIGHT)

    assert preflight.status == 204
    assert preflight.headers["access-control-allow-methods"] == "PUT"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/v1/x", 200),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/x", 405),
        ("GET", "/p", 200),
    ],
    ids=["answer", "404", "405", "page"],
)
def test_the_page_may_read_whatever_is_answered(method: str, target: str, status: int) -> None:
    answer = asked(method, target, {"origin": PAGE})

    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"
    assert "x-trace-id" in answer.headers["access-control-expose-headers"]


def test_headers_that_are_not_safelisted_are_shown_by_name() -> None:
    shown = asked("GET", headers={"origin": PAGE}).headers["access-control-expose-headers"]

    assert sorted(shown.split(", ")) == ["etag", "x-trace-id"]


def test_without_an_origin_what_the_contract_says_stays() -> None:
    declared = "https://declared.example"

    assert asked("GET").headers["access-control-allow-origin"] == declared
    assert asked("GET", "/v1/nothing").headers["access-control-allow-origin"] == "*"
    assert asked("OPTIONS").headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, PUT"


def test_private_networks_may_be_asked() -> None:
    private = {**PREFLIGHT, "access-control-request-private-network": "true"}

    answer = asked("OPTIONS", headers=private)

    assert answer.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize("headers", [{}, {"origin": PAGE}, PREFLIGHT], ids=str)
def test_switched_off_nothing_is_added(headers: dict[str, str]) -> None:
    answer = asked("OPTIONS", headers=headers, cors=None)

    assert sorted(answer.headers) == ["allow", "x-trace-id"]
