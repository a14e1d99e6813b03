"""Says what is wrong with a value, and never takes long over it.

Every violation is told, up to a number; of a value too large for that, the first one and those in
its beginning, and that there may be more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import jsonschema_rs

from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json, Violation

MOST_VIOLATIONS = 50
LONGEST_MESSAGE = 300
MOST_VALUES = 1_000
"""A value that holds more is not gone through as a whole: of each, a violation may have to be made."""

_BEGINNING = 64
"""So many items or members of each list or mapping are gone through, if the whole is too large."""

_DEEPEST = 100
"""Values below so many others are not gone through either, if the whole is too large."""

AND_MORE = Violation("", "more", "there may be more: of what is so long only the beginning is told")

_CONDITIONAL = frozenset(
    {"then", "else", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties"}
)
"""What applies because of what is elsewhere in the value."""

_Path = tuple[str | int, ...]


def violations(
    validator: jsonschema_rs.Validator, value: Json, *, inside: bool
) -> Sequence[Violation]:
    """Say what is wrong with a value that is not valid.

    ``inside``: what is checked is the only member of ``value``, and pointers begin there.
    """
    if not _is_large(value):
        found = islice(validator.iter_errors(value), MOST_VIOLATIONS)
        return [_violation(error, inside=inside) for error in found]
    beginning = _Beginning()
    short = beginning.of(value)
    told = [_first(validator, value, inside=inside)]
    for error in validator.iter_errors(short):
        if len(told) == MOST_VIOLATIONS - 1:
            break
        if beginning.is_sound(error):
            one = _violation(error, inside=inside)
            told += [one] if one != told[0] else []
    return [*told, AND_MORE]


def _is_large(value: Json) -> bool:
    count, pending = 0, [value]
    while pending and count <= MOST_VALUES:
        one = pending.pop()
        if isinstance(one, dict | list):
            count += len(one)
            pending += one.values() if isinstance(one, dict) else one
    return count > MOST_VALUES


def _first(validator: jsonschema_rs.Validator, value: Json, *, inside: bool) -> Violation:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return _violation(error, inside=inside)
    raise AssertionError("a value that is valid was said to be none")


def _violation(error: jsonschema_rs.ValidationError, *, inside: bool) -> Violation:
    rule = error.kind.name
    if rule == "falseSchema":  # the keyword whose value is false, e.g. additionalProperties
        rule = next((str(p) for p in reversed(error.schema_path) if isinstance(p, str)), rule)
    message = error.message
    if len(message) > LONGEST_MESSAGE:
        message = message[: LONGEST_MESSAGE - 1] + "…"
    return Violation(join(*error.instance_path[inside:]), rule, message)


@dataclass(slots=True)
class _Beginning:
    """The beginning of a value, and where it was cut."""

    left: int = MOST_VALUES
    cut: set[_Path] = field(default_factory=set)
    """Every place that lacks something, and every place around one."""

    def of(self, value: Json, path: _Path = ()) -> Json:
        """Return as much of a value as there may be."""
        if not isinstance(value, dict | list):
            return value
        room = max(0, min(self.left, _BEGINNING)) if len(path) < _DEEPEST else 0
        if len(value) > room:
            self.cut.update(_around(path))
        self.left -= min(room, len(value))
        if isinstance(value, list):
            return [self.of(one, (*path, n)) for n, one in enumerate(value[:room])]
        return {name: self.of(one, (*path, name)) for name, one in islice(value.items(), room)}

    def is_sound(self, error: jsonschema_rs.ValidationError) -> bool:
        """Tell whether what is wrong with the beginning is wrong with the whole, too."""
        if _CONDITIONAL.intersection(map(str, error.schema_path)):
            return False
        return tuple(error.instance_path) not in self.cut


def _around(path: _Path) -> Iterator[_Path]:
    return (path[:length] for length in range(len(path) + 1))
