"""Draws schemas of every keyword that a dialect has, one inside the other.

Most of what is drawn can be satisfied; what cannot has to be said so, and that is looked at, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from mock_platform.shared.contracts import Json
from tests.property.drawn_parts import (
    LISTED,
    NAME_PATTERNS,
    PATTERNS,
    PROPERTIES,
    anything,
    listed,
    numbers,
    texts,
)

NAMES = ("Alpha", "Beta", "Gamma", "Delta")
Later = tuple[str, ...]
"""What a schema may refer to in place."""
_Drawn = Callable[[bool, int, Later], st.SearchStrategy[Json]]

_SECRET = "secret"
_ONE_IN_TEN = st.integers(0, 9).map(lambda number: number == 0)
_ONE_IN_FOUR = st.integers(0, 3).map(lambda number: number == 0)


@st.composite
def schemas(draw: st.DrawFn, modern: bool, depth: int, later: Later = NAMES) -> Json:
    """Draw a schema; the parts of its values may be any of the document's schemas."""
    kinds = ["string", "number", "number", "boolean", "enum", "ref", "any"]
    if depth > 0:
        kinds += ["object", "object", "array", "allOf", "anyOf", "oneOf", "not"]
        if modern:
            kinds += ["if", "tuple", "contains", "dependent", "mapping", "unevaluated", "rest"]
    schema: Json = draw(_BY_KIND[draw(st.sampled_from(kinds))](modern, depth - 1, later))
    if isinstance(schema, bool) or draw(st.integers(0, 5)):
        return schema
    return draw(_retouched(schema, modern, depth, later))


@st.composite
def _retouched(draw: st.DrawFn, schema: Json, modern: bool, depth: int, later: Later) -> Json:
    """Say a little more: null, keywords of another kind, things that do not count."""
    match draw(st.integers(0, 3)):
        case 0 if not modern:
            return {**schema, "nullable": True}
        case 0 if schema.get("type", "null") in ("object", "array", "string", "number"):
            return {**schema, "type": [schema["type"], "null"]}
        case 1 if depth > 0:
            other = draw(schemas(modern, depth - 1, later))
            both = isinstance(other, dict)
            return {**other, **schema} if both else schema
        case 2:
            noise = {"title": "T", "description": "D", "deprecated": True, "readOnly": True}
            return {**schema, **noise, "default": draw(LISTED)}
        case _:
            return {**schema, "example": draw(LISTED)}


@st.composite
def objects(draw: st.DrawFn, modern: bool, depth: int, _later: Later = ()) -> Json:
    """Draw what an object must be."""
    names = draw(st.lists(st.sampled_from(PROPERTIES), unique=True, max_size=4))
    members = {n: draw(schemas(modern, depth)) for n in names}
    schema: Json = {"type": "object", "properties": members}
    required = [n for n in names if draw(st.booleans())]
    if draw(_ONE_IN_TEN):
        members[_SECRET] = {"type": "string", "writeOnly": True}
        required.append(_SECRET)
    elif draw(_ONE_IN_TEN):
        required.append(draw(st.sampled_from(PROPERTIES)))
    if required := list(dict.fromkeys(required)):
        schema["required"] = required
    match draw(st.integers(0, 5)):
        case 0:
            schema["additionalProperties"] = draw(st.booleans())
        case 1:
            schema["additionalProperties"] = draw(schemas(modern, depth))
        case 2:
            schema["minProperties"] = draw(st.integers(0, 5))
        case 3:
            schema["maxProperties"] = draw(st.integers(len(required), 5))
    return schema


@st.composite
def _mapping(draw: st.DrawFn, modern: bool, depth: int, _later: Later) -> Json:
    patterns = draw(st.lists(st.sampled_from(NAME_PATTERNS), min_size=1, max_size=2, unique=True))
    schema: Json = {
        "type": "object",
        "patternProperties": {pattern: draw(schemas(modern, depth)) for pattern in patterns},
        "minProperties": draw(st.integers(0, 2)),
    }
    if draw(st.booleans()):
        about_names = st.one_of(
            st.sampled_from([{"pattern": pattern} for pattern in (*PATTERNS, *NAME_PATTERNS)]),
            st.sampled_from([{"minLength": 2}, {"enum": ["a", "foo", "x-1"]}, {"maxLength": 3}]),
            st.sampled_from([{"not": {"pattern": "^x"}}, {"type": "string"}, True]),
        )
        schema["propertyNames"] = draw(about_names)
    if draw(st.booleans()):
        schema["properties"] = {draw(st.sampled_from(PROPERTIES)): draw(schemas(modern, depth))}
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(st.one_of(st.just(False), schemas(modern, depth)))
    return schema


@st.composite
def _array(draw: st.DrawFn, modern: bool, depth: int, _later: Later) -> Json:
    schema: Json = {"type": "array", "items": draw(schemas(modern, depth))}
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 3))
    if draw(st.integers(0, 2)) == 0:
        schema["maxItems"] = schema.get("minItems", 0) + draw(st.integers(0, 3))
    if draw(st.integers(0, 2)) == 0:
        schema["uniqueItems"] = True
    return schema


@st.composite
def _tuple(draw: st.DrawFn, modern: bool, depth: int, _later: Later) -> Json:
    prefix = draw(st.lists(schemas(modern, depth), min_size=1, max_size=3))
    schema: Json = {"type": "array", "prefixItems": prefix}
    match draw(st.integers(0, 4)):
        case 0:
            schema["items"] = False
        case 1:
            schema["items"] = draw(schemas(modern, depth))
        case 2:
            schema["unevaluatedItems"] = False
        case 3:
            schema["unevaluatedItems"] = draw(schemas(modern, depth))
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, len(prefix) + 1))
    if draw(_ONE_IN_FOUR):
        schema["uniqueItems"] = True
    return schema


@st.composite
def _contains(draw: st.DrawFn, modern: bool, depth: int, _later: Later) -> Json:
    schema: Json = {"type": "array", "contains": draw(schemas(modern, depth))}
    if draw(st.booleans()):
        schema["minContains"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["maxContains"] = schema.get("minContains", 1) + draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["items"] = draw(schemas(modern, depth))
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 4))
    if draw(_ONE_IN_FOUR):
        schema["uniqueItems"] = True
    return schema


@st.composite
def _all_of(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    some = st.one_of(objects(modern, depth), _ref(modern, depth, later))
    if draw(_ONE_IN_FOUR):
        some = schemas(modern, depth, later)
    parts = draw(st.lists(some, min_size=1, max_size=3))
    schema: Json = {"allOf": parts}
    if draw(_ONE_IN_FOUR):
        schema["not"] = {"required": [draw(st.sampled_from(PROPERTIES))]}
    if draw(_ONE_IN_FOUR):
        schema = {**draw(objects(modern, 0)), **schema}
    return schema


@st.composite
def _any_of(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    schema = {"anyOf": draw(st.lists(schemas(modern, depth, later), min_size=1, max_size=3))}
    return {**draw(objects(modern, 0)), **schema} if draw(_ONE_IN_FOUR) else schema


@st.composite
def _one_of(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    parts = draw(st.lists(schemas(modern, depth, later), min_size=1, max_size=3))
    schema: Json = {"oneOf": parts}
    if later and draw(st.integers(0, 2)) == 0:
        refs = [{"$ref": f"#/components/schemas/{name}"} for name in later]
        schema = {"oneOf": refs, "discriminator": {"propertyName": "kind"}}
        if draw(st.booleans()):
            mapping = {"first": f"#/components/schemas/{later[0]}", "last": later[-1]}
            schema["discriminator"]["mapping"] = mapping
    return schema


@st.composite
def _not(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    unwanted = draw(schemas(modern, draw(st.integers(0, 1)) if depth > 0 else 0, later))
    if not modern and isinstance(unwanted, bool):
        unwanted = {}
    base = draw(schemas(modern, depth, later))
    if isinstance(base, dict) and not base.keys() & {"not", "$ref"} and draw(st.booleans()):
        return {**base, "not": unwanted}
    return {"allOf": [base], "not": unwanted}


@st.composite
def _if(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    some = st.one_of(objects(modern, depth), schemas(modern, depth, later))
    schema: Json = {"if": draw(st.one_of(objects(modern, 0), schemas(modern, depth, later)))}
    if draw(st.booleans()):
        schema["then"] = draw(some)
    if draw(st.booleans()):
        schema["else"] = draw(some)
    return {**draw(objects(modern, depth)), **schema} if draw(st.booleans()) else schema


@st.composite
def _dependent(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    schema: Json = draw(objects(modern, depth))
    name = st.sampled_from(PROPERTIES)
    if draw(st.booleans()):
        schema["dependentRequired"] = {draw(name): draw(st.lists(name, max_size=2, unique=True))}
    if draw(st.booleans()):
        then = draw(st.one_of(objects(modern, depth), schemas(modern, depth, later)))
        schema["dependentSchemas"] = {draw(name): then}
    return schema


@st.composite
def _unevaluated(draw: st.DrawFn, modern: bool, depth: int, later: Later) -> Json:
    part = st.one_of(objects(modern, depth), _ref(modern, depth, later))
    schema: Json = {
        "type": "object",
        "allOf": draw(st.lists(part, min_size=1, max_size=2)),
        "unevaluatedProperties": draw(st.one_of(st.just(value=False), schemas(modern, depth))),
    }
    match draw(st.integers(0, 4)):
        case 0:
            schema["anyOf"] = draw(st.lists(objects(modern, depth), min_size=1, max_size=2))
        case 1:
            schema["oneOf"] = draw(st.lists(objects(modern, depth), min_size=1, max_size=2))
        case 2:
            schema |= draw(_if(modern, depth, later))
        case 3:
            schema |= draw(_dependent(modern, depth, later))
    return schema


@st.composite
def _rest(draw: st.DrawFn, modern: bool, depth: int, _later: Later) -> Json:
    """Items that nothing else has looked at."""
    parts = st.one_of(_tuple(modern, depth, ()), _contains(modern, depth, ()))
    schema: Json = {"type": "array", "unevaluatedItems": draw(schemas(modern, depth))}
    key = draw(st.sampled_from(["allOf", "anyOf", "oneOf"]))
    schema[key] = draw(st.lists(parts, min_size=1, max_size=2))
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 3))
    return schema


@st.composite
def _ref(draw: st.DrawFn, modern: bool, _depth: int, later: Later) -> Json:
    if not later:
        return {"type": "string"}
    pointer = draw(st.sampled_from([*later, *(f"{PARTS}/properties/{name}" for name in "ab")]))
    ref: Json = {"$ref": f"#/components/schemas/{pointer}"}
    if draw(st.integers(0, 4)) == 0:  # counts in 2020-12, and is passed over in 3.0
        ref["minProperties"] = 1
    return ref


def _boolean(_modern: bool, _depth: int, _later: Later) -> st.SearchStrategy[Json]:
    return st.just({"type": "boolean"})


PARTS = "Parts"
"""A schema whose parts are referred to."""

_BY_KIND: Mapping[str, _Drawn] = {
    "string": lambda modern, _depth, _later: texts(modern),
    "number": lambda modern, _depth, _later: numbers(modern),
    "boolean": _boolean,
    "enum": lambda modern, _depth, _later: listed(modern),
    "ref": _ref,
    "any": lambda modern, _depth, _later: anything(modern),
    "object": objects,
    "array": _array,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "tuple": _tuple,
    "contains": _contains,
    "dependent": _dependent,
    "mapping": _mapping,
    "unevaluated": _unevaluated,
    "rest": _rest,
}
