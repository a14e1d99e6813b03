"""What documents of Swagger 2.0 and OpenAPI 3.2 hold that others do not, and how files are named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.pointers import lookup
from mock_platform.infra.spec_files import load_with_warnings
from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import Served
from tests.unit.shared.real_kit import answer, root_of, served

OLD = {"swagger": "2.0", "info": {"title": "Old", "version": "1"}}
STATUS: Json = {"type": "string", "enum": ["open", "shut"]}


def old(folder: Path, path: str, operation: Json) -> Served:
    told = {"responses": {"200": {"description": ""}}, **operation}
    return served(folder, {**OLD, "paths": {path: {"post": told}}})


def new(folder: Path, item: Json, schemas: Json | None = None) -> Served:
    return served(folder, root_of({"/things": item}, schemas, openapi="3.2.0"))


def get(responses: Json, *parameters: Json) -> Json:
    return {"get": {"parameters": [*parameters], "responses": responses}}


def beside(folder: Path, files: Mapping[str, Json]) -> Json:
    """Write files into a folder, load the first one and return what came of it."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    return load_with_warnings(folder / next(iter(files)))


@pytest.mark.parametrize(
    ("written", "target", "status"),
    [
        ("tsv", "?ids=1%092", 200),
        ("tsv", "?ids=1,2", 400),
        ("pipes", "?ids=1|2", 200),
        ("ssv", "?ids=1%202", 200),
        ("csv", "?ids=1,2", 200),
        ("multi", "?ids=1&ids=2", 200),
    ],
)
def test_lists_are_read_in_every_format_of_2_0(
    tmp_path: Path, written: str, target: str, status: int
) -> None:
    ids = {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}}
    shop = old(tmp_path, "/x", {"parameters": [{**ids, "collectionFormat": written}]})

    assert shop.ask("POST", f"/x{target}").status == status


@pytest.mark.parametrize(("text", "status"), [("1|2", 200), ("1%7C2", 200), ("1,2", 400)])
def test_a_path_has_lists_in_other_formats_than_commas(
    tmp_path: Path, text: str, status: int
) -> None:
    ids = {"name": "ids", "in": "path", "required": True, "collectionFormat": "pipes"}
    listed = {**ids, "type": "array", "items": {"type": "integer"}}
    shop = old(tmp_path, "/x/{ids}", {"parameters": [listed]})

    assert shop.ask("POST", f"/x/{text}").status == status


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("consumes", "status"), [([FORM], 200), (["multipart/form-data"], 415)])
def test_a_file_is_sent_in_the_form_that_the_operation_takes(
    tmp_path: Path, consumes: list[str], status: int
) -> None:
    file = {"name": "f", "in": "formData", "type": "file", "required": True}
    shop = old(tmp_path, "/x", {"consumes": consumes, "parameters": [file]})

    assert shop.ask("POST", "/x", {"content-type": FORM}, "f=a").status == status


def test_a_file_is_a_part_where_nothing_says_how_it_is_sent(tmp_path: Path) -> None:
    file = {"name": "f", "in": "formData", "type": "file", "required": True}
    shop = old(tmp_path, "/x", {"consumes": ["application/json"], "parameters": [file]})

    found = shop.ask("POST", "/x", {"content-type": FORM}, "f=a")

    assert (found.status, "multipart/form-data" in found.json["detail"]) == (415, True)


QUERY: Json = {
    "in": "querystring",
    "required": True,
    "content": {FORM: {"schema": {"$ref": "#/components/schemas/Query"}}},
}
QUERIES: Json = {
    "Query": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["status"]}]},
    "Base": {
        "type": "object",
        "properties": {"status": STATUS, "near": {"type": "object", "required": ["x"]}},
    },
}


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("?status=open", []),
        ("?status=open&near=%7B%22x%22:1%7D", []),
        ("?status=open&near=%7B%7D", ["query/near"]),
        ("?status=ajar", ["query/status"]),
        ("", ["query/status"]),
    ],
)
def test_a_query_string_described_as_a_form_is_held_to_that(
    tmp_path: Path, query: str, wrong: list[str]
) -> None:
    shop = new(tmp_path, get(answer(example=1), QUERY), QUERIES)

    found = shop.get(f"/v1/things{query}")

    told = found.json["violations"] if found.status == 400 else []
    assert [one["pointer"] for one in told] == wrong


def test_of_a_query_string_described_otherwise_one_is_told_that_nobody_looks(
    tmp_path: Path,
) -> None:
    whole = {"in": "querystring", "name": "q", "content": {"text/plain": {"schema": STATUS}}}
    loaded = beside(tmp_path, {"a.json": root_of({"/a": get(answer({}), whole)}, openapi="3.2.0")})

    assert [one.message for one in loaded.warnings] == [
        "what the query string as a whole must be is not looked at"
    ]


@pytest.mark.parametrize(
    ("media_type", "begin"),
    [
        ("application/jsonl", b'{"id":'),
        ("application/json-seq", b'\x1e{"id":'),
        ("text/event-stream", b'data: {"id":'),
    ],
)
def test_what_comes_one_after_the_other_is_written_so(
    tmp_path: Path, media_type: str, begin: bytes
) -> None:
    item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    stream = {"200": {"description": "", "content": {media_type: {"itemSchema": item}}}}

    found = new(tmp_path, get(stream)).get("/v1/things")

    assert (found.status, found.body[: len(begin)]) == (200, begin)


def test_json_is_one_value_whatever_is_said_of_items(tmp_path: Path) -> None:
    one = {"200": {"description": "", "content": {"application/json": {"itemSchema": STATUS}}}}
    item = get(one)["get"] | {"requestBody": one["200"]}

    found = new(tmp_path, {"post": item}).ask(
        "POST", "/v1/things", {"content-type": "application/json"}, {}
    )

    assert found.status == 200


def test_a_method_that_differs_in_case_only_takes_nothing_from_the_usual_one(
    tmp_path: Path,
) -> None:
    item = {**get(answer(example="usual"))}
    item["additionalOperations"] = {"GeT": {"responses": answer(example="odd")}}

    assert new(tmp_path, item).get("/v1/things").json == "usual"


def test_a_schema_that_is_true_takes_any_parameter(tmp_path: Path) -> None:
    any_one = {"name": "q", "in": "query", "schema": True}

    found = new(tmp_path, get(answer(example=1), any_one)).get("/v1/things?q=x")

    assert found.status == 200


def test_an_object_of_cookies_is_missing_where_there_are_none(tmp_path: Path) -> None:
    jar = {"name": "jar", "in": "cookie", "schema": {"type": "object"}}

    found = new(tmp_path, get(answer(example=1), jar)).get("/v1/things")

    assert found.status == 200


def test_a_header_that_none_can_send_is_not_sent(tmp_path: Path) -> None:
    described = {"description": "", "headers": {"X Out": {"schema": {"type": "integer"}}}}

    found = new(tmp_path, get({"200": described})).get("/v1/things")

    assert found.status == 200


def test_style_simple_in_a_query_means_commas(tmp_path: Path) -> None:
    listed = {"type": "array", "items": STATUS}
    several = {"name": "s", "in": "query", "style": "simple", "schema": listed}

    found = new(tmp_path, get(answer(example=1), several)).get("/v1/things?s=open,shut")

    assert found.status == 200


def referring(ref: str, **more: Json) -> Json:
    return root_of({}, {"A": {"$ref": ref}}, openapi="3.2.0") | more


SCHEMA: Json = {"type": "string", "maxLength": 3}
URL = "https://specs.example.test/shop/api.json"


def test_a_document_may_be_referred_to_by_the_name_it_gives_itself(tmp_path: Path) -> None:
    main = referring(f"{URL}#/components/schemas/B", **{"$self": URL})
    main["components"]["schemas"]["B"] = SCHEMA

    loaded = beside(tmp_path, {"api.json": main})

    schemas = loaded.document.root["components"]["schemas"]
    assert (schemas["A"], loaded.warnings) == ({"$ref": "#/components/schemas/B"}, ())


def b_of(loaded: Json, schema: str = "A") -> Json:
    """Return what a schema means that refers to another."""
    node = loaded.document.root["components"]["schemas"][schema]
    while "$ref" in node:
        node = lookup(loaded.document.root, node["$ref"][1:])
    return node


def test_neighbours_by_url_are_the_neighbours_on_disk(tmp_path: Path) -> None:
    main = referring("https://specs.example.test/shop/lib/b.json#/B", **{"$self": URL})

    loaded = beside(tmp_path, {"api.json": main, "lib/b.json": {"B": SCHEMA}})

    assert (b_of(loaded), loaded.warnings) == (SCHEMA, ())


def test_who_only_has_a_name_on_the_web_is_still_not_fetched(tmp_path: Path) -> None:
    main = referring("https://specs.example.test/shop/missing.json", **{"$self": URL})

    with pytest.raises(SpecBroken, match="is a remote reference"):
        beside(tmp_path, {"api.json": main})


@pytest.mark.parametrize(
    ("ref", "lent"),
    [("b.json#/", SCHEMA), ("b.json#B", {"B": SCHEMA}), ("b.json#in/B", {"in": {"B": SCHEMA}})],
)
def test_pointers_into_other_files_are_read_as_they_are_meant(
    tmp_path: Path, ref: str, lent: Json
) -> None:
    loaded = beside(tmp_path, {"api.json": referring(ref), "b.json": lent})

    assert (b_of(loaded), loaded.warnings) == (SCHEMA, ())


def test_a_schema_with_an_id_may_still_point_into_the_document(tmp_path: Path) -> None:
    named = {"$id": "https://x.test/a", "properties": {"b": {"$ref": "#/components/schemas/B"}}}
    main = root_of({}, {"A": named, "B": SCHEMA}, openapi="3.1.0")

    loaded = beside(tmp_path, {"api.json": main})

    inner = loaded.document.root["components"]["schemas"]["A"]["properties"]["b"]
    assert inner == {"$ref": "#/components/schemas/B"}


def test_an_example_gives_nothing_a_name(tmp_path: Path) -> None:
    main = root_of({}, {"A": {"$ref": "#n"}, "B": {"$anchor": "n", **SCHEMA}}, openapi="3.1.0")
    main["components"]["schemas"] = {"First": {"example": {"$anchor": "n", "type": "null"}}} | main[
        "components"
    ]["schemas"]

    assert b_of(beside(tmp_path, {"api.json": main})) == SCHEMA


def test_an_index_of_thousands_of_digits_leads_nowhere(tmp_path: Path) -> None:
    main = root_of({}, {"A": {"$ref": f"#/components/schemas/B/allOf/{'9' * 5000}"}})
    main["components"]["schemas"]["B"] = {"allOf": [SCHEMA]}

    loaded = beside(tmp_path, {"api.json": main})

    assert "leads nowhere" in loaded.warnings[0].message
