"""Answers an operation from its contract alone: with an example, or with the least that would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor

from mock_platform.engine.documents import Document
from mock_platform.engine.operations import MediaType, Operation, Response
from mock_platform.engine.pointers import lookup, of_ref, ref_of
from mock_platform.shared.contracts import Json, Reply

_BODILESS = frozenset({204, 205, 304})
_SAID_BY_THE_API = frozenset({"x-trace-id"})
"""Headers that every answer gets anyway, with the value of its own request."""

_DEEPEST = 16
"""How far schemas are followed; one that requires itself has no least value."""

_BY_FORMAT: Mapping[str, str] = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "somebody@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "byte": "AAAA",
}


def example_reply(operation: Operation, document: Document) -> Reply:
    """Make the answer that the contract suggests: always the same one.

    A media type that is not JSON is named by a ``Content-Type`` among the reply's headers.

    Raises:
        LookupError: a reference points nowhere.
    """
    response = _chosen(operation.responses)
    if response is None:
        return Reply(status=204)
    status = _status(response.status)
    headers = {
        name: _as_text(_stated_or_least(header, document.root))
        for name, header in response.headers.items()
        if header.get("required", False) and name.lower() not in _SAID_BY_THE_API
    }
    media_type = _preferred(response.content)
    if media_type is None or status in _BODILESS:
        return Reply(status=status, headers=headers)
    if "json" not in media_type.name and "*" not in media_type.name:
        headers["Content-Type"] = media_type.name
    body = _stated_or_least(media_type.raw, document.root)
    return Reply(status=status, headers=headers, body=body)


def _chosen(responses: Mapping[str, Response]) -> Response | None:
    """The lowest 2xx, else the default, else the lowest of all."""
    ranked = sorted(responses, key=lambda s: (s[0] != "2", s != "default", s.replace("X", "0")))
    return responses[ranked[0]] if ranked else None


def _status(written: str) -> int:
    return 200 if written == "default" else int(written.upper().replace("X", "0"))


def _preferred(content: Mapping[str, MediaType]) -> MediaType | None:
    in_order = sorted(content.values(), key=lambda each: "json" not in each.name)
    return in_order[0] if in_order else None


def _as_text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_as_text, value)) if isinstance(value, list) else str(value)


def _stated_or_least(holder: Json, root: Json) -> Json:
    """Return the first example of a media type or header, or the least value of its schema."""
    examples = holder.get("examples") or {}
    for written in examples.values() if isinstance(examples, dict) else ():
        example = _followed(written, root)
        if "value" in example:
            return example["value"]
    if "example" in holder:
        return holder["example"]
    return least(holder.get("schema", {}), root)


def _followed(node: Json, root: Json) -> Json:
    hops = 0
    while (ref := ref_of(node)) is not None and hops < _DEEPEST:
        node, hops = lookup(root, of_ref(ref)), hops + 1
    return node


def least(schema: Json, root: Json, depth: int = 0) -> Json:
    """Return a schema's example, or the least value it describes.

    Patterns, and several schemas that contradict each other, are not looked at.
    """
    schema = _followed(schema, root)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            schema = {**schema, "allOf": [*schema.get("allOf", []), schema[key][0]]}
    if "allOf" in schema:
        return _all_of(schema, root, depth)
    return _LEAST.get(_type(schema), _nothing)(schema, root, depth)


def _all_of(schema: Json, root: Json, depth: int) -> Json:
    own = {key: schema[key] for key in ("type", "properties", "required") if key in schema}
    values = [least(part, root, depth + 1) for part in (own, *schema["allOf"]) if part]
    members = [value for value in values if isinstance(value, dict)]
    if members:
        return {name: value for part in members for name, value in part.items()}
    return next((value for value in reversed(values) if value is not None), None)


def _type(schema: Json) -> str:
    match schema.get("type"):
        case str(written):
            return written
        case [written, *_]:
            return str(written)
        case _:
            return "object" if "properties" in schema or "required" in schema else ""


def _nothing(_schema: Json, _root: Json, _depth: int) -> Json:
    return None


def _object(schema: Json, root: Json, depth: int) -> Json:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    members: dict[str, Json] = {}
    for name in dict.fromkeys((*properties, *required)):
        written = _followed(properties.get(name, {"type": "string"}), root)
        if isinstance(written, dict) and not written.get("writeOnly", False):
            if name in required:
                members[name] = least(written, root, depth + 1)
            elif "example" in written:
                members[name] = written["example"]
    return members


def _array(schema: Json, root: Json, depth: int) -> Json:
    item = least(schema.get("items", {}), root, depth + 1) if schema.get("minItems") else None
    return [item] * schema.get("minItems", 0)


def _string(schema: Json, _root: Json, _depth: int) -> Json:
    text = _BY_FORMAT.get(schema.get("format", ""), "text")
    if len(text) > (longest := schema.get("maxLength", len(text))):
        text = text[:longest]
    return text.ljust(schema.get("minLength", 0), "x")


def _number(schema: Json, _root: Json, _depth: int) -> Json:
    """The number nearest to nothing that is allowed."""
    unit = schema.get("multipleOf", 1)
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True or (not isinstance(above, bool) and above is not None):
        edge = low if above is True else above
        low = (floor(edge / unit) + 1) * unit
    if below is True or (not isinstance(below, bool) and below is not None):
        edge = high if below is True else below
        high = (ceil(edge / unit) - 1) * unit
    if low is not None and low > 0:
        return ceil(low / unit) * unit
    if high is not None and high < 0:
        return floor(high / unit) * unit
    return 0


_Least = Callable[[Json, Json, int], Json]
_LEAST: Mapping[str, _Least] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _root, _depth: False,
}
