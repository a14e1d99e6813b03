"""Turns a parameter's text into the value its schema speaks of.

Connexion's decoder takes the style apart (commas, pipes, ``deepObject``); around it stand the styles
it does not know (``label``, ``matrix``, objects outside ``deepObject``). Scalars are strict: what is
no JSON number or boolean stays a string, and the schema refuses it. So ``1_000``, ``+5``, ``٣`` and
``True`` are no numbers and no booleans.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from mock_platform.engine.operations import Parameter
from mock_platform.shared.contracts import Json

Cast = Callable[[Json], Json]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,307})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def caster(wanted: Json) -> Cast | None:
    """Return the function that gives decoded text the types of a shape (``skeleton.shape``).

    None where text is what is wanted.
    """
    match wanted:
        case {"type": "array", "items": items}:
            return _items_caster(caster(items))
        case {"type": "object", "properties": properties}:
            return _members_caster({name: caster(part) for name, part in properties.items()})
        case {"type": kind}:
            return _SCALARS.get(kind)
        case _:
            return None


def _integer(text: Json) -> Json:
    return int(text) if isinstance(text, str) and _INTEGER.fullmatch(text) else text


def _number(text: Json) -> Json:
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return value if math.isfinite(value) else text


def _boolean(text: Json) -> Json:
    return _BOOLEANS.get(text, text) if isinstance(text, str) else text


_SCALARS: Mapping[str, Cast] = {"integer": _integer, "number": _number, "boolean": _boolean}


def _items_caster(cast: Cast | None) -> Cast | None:
    if cast is None:
        return None
    return lambda value: [cast(item) for item in value] if isinstance(value, list) else value


def _members_caster(casts: Mapping[str, Cast | None]) -> Cast:
    def cast(value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        named = ((name, member, casts.get(name)) for name, member in value.items())
        return {name: one(member) if one else member for name, member, one in named}

    return cast


def unprefixed(parameter: Parameter, text: str) -> str:
    """Rewrite the path styles ``label`` and ``matrix`` in the style ``simple``."""
    if parameter.style == "label":
        text = text.removeprefix(".")
        return text.replace(".", ",") if parameter.explode else text
    if parameter.style == "matrix":
        parts = [part.removeprefix(f"{parameter.name}=") for part in text.split(";") if part]
        return ",".join(parts)
    return text


def member_by_member(parameter: Parameter, value: Json) -> Json:
    """Read an object that was written as one text: ``R,100,G,200`` or ``R=100,G=200``."""
    if not isinstance(value, str):
        return value
    pieces = value.split(",")
    if parameter.explode:
        pairs = [piece.partition("=") for piece in pieces]
        return {name: text for name, equals, text in pairs if equals} or value
    if len(pieces) % 2:
        return value
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def gathered(names: Sequence[str], query: Mapping[str, list[str]]) -> Mapping[str, str] | None:
    """Collect an exploded ``form`` object: each of its members is a query parameter of its own."""
    return {name: query[name][-1] for name in names if name in query} or None
