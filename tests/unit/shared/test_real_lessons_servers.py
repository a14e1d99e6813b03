"""Documents name servers in many ways; clients of any of them find their operations."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.engine.servers import every_path, first_path
from mock_platform.shared.contracts import Json
from tests.unit.shared.real_kit import answer, root_of, served

REGION = {"default": "eu", "enum": ["eu", "us"]}
SERVERS: Json = [
    {"url": "https://{region}.example.test/{region}/v1", "variables": {"region": REGION}},
    {"url": "/second/"},
    {"url": "https://third.example.test"},
]


@pytest.mark.parametrize("target", ["/eu/v1/things", "/us/v1/things", "/second/things", "/things"])
def test_an_operation_is_found_under_each_of_its_servers(tmp_path: Path, target: str) -> None:
    root = root_of({"/things": {"get": {"responses": answer(example="here")}}})

    assert served(tmp_path, root | {"servers": SERVERS}).get(target).json == "here"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/items/things", 200),
        ("PUT", "/own/things", 200),
        ("PUT", "/items/things", 405),
        ("GET", "/own/things", 405),
        ("GET", "/v1/things", 200),
    ],
)
def test_a_path_and_an_operation_may_have_servers_of_their_own(
    tmp_path: Path, method: str, target: str, status: int
) -> None:
    own = {"responses": answer(example=1), "servers": [{"url": "https://put.example.test/own"}]}
    item = {"servers": [{"url": "/items"}], "get": {"responses": answer(example=1)}, "put": own}

    assert served(tmp_path, root_of({"/things": item})).ask(method, target).status == status


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("./v1/", "/v1"),
        ("../v1", "/v1"),
        (".", ""),
        ("./", ""),
        ("/", ""),
        ("https://a.test:8080/v1?x=1#y", "/v1"),
        ("//a.test/v1", "/v1"),
        ("https://{host}/v1", "/v1"),
    ],
)
def test_a_server_has_the_path_of_its_url(url: str, path: str) -> None:
    assert first_path({"url": url}) == path


def test_of_many_choices_some_are_taken() -> None:
    many = {"default": "0", "enum": [str(number) for number in range(100)]}

    found = [*every_path({"url": "/{a}/{b}", "variables": {"a": many, "b": many}})]

    assert (found[0], len(found)) == ("/0/0", 16)


@pytest.mark.parametrize("variables", [None, [], {"a": None}, {"a": {"enum": "x"}}, {"a": 1}])
def test_variables_that_are_none_change_nothing(tmp_path: Path, variables: Json) -> None:
    own = [{"url": "/own/{a}", "variables": variables}, {"url": 1}, "/two"]
    root = root_of({"/things": {"get": {"responses": answer(example=1), "servers": own}}})

    assert served(tmp_path, root).get("/v1/things").status == 200
