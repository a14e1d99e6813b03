"""Writes a collection as a shell script: curl, one request after another, ids from earlier answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mock_platform.engine.exporting.plans import Blank, Capture, Plan, Step, Text, query_of
from mock_platform.shared.curl import ON_LINES, Command, Variable, quoted

_HEAD = """\
#!/usr/bin/env bash
# {title}
#
# Every operation, from the examples of its contract: one line for each request, with the status it
# was answered with. Needs curl and python3. Variables come from the environment:
#
#   BASE_URL={base} bash THIS_FILE
set -u

answer="$(mktemp)" headers="$(mktemp)"
trap 'rm -f "$answer" "$headers"' EXIT

# member POINTER DEFAULT: what the last answer has there.
member() {{
    python3 -c '
import json, sys
pointer, default, file = sys.argv[1:]
try:
    node = json.load(open(file, encoding="utf-8"))
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        node = node[int(token) if isinstance(node, list) else token]
    print(node if isinstance(node, str) else json.dumps(node))
except (LookupError, OSError, TypeError, ValueError):
    print(default)
' "$1" "$2" "$answer"
}}

# header NAME DEFAULT: what the last answer has there.
header() {{
    local value
    value="$(tr -d '\\r' <"$headers" | sed -n "s/^$1: *//Ip" | tail -1)"
    printf '%s' "${{value:-$2}}"
}}
"""


def as_curl(plan: Plan) -> str:
    """Write the script."""
    (base,) = (one.value for one in plan.variables if one.name == "baseUrl")
    lines = [_HEAD.format(title=_line(f"{plan.title} {plan.version}"), base=quoted(_line(base)))]
    for one in plan.variables:
        note = f"  # {_line(one.note)}" if one.note else ""
        name = _shell(one.name)
        lines.append(f"[[ -n ${{{name}:-}} ]] || {name}={quoted(one.value)}{note}")
    for step in plan.steps:
        lines += ["", *_step(step)]
    return "\n".join(lines) + "\n"


def _step(step: Step) -> Iterator[str]:
    yield f"# {_line(step.title)}"
    shown = f"{step.name} %{{http_code}}\\n"
    asked = Command(
        method=step.method,
        url=_words(_url(step)),
        flags=f'-sS -o "$answer" -D "$headers" -w {quoted(shown)}',
        headers=[(one.name, _words(one.text)) for one in step.headers if one.is_sent],
        body=None if step.body is None else _words(step.body),
        form=[("--form-string", one.name, _words(one.text)) for one in step.parts],
    )
    yield asked.written(ON_LINES)
    for capture in step.captures:
        yield f'{_shell(capture.variable)}="$({_taken(capture)} "${_shell(capture.variable)}")"'


def _taken(capture: Capture) -> str:
    if capture.header:
        return f"header {quoted(capture.header)}"
    return f"member {quoted(capture.pointer)}"


def _url(step: Step) -> Text:
    return (Blank("baseUrl"), *step.path, *query_of(step.query))


def _words(text: Text) -> tuple[str | Variable, ...]:
    """Return a text as the shell has it: its blanks are variables."""
    return tuple(Variable(_shell(one.name)) if isinstance(one, Blank) else one for one in text)


def _shell(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _line(text: str) -> str:
    return " ".join(text.split())
