"""A form reaches its handler as one object, typed by its schema, or all that is wrong is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.api.multipart import MOST_PARTS
from mock_platform.api.representations import MOST_FIELDS
from mock_platform.shared.contracts import Json
from tests.unit.shared.body_kit import FORM, MULTIPART, form, keeping, part, parts, posted

INTEGER, STRING, BOOLEAN = ({"type": t} for t in ("integer", "string", "boolean"))
NUMBERS: Json = {"type": "array", "items": INTEGER}
POINT: Json = {"type": "object", "properties": {"x": INTEGER, "y": INTEGER}}
BINARY: Json = {"type": "string", "format": "binary"}


# URL-encoded


@pytest.mark.parametrize(
    ("schema", "encoding", "body", "value"),
    [
        (INTEGER, {}, "v=1", 1),
        (BOOLEAN, {}, "v=true", True),
        (STRING, {}, "v=a+b%20%C3%A4", "a b ä"),
        (STRING, {}, "v=1", "1"),
        ({}, {}, "v=1", "1"),
        ({"type": "integer", "nullable": True}, {}, "v=", None),
        (NUMBERS, {}, "v=1&v=2", [1, 2]),
        (NUMBERS, {}, "v=1", [1]),
        (NUMBERS, {}, "v[]=1&v[]=2", [1, 2]),
        (NUMBERS, {}, "v%5B0%5D=1&v%5B1%5D=2", [1, 2]),
        (NUMBERS, {}, "v=[1,2]", [1, 2]),
        (NUMBERS, {"style": "form", "explode": False}, "v=1,2", [1, 2]),
        (NUMBERS, {"style": "form", "explode": False}, "v=1%2C2", [1, 2]),
        (NUMBERS, {"style": "pipeDelimited"}, "v=1%7C2", [1, 2]),
        (NUMBERS, {"style": "spaceDelimited"}, "v=1+2", [1, 2]),
        (POINT, {}, 'v={"x":1,"y":2}', {"x": 1, "y": 2}),
        (POINT, {}, "v[x]=1&v[y]=2", {"x": 1, "y": 2}),
        (POINT, {"style": "deepObject", "explode": True}, "v[x]=1&v[y]=2", {"x": 1, "y": 2}),
        (POINT, {"style": "form", "explode": False}, "v=x,1,y,2", {"x": 1, "y": 2}),
        (STRING, {}, 'v={"x":1}', '{"x":1}'),
        (STRING, {"contentType": "application/json"}, "v=%22a%22", "a"),
        ({"type": "array", "items": POINT}, {}, 'v={"x":1}&v={"x":2}', [{"x": 1}, {"x": 2}]),
        ({"type": "array", "items": POINT}, {}, "v[0][x]=1&v[1][x]=2", [{"x": 1}, {"x": 2}]),
        ({"anyOf": [INTEGER, {"enum": [""]}]}, {}, "v=", ""),
    ],
    ids=str,
)
def test_a_field_is_read_as_what_its_schema_may_be(
    schema: Json, encoding: Json, body: str, value: Json
) -> None:
    content = form({"v": schema}, {"v": encoding} if encoding else {})

    assert posted(body, FORM, content).json == {"v": value}


def test_everything_wrong_with_a_form_is_told() -> None:
    content = form(
        {"a": INTEGER, "b": {"type": "string", "minLength": 2}, "p": POINT},
        required=["a", "b", "c"],
        additionalProperties=False,
    )

    answer = posted("a=x&b=1&z=1&p[x]=no", FORM, content)

    assert (answer.status, answer.json["code"]) == (422, "BODY_INVALID")
    assert sorted(answer.violations) == [
        ("", "additionalProperties"),
        ("", "required"),
        ("/a", "type"),
        ("/b", "minLength"),
        ("/p/x", "type"),
    ]


@pytest.mark.parametrize(
    ("written", "body", "rules"),
    [
        ({"allowReserved": False}, "v=a:/b", ["allowReserved"]),
        ({"allowReserved": False}, "v=a%3A%2Fb", []),
        ({"allowReserved": False}, "v=it's+(fine)!*", []),
        ({"allowReserved": True}, "v=a:/b", []),
        ({"contentType": "text/plain"}, "v=a:/b", []),
    ],
    ids=str,
)
def test_reserved_characters_are_refused_where_the_contract_says_so(
    written: Json, body: str, rules: list[str]
) -> None:
    answer = posted(body, FORM, form({"v": STRING}, {"v": written}))

    assert [one["rule"] for one in answer.json.get("violations", ())] == rules
    assert answer.status == (422 if rules else 200)


def test_a_scalar_that_is_given_twice_is_refused() -> None:
    assert posted("v=1&v=2", FORM, form({"v": INTEGER})).violations == [("/v", "type")]


def test_json_in_a_field_that_is_none_is_told_with_its_place() -> None:
    content = form({"v": POINT}, {"v": {"contentType": "application/json"}})

    assert posted("v={", FORM, content).violations == [("/v", "parse")]


def test_a_form_whose_text_is_no_utf_8_is_refused() -> None:
    assert posted("v=%FF", FORM, form({"v": STRING})).violations == [("/v", "encoding")]


def test_a_name_is_a_value_or_an_object_but_not_both() -> None:
    assert posted("v=1&v[x]=2", FORM, form({"v": POINT})).violations == [("", "style")]


def test_a_form_without_a_schema_is_what_it_is() -> None:
    assert posted("a=1&b=x&b=y", FORM, {FORM: {}}).json == {"a": "1", "b": ["x", "y"]}


def test_the_branch_that_fits_gives_a_form_its_types() -> None:
    def branch(kind: str, value: Json) -> Json:
        kinds = {"type": "string", "enum": [kind]}
        return {"type": "object", "required": ["k"], "properties": {"k": kinds, "v": value}}

    content = {FORM: {"schema": {"oneOf": [branch("n", INTEGER), branch("s", STRING)]}}}

    assert posted("k=n&v=1", FORM, content).json == {"k": "n", "v": 1}
    assert posted("k=s&v=1", FORM, content).json == {"k": "s", "v": "1"}


def test_an_empty_form_is_an_object_where_a_body_is_required() -> None:
    content = form({"v": STRING}, required=["v"])

    assert posted("", FORM, content).violations == [("", "required")]
    assert posted("", FORM, content, required=False).status == 200


def test_forms_have_a_charset_and_a_size() -> None:
    content = form({"v": STRING})

    assert posted("v=a", FORM + "; charset=UTF-8", content).json == {"v": "a"}
    assert posted("v=a", FORM + "; charset=utf-16", content).status == 415
    assert posted("&".join(["v=1"] * (MOST_FIELDS + 1)), FORM, content).status == 400


# In parts


def test_fields_and_files_become_one_object() -> None:
    content = form(
        {"name": STRING, "count": INTEGER, "tags": NUMBERS, "meta": POINT, "file": BINARY}
    )
    body = parts(
        part("name", "ä"),
        part("count", "3"),
        part("tags", "1"),
        part("tags", "2"),
        part("meta", '{"x":1}', content_type="application/json"),
        part("file", b"\x00\xff\r\n--XyZ?", filename="a.bin", content_type="image/png"),
    )

    assert posted(body, MULTIPART, content).json == {
        "name": "ä",
        "count": 3,
        "tags": [1, 2],
        "meta": {"x": 1},
        "file": {"bytes": "\x00\xff\r\n--XyZ?"},
    }


@pytest.mark.parametrize(
    ("schema", "written", "value"),
    [
        (POINT, part("v", '{"x":1}'), {"x": 1}),
        (POINT, part("v", '{"x":1}', content_type="text/plain"), {"x": 1}),
        (POINT, part("v", '{"x":1}', filename="p", content_type="application/json"), {"x": 1}),
        (NUMBERS, part("v", "1"), [1]),
        (NUMBERS, part("v", "[1,2]", content_type="application/json"), [1, 2]),
        ({"type": "array", "items": BINARY}, part("v", b"a", filename="a"), [{"bytes": "a"}]),
        (BINARY, part("v", b"a"), {"bytes": "a"}),
        (STRING, part("v", b"\xe4", content_type="text/plain; charset=iso-8859-1"), "ä"),
        ({}, part("v", b"\xff", filename="a"), {"bytes": "\xff"}),
    ],
    ids=repr,
)
def test_a_part_is_read_as_what_its_schema_may_be(
    schema: Json, written: bytes, value: Json
) -> None:
    assert posted(parts(written), MULTIPART, form({"v": schema})).json == {"v": value}


@pytest.mark.parametrize("charset", ["undefined", "punycode", "unicode_escape", "none", '"\0"'])
def test_a_part_in_no_charset_of_texts_is_bytes(charset: str) -> None:
    written = part("v", "\\ud800-9", content_type=f"text/plain; charset={charset}")

    assert posted(parts(written), MULTIPART, form({"v": {}})).json == {"v": {"bytes": "\\ud800-9"}}


def test_a_part_keeps_to_its_encoding() -> None:
    header = {"required": True, "schema": {"type": "integer", "maximum": 3}}
    content = form(
        {"v": BINARY},
        {"v": {"contentType": "image/png, image/*", "headers": {"X-Pages": header}}},
    )

    def sent(**headers: str) -> list[tuple[str, str]]:
        answer = posted(parts(part("v", b"", filename="a", **headers)), MULTIPART, content)
        return answer.violations if answer.status == 422 else []

    assert sent(content_type="image/gif", x_pages="3") == []
    assert sent(content_type="text/plain", x_pages="3") == [("/v", "contentType")]
    assert sent(content_type="image/png", x_pages="4") == [("/v", "maximum")]
    assert sent(content_type="image/png") == [("/v", "required")]


def test_files_are_measured_in_bytes() -> None:
    content = form({"v": {**BINARY, "maxLength": 2}})

    assert posted(parts(part("v", b"\xc3\xa4", filename="a")), MULTIPART, content).status == 200
    assert posted(parts(part("v", b"abc", filename="a")), MULTIPART, content).violations == [
        ("/v", "maxLength")
    ]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", parts(part("v", "a"))),
        ("multipart/form-data; boundary=" + "x" * 71, b""),
        (MULTIPART, b""),
        (MULTIPART, b"v=a"),
        (MULTIPART, part("v", "a")),
        (MULTIPART, parts(b"--XyZ\r\n\r\nno name\r\n")),
        (MULTIPART, parts(b"--XyZ\r\ncontent-disposition: form-data\r\n\r\na\r\n")),
        (MULTIPART, parts(b"--XyZ\r\ncontent-disposition: \xff\r\n\r\na\r\n")),
        (MULTIPART, parts(*[part("v", "a")] * (MOST_PARTS + 1))),
    ],
    ids=range(9),
)
def test_what_does_not_keep_to_its_boundary_is_unparsable(content_type: str, body: bytes) -> None:
    answer = posted(body, content_type, form({"v": STRING}))

    assert (answer.status, answer.json["code"]) == (400, "BODY_UNPARSABLE")


DISPOSITION = b"content-disposition: form-data; name="
PIECES = st.sampled_from(
    [
        *(b"--XyZ", b"--", b"\r\n", b"\n", DISPOSITION, b'"v"', b"; filename=x", b"{", b"}"),
        *(b"content-type: application/json", b"\xff", b"=", b"&", b"%F", b"a", b"v", b"p"),
        *(b"[", b"]", b"[]", b"1", b",", b"%5B"),
    ]
)
ANY = keeping(form({"v": NUMBERS, "p": POINT}), required=False)


@given(st.lists(PIECES, max_size=16).map(b"".join), st.sampled_from([FORM, MULTIPART]))
def test_no_form_breaks_us(body: bytes, content_type: str) -> None:
    framed = body if content_type == FORM else b"--XyZ\r\n" + body + b"\r\n--XyZ--"

    for raw in (body, framed):
        answer = ANY.ask("POST", "/v1/x", {"content-type": content_type}, raw)
        assert answer.status in (200, 400, 422)
