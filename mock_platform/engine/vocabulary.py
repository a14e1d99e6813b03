"""Holds ``x-mock`` to its schema, and says of an unknown key which one was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from heapq import nsmallest
from importlib.resources import files

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json


def behaviour_findings(
    behaviour: Json, pointer: str, definition: str | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with the ``x-mock`` at the pointer.

    ``definition`` says which of the schema's ``$defs`` it is held to; a callback's has none.
    """
    schema = json.loads(files(__package__).joinpath("x-mock.schema.json").read_text("utf-8"))
    wanted = schema if definition is None else schema["$defs"][definition]
    for error in Draft202012Validator(schema).evolve(schema=wanted).iter_errors(behaviour):
        place = pointer + join(*error.absolute_path)
        if error.validator == "additionalProperties":
            yield from _unknown_keys(error, place)
        else:
            remedy = _known(error) if error.validator == "enum" else _description(error)
            yield Finding(pointer=place, message=error.message, remedy=remedy)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Suggest the known word that was probably meant, or list them; of very many, the first."""
    if close := get_close_matches(word, _likely(word, known), n=1):
        return f"did you mean {close[0]!r}?"
    if not known:
        return "nothing is known here"
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    return f"known here: {', '.join(known[:_MOST_LISTED])}{more}"


_MOST_LISTED = 30
_MOST_COMPARED = 100
"""Words that are looked at closely: of thousands, for each of thousands, that takes minutes."""


def _likely(word: str, known: Sequence[str]) -> Sequence[str]:
    """Return those words that begin alike and are about as long, where there are too many."""
    if len(known) <= _MOST_COMPARED:
        return known
    return nsmallest(
        _MOST_COMPARED,
        known,
        key=lambda one: (one[:1] != word[:1], abs(len(one) - len(word))),
    )


def _unknown_keys(error: ValidationError, place: str) -> Iterator[Finding]:
    schema: Json = error.schema
    instance: Json = error.instance
    known = list(schema["properties"])
    for key in instance:
        if key not in known:
            yield Finding(
                pointer=place + join(key),
                message=f"{_owner(error)} has no {key!r}",
                remedy=did_you_mean(str(key), known),
            )


def _owner(error: ValidationError) -> str:
    return str(error.absolute_path[-1]) if error.absolute_path else "x-mock"


def _known(error: ValidationError) -> str:
    allowed: Json = error.validator_value
    return did_you_mean(str(error.instance), [str(value) for value in allowed])


def _description(error: ValidationError) -> str:
    schema: Json = error.schema
    return str(schema.get("description", "docs/vocabulary.md lists what may stand here"))
