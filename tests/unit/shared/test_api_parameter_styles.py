"""Every style of every place is read as it is documented, whatever the schema looks like."""

from __future__ import annotations

from typing import Any

import pytest
from connexion.uri_parsing import OpenAPIURIParser
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.api.application import Knobs
from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import document, ok, serve
from tests.unit.shared.parameter_kit import BOOLEAN, INTEGER, NUMBER, STRING, asked, parameter

TEXTS: Json = {"type": "array", "items": STRING}
NUMBERS: Json = {"type": "array", "items": INTEGER}
COLOUR: Json = {"type": "object", "properties": {"R": INTEGER, "G": INTEGER}}
RED = {"R": 100, "G": 200}
YES, NO = {"explode": True}, {"explode": False}


def echo(**given: Json) -> Reply:
    return Reply(body=given)


def style(name: str, explode: bool) -> Json:
    return {"style": name, "explode": explode}


QUERY = [
    # style, explode, schema, query, value
    ("form", True, TEXTS, "v=a,b", ["a,b"]),
    ("form", True, TEXTS, "v=a%2Cb&v=c", ["a,b", "c"]),
    ("form", False, TEXTS, "v=a%2Cb,c", ["a,b", "c"]),
    ("form", False, NUMBERS, "v=1%2C2", [1, 2]),
    ("form", False, TEXTS, "v=a%2Cb", ["a,b"]),
    ("form", False, NUMBERS, "v=", []),
    ("form", False, TEXTS, "v=", [""]),
    ("form", False, COLOUR, "v=R,100,G,200", RED),
    ("form", True, COLOUR, "R=100&G=200", RED),
    ("spaceDelimited", False, NUMBERS, "v=1+2%203", [1, 2, 3]),
    ("spaceDelimited", True, NUMBERS, "v=1&v=2", [1, 2]),
    ("spaceDelimited", False, COLOUR, "v=R%20100%20G%20200", RED),
    ("pipeDelimited", False, NUMBERS, "v=1|2%7C3", [1, 2, 3]),
    ("pipeDelimited", True, NUMBERS, "v=1&v=2", [1, 2]),
    ("pipeDelimited", False, COLOUR, "v=R|100|G|200", RED),
    ("deepObject", True, COLOUR, "v[R]=100&v[G]=200", RED),
    ("deepObject", True, NUMBERS, "v[]=1&v[]=2", [1, 2]),
    ("deepObject", True, NUMBERS, "v[1]=2&v[0]=1", [1, 2]),
]


@pytest.mark.parametrize(("name", "explode", "schema", "query", "value"), QUERY, ids=str)
def test_a_query_is_read_by_its_style(
    name: str, explode: bool, schema: Json, query: str, value: Json
) -> None:
    answer = asked([parameter("v", "query", schema, **style(name, explode))], f"/v1/x?{query}")

    assert answer.json == {"v": value}


PATHS = [
    ("simple", False, TEXTS, "a%2Cb,c", ["a,b", "c"]),
    ("simple", True, NUMBERS, "1,2", [1, 2]),
    ("simple", False, COLOUR, "R,100,G,200", RED),
    ("simple", True, COLOUR, "R=100,G=200", RED),
    ("label", False, STRING, ".a%20b", "a b"),
    ("label", False, NUMBERS, ".1,2", [1, 2]),
    ("label", False, NUMBERS, ".1.2", [1, 2]),
    ("label", True, NUMBERS, ".1.2", [1, 2]),
    ("label", False, COLOUR, ".R,100,G,200", RED),
    ("label", False, COLOUR, ".R.100.G.200", RED),
    ("label", True, COLOUR, ".R=100.G=200", RED),
    ("matrix", False, INTEGER, ";v=5", 5),
    ("matrix", False, STRING, ";v", ""),
    ("matrix", False, NUMBERS, ";v=1,2", [1, 2]),
    ("matrix", True, NUMBERS, ";v=1;v=2", [1, 2]),
    ("matrix", False, COLOUR, ";v=R,100,G,200", RED),
    ("matrix", True, COLOUR, ";R=100;G=200", RED),
]


@pytest.mark.parametrize(("name", "explode", "schema", "segment", "value"), PATHS, ids=str)
def test_a_path_is_read_by_its_style(
    name: str, explode: bool, schema: Json, segment: str, value: Json
) -> None:
    one = parameter("v", "path", schema, **style(name, explode))

    assert asked([one], f"/v1/x/{segment}/y", path="/x/{v}/y").json == {"v": value}


@pytest.mark.parametrize(("name", "segment"), [("label", "5"), ("matrix", "5"), ("matrix", ";w=5")])
def test_a_path_that_is_not_in_its_style_is_refused(name: str, segment: str) -> None:
    one = parameter("v", "path", INTEGER, style=name)

    assert asked([one], f"/v1/x/{segment}", path="/x/{v}").violations == [("path/v", "style")]


HEADERS = [
    (False, NUMBERS, "1, 2,3", [1, 2, 3]),
    (False, COLOUR, "R, 100, G, 200", RED),
    (True, COLOUR, "R=100,G=200", RED),
    (False, TEXTS, "a%2Cb", ["a%2Cb"]),
]


@pytest.mark.parametrize(("explode", "schema", "text", "value"), HEADERS, ids=str)
def test_a_header_is_read_by_its_style(explode: bool, schema: Json, text: str, value: Json) -> None:
    one = parameter("v", "header", schema, explode=explode)

    assert asked([one], headers={"v": text}).json == {"v": value}


COOKIES: list[Any] = [
    ({}, NUMBERS, "v=1; v=2", [1, 2]),
    (NO, NUMBERS, "a=b; v=1,2", [1, 2]),
    (NO, COLOUR, "v=R,100,G,200", RED),
    ({}, COLOUR, "R=100; G=200", RED),
    ({}, STRING, "v=a%20b=c", "a b=c"),
    ({"style": "cookie"}, STRING, "v=a%20b", "a%20b"),
    ({"style": "cookie", **YES}, COLOUR, "R=100; G=200", RED),
]


@pytest.mark.parametrize(("written", "schema", "text", "value"), COOKIES, ids=str)
def test_a_cookie_is_read_by_its_style(written: Json, schema: Json, text: str, value: Json) -> None:
    one = parameter("v", "cookie", schema, **written)

    assert asked([one], headers={"cookie": text}).json == {"v": value}


NESTED: Json = {
    "type": "object",
    "properties": {
        "Range": {"type": "object", "properties": {"gte": INTEGER, "lt": INTEGER}},
        "tags": TEXTS,
        "open": BOOLEAN,
    },
    "additionalProperties": False,
}


def test_a_deep_object_is_read_to_its_depth_and_its_names_keep_their_case() -> None:
    one = parameter("Filter", "query", NESTED, style="deepObject", explode=True)
    query = "Filter[Range][gte]=1&Filter%5BRange%5D%5Blt%5D=9&Filter[tags]=a&Filter[tags]=b"

    assert asked([one], f"/v1/x?{query}&Filter[open]=true").json == {
        "filter": {"Range": {"gte": 1, "lt": 9}, "tags": ["a", "b"], "open": True}
    }
    assert asked([one], "/v1/x?Filter[range][gte]=1").violations == [
        ("query/Filter", "additionalProperties")
    ]
    assert asked([one], "/v1/x?Filter[Range][gte]=x").violations == [
        ("query/Filter/Range/gte", "type")
    ]


def test_a_deep_object_without_end_is_refused() -> None:
    one = parameter("v", "query", {"type": "object"}, style="deepObject", explode=True)

    assert asked([one], f"/v1/x?v{'[a]' * 1000}=1").violations == [("query/v", "style")]
    assert asked([one], "/v1/x?v[a]=1&v[a][b]=2").violations == [("query/v", "style")]


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({}, "12", "12"),
        ({"enum": [1, 2]}, "2", 2),
        ({"enum": ["1", "2"]}, "2", "2"),
        ({"minimum": 3}, "12", 12),
        ({"pattern": "^1"}, "12", "12"),
        ({"type": "integer", "nullable": True}, "null", None),
        ({"type": "string", "nullable": True}, "null", "null"),
        ({"oneOf": [INTEGER, BOOLEAN]}, "true", True),
        ({"oneOf": [INTEGER, BOOLEAN]}, "3", 3),
        ({"anyOf": [{"type": "string", "format": "uuid"}, INTEGER]}, "3", 3),
        ({"anyOf": [INTEGER, {"type": "string", "pattern": "^0"}]}, "007", "007"),
        ({"oneOf": [{**STRING, "enum": ["1"]}, {**INTEGER, "minimum": 2}]}, "1", "1"),
        ({"anyOf": [STRING, TEXTS]}, "a", "a"),
        ({"anyOf": [TEXTS, NUMBER]}, "1.5", 1.5),
        ({"allOf": [{"description": "a count"}, INTEGER]}, "3", 3),
        ({"allOf": [{"type": "number"}, {"minimum": 1}]}, "3", 3),
    ],
    ids=str,
)
def test_a_text_is_read_as_what_its_schema_may_be(schema: Json, text: str, value: Json) -> None:
    assert asked([parameter("v", "query", schema)], f"/v1/x?v={text}").json == {"v": value}


def test_a_parameter_may_be_a_scalar_or_a_deep_object() -> None:
    schema = {"anyOf": [{"type": "object", "properties": {"gt": INTEGER}}, INTEGER]}
    one = parameter("created", "query", schema, style="deepObject", explode=True)

    assert asked([one], "/v1/x?created=5").json == {"created": 5}
    assert asked([one], "/v1/x?created[gt]=5").json == {"created": {"gt": 5}}
    assert asked([one], "/v1/x?created=x").status == 400


def test_the_branch_that_fits_gives_the_members_their_types() -> None:
    def branch(kind: str, value: Json) -> Json:
        kinds = {"type": "string", "enum": [kind]}
        return {"type": "object", "required": ["k"], "properties": {"k": kinds, "v": value}}

    schema = {"oneOf": [branch("count", INTEGER), branch("name", STRING)]}
    one = parameter("p", "query", schema, style="deepObject", explode=True)

    assert asked([one], "/v1/x?p[k]=count&p[v]=1").json == {"p": {"k": "count", "v": 1}}
    assert asked([one], "/v1/x?p[k]=name&p[v]=1").json == {"p": {"k": "name", "v": "1"}}


def test_the_types_of_3_1_are_read_by_its_rules() -> None:
    root = {
        "$defs": {"N": INTEGER},
        "type": "array",
        "prefixItems": [INTEGER, STRING],
        "items": BOOLEAN,
    }
    either = {"type": ["integer", "null"]}
    beside = {"$ref": "#/components/schemas/N", "maximum": 3}
    served = serve(
        _later(
            [
                parameter("list", "query", root, explode=False),
                parameter("either", "query", either),
                parameter("beside", "query", beside),
            ]
        ),
        {"echo": echo},
    )

    answer = served.get("/v1/x?list=1,2,true&either=null&beside=2")

    assert answer.json == {"list": [1, "2", True], "either": None, "beside": 2}
    assert served.get("/v1/x?beside=4").violations == [("query/beside", "maximum")]


def _later(parameters: list[Json]) -> Any:
    from dataclasses import replace

    paths = {"/x": {"get": {"operationId": "echo", "parameters": parameters, "responses": ok()}}}
    return replace(document(paths, {"schemas": {"N": INTEGER}}, openapi="3.1.0"), dialect="3.1")


def test_an_exploded_object_takes_what_nobody_else_takes() -> None:
    free = parameter("rest", "query", {"type": "object", "additionalProperties": INTEGER})

    answer = asked([free, parameter("limit", "query", INTEGER)], "/v1/x?a=1&limit=3&b=2")

    assert answer.json == {"rest": {"a": 1, "b": 2}, "limit": 3}


def test_a_required_exploded_object_may_have_no_members() -> None:
    one = parameter("v", "query", COLOUR, required=True)

    assert asked([one]).json == {"v": {}}


def test_an_empty_value_is_taken_only_where_it_is_allowed() -> None:
    allowed = parameter("v", "query", INTEGER, allowEmptyValue=True, required=True)

    assert asked([allowed], "/v1/x?v=").json == {"v": ""}
    assert asked([allowed], "/v1/x?v").json == {"v": ""}
    assert asked([allowed], "/v1/x?v=x").violations == [("query/v", "type")]
    assert asked([parameter("v", "query", INTEGER)], "/v1/x?v=").status == 400


def test_reserved_characters_are_themselves_where_they_are_allowed() -> None:
    reserved = parameter("v", "query", STRING, allowReserved=True)

    assert asked([reserved], "/v1/x?v=a+b/c?d:e=f").json == {"v": "a+b/c?d:e=f"}
    assert asked([parameter("v", "query", STRING)], "/v1/x?v=a+b").json == {"v": "a b"}


@pytest.mark.parametrize("where", ["query", "header", "cookie", "path"])
def test_content_is_json_wherever_it_stands(where: str) -> None:
    one = {
        "name": "v",
        "in": where,
        "required": where == "path",
        "content": {"application/json": {"schema": COLOUR}},
    }
    text = "%7B%22R%22:100%2C%22G%22:200%7D" if where != "header" else '{"R":100,"G":200}'
    target = {"query": f"/v1/x?v={text}", "path": f"/v1/x/{text}"}.get(where, "/v1/x")
    headers = {"header": {"v": text}, "cookie": {"cookie": f"v={text}"}}.get(where)

    answer = asked([one], target, headers, path="/x/{v}" if where == "path" else "/x")

    assert answer.json == {"v": RED}


def test_a_name_with_brackets_is_a_name() -> None:
    one = parameter("ids[]", "query", NUMBERS)

    assert asked([one], "/v1/x?ids[]=1&ids%5B%5D=2").json == {"ids_": [1, 2]}


# Connexion's decoder


def test_connexion_decodes_what_it_decodes_rightly_and_nothing_else() -> None:
    seen: list[Json] = []

    class Spy(OpenAPIURIParser):  # type: ignore[misc]  # connexion is untyped
        def resolve_params(self, params: Json, where: str) -> Any:
            seen.append(dict(params))
            return super().resolve_params(params, where)

    parameters = [
        parameter("scalar", "query", INTEGER),
        parameter("list", "query", NUMBERS, explode=False),
        parameter("texts", "query", TEXTS),
        parameter("deep", "query", NESTED, style="deepObject", explode=True),
    ]
    paths = {"/x": {"get": {"operationId": "echo", "parameters": parameters, "responses": ok()}}}
    served = serve(document(paths), {"echo": echo}, knobs=Knobs(decoder=Spy))

    answer = served.get("/v1/x?scalar=1&list=1,2&texts=a,b&deep[tags]=x")

    assert answer.json == {
        "scalar": 1,
        "list": [1, 2],
        "texts": ["a,b"],
        "deep": {"tags": ["x"]},
    }
    assert [one for one in seen if one] == [{"scalar": ["1"], "list": ["1,2"]}]


# Nothing breaks us

PIECES = st.sampled_from(
    [*'vlrR[]=&;,.|+%10-é{}"a ', "%2C", "%FF", "%5B", "v[", "][", "null", "true"]
)
RAW = st.lists(PIECES, max_size=14).map("".join)

EVERY: Json = [
    {"oneOf": [COLOUR, NUMBERS, INTEGER]},
    NESTED,
    TEXTS,
    {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Loop"}},
    {"$ref": "#/components/schemas/Loop"},
]
LOOP: Json = {"anyOf": [INTEGER, NUMBERS, {"type": "object", "additionalProperties": {
    "$ref": "#/components/schemas/Loop"}}, {"allOf": [{"$ref": "#/components/schemas/Loop"}]}]}  # fmt: skip


def _everything() -> Any:
    styles = {
        "query": ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "path": ["simple", "label", "matrix"],
        "header": ["simple"],
        "cookie": ["form", "cookie"],
    }
    paths: dict[str, Json] = {}
    for where, names in styles.items():
        for name in names:
            for index, schema in enumerate(EVERY):
                for explode in (True, False):
                    one = parameter("v", where, schema, style=name, explode=explode)
                    path = f"/{where}/{name}/{index}/{explode}"
                    paths[path + ("/{v}" if where == "path" else "")] = {
                        "get": {"parameters": [one], "responses": ok()}
                    }
    return document(paths, {"schemas": {"Loop": LOOP}}), list(paths)


DOCUMENT, TARGETS = _everything()


class Anybody(dict[str, Any]):
    """A handler for every operation."""

    def __missing__(self, _name: str) -> Any:
        return lambda: Reply(body=1)


EVERYTHING = serve(DOCUMENT, Anybody(somebody=None))


@given(st.sampled_from(TARGETS), RAW)
def test_no_bytes_break_any_style(path: str, raw: str) -> None:
    where = path.split("/")[1]
    target = f"/v1{path.replace('{v}', raw.replace('?', '').replace('/', '') or '1')}"
    headers = {"header": {"v": raw}, "cookie": {"cookie": raw}}.get(where, {})

    answer = EVERYTHING.ask("GET", f"{target}?{raw}" if where == "query" else target, headers)

    assert answer.status in (200, 400, 404)
    assert answer.status != 404 or where == "path"
