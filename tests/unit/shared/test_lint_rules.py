"""Every rule finds what it is there for, and nothing in a document that keeps to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from mock_platform.engine.linting.rule_table import RULES
from mock_platform.engine.linting.ruling import Group
from mock_platform.infra.spec_checking import check
from mock_platform.shared.contracts import Json

ROOT = Path(__file__).parents[3]
TRACE = {"X-Trace-Id": {"schema": {"type": "string"}}}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
STATED = {"type": "object", "required": ["type", "title", "status", "code"]}


def operation(**said: Json) -> Json:
    return {
        "operationId": "listThings",
        "summary": "List them",
        "responses": {"200": {"description": "Here", "headers": TRACE}},
        **said,
    }


def document(get: Json = None, path: str = "/things", **root: Json) -> Json:
    return {
        "openapi": "3.0.4",
        "info": {"title": "Things", "version": "1.0.0"},
        "servers": [{"url": "/v1"}],
        "paths": {path: {"get": get or operation()}},
        **root,
    }


def schema(said: Json, version: str = "3.0.4", **others: Json) -> Json:
    """A document that answers with such a value."""
    answer = {"application/json": {"schema": said}}
    responses = {"200": {"description": "Here", "headers": TRACE, "content": answer}}
    root = document(operation(responses=responses), openapi=version)
    return {**root, "components": {"schemas": others}} if others else root


def parameter(**said: Json) -> Json:
    one = {"name": "a", "in": "query", "description": "A", "schema": {"type": "string"}, **said}
    return document(operation(parameters=[one]))


def link(**said: Json) -> Json:
    """A document whose answer has an id and a header, and a link."""
    body = {"application/json": {"schema": {"properties": {"id": {"type": "string"}}}}}
    answer = {"description": "Here", "headers": TRACE, "content": body, "links": {"next": said}}
    one = {"name": "after", "in": "query", "description": "A", "schema": {"type": "string"}}
    return document(operation(parameters=[one], responses={"200": answer}))


def machine(transitions: Json) -> Json:
    told = {"resource": "T", "initial": "new", "terminal": ["new"], "transitions": transitions}
    return schema({"type": "string", "enum": ["new"], "x-state-machine": told})


def failing(answer: Json) -> Json:
    responses = {"200": {"description": "Here", "headers": TRACE}, "404": answer}
    return document(
        operation(responses=responses), components={"schemas": {"Problem": STATED, "Own": STATED}}
    )


def calling(expression: str, **behaviour: Json) -> Json:
    """A document whose operation takes a URL and calls it back."""
    takes = {"application/json": {"schema": {"properties": {"url": {"type": "string"}}}}}
    post = operation(
        requestBody={"content": takes},
        callbacks={
            "done": {
                expression: {
                    "post": {"responses": {"2XX": {"description": "ok"}}, "x-mock": behaviour}
                }
            }
        },
    )
    return document(None, paths={"/things": {"post": post}})


def secured(scheme: str) -> Json:
    keys = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    return document(security=[{scheme: []}], components={"securitySchemes": keys})


def either(**cat: Json) -> Json:
    ref = {"$ref": "#/components/schemas/Cat"}
    told = {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}
    return schema({"oneOf": [ref], "discriminator": told}, Cat={"type": "object", **cat})


KIND = {"kind": {"type": "string"}}
TWO = {"get": operation(), "post": operation(operationId="makeThing")}
PATHS = ("/things/{id}/parts", "/things/new/{part}")


def paths(*written: str) -> Json:
    items: dict[str, Json] = {}
    for number, path in enumerate(written):
        names = re.findall(r"\{(.*?)\}", path)
        asked = [
            {"name": n, "in": "path", "required": True, "description": n, "schema": {}}
            for n in names
        ]
        items[path] = {"get": operation(operationId=f"get{number}", parameters=asked)}
    return document(paths=items)


NAMED = {"name": "a", "in": "query", "description": "A", "schema": {}}
TEXT = "openapi: 3.0.4\ninfo: {title: T, version: 1.0.0}\nservers: [{url: /v1}]\npaths: {}\n"
COUNTRY = "components: {schemas: {C: {type: string, enum: [%s]}}}\n"

BOTH_SIDES: Mapping[str, tuple[Json, Json]] = {
    "text-readable": (TEXT, TEXT + "paths: {}\n"),
    "reference-resolves": (
        schema({"$ref": "#/components/schemas/A"}, A={}),
        schema({"$ref": "#/components/schemas/B"}, A={}),
    ),
    "openapi-structure": (document(), document(tags="a")),
    "openapi-valid": (
        document(operation(parameters=[NAMED])),
        document(operation(parameters=[NAMED, NAMED | {"description": "B"}])),
    ),
    "operation-id-unique": (
        document(paths={"/things": TWO}),
        document(paths={"/things": {"get": operation(), "post": operation()}}),
    ),
    "path-parameters-declared": (paths("/things/{id}"), document(path="/things/{id}")),
    "extension-known": (document() | {"x-other": 1}, document() | {"x-mok": 1}),
    "callback-sound": (calling("{$request.body#/url}"), calling("{$request.boddy}")),
    "behaviour-sound": (
        document(operation(**{"x-mock": {"resource": False}})),
        document(operation(**{"x-mock": {"resorce": False}})),
    ),
    "state-machine-sound": (
        machine([{"to": "new", "via": "listThings"}]),
        machine([{"to": "old", "via": "listThings"}]),
    ),
    "yaml-boolean": (TEXT + COUNTRY % "'no', se", TEXT + COUNTRY % "no, se"),
    "overlay-applies": ({"info": "$.info"}, {"info": "$.absent"}),
    "lint-switch": (
        schema({}, A={}) | {"x-lint": {"ignore": {"component-used": "It is for others."}}},
        document() | {"x-lint": {"ignore": {"component-used": ""}}},
    ),
    "operation-id-present": (
        document(),
        document({"summary": "List", "responses": {"200": {"description": "a"}}}),
    ),
    "link-resolves": (link(operationId="listThings"), link(operationId="listThing")),
    "expression-source-declared": (
        link(operationId="listThings", parameters={"after": "$response.body#/id"}),
        link(operationId="listThings", parameters={"after": "$response.body#/ids"}),
    ),
    "example-valid": (parameter(example="a"), parameter(example=1)),
    "example-placed": (
        parameter(examples={"one": {"value": "a"}}),
        parameter(examples={"one": {"value": "a"}}, example="a") | {"openapi": "3.1.0"},
    ),
    "enum-of-type": (
        schema({"type": "string", "enum": ["1"]}),
        schema({"type": "string", "enum": ["1", 2]}),
    ),
    "required-declared": (
        schema({"oneOf": [{"required": ["a"]}], "properties": {"a": {}}}),
        schema({"required": ["b"], "properties": {"a": {}}}),
    ),
    "nullable-typed": (
        schema({"type": "string", "nullable": True}),
        schema({"nullable": True, "maxLength": 2}),
    ),
    "nullable-listed": (
        schema({"type": "string", "nullable": True, "enum": ["a", None]}),
        schema({"type": "string", "nullable": True, "enum": ["a"]}),
    ),
    "schema-satisfiable": (
        schema({"type": "integer", "minimum": 1, "maximum": 2}),
        schema({"type": "integer", "minimum": 1.2, "maximum": 1.8}),
    ),
    "ref-sibling": (
        schema({"$ref": "#/components/schemas/A", "description": "b"}, A={"type": "string"}),
        schema({"$ref": "#/components/schemas/A", "nullable": True}, A={"type": "string"}),
    ),
    "discriminator-declared": (either(properties=KIND), either(properties={"name": {}})),
    "path-identical": (paths("/a/{x}", "/b/{y}"), paths("/a/{x}", "/a/{y}")),
    "path-ambiguous": (paths("/things/{id}", "/things/new"), paths(*PATHS)),
    "server-variable-declared": (
        document(servers=[{"url": "/{a}/v1", "variables": {"a": {"default": "b"}}}]),
        document(servers=[{"url": "/{a}/v1"}]),
    ),
    "body-meant": (
        calling("{$request.body#/url}"),
        document(operation(requestBody={"content": {"text/plain": {}}})),
    ),
    "header-heard": (
        parameter(name="X-Tenant", **{"in": "header"}),
        parameter(name="Authorization", **{"in": "header"}),
    ),
    "success-described": (
        document(),
        document(operation(responses={"404": {"description": "Never"}})),
    ),
    "scheme-declared": (secured("key"), secured("kay")),
    "component-used": (
        schema({"$ref": "#/components/schemas/A"}, A={}),
        schema({"$ref": "#/components/schemas/A"}, A={}, B={}),
    ),
    "operation-described": (document(), document(operation(summary=""))),
    "parameter-described": (parameter(), parameter(description="")),
    "tag-declared": (
        document(operation(tags=["a"]), tags=[{"name": "a"}]),
        document(operation(tags=["b"]), tags=[{"name": "a"}]),
    ),
    "path-prefix": (document(), document(servers=[{"url": "/v2"}])),
    "problem-answers": (
        failing({"description": "No", "headers": TRACE, "content": PROBLEM}),
        failing({"description": "No", "headers": TRACE, "content": {"text/plain": {}}}),
    ),
    "trace-header": (
        document(),
        document(operation(responses={"200": {"description": "a"}})),
    ),
    "operation-id-style": (document(), document(operation(operationId="list_things"))),
}


def broken_rules(folder: Path, written: Json) -> set[str]:
    """The names of the rules that the document breaks, those of our house included."""
    is_text = isinstance(written, str)
    file = folder / f"things.spec.{'yaml' if is_text else 'json'}"
    overlays: list[Path] = []
    if isinstance(written, dict) and "openapi" not in written:  # it is an overlay's target
        overlays = [folder / "overlay.yaml"]
        target = json.dumps({"target": written["info"], "update": {"x-a": 1}})
        overlays[0].write_text(f"overlay: 1.0.0\nactions: [{target}]")
        written = document()
    file.write_text(written if is_text else json.dumps(written))
    return {one.rule for one in check(file, conventions=True, overlays=overlays)}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_breaks_it_and_nothing_in_what_keeps_to_it(
    tmp_path: Path, rule: str
) -> None:
    kept, broken = BOTH_SIDES[rule]

    assert rule not in broken_rules(tmp_path, kept)
    assert rule in broken_rules(tmp_path, broken)


def test_what_is_found_has_the_level_of_its_rule_and_a_place(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.json"
    for rule, (_, broken) in BOTH_SIDES.items():
        if isinstance(broken, dict) and "openapi" in broken:
            file.write_text(json.dumps(broken, indent=1))
            for one in check(file, conventions=True):
                assert one.line > 0, rule
                assert one.rule == "lint-switch" or one.level == RULES[one.rule].level


def test_the_conventions_are_for_those_who_ask_for_them(tmp_path: Path) -> None:
    file = tmp_path / "things.spec.json"
    foreign = BOTH_SIDES["trace-header"][1]
    houses = {name for name, rule in RULES.items() if rule.group is Group.HOUSE}

    file.write_text(json.dumps(foreign))
    assert houses.isdisjoint(one.rule for one in check(file))
    file.write_text(json.dumps(foreign | {"x-lint": {"conventions": True}}))
    assert "trace-header" in {one.rule for one in check(file)}


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("openapi-structure", schema({"properties": {"a": {"required": 5}}}, "3.1.0")),
        ("openapi-structure", schema({"type": "integr"}, "3.1.0")),
        ("path-prefix", document(servers=[])),
        ("path-prefix", document(servers=[{"url": "https://a.example/api"}])),
        ("path-prefix", document(path="/v1/things")),
        ("problem-answers", failing({"description": "No", "headers": TRACE})),
        (
            "problem-answers",
            failing(
                {"description": "No", "content": {"application/problem+json": {"schema": STATED}}}
            ),
        ),
        ("link-resolves", link(operationId="listThings", parameters={"befor": "a"})),
        ("link-resolves", link(operationId="listThings", parameters={"after": "$respons.body"})),
        ("link-resolves", link(operationRef="#/paths/~1things/put")),
        ("expression-source-declared", calling("{$request.body#/uri}")),
        ("expression-source-declared", calling("{$request.query.url}")),
        ("expression-source-declared", calling("{$request.header.X-Url}")),
        (
            "expression-source-declared",
            link(operationId="listThings", parameters={"after": "$response.header.ETag"}),
        ),
        ("example-valid", schema({"type": "string", "example": 1})),
        ("example-valid", schema({"type": "string", "examples": [1]}, "3.1.0")),
        ("openapi-structure", schema({"examples": {"a": {"value": "b"}}}, "3.1.0")),
        ("nullable-listed", schema({"type": ["string", "null"], "enum": ["a"]}, "3.1.0")),
        ("discriminator-declared", either(properties=KIND) | {"components": {"schemas": {}}}),
        ("yaml-boolean", TEXT + "x-a: {on: 1}\n"),
        ("yaml-boolean", TEXT + "x-a: {enum: [y]}\n"),
        ("yaml-boolean", TEXT + "x-a: yes\n"),
        ("component-used", schema({}, A={"$ref": "#/components/schemas/B"}, B={})),
    ],
)
def test_a_rule_has_more_than_one_way_to_be_broken(tmp_path: Path, rule: str, broken: Json) -> None:
    assert rule in broken_rules(tmp_path, broken)


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("required-declared", schema({"required": ["b"], "additionalProperties": {}})),
        (
            "required-declared",
            schema(
                {"allOf": [{"$ref": "#/components/schemas/A"}, {"required": ["a"]}]},
                A={"type": "object", "properties": {"a": {}}},
            ),
        ),
        ("nullable-typed", schema({"type": ["string", "null"]}, "3.1.0")),
        ("ref-sibling", schema({"$ref": "#/components/schemas/A", "minLength": 2}, "3.1.0", A={})),
        (
            "component-used",
            schema(
                {"$ref": "#/components/schemas/Pet"},
                Pet={"discriminator": {"propertyName": "kind"}, "properties": KIND},
                Cat={"allOf": [{"$ref": "#/components/schemas/Pet"}]},
            ),
        ),
        ("component-used", document(paths={}, components={"schemas": {"A": {}}})),
        ("path-ambiguous", paths("/a/{x}", "/{y}/b/{z}")),
        ("path-ambiguous", paths("/a/{x}", "/a/{x}/", "/a//{y}", "/a", "/")),
        ("yaml-boolean", TEXT + "x-a: {x: 1, y: 2, 'on': 3}\n"),
    ],
)
def test_a_rule_leaves_alone_what_only_looks_broken(tmp_path: Path, rule: str, kept: Json) -> None:
    assert rule not in broken_rules(tmp_path, kept)


def test_norway_is_a_text_to_us_and_the_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "countries.spec.yaml"
    file.write_text(TEXT + COUNTRY % "se, no")

    (told,) = (str(one) for one in check(file) if one.rule == "yaml-boolean")

    assert told.startswith(f"{file}:5:")
    assert "the enum value no is a text to some YAML readers and a boolean to others" in told


def test_the_documentation_lists_every_rule_as_it_is() -> None:
    written = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if line.startswith("| `")]

    assert rows == [
        f"| `{rule.name}` | {rule.level} | {rule.what} | {rule.why} | {rule.remedy} |"
        for rule in RULES.values()
    ]
