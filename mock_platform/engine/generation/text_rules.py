"""Says whether a text has a format or holds a pattern: asked of the library that validates for us."""

from __future__ import annotations

from collections.abc import Callable

import jsonschema_rs

from mock_platform.engine.generation.meanings import Unsatisfiable
from mock_platform.engine.text_formats import is_base64
from mock_platform.shared.contracts import Json

Rule = Callable[[str], bool]

_DRAFT_4 = frozenset(
    {
        *("date-time", "date", "time", "email", "idn-email", "hostname", "ipv4", "ipv6"),
        *("uri", "regex", "byte", "uuid"),
    }
)


class PatternBroken(Unsatisfiable):
    """A pattern is no regular expression, so nothing can be said about it."""


class TextRules:
    """Patterns and formats, each compiled once."""

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        self._compiled: dict[tuple[str, str], Rule] = {}

    def pattern(self, written: str) -> Rule:
        """Return whether a pattern is found in a text.

        Raises:
            PatternBroken: the pattern is none.
        """
        return self._rule("pattern", written)

    def format(self, written: str) -> Rule:
        """Return whether a text has a format; of an unknown format every text does."""
        return is_base64 if written in ("byte", "base64") else self._rule("format", written)

    def judged_format(self, written: str) -> Rule:
        """Return whether a text has a format, as far as the dialect's validator looks at it."""
        if (self._modern and written != "base64") or written in _DRAFT_4:
            return self.format(written)
        return lambda _text: True

    def _rule(self, keyword: str, written: str) -> Rule:
        found = self._compiled.get((keyword, written))
        if found is None:
            found = self._compiled[keyword, written] = _compiled({keyword: written})
        return found


def _compiled(schema: Json) -> Rule:
    try:
        holds: Rule = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid
    except jsonschema_rs.ValidationError as reason:
        raise PatternBroken("", f"{schema['pattern']!r} is no regular expression") from reason
    return holds
