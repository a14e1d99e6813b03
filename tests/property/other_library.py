"""What the ``jsonschema`` library thinks of a value: the second opinion, with a translation of its own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

import jsonschema

from mock_platform.shared.contracts import Json

_COMPARABLE = ("date", "ipv4", "ipv6", "email", "uuid")
"""Formats that the library checks as strictly as we do, without extras."""

MAIN = "#/components/schemas/Alpha"


def _formats() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(_COMPARABLE)

    @checker.checks("byte")
    def _is_base64(value: object) -> bool:
        try:
            base64.b64decode(str(value), validate=True)
        except (binascii.Error, ValueError):
            return not isinstance(value, str)
        return True

    return checker


def second_opinion(document: Json, *, modern: bool) -> Callable[[Json], bool]:
    """Return whether the library accepts a value as the document's first schema."""
    if modern:
        schema = {**document, "$ref": MAIN}
        return jsonschema.Draft202012Validator(schema, format_checker=_formats()).is_valid
    return jsonschema.Draft4Validator(
        {"allOf": [{"$ref": MAIN}], **_draft_4(document)}, format_checker=_formats()
    ).is_valid


def comparable(node: Json) -> Json:
    """Return the document without the formats on which libraries differ."""
    if isinstance(node, list):
        return [comparable(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: comparable(part)
        for key, part in node.items()
        if key != "format" or part in (*_COMPARABLE, "byte")
    }


def _draft_4(node: Json) -> Json:
    """Write OpenAPI 3.0's ``nullable`` as Draft 4 would."""
    if isinstance(node, list):
        return [_draft_4(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: _draft_4(part) for key, part in node.items() if key != "nullable"}
    if node.get("nullable") is not True:
        return schema
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [{"type": "null"}, schema]}
