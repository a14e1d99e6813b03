"""A schema that nothing satisfies is told at its innermost place, and only where that is proven."""

from __future__ import annotations

import pytest

from mock_platform.engine.documents import Document
from mock_platform.engine.linting.satisfiable import schemas_satisfiable
from mock_platform.shared.contracts import Json


def told(schemas: Json, dialect: str = "3.1") -> dict[str, str]:
    root = {"openapi": f"{dialect}.0", "components": {"schemas": schemas}}
    document = Document(name="t", root=root, dialect=dialect)
    return {
        found.pointer.removeprefix("/components/schemas"): found.message.partition(": ")[2]
        for found in schemas_satisfiable(document)
    }


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


NEVER = {"type": "string", "minLength": 3, "maxLength": 2}
PROVEN: dict[str, tuple[Json, dict[str, str]]] = {
    "in itself": ({"A": NEVER}, {"/A": "minLength 3 is more than maxLength 2"}),
    "an optional property": (
        {"A": {"properties": {"b": NEVER}}},
        {"/A/properties/b": "minLength 3 is more than maxLength 2"},
    ),
    "the innermost": (
        {"A": {"type": "object", "required": ["b"], "properties": {"b": NEVER}}},
        {"/A/properties/b": "minLength 3 is more than maxLength 2"},
    ),
    "both where one refers to the other": (
        {"A": NEVER, "B": {"type": "array", "items": ref("A"), "minItems": 1}},
        {"/A": "minLength 3 is more than maxLength 2"},
    ),
    "by its parts": (
        {"A": {"allOf": [{"type": "string"}, {"type": "integer"}]}},
        {"/A": "its parts have no type in common"},
    ),
    "every branch": (
        {"A": {"type": "string", "oneOf": [{"enum": [1]}, {"type": "object"}]}},
        {"/A": "no value of its enum is what the rest of it says"},
    ),
    "closed against what it requires": (
        {"A": {"type": "object", "additionalProperties": False, "required": ["b"]}},
        {"/A": "at b, nothing is allowed there: the schema is false"},
    ),
    "requires itself": (
        {"A": {"type": "object", "required": ["a"], "properties": {"a": ref("A")}}},
        {"/A": "every value has another one inside, at a"},
    ),
    "no multiple": (
        {"A": {"type": "number", "multipleOf": 10, "minimum": 1, "maximum": 9}},
        {"/A": "no whole number is between the bounds that is a multiple of what it has to be"},
    ),
}


@pytest.mark.parametrize(("schemas", "findings"), PROVEN.values(), ids=PROVEN.keys())
def test_what_nothing_satisfies_is_told_with_its_reason(
    schemas: Json, findings: dict[str, str]
) -> None:
    assert told(schemas) == findings


DOUBTFUL: dict[str, Json] = {
    "false is meant so": {"A": {"properties": {"b": False}, "additionalProperties": False}},
    "not anything is meant so": {"A": {"properties": {"b": {"not": {}}}}},
    "what is excluded need not be possible": {"A": {"not": NEVER, "if": NEVER}},
    "patterns are not followed": {
        "A": {"type": "string", "allOf": [{"pattern": "^a$"}, {"pattern": "^b$"}]}
    },
    "negations are not followed": {"A": {"type": "string", "not": {"type": "string"}}},
    "another branch may do": {"A": {"anyOf": [ref("B"), {"type": "integer"}]}, "B": {}},
    "null ends what requires itself": {
        "A": {"type": ["object", "null"], "required": ["a"], "properties": {"a": ref("A")}}
    },
    "a broken pattern says nothing": {"A": {"type": "string", "pattern": "(", "enum": ["a"]}},
    "a dangling reference says nothing": {"A": {"allOf": [ref("Nowhere")]}},
    "very many items may exist": {"A": {"type": "array", "minItems": 9_000}},
    "too many branches to follow": {
        "A": {"allOf": [{"anyOf": [{"minimum": n}, {"maximum": n}]} for n in range(12)]}
    },
}


@pytest.mark.parametrize("schemas", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_is_only_doubtful_is_not_told(schemas: Json) -> None:
    assert told(schemas) == {}


def test_properties_that_answers_hide_are_not_required_of_them() -> None:
    secret = {"type": "string", "writeOnly": True}
    schema = {"type": "object", "required": ["b"], "properties": {"b": secret}}

    assert told({"A": schema}, "3.0") == {}
