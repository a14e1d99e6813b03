"""What is stored is made to fit every answer, and changed no more than that takes."""

from __future__ import annotations

from functools import partial

import pytest

from mock_platform.domain.patches import json_patched, merge_patched
from mock_platform.engine.resources.fitting import Fitting, Generate
from mock_platform.engine.resources.plain_json import storable
from mock_platform.engine.resources.shapes import Shapes
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Schemas
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import PatchUnfit
from tests.unit.shared.resource_kit import document_of

PLACE = "/components/schemas/Thing"


def fitting(schema: Json, generate: Generate | None = None) -> Fitting:
    document = document_of({"paths": {}, "components": {"schemas": {"Thing": schema}}})
    validator = partial(Schemas(document).validator, direction=Direction.ANSWER)
    return Fitting(shapes=Shapes(document.root), compile=validator, generate=generate)


def thing(required: list[str] | None = None, **properties: Json) -> Json:
    return {"type": "object", "properties": properties} | (
        {"required": required} if required else {}
    )


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
USER = thing(["id", "mail"], id=TEXT, mail={"type": "string", "example": "a@b.example"})


@pytest.mark.parametrize(
    ("schema", "value", "wanted"),
    [
        (thing(a=TEXT), {"a": "x"}, {"a": "x"}),
        (thing(a=TEXT), {"a": "x", "b": 1}, {"a": "x"}),
        (thing(a=TEXT) | {"additionalProperties": True}, {"a": "x", "b": 1}, {"a": "x", "b": 1}),
        ({"type": "object"}, {"b": 1}, {"b": 1}),
        (thing(a=TEXT, b=TEXT), {"b": "2", "a": "1"}, {"a": "1", "b": "2"}),
        (thing(a=TEXT | {"writeOnly": True}, b=TEXT), {"a": "1", "b": "2"}, {"b": "2"}),
        (thing(["a", "b"], a=TEXT, b=NUMBER), {"a": "x"}, {"a": "x", "b": 0}),
        (thing(["a"], a=TEXT, b=NUMBER), {"a": "x"}, {"a": "x"}),
        (thing(["a"], a=TEXT), {"a": 5}, {"a": "text"}),
        (thing(a=NUMBER, b=TEXT), {"a": "x", "b": "y"}, {"b": "y"}),
        (
            thing(u=USER | {"additionalProperties": False}),
            {"u": {"id": "1", "x": 1}},
            {},
        ),
        (
            thing(["u"], u=USER),
            {"u": {"id": "1"}},
            {"u": {"id": "1", "mail": "a@b.example"}},
        ),
        (thing(["u"], u=USER), {"u": "7"}, {"u": {"id": "7", "mail": "a@b.example"}}),
        (
            thing(["l"], l={"type": "array", "items": NUMBER}),
            {"l": [1, "x", 2]},
            {"l": [1, 2]},
        ),
    ],
    ids=str,
)
def test_a_value_is_shown_filled_and_mended(schema: Json, value: Json, wanted: Json) -> None:
    fitted = fitting(schema).fitted(value, PLACE, "seed")

    assert fitted == wanted
    assert list(fitted) == list(wanted)


def test_what_cannot_be_mended_piece_by_piece_keeps_what_it_can() -> None:
    schema = thing(["kind"], id=TEXT, kind=TEXT, x=TEXT) | {
        "oneOf": [thing(["x"], x={"enum": ["1"]}), thing(["y"], y=TEXT)]
    }
    made = {"kind": "made", "x": "1", "id": "made"}

    fitted = fitting(schema, lambda _pointer, _seed: made).fitted(
        {"id": "mine", "kind": "own", "x": "2"}, PLACE, "seed", first="id"
    )

    assert fitted == {"id": "mine", "kind": "own", "x": "1"}


def test_an_example_is_taken_before_anything_is_made() -> None:
    schema = thing(["a", "b"], a=TEXT, b=TEXT)

    fitted = fitting(schema).fitted({"a": "x"}, PLACE, "s", example={"a": "1", "b": "given"})

    assert fitted == {"a": "x", "b": "given"}


def test_an_example_that_does_not_fit_is_not_taken() -> None:
    schema = thing(["a", "b"], a=TEXT, b=TEXT)

    assert fitting(schema).fitted({"a": "x"}, PLACE, "s", example={"b": 1})["b"] == "text"


def test_what_is_made_depends_on_the_seed_alone() -> None:
    fit = fitting(thing(["n"], n=NUMBER), lambda _pointer, seed: {"n": seed})

    assert fit.fitted({}, PLACE, "a") == fit.fitted({}, PLACE, "a")
    assert fit.fitted({}, PLACE, "a") != fit.fitted({}, PLACE, "b")


def test_where_nothing_can_be_made_the_least_is() -> None:
    def none(_pointer: str, _seed: int) -> Json:
        raise ValueError("nothing fits")

    assert fitting(thing(["n"], n=NUMBER), none).fitted({}, PLACE, "a") == {"n": 0}


def test_a_place_without_a_schema_takes_everything() -> None:
    assert fitting(TEXT).fitted({"a": 1}, "/nowhere", "s") == {"a": 1}


@pytest.mark.parametrize(
    ("target", "patch", "wanted"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_its_rfc_says(target: Json, patch: Json, wanted: Json) -> None:
    assert merge_patched(target, patch) == wanted


def test_what_comes_in_forms_becomes_json() -> None:
    assert storable({"a": b"text", "b": [b"\xff\x00"], 3: (1, None, True)}) == {
        "a": "text",
        "b": ["/wA="],
        "3": [1, None, True],
    }


def test_a_json_patch_that_copies_a_value_into_itself_is_refused_before_it_fills_the_memory() -> (
    None
):
    doubling = [{"op": "copy", "from": "/a", "path": f"/a/{number}"} for number in range(60)]
    target: Json = {"a": {}}

    with pytest.raises(PatchUnfit, match="10,000"):
        json_patched(target, doubling)

    assert target == {"a": {}}


def test_a_json_patch_that_nests_a_value_too_deeply_is_refused() -> None:
    deeper = [
        {"op": "copy", "from": "/a", "path": "/a" * (2**number) + "/a"} for number in range(13)
    ]

    with pytest.raises(PatchUnfit, match="deep"):
        json_patched({"a": {}}, deeper)


def test_a_json_patch_copies_what_is_there_when_its_turn_comes() -> None:
    patch = [
        {"op": "add", "path": "/a/b", "value": [1]},
        {"op": "copy", "from": "/a", "path": "/c"},
        {"op": "add", "path": "/a/b/-", "value": 2},
    ]

    assert json_patched({"a": {}}, patch) == {"a": {"b": [1, 2]}, "c": {"b": [1]}}
