"""Writes a collection as an ``.http`` file, for the REST clients of editors.

They have one language for requests and two for what is taken from answers: VS Code and Visual
Studio look it up (``{{createOrder.response.body.$.id}}``), JetBrains and httpyac run a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mock_platform.engine.exporting.literally import (
    ALTERED,
    in_text,
    is_altered,
    of_body,
    parted,
)
from mock_platform.engine.exporting.plans import Blank, Capture, Plan, Step, query_of
from mock_platform.engine.pointers import split

_BORDER = "mock-platform-part"
_COMMAND = re.compile(
    r"(?:^|(?<=[\r\u2028\u2029]))"  # of a line, as JavaScript counts them
    r"(?=(?:[^\S\n]|\ufeff)*(?:\#|//|`{3}|@[^\s=]+\s*=)|<[@\w]*\s|<>|>{1,2}!?\s|\?\?)",
    re.MULTILINE,
)
"""Before a line that a client would leave out, or take for an order: to read a file, run a script."""
_LED = "the example has lines that would be commands or comments: here a backslash begins them"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clients:
    """What some clients make of a file."""

    kept: Callable[[Step], tuple[dict[str, str], list[str]]]
    """What is taken from a step's answer: by variables, by a script."""
    value: Callable[[str], str]
    """Writes the value of a variable."""


def as_http(plan: Plan) -> str:
    """Write the file for VS Code and Visual Studio."""
    clients = _Clients(
        kept=_looked_up,
        # VS Code reads \\n in a value as a line's end, and \\x as x.
        value=lambda text: text.replace("\\", "\\\\"),
    )
    return _file(plan, clients)


def as_jetbrains(plan: Plan) -> str:
    """Write the file for JetBrains and httpyac."""
    return _file(plan, _Clients(kept=_scripted, value=str))


def _file(plan: Plan, clients: _Clients) -> str:
    lines = [_comment(f"{plan.title} {plan.version}"), ""]
    values = {one.name: clients.value(parted(_line(one.value))) for one in plan.variables}
    for one in plan.variables:
        if one.name not in plan.captured:
            lines += [_comment(one.note)] if one.note else []
            lines += [f"@{one.name} = {values[one.name]}"]
    waiting: dict[str, str] = {}
    for step in plan.steps:
        due = sorted(step.used & waiting.keys())
        lines += ["", f"### {_line(step.title)}", ""]
        lines += [f"@{name} = {waiting.pop(name) or values[name]}" for name in due]
        lines += [*([""] if due else []), *_step(step)]
        variables, script = clients.kept(step)
        waiting |= variables
        lines += ["", *script] if script else []
    return "\n".join(lines) + "\n"


def _looked_up(step: Step) -> tuple[dict[str, str], list[str]]:
    """Where the answer's member has a name that cannot be written, its example stands."""
    taken = {one.variable: _taken(step, one) for one in step.captures}
    names = {one.variable: one.header + one.pointer for one in step.captures}
    return {name: "" if set("{}'\n") & set(names[name]) else taken[name] for name in taken}, []


def _scripted(step: Step) -> tuple[dict[str, str], list[str]]:
    if not step.captures:
        return {}, []
    return {}, ["> {%", *map(_line_of_script, step.captures), "%}"]


def _line_of_script(capture: Capture) -> str:
    value = f"response.headers.valueOf({_quoted(capture.header)})"
    if not capture.header:
        value = "response.body" + "".join(
            f"[{key if key.isdecimal() else _quoted(key)}]" for key in split(capture.pointer)
        )
    return f"    client.global.set({_quoted(capture.variable)}, {value});"


def _quoted(text: str) -> str:
    """Quote a text for a script that ends with ``%}``, wherever that stands."""
    return json.dumps(text).replace("%}", "%\\u007d").replace("{{", "{\\u007b")


def _step(step: Step) -> Iterator[str]:
    if shown := [f"{one.name}={in_text(one.text)}" for one in step.query if not one.is_sent]:
        yield f"# may also be asked with: {_line(parted('  '.join(shown)))}"
    body = _COMMAND.sub(r"\\", of_body(step))
    parts = [_COMMAND.sub(r"\\", in_text(one.text)) for one in step.parts]
    if is_altered(step):
        yield f"# note: {ALTERED}"
    if [body, *parts] != [of_body(step), *(in_text(one.text) for one in step.parts)]:
        yield f"# note: {_LED}"
    yield f"# @name {step.name}"
    url = in_text((Blank("baseUrl"), *step.path, *query_of(step.query)))
    yield f"{step.method} {url}"
    for one in step.headers:
        if one.is_sent:
            yield _line(f"{parted(one.name)}: {in_text(one.text)}")
    if step.parts:
        yield f"Content-Type: multipart/form-data; boundary={_BORDER}"
        yield ""
        for one, text in zip(step.parts, parts, strict=True):
            yield f"--{_BORDER}"
            name = parted(_line(one.name)).replace('"', "%22")
            yield f'Content-Disposition: form-data; name="{name}"'
            yield ""
            yield text
        yield f"--{_BORDER}--"
    elif step.body is not None:
        yield ""
        yield body


def _taken(step: Step, capture: Capture) -> str:
    answer = f"{step.name}.response"
    if capture.header:
        return f"{{{{{answer}.headers.{capture.header}}}}}"
    path = "".join(_member(token) for token in split(capture.pointer))
    return f"{{{{{answer}.body.${path}}}}}"


def _member(token: str) -> str:
    if token.isdecimal():
        return f"[{token}]"
    return f".{token}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", token) else f"['{token}']"


def _comment(text: str) -> str:
    """Write a comment; one that begins with ``@`` would be an order (``# @import``)."""
    line = _line(text)
    return f"# \\{line}" if line.startswith("@") else f"# {line}"


def _line(text: str) -> str:
    return " ".join(text.split())
