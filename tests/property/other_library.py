"""What the ``jsonschema`` library thinks of a value: the second opinion, with a translation of its own."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from fractions import Fraction

import jsonschema.protocols
from jsonschema import validators

from mock_platform.shared.contracts import Json

COMPARABLE = ("date", "ipv4", "ipv6", "byte")
"""Formats that the library checks as strictly as we do, without extras."""

MAIN = "#/components/schemas/Alpha"
MAIN_THERE = "#/$defs/Alpha"
_MOST_LOOKS = 100_000
_Keyword = Callable[[Json, Json, Json, Json], Iterator[jsonschema.ValidationError] | None]
_INTEGERS = {"int32": 2**31}


def _formats() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(COMPARABLE[:-1])

    @checker.checks("byte")
    def _is_base64(value: object) -> bool:
        try:
            base64.b64decode(str(value), validate=True)
        except (binascii.Error, ValueError):
            return not isinstance(value, str)
        return True

    return checker


def _exact_multiple(
    _validator: Json, step: Json, instance: Json, _schema: Json
) -> Iterator[jsonschema.ValidationError]:
    """The library divides floats, and finds that 0.3 is no multiple of 0.1."""
    if isinstance(instance, bool) or not isinstance(instance, (int, float)):
        return
    if (Fraction(str(instance)) / Fraction(str(step))).denominator != 1:
        yield jsonschema.ValidationError(f"{instance} is not a multiple of {step}")


def _ascii_pattern(
    _validator: Json, pattern: Json, instance: Json, _schema: Json
) -> Iterator[jsonschema.ValidationError]:
    r"""The library reads patterns as Python does, where ``\w`` is also ``ä``."""
    if isinstance(instance, str) and not re.search(pattern, instance, re.ASCII):
        yield jsonschema.ValidationError(f"{instance!r} is not like {pattern!r}")


class _Undecided(Exception):
    """The library looks at the same things so often that it would take hours."""


class _Patience:
    """Counts what the library looks at."""

    def __init__(self) -> None:
        self.left = _MOST_LOOKS

    def with_keyword(self, check: _Keyword) -> _Keyword:
        def counted(
            validator: Json, value: Json, instance: Json, schema: Json
        ) -> Iterator[jsonschema.ValidationError]:
            self.left -= 1
            if self.left < 0:
                raise _Undecided
            yield from check(validator, value, instance, schema) or ()

        return counted


_MENDED: dict[str, _Keyword] = {"multipleOf": _exact_multiple, "pattern": _ascii_pattern}
extended: Callable[..., Callable[..., jsonschema.protocols.Validator]] = validators.extend


def second_opinion(document: Json, *, modern: bool) -> Callable[[Json], bool | None]:
    """Return whether the library accepts a value as the document's first schema, in an answer.

    None: to find out would take too long.
    """
    told = {"$defs": _told(document["components"]["schemas"], modern)}
    told |= {"$ref": MAIN_THERE} if modern else {"allOf": [{"$ref": MAIN_THERE}]}
    draft = jsonschema.Draft202012Validator if modern else jsonschema.Draft4Validator
    patience = _Patience()
    keywords = {**draft.VALIDATORS, **_MENDED}
    counted = {name: patience.with_keyword(check) for name, check in keywords.items()}
    found = extended(draft, counted)(told, format_checker=_formats())

    def is_valid(value: Json) -> bool | None:
        patience.left = _MOST_LOOKS
        try:
            return bool(found.is_valid(value))
        except _Undecided:
            return None

    return is_valid


def comparable(node: Json) -> Json:
    """Return the document without the formats on which libraries differ."""
    if isinstance(node, list):
        return [comparable(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: comparable(part)
        for key, part in node.items()
        if key != "format" or part in (*COMPARABLE, *_INTEGERS)
    }


def _told(node: Json, modern: bool) -> Json:
    """Write what OpenAPI adds as JSON Schema would: null, secrets, sizes of numbers, homes."""
    if isinstance(node, list):
        return [_told(item, modern) for item in node]
    if not isinstance(node, dict):
        return node
    if not modern and isinstance(node.get("$ref"), str):
        return {"$ref": _at_home(node["$ref"])}
    schema = {key: _part(key, part, modern) for key, part in node.items() if key != "nullable"}
    schema = _without_secrets(schema)
    if (size := _INTEGERS.get(str(node.get("format")))) and "type" in node:
        bounds = {"minimum": -size, "maximum": size - 1}
        schema = {**schema, "allOf": [*schema.get("allOf", []), bounds]}
    if modern or node.get("nullable") is not True:
        return schema
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [{"type": "null"}, schema]} if _counts(schema) else {}


def _part(key: str, part: Json, modern: bool) -> Json:
    if key in ("enum", "const", "default", "example"):
        return part
    return _at_home(part) if key in ("$ref", "$dynamicRef") else _told(part, modern)


def _at_home(ref: Json) -> Json:
    return ref.replace("#/components/schemas/", "#/$defs/") if isinstance(ref, str) else ref


def _counts(schema: Json) -> bool:
    return bool(schema.keys() - {"title", "description", "default", "example", "readOnly"})


def _without_secrets(schema: Json) -> Json:
    """What is ``writeOnly`` is never there, so it cannot be required; drawn beside its ``required``."""
    members = schema.get("properties")
    if not isinstance(members, dict):
        return schema
    secrets = {n for n, p in members.items() if isinstance(p, dict) and p.get("writeOnly") is True}
    if not secrets:
        return schema
    shown = {name: {"not": {}} if name in secrets else part for name, part in members.items()}
    told = {**schema, "properties": shown}
    told["required"] = [name for name in schema.get("required", ()) if name not in secrets]
    return told if told["required"] else {k: v for k, v in told.items() if k != "required"}
