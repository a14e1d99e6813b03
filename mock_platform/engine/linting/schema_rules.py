"""What a schema says takes effect: no keyword is ignored, misplaced or contradicted by its neighbour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from mock_platform.engine.anatomy import SECTIONS, everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import follow, join, lookup, ref_of, split
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json


def _schemas(document: Document) -> Iterator[tuple[str, dict[str, Json]]]:
    for pointer, node, kind in everything(document.root, "document"):
        if kind == "schemas" and isinstance(node, dict):
            yield pointer, node


def required_declared(document: Document) -> Iterator[Finding]:
    """Yield the names that ``required`` lists and no property has."""
    for pointer, node in _schemas(document):
        wanted = node.get("required")
        if "$ref" in node or not isinstance(wanted, list):
            continue
        places = [pointer, *_around(pointer)]
        names, is_open = _declared(document.root, places, {n for n in wanted if type(n) is str})
        if not names or is_open:
            continue
        known = sorted(names)
        for index, name in enumerate(wanted):
            if name not in names:
                yield Finding(
                    pointer=pointer + join("required", index),
                    message=f"{name!r} is required, but there is no such property",
                    remedy=did_you_mean(str(name), known),
                )


def _around(pointer: str) -> Iterator[str]:
    """Yield the schemas that this one is a branch of: they speak of the same value."""
    tokens = split(pointer)
    while len(tokens) > 1:
        if tokens[-2] in {"allOf", "anyOf", "oneOf"} and tokens[-1].isdecimal():
            tokens = tokens[:-2]
        elif tokens[-1] in {"not", "if", "then", "else"} and tokens[-2] != "properties":
            tokens = tokens[:-1]
        else:
            return
        yield join(*tokens)


_MOST_SCHEMAS = 100
"""Of one value; where there are more, others may be asked for."""


def _declared(root: Json, pointers: list[str], wanted: set[str]) -> tuple[set[str], bool]:
    """Return the properties that schemas of one value name, and whether others are asked for.

    Once all the wanted ones are found, no others are looked for.
    """
    names: set[str] = set()
    is_open, seen = False, set[str]()
    while pointers and not wanted <= names:
        if len(seen) > _MOST_SCHEMAS:
            return names, True
        place = pointers.pop()
        with suppress(LookupError):
            node, place = follow(root, place)
            if place in seen or not isinstance(node, dict):
                continue
            seen.add(place)
            properties = node.get("properties")
            names |= set(properties) if isinstance(properties, dict) else set()
            others = node.get("additionalProperties")
            is_open |= "patternProperties" in node or others is True or isinstance(others, dict)
            for key in ("allOf", "anyOf", "oneOf"):
                pointers += [place + join(key, i) for i in range(len(node.get(key) or ()))]
            pointers += [place + join(key) for key in ("then", "else", "if") if key in node]
    return names, is_open


def nullable_typed(document: Document) -> Iterator[Finding]:
    """Yield ``nullable`` where it has no effect (OpenAPI 3.0.4 §4.7.24.1)."""
    for pointer, node in _schemas(document) if document.dialect == "3.0" else ():
        if node.get("nullable") is True and "type" not in node and "$ref" not in node:
            yield Finding(
                pointer=pointer + "/nullable",
                message="nullable has no effect in a schema that has no type of its own",
                remedy="write the type beside it",
            )


def nullable_listed(document: Document) -> Iterator[Finding]:
    """Yield nullable schemas whose ``enum`` forbids null all the same."""
    for pointer, node in _schemas(document):
        kinds = node.get("type")
        says_null = node.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds)
        values = node.get("enum")
        if says_null and "$ref" not in node and isinstance(values, list) and None not in values:
            yield Finding(
                pointer=pointer + "/enum",
                message="the schema allows null, but its enum does not list it",
                remedy="add null to the enum, or take null from the type",
            )


def siblings_heard(document: Document) -> Iterator[Finding]:
    """Yield what stands beside a ``$ref`` in OpenAPI 3.0, where nobody reads it."""
    if document.dialect != "3.0":
        return
    for pointer, node, kind in everything(document.root, "document"):
        if kind not in SECTIONS or kind == "pathItems" or ref_of(node) is None:
            continue
        harmless = ("$ref", "description", "summary")
        for key in node:
            if key not in harmless and not key.startswith("x-"):
                yield Finding(
                    pointer=pointer + join(key),
                    message=f"{key} is ignored beside $ref",
                    remedy="put the reference into an allOf, and say the rest beside that",
                )


_IS: Mapping[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def enum_fits(document: Document) -> Iterator[Finding]:
    """Yield the values of an ``enum`` that its ``type`` forbids."""
    for pointer, node in _schemas(document):
        kinds, values = node.get("type"), node.get("enum")
        if "$ref" in node or not kinds or not isinstance(values, list):
            continue
        allowed = kinds if isinstance(kinds, list) else [kinds]
        allowed = [*allowed, "null"] if node.get("nullable") is True else allowed
        for index, value in enumerate(values):
            if all(kind in _IS and not _IS[kind](value) for kind in allowed):
                yield Finding(
                    pointer=pointer + join("enum", index),
                    message=f"{value!r} is listed, but is no {' and no '.join(allowed)}",
                    remedy="quote it" if allowed == ["string"] else "correct the type or the value",
                )


def examples_placed(document: Document) -> Iterator[Finding]:
    """Yield examples that contradict each other, or stand where they are not read."""
    for pointer, node, kind in everything(document.root, "document"):
        if not isinstance(node, dict) or "$ref" in node:
            continue
        if (
            kind in {"mediaType", "parameters", "headers"}
            and {"example", "examples"} <= node.keys()
        ):
            told = "example and examples exclude each other"
            remedy = "move the one example to the others"
            yield Finding(pointer=pointer + "/example", message=told, remedy=remedy)
        elif kind in {"parameters", "headers"} and "content" in node and "example" in node:
            told = "beside content nobody reads this example"
            yield Finding(
                pointer=pointer + "/example", message=told, remedy="move it into the content"
            )


def discriminators_declared(document: Document) -> Iterator[Finding]:
    """Yield discriminators whose property a branch lacks, or whose mapping leads nowhere."""
    for pointer, node in _schemas(document):
        if isinstance(node.get("discriminator"), dict) and "$ref" not in node:
            yield from _untold_branches(document.root, node, pointer)
            yield from _lost_targets(document.root, node, pointer)


def _untold_branches(root: Json, node: dict[str, Json], pointer: str) -> Iterator[Finding]:
    name = node["discriminator"].get("propertyName")
    if name in (node.get("properties") or {}):
        return
    for key in ("oneOf", "anyOf"):
        for index in range(len(node.get(key) or ())):
            place = pointer + join(key, index)
            names, _ = _declared(root, [place], {name})
            if name not in names:
                told = f"the discriminator asks for {name!r}, which this schema has not"
                remedy = "add the property, and require it"
                yield Finding(pointer=place, message=told, remedy=remedy)


def _lost_targets(root: Json, node: dict[str, Json], pointer: str) -> Iterator[Finding]:
    mapping = node["discriminator"].get("mapping")
    for value, target in mapping.items() if isinstance(mapping, dict) else ():
        if not _is_there(root, str(target)):
            yield Finding(
                pointer=pointer + join("discriminator", "mapping", value),
                message=f"{target!r} is no schema of this document",
                remedy="write the name of a schema, or a reference to it",
            )


def _is_there(root: Json, target: str) -> bool:
    place = target[1:] if target.startswith("#") else join("components", "schemas", target)
    try:
        lookup(root, place)
    except LookupError:
        return False
    return True
