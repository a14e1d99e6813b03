"""Compiles the JSONPaths of overlays; patterns in them never take long, whatever they are held to.

jsonpath asks Python's regular expressions, some of which try for ever.
"""

from __future__ import annotations

import jsonpath
import jsonschema_rs
from jsonpath.function_extensions import ExpressionType, FilterFunction


class _Pattern(FilterFunction):
    """``match`` and ``search`` of RFC 9535 §2.4.6 and §2.4.7."""

    # The base class declares lists.
    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __init__(self, written: str) -> None:
        self._written = written

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            held = jsonschema_rs.Draft202012Validator({"pattern": self._written.format(pattern)})
        except (jsonschema_rs.ValidationError, ValueError):  # a pattern that is none fits nothing
            return False
        return held.is_valid(value)


def compiled(text: str) -> jsonpath.JSONPath | jsonpath.CompoundJSONPath:
    """Compile a JSONPath.

    Raises:
        jsonpath.JSONPathError: it is none.
    """
    environment = jsonpath.JSONPathEnvironment(strict=True)
    environment.function_extensions["match"] = _Pattern("^(?:{})$")
    environment.function_extensions["search"] = _Pattern("{}")
    return environment.compile(text)
