"""A mock lets in whoever shows credentials of the right form, and tells others how to."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from mock_platform.api.application import Contract, Knobs
from mock_platform.shared.contracts import Json, Reply
from mock_platform.shared.credentials import CredentialsBroken, read_credentials
from tests.unit.shared.api_kit import Answered, document, ok, serve

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "queryKey": {"type": "apiKey", "in": "query", "name": "key"},
    "cookieKey": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "Digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "custom": {"type": "http", "scheme": "Hawk"},
    "mutual": {"type": "mutualTLS"},
    "dangling": {"$ref": "#/components/securitySchemes/nowhere"},
    "strange": {"type": "apiKey"},
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


DIGEST = 'Digest username="u", realm="r", nonce="n", uri="/v1/x", response="0"'
BASIC = "Basic " + base64.b64encode(b"a:b").decode()


@pytest.mark.parametrize(
    ("scheme", "headers", "target"),
    [
        ("key", {"x-key": "k"}, "/v1/x"),
        ("queryKey", {}, "/v1/x?key=k"),
        ("cookieKey", {"cookie": "sid=k"}, "/v1/x"),
        ("basic", {"authorization": BASIC}, "/v1/x"),
        ("bearer", {"authorization": "Bearer t"}, "/v1/x"),
        ("digest", {"authorization": DIGEST}, "/v1/x"),
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
        ("digest", "Digest t"),
        ("digest", 'Digest username="u"'),
        ("basic", "Basic YQ=="),
        ("bearer", "Bearer a b"),
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


# Known credentials

KNOWN = read_credentials(
    {
        "key": ["k1", {"value": "k2", "scopes": []}],
        "basic": ["ann:secret:word"],
        "digest": "ann:secret",
        "oauth": [{"value": "reader", "scopes": ["read"]}, {"value": "all"}],
        "bearer": [],
    }
)


def asked(security: Json, headers: dict[str, str] | None = None, target: str = "/v1/x") -> Answered:
    """Ask an operation of a contract that knows some credentials."""
    operation = {"operationId": "x", "responses": ok(), "security": security}
    contract = Contract(
        document=document({"/x": {"get": operation}}, {"securitySchemes": SCHEMES}),
        resolve=lambda _: lambda: Reply(body="in"),
        credentials=KNOWN,
    )
    return serve([contract], knobs=Knobs(entropy=lambda count: b"\x07" * count)).ask(
        "GET", target, headers
    )


def encoded(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("scheme", "right", "wrong"),
    [
        ("key", {"x-key": "k1"}, {"x-key": "k3"}),
        ("basic", encoded("ann:secret:word"), encoded("ann:secret")),
        ("oauth", {"authorization": "Bearer all"}, {"authorization": "Bearer other"}),
        ("oidc", {"authorization": "Bearer anything"}, {}),
    ],
)
def test_where_credentials_are_known_only_they_are_let_in(
    scheme: str, right: dict[str, str], wrong: dict[str, str]
) -> None:
    assert asked([{scheme: []}], right).status == 200
    assert asked([{scheme: []}], wrong).status == 401


def test_a_scheme_with_no_known_credentials_lets_nobody_in() -> None:
    assert asked([{"bearer": []}], {"authorization": "Bearer t"}).status == 401


def test_credentials_without_the_scope_are_forbidden() -> None:
    security: Json = [{"oauth": ["read", "write"]}]

    refused = asked(security, {"authorization": "Bearer reader"})

    assert (refused.status, refused.json["code"]) == (403, "FORBIDDEN")
    assert refused.json["scopes"] == ["read", "write"]
    assert refused.headers["www-authenticate"] == (
        'Bearer realm="mock-platform", scope="read write", error="insufficient_scope"'
    )
    assert asked(security, {"authorization": "Bearer all"}).status == 200
    assert asked([{"oauth": ["read"]}], {"authorization": "Bearer reader"}).status == 200
    assert asked([{"key": ["admin"]}], {"x-key": "k2"}).status == 403


def test_another_alternative_may_let_in_whom_the_first_refuses() -> None:
    either: Json = [{"oauth": ["write"]}, {"key": []}]

    assert asked(either, {"authorization": "Bearer reader", "x-key": "k1"}).status == 200
    assert asked(either, {"authorization": "Bearer", "x-key": "k1"}).status == 200
    assert asked(either, {"authorization": "Bearer reader", "x-key": "no"}).status == 403


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        ("key", 'ApiKey realm="mock-platform", in="header", name="X-Key"'),
        ("queryKey", 'ApiKey realm="mock-platform", in="query", name="key"'),
        ("basic", 'Basic realm="mock-platform", charset="UTF-8"'),
        ("bearer", 'Bearer realm="mock-platform"'),
        ("oauth", 'Bearer realm="mock-platform", scope="read"'),
        ("custom", 'Hawk realm="mock-platform"'),
    ],
)
def test_a_refusal_says_how_to_be_let_in(scheme: str, challenge: str) -> None:
    scopes = ["read"] if scheme == "oauth" else []

    assert asked([{scheme: scopes}]).headers["www-authenticate"] == challenge


def test_a_token_that_is_not_known_is_called_invalid() -> None:
    refused = asked([{"oauth": []}], {"authorization": "Bearer other"})

    assert refused.headers["www-authenticate"] == (
        'Bearer realm="mock-platform", error="invalid_token"'
    )
    assert "other" not in refused.body.decode()


def test_every_alternative_has_its_challenge() -> None:
    refused = asked([{"basic": []}, {"bearer": []}, {"basic": [], "key": []}])

    assert [one.split(" ")[0] for one in refused.json["challenges"]] == [
        "Basic",
        "Bearer",
        "ApiKey",
    ]


# Digest (RFC 7616)


def answered(challenge: str, password: str, target: str, **more: str) -> str:
    """Answer a challenge as a client would."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', challenge))

    def md5(*texts: str) -> str:
        return hashlib.md5(":".join(texts).encode()).hexdigest()  # noqa: S324 - RFC 7616 has it

    who, what = md5("ann", given["realm"], password), md5("GET", target)
    fresh = ("00000001", "c0ffee", "auth")
    parts = {
        "username": "ann",
        "realm": given["realm"],
        "nonce": given["nonce"],
        "uri": target,
        "qop": "auth",
        "nc": fresh[0],
        "cnonce": fresh[1],
        "response": md5(who, given["nonce"], *fresh, what),
    }
    return "Digest " + ", ".join(f'{name}="{text}"' for name, text in {**parts, **more}.items())


def test_a_long_header_that_names_nothing_is_read_once() -> None:
    header = {"authorization": "Digest " + "a" * 1_000_000}

    assert asked([{"digest": []}], header).status == 401


def test_digest_is_answered_with_the_password_and_our_nonce() -> None:
    digest: Json = [{"digest": []}]
    challenge = asked(digest).headers["www-authenticate"]

    def status_of(password: str, target: str = "/v1/x?a=1", **more: str) -> int:
        header = answered(challenge, password, target, **more)
        return asked(digest, {"authorization": header}, "/v1/x?a=1").status

    assert 'qop="auth", algorithm=MD5' in challenge
    assert status_of("secret") == 200
    assert status_of("other") == 401
    assert status_of("secret", "/v1/y") == 401
    assert status_of("secret", nonce="0" * 48) == 401
    assert status_of("secret", algorithm="SHA-3") == 401


# What is unusual


@pytest.mark.parametrize(
    "scheme", ["mutual", "missing", "dangling", "strange"], ids=lambda name: name
)
def test_a_scheme_that_cannot_be_seen_is_not_missed(scheme: str) -> None:
    assert status([{scheme: []}]) == 200


def test_every_header_that_is_no_credential_is_refused_without_breaking() -> None:
    for text in ("", " ", "Basic", "Basic \xff", "Digest =,=", 'Digest "', "Bearer  ", "\xe4"):
        for scheme in ("basic", "bearer", "digest", "custom"):
            assert status([{scheme: []}], {"authorization": text}) == 401


def test_credentials_show_nobody_what_they_are() -> None:
    assert "k1" not in repr(KNOWN)


@pytest.mark.parametrize(
    "written", [[], "x", {"a": 1}, {"a": [1]}, {"a": [{"value": 1}]}, {"a": [{"scopes": []}]},
    {"a": [{"value": "s3cret", "scopes": "read"}]}, {"a": [{"value": "s3cret", "x": 1}]}],
    ids=str,
)  # fmt: skip
def test_credentials_that_are_written_otherwise_are_refused(written: Json) -> None:
    with pytest.raises(CredentialsBroken) as refusal:
        read_credentials(written)

    assert "s3cret" not in str(refusal.value)
