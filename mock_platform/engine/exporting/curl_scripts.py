"""Writes a collection as a shell script: curl, one request after another, ids from earlier answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from mock_platform.engine.exporting.plans import Blank, Capture, Plan, Step, Text, query_of

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
    lines = [_HEAD.format(title=_line(f"{plan.title} {plan.version}"), base=quote(_line(base)))]
    for one in plan.variables:
        note = f"  # {_line(one.note)}" if one.note else ""
        name = _shell(one.name)
        lines.append(f"[[ -n ${{{name}:-}} ]] || {name}={quote(one.value)}{note}")
    for step in plan.steps:
        lines += ["", *_step(step)]
    return "\n".join(lines) + "\n"


def _step(step: Step) -> Iterator[str]:
    yield f"# {_line(step.title)}"
    shown = f"{step.name} %{{http_code}}\\n"
    words = ["curl -sSg", '-o "$answer"', '-D "$headers"', f"-w {quote(shown)}"]
    words.append(f"-X {quote(step.method)}" if step.method != "HEAD" else "-I")
    words.append(_written(_url(step)))
    lines = [" ".join(words)]
    lines += [f"-H {_written((f'{one.name}: ', *one.text))}" for one in step.headers if one.is_sent]
    # Not -F and --data-binary: these would send a file where an example begins with @.
    lines += [f"--form-string {_written((f'{one.name}=', *one.text))}" for one in step.parts]
    if step.body is not None:
        lines.append(f"--data-raw {_written(step.body)}")
    yield " \\\n    ".join(lines)
    for capture in step.captures:
        yield f'{_shell(capture.variable)}="$({_taken(capture)} "${_shell(capture.variable)}")"'


def _taken(capture: Capture) -> str:
    if capture.header:
        return f"header {quote(capture.header)}"
    return f"member {quote(capture.pointer)}"


def _url(step: Step) -> Text:
    return (Blank("baseUrl"), *step.path, *query_of(step.query))


_PLAIN = re.compile(r"[^\"$`\\!\n]*")
"""What means itself between double quotes."""


def _written(text: Text) -> str:
    """Quote a text; its blanks are the shell's."""
    if any(isinstance(part, Blank) for part in text) and all(
        isinstance(part, Blank) or _PLAIN.fullmatch(part) for part in text
    ):
        inner = (f"${{{_shell(p.name)}}}" if isinstance(p, Blank) else p for p in text)
        return f'"{"".join(inner)}"'
    merged: list[str] = []
    before = ""
    for part in text:
        if isinstance(part, Blank):
            merged += [quote(before)] if before else []
            merged.append(f'"${_shell(part.name)}"')
            before = ""
        else:
            before += part
    return "".join([*merged, *([quote(before)] if before or not merged else [])])


def _shell(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _line(text: str) -> str:
    return " ".join(text.split())
