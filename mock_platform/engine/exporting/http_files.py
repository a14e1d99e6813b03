"""Writes a collection as an ``.http`` file, for the REST clients of editors.

They have one language for requests and two for what is taken from answers: VS Code and Visual
Studio look it up (``{{createOrder.response.body.$.id}}``), JetBrains and httpyac run a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from mock_platform.engine.exporting.plans import Blank, Capture, Plan, Step, Text, query_of
from mock_platform.engine.pointers import split

_BORDER = "mock-platform-part"
_COMMAND = re.compile(
    r"^(?=\s*(?:\#{3}|@[^\s=]+\s*=)|<[@\w]*\s|<>|>{1,2}!?\s|\?\?)", re.MULTILINE | re.VERBOSE
)
"""Before a line of a body that a client would take for a command: to read a file, run a script."""


def as_http(plan: Plan) -> str:
    """Write the file for VS Code and Visual Studio."""
    return _file(plan, _looked_up)


def as_jetbrains(plan: Plan) -> str:
    """Write the file for JetBrains and httpyac."""
    return _file(plan, _scripted)


def _file(plan: Plan, kept: Callable[[Step], tuple[dict[str, str], list[str]]]) -> str:
    lines = [f"# {_line(f'{plan.title} {plan.version}')}", ""]
    for one in plan.variables:
        if one.name not in plan.captured:
            lines += [f"# {_line(one.note)}"] if one.note else []
            lines += [f"@{one.name} = {_inert(_line(one.value))}"]
    waiting: dict[str, str] = {}
    for step in plan.steps:
        due = sorted(step.used & waiting.keys())
        lines += ["", f"### {_line(step.title)}", ""]
        lines += [f"@{name} = {waiting.pop(name)}" for name in due]
        lines += [*([""] if due else []), *_step(step)]
        variables, script = kept(step)
        waiting |= variables
        lines += ["", *script] if script else []
    return "\n".join(lines) + "\n"


def _looked_up(step: Step) -> tuple[dict[str, str], list[str]]:
    return {one.variable: _taken(step, one) for one in step.captures}, []


def _scripted(step: Step) -> tuple[dict[str, str], list[str]]:
    if not step.captures:
        return {}, []
    return {}, ["> {%", *map(_line_of_script, step.captures), "%}"]


def _line_of_script(capture: Capture) -> str:
    value = f"response.headers.valueOf({json.dumps(capture.header)})"
    if not capture.header:
        value = "response.body" + "".join(
            f"[{key if key.isdecimal() else json.dumps(key)}]" for key in split(capture.pointer)
        )
    return f"    client.global.set({json.dumps(capture.variable)}, {value});"


def _step(step: Step) -> Iterator[str]:
    if shown := [f"{one.name}={_written(one.text)}" for one in step.query if not one.is_sent]:
        yield f"# may also be asked with: {_line('  '.join(shown))}"
    yield f"# @name {step.name}"
    url = _written((Blank("baseUrl"), *step.path, *query_of(step.query)))
    yield f"{step.method} {url}"
    for one in step.headers:
        if one.is_sent:
            yield _line(f"{one.name}: {_written(one.text)}")
    if step.parts:
        yield f"Content-Type: multipart/form-data; boundary={_BORDER}"
        yield ""
        for one in step.parts:
            yield f"--{_BORDER}"
            name = _line(one.name).replace('"', "%22")
            yield f'Content-Disposition: form-data; name="{name}"'
            yield ""
            yield _said(one.text)
        yield f"--{_BORDER}--"
    elif step.body is not None:
        yield ""
        yield _said(step.body)


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


def _written(text: Text) -> str:
    return "".join(f"{{{{{one.name}}}}}" if isinstance(one, Blank) else _inert(one) for one in text)


def _said(text: Text) -> str:
    """Write a body. The format has no escapes: what would be a command gets a backslash before it."""
    return _COMMAND.sub(r"\\", _written(text))


def _inert(text: str) -> str:
    """Two braces would be looked up: ``{{$processEnv NAME}}`` is a secret of whoever sends this."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def _line(text: str) -> str:
    return " ".join(text.split())
