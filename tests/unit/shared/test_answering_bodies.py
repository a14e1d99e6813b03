"""Bodies that are no JSON are written as their media type wants it."""

from __future__ import annotations

import pytest

from mock_platform.engine.answering.writing import written
from mock_platform.engine.answering.xml_text import xml_text
from mock_platform.shared.contracts import Json
from tests.unit.shared.answering_kit import content, example, get

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml(value: Json, schema: Json, **components: Json) -> str:
    root = {"schema": schema, "components": {"schemas": components}}
    return xml_text(value, "/schema", root).removeprefix(HEAD)


@pytest.mark.parametrize(
    ("value", "media_type", "text"),
    [
        ("a", "text/plain", "a"),
        (1.5, "text/plain", "1.5"),
        (True, "text/plain", "true"),
        ({"a": 1}, "text/plain", '{"a":1}'),
        ({"a": 1}, "no type at all", '{"a":1}'),
        ({"a": "b c", "d": [1]}, "application/x-www-form-urlencoded", "a=b+c&d=%5B1%5D"),
        ([{"a": 1}, {"a": 2}], "application/x-ndjson", '{"a":1}\n{"a":2}\n'),
        ([1, {"event": "e", "data": 2}], "text/event-stream", "data: 1\n\nevent: e\ndata: 2\n\n"),
        (b"\x00", "application/octet-stream", b"\x00"),
        ("a", "application/json", "a"),
        ([1], "application/v.x+json", [1]),
    ],
)
def test_a_value_is_written_as_its_media_type(
    value: Json, media_type: str, text: str | bytes
) -> None:
    assert written(value, media_type, None, {}) == text


@pytest.mark.parametrize(
    ("value", "schema", "text"),
    [
        ({"a": 1, "b": None}, {}, "<root><a>1</a><b/></root>"),
        ({"a": "<&>"}, {"xml": {"name": "x"}}, "<x><a>&lt;&amp;&gt;</a></x>"),
        ({"id": 1}, {"properties": {"id": {"xml": {"attribute": True}}}}, '<root id="1"></root>'),
        (
            {"a": 1},
            {"xml": {"namespace": "urn:x", "prefix": "p"}},
            '<p:root xmlns:p="urn:x"><a>1</a></p:root>',
        ),
        ({"a": [1, 2]}, {"properties": {"a": {"type": "array"}}}, "<root><a>1</a><a>2</a></root>"),
        (
            {"a": [1]},
            {"properties": {"a": {"items": {"xml": {"name": "i"}}, "xml": {"wrapped": True}}}},
            "<root><a><i>1</i></a></root>",
        ),
        (
            {"a": [1]},
            {"properties": {"a": {"xml": {"name": "as", "wrapped": True}}}},
            "<root><as><as>1</as></as></root>",
        ),
        ([{"b": True}], {"items": {"xml": {"name": "i"}}}, "<root><i><b>true</b></i></root>"),
        ({"1 a": "\x00b"}, {}, "<root><_1_a>b</_1_a></root>"),
        ("plain", {}, "<root>plain</root>"),
    ],
)
def test_xml_follows_its_hints(value: Json, schema: Json, text: str) -> None:
    assert xml(value, schema) == text


def test_an_xml_root_is_called_like_its_schema() -> None:
    pet = {"allOf": [{"properties": {"id": {"xml": {"attribute": True}}}}]}

    assert xml({"id": 1}, {"$ref": "#/components/schemas/Pet"}, Pet=pet) == '<Pet id="1"></Pet>'


def test_items_of_an_xml_root_are_called_like_their_schema() -> None:
    pets = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}

    assert xml([{"id": 1}], pets, Pet={}) == "<root><Pet><id>1</id></Pet></root>"


OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ({"schema": OBJECT, "example": "<x>as written</x>"}, b"<x>as written</x>"),
        ({"schema": OBJECT, "example": {"a": "b"}}, HEAD.encode() + b"<root><a>b</a></root>"),
        (
            {"schema": {**OBJECT, "x-generated": {"a": "c"}}},
            HEAD.encode() + b"<root><a>c</a></root>",
        ),
        ({"examples": {"a": {"serializedValue": "<raw/>"}}}, b"<raw/>"),
    ],
    ids=["text for an object", "value", "generated", "serialized"],
)
def test_xml_is_sent_as_xml(media_type: Json, body: bytes) -> None:
    answer = get({"200": content(application_xml=media_type)})

    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["content-type"] == "application/xml"


def test_a_text_that_breaks_its_schema_is_not_sent_where_there_is_another() -> None:
    media = {"schema": {"type": "string", "maxLength": 2, "x-generated": "ok"}, "example": "long"}

    assert get({"200": content(text_plain=media)}).body == b"ok"


@pytest.mark.parametrize("media_type", [{}, {"schema": {"type": "string", "x-generated": "?"}}])
def test_a_picture_can_be_looked_at(media_type: Json) -> None:
    answer = get({"200": content(image_png=media_type)})

    assert answer.headers["content-type"] == "image/png"
    assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")


def test_text_without_a_word_about_it_is_empty() -> None:
    answer = get({"200": content(text_plain={})})

    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.body == b""


def test_json_in_a_text_is_sent_as_it_is() -> None:
    answer = get({"200": example("not json", "application_json")})

    assert answer.body == b'"not json"'
