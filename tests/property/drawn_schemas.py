"""Draws documents with schemas that refer to each other, and values that may or may not fit them.

Most of what is drawn can be satisfied; what cannot has to be said so, and that is looked at, too.
"""

from __future__ import annotations

from hypothesis import strategies as st

from mock_platform.shared.contracts import Json

NAMES = ("Alpha", "Beta", "Gamma")
_Later = tuple[str, ...]
"""What a schema may refer to in place."""

_PROPERTIES = ("a", "b", "id", "email", "createdAt", "price", "kind")
_PATTERNS = (
    *("^[a-z]+$", r"^\d{3}-\d{2}$", "^(foo|bar)+$", "[A-Z]", r"^[\w.]{2,8}$", "x"),
    *("^(?=.*[0-9])[a-z0-9]{4,9}$", r"^[^\s]+$", r"^\+?[1-9]\d{1,14}$"),
)
_FORMATS_30 = ("date-time", "date", "uuid", "email", "uri", "ipv4", "byte", "hostname", "unknown")
_FORMATS_2020 = (*_FORMATS_30[:-1], "time", "duration", "json-pointer", "uri-reference", "ipv6")

SCALARS: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.sampled_from([0.5, 1.0, -2.25, 3.75, 1e3]),
    st.sampled_from(["", "a", "foo", "foobar", "X9", "123-45", "abc1", "2024-05-06", "x" * 12]),
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(_PROPERTIES), inner, max_size=4),
    ),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn, *, modern: bool) -> Json:
    """Draw a document whose first schema is the one to look at.

    A schema that refers to itself without a member or an item between means nothing, so such are
    not drawn: in place, a schema refers to later ones only.
    """
    schemas = {name: draw(_schemas(modern, 3, NAMES[1 + at :])) for at, name in enumerate(NAMES)}
    return {"components": {"schemas": schemas}}


@st.composite
def _schemas(draw: st.DrawFn, modern: bool, depth: int, later: _Later = NAMES) -> Json:
    kinds = ["string", "number", "integer", "boolean", "enum", "ref", "any"]
    if depth > 0:
        kinds += ["object", "object", "array", "allOf", "anyOf", "oneOf", "not"]
        if modern:
            kinds += ["if", "tuple", "contains", "dependent", "mapping", "unevaluated"]
    kind = draw(st.sampled_from(kinds))
    schema: Json = draw(_BY_KIND[kind](modern, depth - 1, later))
    if kind not in ("ref", "any") and draw(st.integers(0, 9)) == 0:
        if not modern:
            schema = {**schema, "nullable": True}
        elif isinstance(schema.get("type"), str):
            schema = {**schema, "type": [schema["type"], "null"]}
    return schema


@st.composite
def _string(draw: st.DrawFn, modern: bool, _depth: int, _later: _Later) -> Json:
    schema: Json = {"type": "string"}
    match draw(st.integers(0, 3)):
        case 0:
            schema["pattern"] = draw(st.sampled_from(_PATTERNS))
        case 1:
            schema["format"] = draw(st.sampled_from(_FORMATS_2020 if modern else _FORMATS_30))
    if draw(st.integers(0, 2)) == 0:
        schema["minLength"] = draw(st.integers(0, 8))
    if draw(st.integers(0, 3)) == 0:
        schema["maxLength"] = schema.get("minLength", 0) + draw(st.integers(2, 30))
    return schema


@st.composite
def _number(draw: st.DrawFn, modern: bool, _depth: int, _later: _Later) -> Json:
    schema: Json = {"type": draw(st.sampled_from(["number", "integer"]))}
    if draw(st.booleans()):
        schema["minimum"] = draw(st.sampled_from([-10, 0, 1, 2.5, 100]))
        if draw(st.booleans()):
            schema["maximum"] = schema["minimum"] + draw(st.sampled_from([0, 1, 2, 7.5, 40]))
        if draw(st.integers(0, 3)) == 0:
            if modern:
                schema["exclusiveMinimum"] = schema.pop("minimum")
            else:
                schema["exclusiveMinimum"] = True
    if draw(st.integers(0, 3)) == 0:
        schema["multipleOf"] = draw(st.sampled_from([1, 2, 3, 0.5, 0.25, 5]))
    return schema


@st.composite
def _enum(draw: st.DrawFn, modern: bool, _depth: int, _later: _Later) -> Json:
    values = draw(st.lists(SCALARS, min_size=1, max_size=4))
    if modern and draw(st.booleans()):
        return {"const": values[0]}
    return {"enum": values}


@st.composite
def _object(draw: st.DrawFn, modern: bool, depth: int, _later: _Later) -> Json:
    names = draw(st.lists(st.sampled_from(_PROPERTIES), unique=True, max_size=4))
    schema: Json = {
        "type": "object",
        "properties": {n: draw(_schemas(modern, depth)) for n in names},
    }
    if required := [n for n in names if draw(st.booleans())]:
        schema["required"] = required
    match draw(st.integers(0, 5)):
        case 0:
            schema["additionalProperties"] = False
        case 1:
            schema["additionalProperties"] = draw(_schemas(modern, depth))
        case 2:
            schema["minProperties"] = draw(st.integers(0, 5))
        case 3:
            schema["maxProperties"] = draw(st.integers(len(required), 5))
    return schema


@st.composite
def _mapping(draw: st.DrawFn, modern: bool, depth: int, _later: _Later) -> Json:
    schema: Json = {
        "type": "object",
        "patternProperties": {draw(st.sampled_from(_PATTERNS[:6])): draw(_schemas(modern, depth))},
        "minProperties": draw(st.integers(0, 2)),
    }
    if draw(st.booleans()):
        schema["propertyNames"] = {"pattern": draw(st.sampled_from(_PATTERNS))}
    if draw(st.booleans()):
        schema["additionalProperties"] = False
    return schema


@st.composite
def _array(draw: st.DrawFn, modern: bool, depth: int, _later: _Later) -> Json:
    schema: Json = {"type": "array", "items": draw(_schemas(modern, depth))}
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 3))
    if draw(st.integers(0, 2)) == 0:
        schema["maxItems"] = schema.get("minItems", 0) + draw(st.integers(0, 3))
    if draw(st.integers(0, 2)) == 0:
        schema["uniqueItems"] = True
    return schema


@st.composite
def _tuple(draw: st.DrawFn, modern: bool, depth: int, _later: _Later) -> Json:
    prefix = draw(st.lists(_schemas(modern, depth), min_size=1, max_size=3))
    schema: Json = {"type": "array", "prefixItems": prefix}
    match draw(st.integers(0, 3)):
        case 0:
            schema["items"] = False
        case 1:
            schema["items"] = draw(_schemas(modern, depth))
        case 2:
            schema["unevaluatedItems"] = False
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, len(prefix)))
    return schema


@st.composite
def _contains(draw: st.DrawFn, modern: bool, depth: int, _later: _Later) -> Json:
    schema: Json = {
        "type": "array",
        "contains": draw(_schemas(modern, depth)),
        "minContains": draw(st.integers(0, 2)),
    }
    if draw(st.booleans()):
        schema["maxContains"] = schema["minContains"] + draw(st.integers(0, 2))
    if draw(st.booleans()):
        schema["items"] = draw(_schemas(modern, depth))
    if draw(st.booleans()):
        schema["minItems"] = draw(st.integers(0, 4))
    return schema


@st.composite
def _all_of(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    some = st.one_of(_object(modern, depth, later), _ref(modern, depth, later))
    parts = draw(st.lists(some, min_size=1, max_size=3))
    schema: Json = {"allOf": parts}
    if draw(st.integers(0, 3)) == 0:
        schema["not"] = {"required": [draw(st.sampled_from(_PROPERTIES))]}
    return schema


@st.composite
def _any_of(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    return {"anyOf": draw(st.lists(_schemas(modern, depth, later), min_size=1, max_size=3))}


@st.composite
def _one_of(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    parts = draw(st.lists(_schemas(modern, depth, later), min_size=1, max_size=3))
    schema: Json = {"oneOf": parts}
    if later and draw(st.integers(0, 2)) == 0:
        refs = [{"$ref": f"#/components/schemas/{name}"} for name in later]
        schema = {"oneOf": refs, "discriminator": {"propertyName": "kind"}}
    return schema


@st.composite
def _not(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    unwanted = draw(_schemas(modern, min(depth, 0), later))
    base = draw(_schemas(modern, depth, later))
    return {"allOf": [base], "not": unwanted}


@st.composite
def _if(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    schema: Json = {**draw(_object(modern, depth, later)), "if": draw(_object(modern, 0, later))}
    if draw(st.booleans()):
        schema["then"] = draw(_object(modern, depth, later))
    if draw(st.booleans()):
        schema["else"] = draw(_object(modern, depth, later))
    return schema


@st.composite
def _dependent(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    schema: Json = draw(_object(modern, depth, later))
    name = st.sampled_from(_PROPERTIES)
    if draw(st.booleans()):
        schema["dependentRequired"] = {draw(name): draw(st.lists(name, max_size=2, unique=True))}
    else:
        schema["dependentSchemas"] = {draw(name): draw(_object(modern, depth, later))}
    return schema


@st.composite
def _unevaluated(draw: st.DrawFn, modern: bool, depth: int, later: _Later) -> Json:
    schema: Json = {
        "type": "object",
        "allOf": draw(st.lists(_object(modern, depth, later), min_size=1, max_size=2)),
        "unevaluatedProperties": draw(st.one_of(st.just(value=False), _schemas(modern, depth))),
    }
    if draw(st.booleans()):
        schema["anyOf"] = draw(st.lists(_object(modern, depth, later), min_size=1, max_size=2))
    return schema


@st.composite
def _ref(draw: st.DrawFn, modern: bool, _depth: int, later: _Later) -> Json:
    if not later:
        return {"type": "string"}
    ref: Json = {"$ref": f"#/components/schemas/{draw(st.sampled_from(later))}"}
    if modern and draw(st.integers(0, 4)) == 0:
        ref["minProperties"] = 1
    return ref


@st.composite
def _any(draw: st.DrawFn, _modern: bool, _depth: int, _later: _Later) -> Json:
    return draw(st.sampled_from([{}, {"minLength": 2}, {"minimum": 3}, {"required": ["a"]}]))


def _boolean(_modern: bool, _depth: int, _later: _Later) -> st.SearchStrategy[Json]:
    return st.just({"type": "boolean"})


_BY_KIND = {
    "string": _string,
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "enum": _enum,
    "ref": _ref,
    "any": _any,
    "object": _object,
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
}
