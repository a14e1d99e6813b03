"""Contracts can be fetched as one file each, as they are; who is lost is told the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.infra.pages import make_pages
from mock_platform.infra.spec_home import specs_dir
from mock_platform.infra.spec_text import read_yaml
from mock_platform.infra.spec_writing import to_yaml
from mock_platform.shared.contracts import Json

CONTRACT: Json = {
    "openapi": "3.0.4",
    "info": {"title": "Tea & <b>biscuits</b>", "version": "1.2.0"},
    "paths": {
        "/tea": {
            "get": {
                "operationId": "getTea",
                "x-mock": {"delay": "2s"},
                "responses": {
                    "200": {
                        "description": "Long.\n\nAnd wide.\n",
                        "content": {
                            "application/json": {"example": {"x-mock": "stays", "at": "1e5"}}
                        },
                    }
                },
            }
        }
    },
    "components": {"schemas": {"State": {"enum": ["on", "off"], "x-state-machine": {"key": "id"}}}},
}
SHARED: Json = {
    **CONTRACT,
    "paths": {
        "/tea": {
            "get": {
                name: value
                for name, value in CONTRACT["paths"]["/tea"]["get"].items()
                if name != "x-mock"
            }
        }
    },
}
KEYS = st.text().filter(lambda key: key != "<<")  # a merge key to our reader, even when quoted


@pytest.fixture
def browser() -> FlaskClient:
    return make_pages({"tea-house": CONTRACT}, "Mock <Platform>").test_client()


def test_home_leads_to_the_documentation(browser: FlaskClient) -> None:
    answer = browser.get("/")

    assert (answer.status_code, answer.location) == (302, "/docs/")


@pytest.mark.parametrize("file", ["tea-house.json", "tea-house.spec.json"])
def test_a_contract_is_given_as_json_without_behaviour(browser: FlaskClient, file: str) -> None:
    answer = browser.get(f"/specs/{file}")

    assert answer.content_type == "application/json"
    assert answer.get_json() == SHARED


@pytest.mark.parametrize("file", ["tea-house.yaml", "tea-house.spec.yaml"])
def test_a_contract_is_given_as_yaml_without_behaviour(browser: FlaskClient, file: str) -> None:
    answer = browser.get(f"/specs/{file}")

    assert answer.content_type == "application/yaml"
    assert yaml.safe_load(answer.data) == read_yaml(answer.text)[0] == SHARED


def test_an_unchanged_contract_is_not_sent_again(browser: FlaskClient) -> None:
    first = browser.get("/specs/tea-house.yaml")

    again = browser.get("/specs/tea-house.yaml", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_programs_get_the_index_as_json(browser: FlaskClient) -> None:
    answer = browser.get("/specs", headers={"Accept": "*/*"})

    assert answer.get_json() == {
        "specs": [
            {
                "name": "tea-house",
                "title": "Tea & <b>biscuits</b>",
                "version": "1.2.0",
                "yaml": "/specs/tea-house.yaml",
                "json": "/specs/tea-house.json",
            }
        ]
    }
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("path", ["/specs", "/specs/"])
def test_browsers_get_the_index_as_a_page_that_loads_nothing(
    browser: FlaskClient, path: str
) -> None:
    page = browser.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert page.content_type == "text/html; charset=utf-8"
    assert '<a href="/specs/tea-house.yaml">' in page.text
    assert "Tea &amp; &lt;b&gt;biscuits&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    assert not re.search(r"<script|src=|https?://", page.text)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nowhere",
        "/specs/other.yaml",
        "/specs/tea-house",
        "/specs/tea-house.txt",
        "/specs/..%2f.env.yaml",
    ],
)
def test_who_is_lost_is_told_where_to_look(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    problem = answer.get_json()
    assert problem["code"] == "PATH_UNKNOWN"
    assert problem["type"] == "urn:mock-platform:error:PATH_UNKNOWN"
    assert "/docs/" in problem["detail"]


def test_pages_can_only_be_read(browser: FlaskClient) -> None:
    answer = browser.post("/specs")

    assert (answer.status_code, answer.get_json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["Allow"]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.from_regex(r"\A(0[xo])?[-+.0-9e:_]{1,6}\Z"),
        lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
        max_leaves=8,
    )
)
def test_what_is_written_as_yaml_is_read_back_the_same_by_yaml_1_1_and_1_2(value: Json) -> None:
    text = to_yaml({"value": value}).decode()

    assert yaml.safe_load(text) == {"value": value}
    assert read_yaml(text)[0] == {"value": value}


def test_the_specs_are_found_in_a_checkout() -> None:
    assert specs_dir() == Path(__file__).parents[3] / "specs"
