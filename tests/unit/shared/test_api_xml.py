"""XML reaches its handler as the value that the contract's hints make of it, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.engine.xml_values import DEEPEST
from mock_platform.shared.contracts import Json
from tests.unit.shared.body_kit import keeping, posted

XML = "application/xml"
INTEGER, STRING, BOOLEAN = ({"type": t} for t in ("integer", "string", "boolean"))


def hinted(schema: Json, **xml: Json) -> Json:
    return {**schema, "xml": xml}


def whole(properties: Json, **more: Json) -> Json:
    return {XML: {"schema": {"type": "object", "properties": properties, **more}}}


def array(items: Json, **xml: Json) -> Json:
    return hinted({"type": "array", "items": items}, **xml)


SPACE = "https://example.com/s"


@pytest.mark.parametrize(
    ("schema", "inner", "value"),
    [
        (STRING, "<v> a </v>", " a "),
        (INTEGER, "<v> 3 </v>", 3),
        (BOOLEAN, "<v>true</v>", True),
        (STRING, "<v><![CDATA[<b>]]></v>", "<b>"),
        (STRING, "<v/>", ""),
        ({"type": "integer", "nullable": True}, "<v/>", None),
        (
            {"type": "object", "nullable": True},
            '<v xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>',
            None,
        ),
        (hinted(STRING, name="W"), "<W>a</W>", "a"),
        (array(INTEGER), "<v>1</v><v>2</v>", [1, 2]),
        (array(hinted(INTEGER, name="n")), "<n>1</n><n>2</n>", [1, 2]),
        (array(INTEGER, wrapped=True), "<v><v>1</v></v>", [1]),
        (array(INTEGER, wrapped=True), "<v/>", []),
        (array(hinted(INTEGER, name="n"), wrapped=True, name="ns"), "<ns><n>1</n></ns>", [1]),
        (hinted(STRING, namespace=SPACE, prefix="s"), f'<s:v xmlns:s="{SPACE}">a</s:v>', "a"),
        (hinted(STRING, namespace=SPACE, prefix="s"), f'<t:v xmlns:t="{SPACE}">a</t:v>', "a"),
        ({"type": "object", "properties": {"a": INTEGER}}, "<v><a>1</a></v>", {"a": 1}),
        ({"oneOf": [INTEGER, BOOLEAN]}, "<v>true</v>", True),
    ],
    ids=str,
)
def test_an_element_is_read_by_its_hints(schema: Json, inner: str, value: Json) -> None:
    answer = posted(f"<any>{inner}</any>", XML, whole({"v": schema}, required=["v"]))

    assert answer.json == {"v": value}


def test_attributes_and_elements_are_members() -> None:
    content = whole({"id": hinted(INTEGER, attribute=True, name="ID"), "name": STRING})

    assert posted('<pet ID="7"><name>Rex</name></pet>', XML, content).json == {
        "id": 7,
        "name": "Rex",
    }


def test_an_element_of_another_name_or_namespace_is_another_element() -> None:
    named = whole({"v": hinted(STRING, name="W")}, required=["v"])
    spaced = whole({"v": hinted(STRING, namespace=SPACE)}, required=["v"])

    assert posted("<a><v>x</v></a>", XML, named).violations == [("", "required")]
    assert posted("<a><v>x</v></a>", XML, spaced).violations == [("", "required")]


def test_the_root_is_called_as_the_contract_says() -> None:
    content = whole({}, xml={"name": "pet"})

    assert posted("<pet/>", XML, content).json == {}
    assert posted("<cat/>", XML, content).status == 400


def test_a_root_that_is_a_list_holds_its_items() -> None:
    content = {XML: {"schema": array(hinted(INTEGER, name="n"), name="ns", wrapped=True)}}

    assert posted("<ns><n>1</n><n>2</n></ns>", XML, content).json == [1, 2]


def test_a_schema_that_refers_to_itself_is_followed() -> None:
    node = {"$ref": "#/components/schemas/Node"}
    components = {"schemas": {"Node": {"type": "object", "properties": {
        "n": INTEGER, "next": node}}}}  # fmt: skip
    body = "<Node><n>1</n><next><n>2</n></next></Node>"

    assert posted(body, XML, {XML: {"schema": node}}, components=components).json == {
        "n": 1,
        "next": {"n": 2},
    }


def test_everything_wrong_with_an_element_is_told() -> None:
    content = whole(
        {"n": INTEGER, "s": {"type": "string", "maxLength": 1}},
        required=["m"],
        additionalProperties=False,
    )

    answer = posted("<a><n>x</n><s>long</s><z/></a>", XML, content)

    assert answer.status == 422
    assert sorted(answer.violations) == [
        ("", "additionalProperties"),
        ("", "required"),
        ("/n", "type"),
        ("/s", "maxLength"),
    ]


def test_xml_that_is_wanted_as_text_stays_text() -> None:
    assert posted("<a/>", XML, {XML: {"schema": STRING}}).json == {"bytes": "<a/>"}
    assert posted("<a/>", "text/xml", {"text/xml": {"schema": STRING}}).json == "<a/>"


def test_the_family_and_the_charset_of_xml() -> None:
    content = {"application/*": {"schema": {"type": "object", "properties": {"v": STRING}}}}
    body = b"<a><v>\xe4</v></a>"

    assert posted(body, "application/x+xml; charset=iso-8859-1", content).json == {"v": "ä"}
    assert posted(body, "application/x+xml", content).status == 400
    assert posted(body, "application/xml; charset=ebcdic", content).status == 415


BOMB = '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
PARAMETER = '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]><a/>'


@pytest.mark.parametrize(
    "body",
    [
        *("<a>", "a", "", "<a/><b/>", "<a>&x;</a>", "<x:a/>", "\x00", BOMB, OUTSIDE, PARAMETER),
        "<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1),
        '<?xml version="1.0" encoding="x"?><a/>',
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_xml_or_declares_entities_is_unparsable(body: str) -> None:
    answer = posted(body, XML, whole({}))

    assert (answer.status, answer.json["code"]) == (400, "BODY_UNPARSABLE")


def test_a_body_as_deep_as_is_taken_is_read() -> None:
    body = "<a>" * DEEPEST + "</a>" * DEEPEST

    assert posted(body, XML, whole({})).status == 200


def test_however_many_elements_of_one_name_are_a_list_in_their_order() -> None:
    numbers = [str(number) for number in range(80_000)]
    body = "<a>" + "".join(f"<b>{one}</b>" for one in numbers) + "</a>"

    assert posted(body, XML, whole({})).json == {"b": numbers}


PIECES = st.sampled_from(
    [
        *("<a>", "</a>", "<v>", "</v>", "<v/>", "1", " ", "<a b='1'>", "<!--", "-->", "&amp;"),
        *("&", "<", "<!DOCTYPE a>", "<![CDATA[", "]]>", "ä", "\x00", "<x:a xmlns:x='y'>"),
        *("</x:a>", "<?p ?>"),
    ]
)
ANY = keeping(
    whole({"v": {"oneOf": [array(INTEGER), {"type": "object"}, INTEGER]}}), required=False
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_xml_breaks_us(body: str) -> None:
    for raw in (body, f"<a>{body}</a>"):
        answer = ANY.ask("POST", "/v1/x", {"content-type": XML}, raw)
        assert answer.status in (200, 400, 422)
