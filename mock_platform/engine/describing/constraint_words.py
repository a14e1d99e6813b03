"""Puts what a schema demands of one value into words: ``1 to 100 items``, ``at least 0``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mock_platform.engine.describing.plain import as_word
from mock_platform.shared.contracts import Json

_MARKS: Mapping[str, str] = {
    "readOnly": "read only",
    "writeOnly": "write only",
    "deprecated": "deprecated",
}
_CONDITIONS = frozenset({"not", "if", "dependentSchemas", "dependentRequired", "dependencies"})


def types(schema: Json) -> tuple[str, ...]:
    """Return the types that a schema allows, ``null`` left out; guessed where it names none."""
    written = schema.get("type")
    if isinstance(written, str):
        return (written,)
    if isinstance(written, list):
        return tuple(str(one) for one in written if one != "null")
    if schema.keys() & {"properties", "additionalProperties", "patternProperties", "required"}:
        return ("object",)
    return ("array",) if schema.keys() & {"items", "prefixItems"} else ()


def is_nullable(schema: Json) -> bool:
    """Tell whether ``null`` will do, in the way of 3.0 or of 3.1."""
    written = schema.get("type")
    return schema.get("nullable") is True or (isinstance(written, list) and "null" in written)


def marks(schema: Json) -> tuple[str, ...]:
    """Return what is true of the member as a whole: ``read only``, ``may be null``."""
    found = [word for key, word in _MARKS.items() if schema.get(key) is True]
    return (*found, "may be null") if is_nullable(schema) else tuple(found)


def pattern(schema: Json) -> str:
    """Return the regular expression that a text must match; empty where there is none."""
    written = schema.get("pattern")
    return written if isinstance(written, str) else ""


def constraints(schema: Json) -> tuple[str, ...]:
    """Return what the schema demands, in words."""
    return tuple(_said(schema))


def _said(schema: Json) -> Iterator[str]:
    yield from _numbers(schema)
    for least, most, unit in _COUNTS:
        if words := _range(schema.get(least), schema.get(most), unit):
            yield words
    if schema.get("uniqueItems") is True:
        yield "no item twice"
    for key, said in _PLAIN.items():
        if key in schema:
            yield said(schema[key])
    if schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False:
        yield "no other members"
    if schema.keys() & _CONDITIONS:
        yield "further conditions: see the document"


_COUNTS = (
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minProperties", "maxProperties", "member"),
)
_PLAIN: Mapping[str, Callable[[Json], str]] = {
    "multipleOf": lambda value: f"a multiple of {as_word(value)}",
    "contentEncoding": lambda value: f"encoded as {as_word(value)}",
    "contentMediaType": lambda value: f"holds {as_word(value)}",
}


def _numbers(schema: Json) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    # In 3.0 they are booleans that sharpen minimum and maximum; later they are limits themselves.
    if above is True:
        low, above = None, low
    if below is True:
        high, below = None, high
    if _is_number(low) and _is_number(high):
        yield f"{as_word(low)} to {as_word(high)}"
    elif _is_number(low):
        yield f"at least {as_word(low)}"
    elif _is_number(high):
        yield f"at most {as_word(high)}"
    if _is_number(above):
        yield f"more than {as_word(above)}"
    if _is_number(below):
        yield f"less than {as_word(below)}"


def _range(least: Json, most: Json, unit: str) -> str:
    least = least if _is_number(least) and least > 0 else None
    most = most if _is_number(most) else None
    if least is None and most is None:
        return ""
    if least == most:
        return f"exactly {_counted(least, unit)}"
    if least is None:
        return f"at most {_counted(most, unit)}"
    if most is None:
        return f"at least {_counted(least, unit)}"
    return f"{least} to {_counted(most, unit)}"


def _counted(number: Json, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
