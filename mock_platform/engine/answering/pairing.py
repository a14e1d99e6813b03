"""Finds the named examples that speak of the same case as the request (Microcks' idea).

``examples: {missing: …}`` of a parameter or body, and ``examples: {missing: …}`` of an answer, are
one conversation: whoever asks the one is told the other, with the status it is documented under.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mock_platform.engine.answering.choosing import status_of
from mock_platform.engine.answering.statements import Given, examples
from mock_platform.engine.bindings import python_name
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Json

_BODY = ""
"""Stands for the request's body among the names of arguments; no argument is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The cases that an operation's contract tells from both sides."""

    cases: Mapping[str, Mapping[str, Sequence[Json]]] = field(default_factory=dict)
    """Name → argument → the values that mean this case."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Name → the key of the answer that has an example of this name."""

    def matched(self, arguments: Mapping[str, Json], body: Json) -> Sequence[str]:
        """Return the names of the cases that the request is; the one with most to say first."""
        given = {**arguments, _BODY: body}
        fitting = [
            name
            for name, wanted in self.cases.items()
            if all(
                argument in given and any(_same(given[argument], one) for one in values)
                for argument, values in wanted.items()
            )
        ]
        return sorted(fitting, key=lambda name: -len(self.cases[name]))


def pairing(operation: Operation, root: Json) -> Pairing:
    """Read the cases of an operation; none, where its examples have no names in common."""
    answers = _answers(operation, root)
    cases: dict[str, dict[str, list[Json]]] = {}

    def note(argument: str, named: Mapping[str, Given]) -> None:
        for name, given in named.items():
            if name in answers:
                cases.setdefault(name, {}).setdefault(argument, []).append(given.value)

    if answers:
        for parameter in operation.parameters:
            note(python_name(parameter.name), examples(parameter.raw, root))
        for media in (operation.body or {}).values():
            note(_BODY, examples(media.raw, root))
    return Pairing(cases=cases, answers=answers)


def _answers(operation: Operation, root: Json) -> Mapping[str, str]:
    """Success goes first; ``default`` and ranges, which have no status of their own, go last."""
    found: dict[str, str] = {}
    ranked = sorted(operation.responses, key=lambda key: (not key.isdecimal(), status_of(key)))
    for key in ranked:
        for media in operation.responses[key].content.values():
            for name in examples(media.raw, root):
                found.setdefault(name, key)
    return found


def _same(given: Json, example: Json) -> bool:
    """Compare as JSON; a parameter's example may be a number where the parameter is a text."""
    match given, example:
        case dict(), dict():
            return given.keys() == example.keys() and all(
                _same(part, example[name]) for name, part in given.items()
            )
        case list(), list():
            return len(given) == len(example) and all(map(_same, given, example))
        case (bool(), _) | (_, bool()):
            return given is example
        case str(), int() | float():
            return given == str(example)
        case _:
            return bool(given == example)
