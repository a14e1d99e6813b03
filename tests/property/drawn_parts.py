"""Draws the schemas that hold no others: texts, numbers, listed values."""

from __future__ import annotations

from hypothesis import strategies as st

from mock_platform.shared.contracts import Json

PROPERTIES = ("a", "b", "id", "email", "createdAt", "price", "kind")
PATTERNS = (
    *("^[a-z]+$", r"^\d{3}-\d{2}$", "^(foo|bar)+$", "[A-Z]", r"^[\w.]{2,8}$", "x"),
    *("^(?=.*[0-9])[a-z0-9]{4,9}$", r"^[^\s]+$", r"^\+?[1-9]\d{1,14}$"),
    *("^$", "^.{3}$", "a|b", "^(?!x)", r"^[^@]+@[a-z]+\.(com|org)$", "^(a|b){2,}$", "^[a-c]*$"),
)
NAME_PATTERNS = ("^[a-z]+$", "[A-Z]", "^(foo|bar)+$", "x", "^x-", "^.{1,2}$", "[0-9]$", "^(a|b)")
_SHARED = ("date-time", "date", "uuid", "email", "uri", "ipv4", "byte", "hostname", "unknown")
_FORMATS_30 = (*_SHARED, "int32", "binary", "password", "float")
_FORMATS_2020 = (
    *(*_SHARED, "time", "duration", "json-pointer", "uri-reference", "ipv6", "regex"),
    *("idn-email", "idn-hostname", "iri", "iri-reference", "uri-template"),
    "relative-json-pointer",
)
_EDGES = (-10, -1, 0, 1, 2, 2.5, 100, -0.5, 1e6, 2**31, 2**53)
_STEPS = (1, 2, 3, 0.5, 0.25, 5, 7, 100, 1.5, 0.1, 0.01)
_SPANS = (0, 1, 2, 7.5, 40, 0.25, 1000)

SCALARS: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.sampled_from([0.5, 1.0, -2.25, 3.75, 1e3, 0, -0.0, 2**53, 1e20]),
    st.sampled_from(["", "a", "foo", "foobar", "X9", "123-45", "abc1", "2024-05-06", "x" * 12]),
    st.sampled_from(["ä", "\U0001f600", "null", "1", " ", "a/b~c"]),
)
_COMPOUNDS: tuple[Json, ...] = (
    *([], {}, [1], [1, 1], ["a", None], {"a": 1}, {"a": {"b": []}}, {"kind": "a", "id": 3}),
    *([[]], [{}], {"": ""}, {"a/b": 0}),
)
LISTED: st.SearchStrategy[Json] = st.one_of(SCALARS, SCALARS, st.sampled_from(_COMPOUNDS))


def _formats(modern: bool) -> tuple[str, ...]:
    return _FORMATS_2020 if modern else _FORMATS_30


@st.composite
def texts(draw: st.DrawFn, modern: bool) -> Json:
    """Draw what a text must be."""
    schema: Json = {"type": "string"}
    match draw(st.integers(0, 3)):
        case 0:
            schema["pattern"] = draw(st.sampled_from(PATTERNS))
        case 1:
            schema["format"] = draw(st.sampled_from(_formats(modern)))
    if modern and draw(st.integers(0, 9)) == 0:
        schema["contentEncoding"] = "base64"
    if draw(st.integers(0, 2)) == 0:
        schema["minLength"] = draw(st.integers(0, 8))
    if draw(st.integers(0, 3)) == 0:
        schema["maxLength"] = schema.get("minLength", 0) + draw(st.integers(0, 30))
    return schema


@st.composite
def numbers(draw: st.DrawFn, modern: bool) -> Json:
    """Draw what a number must be."""
    schema: Json = {"type": draw(st.sampled_from(["number", "integer"]))}
    if draw(st.booleans()):
        low = draw(st.sampled_from(_EDGES))
        _bound(schema, "Minimum", low, modern, excluded=draw(st.integers(0, 3)) == 0)
        if draw(st.booleans()):
            high = low + draw(st.sampled_from(_SPANS))
            _bound(schema, "Maximum", high, modern, excluded=draw(st.integers(0, 3)) == 0)
    elif draw(st.integers(0, 3)) == 0:
        high = draw(st.sampled_from(_EDGES))
        _bound(schema, "Maximum", high, modern, excluded=draw(st.booleans()))
    if draw(st.integers(0, 3)) == 0:
        schema["multipleOf"] = draw(st.sampled_from(_STEPS))
    if draw(st.integers(0, 9)) == 0:
        schema["format"] = draw(st.sampled_from(["int32", "int64", "float", "double"]))
    return schema


def _bound(schema: Json, end: str, number: float, modern: bool, *, excluded: bool) -> None:
    if excluded and modern:
        schema["exclusive" + end] = number
        return
    schema[end.lower()] = number
    if excluded:
        schema["exclusive" + end] = True


@st.composite
def listed(draw: st.DrawFn, modern: bool) -> Json:
    """Draw what lists the values that are allowed."""
    values = draw(st.lists(LISTED, min_size=1, max_size=4))
    match draw(st.integers(0, 5)):
        case 0 | 1 if modern:
            return {"const": values[0]}
        case 2 if modern:
            return {"const": values[0], "enum": values}
        case 3:
            kind = draw(st.sampled_from(["string", "integer", "number", "object", "array"]))
            return {"type": kind, "enum": values}
        case _:
            return {"enum": values}


@st.composite
def anything(draw: st.DrawFn, modern: bool) -> Json:
    """Draw what says little, and nothing of the type."""
    said: list[Json] = [{}, {"minLength": 2}, {"minimum": 3}, {"required": ["a"]}, {"maxItems": 1}]
    said += [{"uniqueItems": True}, {"pattern": "^[a-z]*$"}, {"multipleOf": 3}, {"minItems": 1}]
    said += [{"maxProperties": 1}, {"minProperties": 1, "maxLength": 3, "maximum": 0}]
    if modern:
        said += [True, True, False, {"type": ["string", "null"]}, {"type": ["integer", "object"]}]
        said += [{"type": ["array", "boolean", "number"]}, {"contains": {"type": "string"}}]
        said += [{"type": ["null"]}, {"type": "null"}, {"propertyNames": {"maxLength": 2}}]
    else:
        said += [{"maximum": 5, "exclusiveMaximum": True}, {"exclusiveMinimum": True, "minimum": 1}]
    return draw(st.sampled_from(said))
