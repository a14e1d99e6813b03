"""Documents that were made to keep their readers busy for ever are read all the same."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from mock_platform.engine.documents import Document, dialect_of
from mock_platform.engine.linting.asking import lint
from mock_platform.engine.natures import MOST_NATURES, Natures
from mock_platform.engine.pointers import FARTHEST, follow, lookup
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.infra.spec_checking import check
from mock_platform.shared.contracts import Json

FIRST = "/components/schemas/S0"
LEAF = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}


def schemas(count: int, link: str, *, times: int) -> Json:
    """Write schemas each of which refers to the next one, several times."""
    named: dict[str, Json] = {
        f"S{index}": {link: following if link == "not" else [following] * times}
        for index in range(count)
        for following in [{"$ref": f"#/components/schemas/S{index + 1}"}]
    }
    return {"components": {"schemas": {**named, f"S{count}": LEAF}}}


def document(root: Json, version: str = "3.0.4") -> Document:
    whole = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **root}
    return Document(name="slow", root=whole, dialect=dialect_of(version))


@pytest.mark.parametrize("link", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize(("count", "times"), [(60, 2), (5_000, 1), (1, 5_000)])
def test_the_ways_through_a_schema_are_found_however_it_branches(
    link: str, count: int, times: int
) -> None:
    natures = Natures(schemas(count, link, times=times), siblings=False)

    assert 1 <= len(natures.of((FIRST,))) <= MOST_NATURES


def test_a_name_is_held_to_patterns_that_could_be_tried_in_endless_ways() -> None:
    patterns: Json = {"^(a+)+$": {}, "^(?=.*b)(a+)+$": {}, "(": {}, r"^\p{L}+$": {}}
    (nature,) = Natures({"s": {"patternProperties": patterns}}, siblings=True).of(("/s",))

    assert nature.member("a" * 60 + "!") == ()
    assert nature.member("aa") == (
        "/s/patternProperties/^(a+)+$",
        r"/s/patternProperties/^\p{L}+$",
    )


@pytest.mark.parametrize("direction", Direction)
def test_what_a_direction_hides_is_found_once_however_often_it_is_referred_to(
    direction: Direction,
) -> None:
    made = document(schemas(60, "allOf", times=2))

    Schemas(made).validator(FIRST, direction)


def test_an_index_of_thousands_of_digits_is_nowhere() -> None:
    with pytest.raises(LookupError, match="there is no"):
        lookup({"tags": [1]}, "/tags/" + "1" * 5_000)


def test_references_in_a_row_are_followed_as_far_as_anybody_writes_them() -> None:
    def row(count: int) -> Json:
        links = {f"r{index}": {"$ref": f"#/r{index + 1}"} for index in range(count)}
        return {**links, f"r{count}": "here"}

    assert follow(row(FARTHEST), "/r0") == ("here", f"/r{FARTHEST}")
    with pytest.raises(LookupError, match="more than 100"):
        follow(row(5_000), "/r0")


def test_a_link_is_followed_into_what_holds_itself_in_several_ways() -> None:
    node = {"$ref": "#/components/schemas/N"}
    schema = {"properties": {"a": node}, "anyOf": [{"required": ["a"]}, {"maxProperties": 1}]}
    expressions = {"lost": "/a" * 60 + "/b", "found": "/a" * 60, "far": "/a" * 5_000}
    links = {
        name: {"operationId": "get", "parameters": {"q": f"$response.body#{pointer}"}}
        for name, pointer in expressions.items()
    }
    answer = {"description": "", "content": {"application/json": {"schema": node}}, "links": links}
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    operation = {"operationId": "get", "parameters": [query], "responses": {"200": answer}}
    made = document({"paths": {"/x": {"get": operation}}, "components": {"schemas": {"N": schema}}})

    found = [one for one in lint(made) if one.rule == "expression-source-declared"]

    assert [one.pointer.split("/")[7] for one in found] == ["lost"]


def answering(schema: Json) -> Json:
    """Write one operation that answers with a schema."""
    content = {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "get", "responses": {"200": {"description": "", **content}}}
    return {"paths": {"/x": {"get": operation}}}


@pytest.mark.parametrize(
    "named",
    [
        schemas(60, "allOf", times=2),
        schemas(1_000, "not", times=1),
        {
            "components": {
                "schemas": {
                    "S0": {"allOf": [{"$ref": "#/components/schemas/Any"}]},
                    "Any": {"anyOf": [LEAF, {"items": {"$ref": "#/components/schemas/Any"}}]},
                }
            }
        },
    ],
)
def test_a_check_of_schemas_without_end_comes_to_its_own(named: Json, tmp_path: Path) -> None:
    whole = document({**answering({"$ref": f"#{FIRST}"}), **named}).root
    file = tmp_path / "slow.spec.json"
    file.write_bytes(orjson.dumps(whole))

    found = check(file)

    assert [one.level for one in found if one.rule == "openapi-valid"] == ["info"]
    assert not [one for one in found if one.level == "error"]


def test_of_thousands_of_misspelt_names_each_is_told_with_one_that_is_like_it() -> None:
    names = [f"property{index}" for index in range(400)]
    schema = {
        "properties": {name: {} for name in names},
        "required": [f"{name}x" for name in names],
    }

    found = [one for one in lint(document(answering(schema))) if one.rule == "required-declared"]

    assert len(found) == len(names)
    assert all(one.remedy.startswith("did you mean 'property") for one in found)


def test_of_thousands_of_known_words_the_first_are_listed() -> None:
    known = [f"w{index}" for index in range(1_000)]

    assert did_you_mean("?", known[:2]) == "known here: w0, w1"
    assert did_you_mean("?", known).endswith("w28, w29 and 970 more")


def test_a_path_that_shares_urls_with_thousands_of_others_is_told_once() -> None:
    item = answering({})["paths"]["/x"]
    paths = {f"/{{a}}/q{index}": item for index in range(1_000)} | {"/p/{b}": item}

    found = [one for one in lint(document({"paths": paths})) if one.rule == "path-ambiguous"]

    assert [one.message for one in found] == [
        "a URL may fit /p/{b} and /{a}/q0 (and 999 more), and neither is more concrete"
    ]
