"""Makes JSON of what came in a form: files and bytes become text."""

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
