"""A schema is shown as a tree one can read, whatever it looks like, and never without end."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from mock_platform.engine.describing.schema_trees import MOST_BRANCHES, Branch, size, tree
from mock_platform.shared.contracts import Json


def lines(branch: Branch, depth: int = 0) -> Iterator[str]:
    """The tree as text: name, type, component, marks; what is required has a star."""
    told = [
        branch.name + ("*" if branch.required else ""),
        branch.type,
        f"<{branch.schema}>" if branch.schema else "",
        *branch.marks,
        *branch.constraints,
        f"/{branch.pattern}/" if branch.pattern else "",
        f"[{' '.join(branch.values)}]" if branch.values else "",
        f"= {branch.default}" if branch.default is not None else "",
        f"~ {branch.example}" if branch.example is not None else "",
        "…" if branch.is_cut else "",
    ]
    yield "  " * depth + ", ".join(one for one in told if one)
    if branch.heading:
        yield "  " * depth + f"- {branch.heading}"
    for one in branch.branches:
        yield from lines(one, depth + 1)


def drawn(schema: Json, deepest: int = 5, **components: Json) -> str:
    root = {"components": {"schemas": components}}
    return "\n".join(lines(tree(schema, root, deepest=deepest))) + "\n"


def test_members_are_shown_with_all_that_is_demanded_of_them() -> None:
    shown = drawn(
        {"$ref": "#/components/schemas/Order"},
        Order={
            "type": "object",
            "required": ["id", "items"],
            "additionalProperties": False,
            "properties": {
                "id": {"$ref": "#/components/schemas/Id"},
                "state": {"type": "string", "enum": ["on", "off"], "default": "on"},
                "note": {"type": "string", "maxLength": 9, "nullable": True, "example": "Hi"},
                "items": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
                "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}},
            },
        },
        Id={"type": "string", "format": "uuid", "pattern": "^x"},
    )

    assert shown == dedent(
        """\
        object, <Order>, no other members
          id*, string (uuid), <Id>, /^x/
          state, string, [on off], = on
          note, string, may be null, at most 9 characters, ~ Hi
          items*, array of integer, at least 1 item
          tags, array of string
            each item, string, at most 3 characters
        """
    )


def test_what_is_put_together_is_shown_as_one() -> None:
    shown = drawn(
        {
            "description": "Both.",
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["b"], "properties": {"b": {"type": "boolean"}}},
            ],
        },
        Base={"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
    )

    assert shown == "object\n  a*, string\n  b*, boolean\n"


def test_choices_are_listed_and_null_is_no_choice() -> None:
    shown = drawn(
        {
            "properties": {
                "pet": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/Cat"},
                        {"type": "string"},
                        {"type": "null"},
                    ],
                    "discriminator": {"propertyName": "kind"},
                },
                "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            }
        },
        Cat={"type": "object", "properties": {"kind": {"const": "cat"}}},
    )

    assert shown == dedent(
        """\
        object
          pet, one of, may be null
          - one of, told apart by kind
            1, object, <Cat>
              kind, anything, [cat]
            2, string
          name, string, may be null
        """
    )


def test_what_contains_itself_is_shown_as_far_as_it_helps() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}

    shown = drawn({"$ref": "#/components/schemas/Node"}, deepest=2, Node=node)

    assert shown == "object, <Node>\n  next, object, <Node>\n    next, object, <Node>, …\n"


def test_names_that_are_not_known_beforehand_are_told() -> None:
    shown = drawn(
        {
            "type": "object",
            "patternProperties": {"^x-": {"type": "integer"}},
            "additionalProperties": {"type": "string"},
            "properties": {"pair": {"prefixItems": [{"type": "integer"}, False]}},
        }
    )

    assert shown == dedent(
        """\
        object
          pair, array
            item 0, integer
            item 1, nothing
          ^x-, integer
          any other name, string
        """
    )


def test_a_large_schema_is_drawn_less_deep() -> None:
    wide = {
        "type": "object",
        "properties": {
            f"p{i}": {"properties": {f"q{j}": {"type": "string"} for j in range(30)}}
            for i in range(30)
        },
    }

    found = tree(wide, {})

    assert size(found) == 31
    assert all(one.is_cut for one in found.branches)


REFS = st.sampled_from(["A", "B", "nowhere"]).map(
    lambda name: {"$ref": f"#/components/schemas/{name}"}
)
SCHEMAS = st.recursive(
    st.sampled_from([{}, True, False, {"type": "string"}, {"enum": [None]}, 3, "text"]) | REFS,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "items": inner,
            "allOf": st.lists(inner, max_size=2),
            "oneOf": st.lists(inner, max_size=3),
            "anyOf": st.lists(inner, max_size=2),
            "additionalProperties": inner,
            "type": st.sampled_from(["object", "array", ["string", "null"], 7]),
            "required": st.just(["a", 3]),
        },
    ),
    max_leaves=12,
)  # fmt: skip


@given(SCHEMAS, SCHEMAS, SCHEMAS)
def test_every_schema_has_a_tree_and_none_is_too_large(schema: Json, a: Json, b: Json) -> None:
    found = tree(schema, {"components": {"schemas": {"A": a, "B": b}}})

    assert 1 <= size(found) <= MOST_BRANCHES
