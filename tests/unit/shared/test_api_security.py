"""A mock lets in whoever shows credentials of the right form, and tells others how to."""

from __future__ import annotations

import base64

import pytest

from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import document, ok, serve

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "queryKey": {"type": "apiKey", "in": "query", "name": "key"},
    "cookieKey": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "Digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "code": {"type": "apiKey", "in": "header", "name": "X-Key", "x-apikeyInfoFunc": "os.abort"},
}


def status(
    security: Json,
    headers: dict[str, str] | None = None,
    target: str = "/v1/x",
    everywhere: Json = (),
) -> int:
    operation = {"operationId": "x", "responses": ok()}
    if security is not None:
        operation["security"] = security
    served = serve(
        document(
            {"/x": {"get": operation}}, {"securitySchemes": SCHEMES}, security=list(everywhere)
        ),
        {"x": lambda: Reply(body="in")},
    )
    answer = served.ask("GET", target, headers)
    if answer.status == 401:
        assert answer.json["code"] == "UNAUTHENTICATED"
        assert answer.headers["www-authenticate"]
    return answer.status


BASIC = "Basic " + base64.b64encode(b"a:b").decode()


@pytest.mark.parametrize(
    ("scheme", "headers", "target"),
    [
        ("key", {"x-key": "k"}, "/v1/x"),
        ("queryKey", {}, "/v1/x?key=k"),
        ("cookieKey", {"cookie": "sid=k"}, "/v1/x"),
        ("basic", {"authorization": BASIC}, "/v1/x"),
        ("bearer", {"authorization": "Bearer t"}, "/v1/x"),
        ("digest", {"authorization": "Digest t"}, "/v1/x"),
        ("oauth", {"authorization": "Bearer t"}, "/v1/x"),
        ("oidc", {"authorization": "Bearer t"}, "/v1/x"),
    ],
)
def test_credentials_of_the_right_form_are_enough_and_none_are_not(
    scheme: str, headers: dict[str, str], target: str
) -> None:
    assert status([{scheme: ["any:scope"]}], headers, target) == 200
    assert status([{scheme: ["any:scope"]}]) == 401


@pytest.mark.parametrize(
    ("scheme", "authorization"),
    [
        ("basic", "Basic !"),
        ("basic", "Bearer t"),
        ("bearer", BASIC),
        ("bearer", "Bearer"),
        ("digest", BASIC),
    ],
)
def test_credentials_of_another_form_are_not_enough(scheme: str, authorization: str) -> None:
    assert status([{scheme: []}], {"authorization": authorization}) == 401


def test_one_of_several_alternatives_is_enough_and_all_of_one_are_needed() -> None:
    either: Json = [{"key": []}, {"bearer": []}]
    both: Json = [{"key": [], "bearer": []}]
    bearer = {"authorization": "Bearer t"}

    assert status(either, bearer) == 200
    assert status(both, bearer) == 401
    assert status(both, bearer | {"x-key": "k"}) == 200


def test_what_the_document_asks_for_may_be_waived_by_an_operation() -> None:
    assert status(None, everywhere=[{"key": []}]) == 401
    assert status([], everywhere=[{"key": []}]) == 200
    assert status([{}, {"key": []}]) == 200


def test_python_named_by_a_document_is_never_run() -> None:
    assert status([{"code": []}], {"x-key": "k"}) == 200
