"""What a contract's schema means is what is checked: in each direction, and nothing else."""

from __future__ import annotations

from threading import Barrier, Thread

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.engine.documents import Document
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, SchemaBroken, Schemas
from mock_platform.engine.violations import LONGEST_MESSAGE, MOST_VIOLATIONS
from mock_platform.shared.contracts import Json

REQUEST, ANSWER = Direction.REQUEST, Direction.ANSWER


def compiled(
    schema: Json, direction: Direction = REQUEST, *, dialect: str = "3.0", **others: Json
) -> Check:
    root = {"components": {"schemas": {"It": schema, **others}}}
    schemas = Schemas(Document(name="test", root=root, dialect=dialect))
    return schemas.validator("/components/schemas/It", direction)


def broken(check: Check, value: Json) -> list[tuple[str, str]]:
    return [(one.pointer, one.rule) for one in check(value)]


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def test_every_violation_is_told_with_its_pointer_and_its_keyword() -> None:
    check = compiled(
        {
            "type": "object",
            "required": ["id"],
            "additionalProperties": False,
            "properties": {"n": {"type": "integer", "minimum": 1}, "a/b": {"type": "string"}},
        }
    )

    assert sorted(broken(check, {"n": 0, "a/b": 1, "zz": 1})) == [
        ("", "additionalProperties"),
        ("", "required"),
        ("/a~1b", "type"),
        ("/n", "minimum"),
    ]
    assert check({"n": 1, "a/b": "x", "id": None}) != ()


def test_a_valid_value_has_no_violations() -> None:
    assert compiled({"type": "string"})("x") == ()


def test_properties_forbidden_altogether_are_told_as_such() -> None:
    check = compiled({"type": "object", "additionalProperties": False})

    assert broken(check, {"a": 1}) == [("", "additionalProperties")]


def test_recursion_goes_as_deep_as_the_value() -> None:
    check = compiled(
        {"type": "object", "properties": {"next": ref("It"), "n": {"type": "integer"}}}
    )

    assert broken(check, {"next": {"next": {"n": "x"}}}) == [("/next/next/n", "type")]


def test_what_stands_beside_a_reference_is_ignored() -> None:
    check = compiled({**ref("Other"), "type": "integer"}, Other={"type": "string"})

    assert check("x") == ()
    assert broken(check, 1) == [("", "type")]


def test_a_reference_may_lead_to_a_reference_and_into_a_schema() -> None:
    check = compiled(
        {"$ref": "#/components/schemas/Alias"},
        Alias={"$ref": "#/components/schemas/Whole/properties/part"},
        Whole={"properties": {"part": {"type": "boolean"}}},
    )

    assert check(True) == ()
    assert broken(check, "x") == [("", "type")]


@pytest.mark.parametrize(
    ("schema", "takes_null"),
    [
        ({"type": "string", "nullable": True}, True),
        ({"type": "string", "nullable": False}, False),
        ({"type": "string", "nullable": True, "enum": ["a"]}, False),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, True),
        ({"allOf": [ref("Other")], "nullable": True}, True),
        ({"allOf": [ref("Other")]}, False),
        ({**ref("Other"), "nullable": True}, False),
        ({"nullable": True}, True),
    ],
    ids=str,
)
def test_null_is_taken_where_nullable_says_so(schema: Json, takes_null: bool) -> None:
    check = compiled(schema, Other={"type": "object"})

    assert (check(None) == ()) is takes_null


@pytest.mark.parametrize(
    ("direction", "keyword"),
    [(REQUEST, "readOnly"), (ANSWER, "writeOnly")],
    ids=["request", "answer"],
)
def test_what_one_side_may_not_say_is_refused_and_not_required(
    direction: Direction, keyword: str
) -> None:
    schema = {
        "type": "object",
        "required": ["hidden", "shown"],
        "properties": {"hidden": {"type": "string", keyword: True}, "shown": {"type": "string"}},
    }

    check = compiled(schema, direction)

    assert check({"shown": "x"}) == ()
    assert broken(check, {"hidden": "x", "shown": "x"}) == [("/hidden", keyword)]


def test_what_one_side_may_not_say_the_other_must() -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "readOnly": True}},
    }

    assert broken(compiled(schema, ANSWER), {}) == [("", "required")]
    assert broken(compiled(schema, ANSWER), {"id": 1}) == [("/id", "type")]


def test_a_hidden_property_is_hidden_through_references_and_all_branches() -> None:
    check = compiled(
        {"allOf": [ref("Base"), {"required": ["id", "name"]}]},
        Base={"type": "object", "required": ["id"], "properties": {"id": ref("Id")}},
        Id={"type": "string", "readOnly": True},
    )

    assert check({"name": "x"}) == ()
    assert broken(check, {}) == [("", "required")]
    assert ("/id", "readOnly") in broken(check, {"id": "x", "name": "x"})


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "format": "date"}, "2026-02-28", "2026-02-30"),
        ({"type": "string", "format": "date-time"}, "2026-03-01T12:00:00Z", "2026-03-01 12:00"),
        ({"type": "string", "format": "uuid"}, "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "0192f0c1"),
        ({"type": "string", "format": "uri"}, "http://a/b", "no uri"),
        ({"type": "string", "format": "email"}, "a@b.example", "a"),
        ({"type": "string", "format": "ipv4"}, "127.0.0.1", "127.0.0.256"),
        ({"type": "string", "format": "ipv6"}, "::1", "::g"),
        ({"type": "string", "format": "byte"}, "aGk=", "%%"),
        ({"type": "integer", "format": "int32"}, 2**31 - 1, 2**31),
        ({"type": "integer", "format": "int64"}, -(2**63), -(2**63) - 1),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ({"type": "number", "multipleOf": 0.01}, 19.99, 19.999),
        ({"type": "array", "uniqueItems": True}, [1, 2], [1, 1]),
        ({"not": {"type": "string"}}, 1, "x"),
    ],
    ids=lambda value: str(value.get("format", list(value))) if isinstance(value, dict) else "",
)
def test_formats_and_bounds_are_checked(schema: Json, good: Json, bad: Json) -> None:
    check = compiled(schema)

    assert check(good) == ()
    assert check(bad) != ()


@pytest.mark.parametrize("name", ["password", "binary", "phone", "float"])
def test_a_format_that_is_not_known_is_ignored(name: str) -> None:
    assert compiled({"type": "string", "format": name})("anything") == ()


def test_an_integer_with_a_fraction_of_zero_is_none_and_size_does_not_matter() -> None:
    check = compiled({"type": "integer"})

    assert broken(check, 1.0) == [("", "type")]
    assert check(10**30) == ()


def test_names_of_annotations_are_ordinary_property_names() -> None:
    names = ("example", "x-mock", "$ref", "id", "nullable", "readOnly", "discriminator")
    check = compiled({"properties": {name: {"type": "string"} for name in names}})

    assert sorted(broken(check, dict.fromkeys(names, 1))) == sorted(
        (f"/{name}", "type") for name in names
    )


def test_messages_and_their_number_are_bounded() -> None:
    many = compiled({"type": "array", "items": {"type": "string"}})([1] * 1000)
    (long,) = compiled({"type": "integer"})("x" * 10_000)

    assert len(many) == MOST_VIOLATIONS
    assert len(long.message) <= LONGEST_MESSAGE


def test_messages_about_answers_do_not_repeat_the_value() -> None:
    (one,) = compiled({"type": "integer"}, ANSWER)("whsec_do-not-tell")

    assert "whsec" not in one.message


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"properties": {"a": {"pattern": "("}}}, "/components/schemas/It/properties/a/pattern"),
        (ref("Missing"), "/components/schemas/It: "),
        (ref("It"), "refers to itself"),
    ],
    ids=["pattern", "missing", "loop"],
)
def test_a_broken_schema_is_told_with_its_place(schema: Json, place: str) -> None:
    with pytest.raises(SchemaBroken) as refusal:
        compiled(schema)

    assert place in str(refusal.value)


def test_a_dialect_that_cannot_be_validated_against_is_refused() -> None:
    with pytest.raises(SchemaBroken, match=r"test: schemas of 2\.9 are unknown"):
        compiled({}, dialect="2.9")


def test_threads_that_compile_at_once_get_the_same_meaning() -> None:
    names = {f"S{n}": {"properties": {"x": ref(f"S{n + 1}")}} for n in range(50)}
    root = {"openapi": "3.0.4", "components": {"schemas": names | {"S50": {"type": "string"}}}}
    schemas = Schemas(Document(name="test", root=root))
    start, verdicts = Barrier(8), []

    def work() -> None:
        start.wait()
        check = schemas.validator("/components/schemas/S49", REQUEST)
        verdicts.append(broken(check, {"x": 1}))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verdicts == [[("/x", "type")]] * 8


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0])
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
SCALARS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "object", "array"]),
        "minimum": st.integers(-2, 2),
        "exclusiveMinimum": st.booleans(),
        "maxLength": st.integers(0, 3),
        "minItems": st.integers(0, 2),
        "required": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        "uniqueItems": st.booleans(),
        "enum": st.lists(st.integers(-1, 1) | st.text(max_size=1), min_size=1, unique=True),
    },
).map(lambda s: s if "minimum" in s else {k: v for k, v in s.items() if k != "exclusiveMinimum"})
SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "items": inner,
            "not": inner,
            **{k: st.lists(inner, min_size=1, max_size=2) for k in ("allOf", "anyOf", "oneOf")},
        },
    ),
    max_leaves=5,
)


@given(SCHEMAS, VALUES)
def test_without_words_of_openapi_a_schema_means_what_draft_4_says(
    schema: Json, value: Json
) -> None:
    assert (compiled(schema)(value) == ()) is jsonschema.Draft4Validator(schema).is_valid(value)
