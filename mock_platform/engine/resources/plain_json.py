"""Makes JSON of what came in a form, where files and bytes become text; and texts of JSON."""

from __future__ import annotations

from base64 import b64encode

from mock_platform.shared.contracts import Json


def storable(value: Json) -> Json:
    """Return the value as JSON can say it."""
    match value:
        case dict():
            return {str(name): storable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [storable(inner) for inner in value]
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return b64encode(value).decode()
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def text_of(value: Json) -> str:
    """Write a value as a URL would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "null" if value is None else str(value)


def is_number(value: Json) -> bool:
    """Tell whether a value is a number; booleans are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
