"""Schemas that reach far are compiled together; nobody who asks one of them can tell."""

from __future__ import annotations

from collections.abc import Iterable

import jsonschema_rs
import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import operations
from mock_platform.engine.reach import FAR
from mock_platform.engine.schema_dialects import Direction, Place
from mock_platform.engine.schemas import SchemaBroken, Schemas
from mock_platform.shared.contracts import Json

ANSWER = Direction.ANSWER


def far_reaching(paths: int = 3, **schemas: Json) -> Document:
    """Every answer refers to all of a long chain of schemas."""
    chain: Json = {
        f"S{n}": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "next": {"$ref": f"#/components/schemas/S{n + 1}"},
            },
        }
        for n in range(FAR + 10)
    }
    chain[f"S{FAR + 10}"] = {"type": "boolean"}
    items = {
        f"/p{n}": {"get": {"responses": {"200": {"content": {"application/json": media(n)}}}}}
        for n in range(paths)
    }
    return Document(name="far", root={"paths": items, "components": {"schemas": chain | schemas}})


def media(number: int) -> Json:
    first = {"$ref": f"#/components/schemas/S{number}"}
    return {"schema": {"properties": {"first": first, "number": {"enum": [number]}}}}


class Compiling(Schemas):
    """Counts how many schemas are compiled at once."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.at_once: list[int] = []

    def _compiled(
        self, schema: Json, places: Iterable[Place], direction: Direction
    ) -> jsonschema_rs.Validator:
        asked_for = [*places]
        self.at_once.append(len(asked_for))
        return super()._compiled(schema, asked_for, direction)


def answer_of(document: Document, number: int) -> str:
    found = operations(document)[number].responses["200"].content["application/json"]
    assert found.schema_pointer
    return found.schema_pointer


def test_each_of_them_is_held_to_its_own_schema() -> None:
    document = far_reaching()
    schemas = Schemas(document)

    checks = [schemas.validator(answer_of(document, n), ANSWER) for n in range(3)]

    for number, check in enumerate(checks):
        assert check({"number": number, "first": {"name": "a", "next": {"name": "b"}}}) == ()
        broken = check({"number": 7, "first": {"next": {"name": 1}}})
        assert {(one.pointer, one.rule) for one in broken} == {
            ("/number", "enum"),
            ("/first", "required"),
            ("/first/next/name", "type"),
        }


def test_the_whole_value_may_be_what_is_wrong() -> None:
    document = far_reaching()
    document.root["components"]["schemas"]["S1"]["minProperties"] = 2

    check = Schemas(document).validator("/components/schemas/S1", ANSWER)

    assert [(one.pointer, one.rule) for one in check({"name": "a"})] == [("", "minProperties")]


def test_a_broken_one_breaks_no_other() -> None:
    document = far_reaching(Bad={"pattern": "("})
    bad = document.root["paths"]["/p2"]["get"]["responses"]["200"]["content"]["application/json"]
    bad["schema"]["properties"]["bad"] = {"$ref": "#/components/schemas/Bad"}
    schemas = Schemas(document)

    assert schemas.validator(answer_of(document, 0), ANSWER)({"number": 0}) == ()
    assert schemas.validator(answer_of(document, 1), ANSWER)({"number": 0}) != ()
    with pytest.raises(SchemaBroken, match="/components/schemas/Bad"):
        schemas.validator(answer_of(document, 2), ANSWER)


def test_a_schema_is_compiled_once() -> None:
    document = far_reaching()
    schemas = Schemas(document)

    one, _, two = (schemas.validator(answer_of(document, n), ANSWER) for n in (0, 1, 0))

    assert one is two


def test_the_first_is_compiled_alone_and_the_others_together() -> None:
    document = far_reaching(paths=4)
    schemas = Compiling(document)

    for number in range(4):
        schemas.validator(answer_of(document, number), ANSWER)

    assert schemas.at_once == [1, 3]
