"""Mends what is written behind one keyword of a schema, so that every dialect can compile it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from mock_platform.engine.mending.ledger import Ledger, Trail, drop
from mock_platform.engine.mending.patterns import rewritten
from mock_platform.engine.mending.schema_types import mend_type
from mock_platform.shared.contracts import Json

Mend = Callable[[Ledger, dict[str, Json], str, Trail], None]
"""Looks at the keyword of a schema and changes it in place; tells what it changed."""

_SLASHED = re.compile(r"/(\^.*\$)/[a-z]*", re.DOTALL)


def mend_nullable(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``nullable`` is of 3.0 only; who writes it later means it all the same."""
    value = node[key]
    if not isinstance(value, bool):
        mend_flag(ledger, node, key, trail)
    elif value and ledger.dialect != "3.0":
        del node[key]
        written = node.get("type")
        types = written if isinstance(written, list) else [written]
        if written is not None and "null" not in types:
            node["type"] = [*types, "null"]
            if isinstance(node.get("enum"), list) and None not in node["enum"]:
                node["enum"] = [*node["enum"], None]
        ledger.tell((trail, key), "nullable is of OpenAPI 3.0; null is allowed", "add null to type")


def mend_required(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``required`` lists the names of properties."""
    value = node[key]
    if not isinstance(value, list):
        drop(ledger, node, key, trail, "it lists names, beside properties")
    elif not all(type(name) is str for name in value):
        node[key] = list(dict.fromkeys(name for name in value if type(name) is str))
        ledger.tell((trail, key), "required lists names; what is none is ignored")
    elif len(set(value)) != len(value):
        node[key] = list(dict.fromkeys(value))
        ledger.tell((trail, key), "required names a property twice")


def mend_enum(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``enum`` lists different values, at least one, of the schema's type."""
    values = node[key]
    if not isinstance(values, list) or not values:
        drop(ledger, node, key, trail, "it lists the allowed values")
        return
    kind = node.get("type")
    if kind == "string" and set(map(type, values)) == {str} and len(set(values)) == len(values):
        return  # as nearly all are
    if kind == "array" and not any(isinstance(value, list) for value in values):
        _give_to_items(node, key)
        ledger.tell((trail, key), "enum has no list; it is taken for that of the items")
        return
    convert = _AS_WRITTEN.get(kind) if isinstance(kind, str) else None
    if convert is not None:
        wanted = [convert(value) for value in values]
        if wanted != values or list(map(type, wanted)) != list(map(type, values)):
            ledger.tell(
                (trail, key), f"enum has values that are no {kind}; they are taken for some"
            )
            values = node[key] = wanted
    if len({(type(value), repr(value)) for value in values}) != len(values):
        node[key] = list({(type(v), repr(v)): v for v in values}.values())
        ledger.tell((trail, key), "enum has the same value twice")


def _give_to_items(node: dict[str, Json], key: str) -> None:
    values, items = node.pop(key), node.get("items")
    if not isinstance(items, dict):
        node["items"] = {key: values}
    elif "$ref" in items:
        node["items"] = {"allOf": [items], key: values}
    else:
        items.setdefault(key, values)


def _texted(value: Json) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _counted(value: Json) -> Json:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _measured(value: Json) -> Json:
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        whole = _counted(value)
        return whole if isinstance(whole, int) else number if isfinite(number) else value
    return value


def _judged(value: Json) -> Json:
    return {"true": True, "false": False}.get(value.lower(), value) if type(value) is str else value


_AS_WRITTEN: Mapping[str, Callable[[Json], Json]] = {
    "string": _texted,
    "integer": _counted,
    "number": _measured,
    "boolean": _judged,
}


def mend_count(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``minLength`` and its kin are whole numbers from 0."""
    value = node[key]
    if type(value) is int and 0 <= value < _HUGE:
        return
    if type(value) in {int, float} and value >= _HUGE and key.startswith("max"):
        del node[key]  # nothing is so long
        return
    meant = _counted(value)
    if type(meant) is int and 0 <= meant < _HUGE:
        node[key] = meant
        ledger.tell((trail, key), f"{key} is written {value!r}; it is taken for {meant}")
    else:
        drop(ledger, node, key, trail, f"{value!r} is no whole number from 0")


_HUGE = 2**63


def mend_number(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``minimum`` and its kin are numbers."""
    value = node[key]
    if type(value) in (int, float):
        if key == "multipleOf" and value <= 0:
            drop(ledger, node, key, trail, f"{value!r} divides nothing")
        return
    meant = _measured(value)
    if type(meant) in (int, float) and not (key == "multipleOf" and meant <= 0):
        node[key] = meant
        ledger.tell((trail, key), f"{key} is written {value!r}; it is taken for {meant}")
    else:
        drop(ledger, node, key, trail, f"{value!r} is no number")


def mend_exclusive(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``exclusiveMinimum`` is a flag in 3.0 and a number later; many write the other one."""
    value = _judged(node[key])
    bound = "minimum" if key == "exclusiveMinimum" else "maximum"
    flagged = isinstance(value, bool)
    if flagged != (ledger.dialect == "3.0"):
        ledger.tell((trail, key), f"{key} is {value!r}, which is of another version of OpenAPI")
        if not flagged:
            node[bound], node[key] = value, True
            mend_number(ledger, node, bound, trail)
        elif value and bound in node:
            node[key] = node.pop(bound)
        else:
            del node[key]
        flagged = not flagged
    if key in node and flagged:
        node[key] = value is not False
        if bound not in node:
            del node[key]  # draft 4 wants the bound beside it, and without it nothing is said
    elif key in node:
        mend_number(ledger, node, key, trail)


def mend_flag(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``uniqueItems`` and its kin are true or false."""
    value = node[key]
    if isinstance(value, bool):
        return
    meant = _judged(value)
    if isinstance(meant, bool):
        node[key] = meant
        ledger.tell((trail, key), f"{key} is written {value!r}", f"write {value}".lower())
    else:
        drop(ledger, node, key, trail, f"{value!r} is neither true nor false")


def mend_text(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``format`` is a text."""
    if not isinstance(node[key], str):
        drop(ledger, node, key, trail, f"{node[key]!r} is no text")


def mend_object(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``xml`` is an object."""
    if not isinstance(node[key], dict):
        drop(ledger, node, key, trail, "it is no object")


def mend_pattern(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``pattern`` is a regular expression, without slashes around it."""
    value = node[key]
    if not isinstance(value, str):
        drop(ledger, node, key, trail, f"{value!r} is no regular expression")
        return
    if slashed := _SLASHED.fullmatch(value):
        value = node[key] = slashed[1]
        ledger.tell((trail, key), "the slashes around a pattern are not part of it")
    meant = rewritten(value, ledger.is_pattern)
    if meant is not None and meant != value:
        node[key] = meant
        ledger.tell((trail, key), f"{value!r} is no ECMA 262; it is taken for {meant}")
    elif meant is None:
        drop(ledger, node, key, trail, f"{value!r} is no regular expression")


def mend_discriminator(ledger: Ledger, node: dict[str, Json], key: str, trail: Trail) -> None:
    """``discriminator`` is an object since 3.0; in 2.0 it was the property's name."""
    value: Any = node[key]
    if isinstance(value, str):
        node[key] = {"propertyName": value}
        ledger.tell((trail, key), "discriminator is an object", f"propertyName: {value}")
    elif not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
        drop(ledger, node, key, trail, "it has no propertyName")
    elif "mapping" in value and not (
        isinstance(value["mapping"], dict)
        and all(isinstance(target, str) for target in value["mapping"].values())
    ):
        drop(ledger, value, "mapping", (trail, key), "it maps values to schemas")


KEYWORDS: Mapping[str, Mend] = {
    "type": mend_type,
    "nullable": mend_nullable,
    "required": mend_required,
    "enum": mend_enum,
    "pattern": mend_pattern,
    "format": mend_text,
    "discriminator": mend_discriminator,
    "xml": mend_object,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), mend_count),
    **dict.fromkeys(("minProperties", "maxProperties"), mend_count),
    **dict.fromkeys(("minContains", "maxContains"), mend_count),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), mend_number),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), mend_exclusive),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), mend_flag),
}
"""Keywords that hold no schemas."""
