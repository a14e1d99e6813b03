"""Keeps REST clients from looking up what an example only says: ``{{$processEnv HOME}}``, say.

Two braces begin a variable in all of them, and none has an escape that the others know: Postman
looks up what it has put in again, and httpyac runs it as a script, so braces cannot hide in a
variable either. JSON and URLs have escapes of their own; in other texts a space parts the braces,
and whoever writes them says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mock_platform.engine.exporting.plans import Blank, Step, Text

ALTERED = 'the example has two braces in a row, which would be looked up: here it is "{ {"'

_FIRST_OF_TWO = re.compile(r"\{(?=\{)")
_SPECIAL = re.compile(r"\{(?=\{)|[\u2028\u2029]")
"""In JSON; the others are ends of lines to JavaScript, after which an order may stand."""


def of_body(step: Step) -> str:
    """Write a step's body."""
    return in_json(step.body or ()) if _is_json(step) else in_text(step.body or ())


def in_json(text: Text) -> str:
    """Write a text that is JSON; braces side by side stand only in its strings."""
    return _written(text, lambda piece: _SPECIAL.sub(_escaped, piece))


def in_text(text: Text) -> str:
    """Write any other text."""
    return _written(text, parted)


def parted(text: str) -> str:
    """Part braces that stand side by side."""
    return _FIRST_OF_TWO.sub("{ ", text)


def is_altered(step: Step) -> bool:
    """Tell whether something in a step cannot be sent as its example has it."""
    fields = [*step.headers, *step.parts]
    texts: list[Text] = [part for one in fields for part in ((one.name,), one.text)]
    if not _is_json(step):
        texts.append(step.body or ())
    return any(in_text(text) != _written(text, str) for text in texts)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _is_json(step: Step) -> bool:
    types = (in_text(one.text) for one in step.headers if one.name == "Content-Type")
    return any("json" in one for one in types)


def _written(text: Text, mend: Callable[[str], str]) -> str:
    """Put a text together; a brace before a blank is the third in a row."""
    pieces: list[str] = []
    for number, part in enumerate(text):
        if isinstance(part, Blank):
            pieces.append(f"{{{{{part.name}}}}}")
        elif number + 1 < len(text) and isinstance(text[number + 1], Blank):
            pieces.append(mend(part + "{")[:-1])
        else:
            pieces.append(mend(part))
    return "".join(pieces)
