"""What real documents write into paths: fragments, queries, names beside names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.api.routes import Routes
from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import JSON
from tests.unit.shared.real_kit import answer, root_of, served


def saying(name: str, *parameters: Json, **more: Json) -> Json:
    """Return an operation that answers with its name."""
    return {"parameters": [*parameters], "responses": answer(example=name), **more}


def only(name: str, text: str, location: str = "query") -> Json:
    schema = {"type": "string", "enum": [text]}
    return {"name": name, "in": location, "required": True, "schema": schema}


def said(folder: Path, paths: Json, method: str, target: str, **headers: str) -> tuple[int, Json]:
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    found = served(folder, root_of(paths)).ask(method, target, told)
    return found.status, found.json


ACTIONS = {
    "/#Action=List": {"get": saying("list", only("Action", "List"))},
    "/#Action=Stop": {"get": saying("stop", only("Action", "Stop"))},
    "/#X-Target=Run": {"post": saying("run", only("X-Target", "Run", "header"))},
    "/#X-Target=End": {"post": saying("end", only("X-Target", "End", "header"))},
}


@pytest.mark.parametrize("action", ["list", "stop"])
def test_a_fragment_stays_with_the_client_and_the_query_tells_operations_apart(
    tmp_path: Path, action: str
) -> None:
    target = f"/v1/?Action={action.capitalize()}"

    assert said(tmp_path, ACTIONS, "GET", target) == (200, action)


@pytest.mark.parametrize("action", ["run", "end"])
def test_a_header_tells_operations_apart_too(tmp_path: Path, action: str) -> None:
    found = said(tmp_path, ACTIONS, "POST", "/v1/", X_Target=action.capitalize())

    assert found == (200, action)


def test_who_asks_for_none_of_them_is_told_what_the_first_one_wants(tmp_path: Path) -> None:
    status, body = said(tmp_path, ACTIONS, "GET", "/v1/?Action=Dance")

    assert status == 400
    assert body["violations"][0]["pointer"] == "query/Action"


OVERLOADED = {
    "/things/{id}": {"get": saying("plain")},
    "/things/{key}#acl": {
        "get": saying("acl", {"name": "acl", "in": "query", "required": True, "schema": {}})
    },
}


@pytest.mark.parametrize(("query", "meant"), [("", "plain"), ("?acl", "acl"), ("?acl=1", "acl")])
def test_the_operation_that_insists_on_what_is_there_is_meant(
    tmp_path: Path, query: str, meant: str
) -> None:
    assert said(tmp_path, OVERLOADED, "GET", f"/v1/things/7{query}") == (200, meant)


def test_bodies_of_different_types_tell_operations_apart(tmp_path: Path) -> None:
    def taking(media_type: str) -> Json:
        return {"required": True, "content": {media_type: {}}}

    paths = {
        "/look": {"post": saying("json", requestBody=taking("application/json"))},
        "/look#raw": {"post": saying("raw", requestBody=taking("application/octet-stream"))},
    }
    service = served(tmp_path, root_of(paths))
    octets = {"content-type": "application/octet-stream"}

    assert service.ask("POST", "/v1/look", JSON, {}).json == "json"
    assert service.ask("POST", "/v1/look", octets, b"abc").json == "raw"


QUERIES = {
    "/rest?method=a.list": {"get": saying("list")},
    "/rest?method=a.stop": {"get": saying("stop")},
}


@pytest.mark.parametrize("method", ["list", "stop"])
def test_a_query_in_the_path_tells_operations_apart(tmp_path: Path, method: str) -> None:
    assert said(tmp_path, QUERIES, "GET", f"/v1/rest?method=a.{method}") == (200, method)


def test_a_parameter_in_the_query_of_a_path_is_one_of_the_query(tmp_path: Path) -> None:
    city = {"name": "city", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {"/find?c={city}": {"get": saying("found", city)}}

    assert said(tmp_path, paths, "GET", "/v1/find?c=7") == (200, "found")
    assert said(tmp_path, paths, "GET", "/v1/find?c=x")[0] == 400


NAMES: Json = {
    "/icons/{id}": {
        "get": saying("number", {"name": "id", "in": "path", "schema": {"type": "integer"}})
    },
    "/icons/{term}": {
        "get": saying("word", {"name": "term", "in": "path", "schema": {"type": "string"}})
    },
}


@pytest.mark.parametrize(("icon", "meant"), [("7", "number"), ("tea", "word")])
def test_one_path_under_two_names_leads_where_the_value_fits(
    tmp_path: Path, icon: str, meant: str
) -> None:
    assert said(tmp_path, NAMES, "GET", f"/v1/icons/{icon}") == (200, meant)


def test_a_more_literal_path_without_the_method_does_not_hide_one_that_has_it(
    tmp_path: Path,
) -> None:
    paths = {
        "/data/Client/{id}": {"delete": {"responses": {"204": {"description": ""}}}},
        "/data/{kind}/{id}": {"get": saying("any kind")},
    }

    assert said(tmp_path, paths, "GET", "/v1/data/Client/7") == (200, "any kind")
    assert said(tmp_path, paths, "PUT", "/v1/data/Client/7")[0] == 405


def test_what_nothing_parts_is_parted_by_what_one_part_may_be(tmp_path: Path) -> None:
    ending = {"type": "string", "enum": [".json", ".xml"]}
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "ending", "in": "path", "required": True, "schema": ending},
    ]
    paths = {"/profiles/{id}{ending}": {"get": saying("found", *parameters)}}

    assert said(tmp_path, paths, "GET", "/v1/profiles/rex.json") == (200, "found")
    assert said(tmp_path, paths, "GET", "/v1/profiles/rex.csv")[0] == 404


def test_of_two_mixed_segments_the_one_with_more_literal_text_wins() -> None:
    routes: Routes[str] = Routes()
    for path in ("/{id}.{format}", "/pocs.{format}", "/{a}-{b}.{format}"):
        routes.add("GET", path, path)

    def found(path: str) -> str | None:
        result = routes.find(path)
        return result and result[0].template

    assert found("/pocs.json") == "/pocs.{format}"
    assert found("/a-b.json") == "/{a}-{b}.{format}"
    assert found("/7.json") == "/{id}.{format}"
