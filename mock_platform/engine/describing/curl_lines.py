"""Writes the request to an operation as one curl command that can be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from mock_platform.engine.describing.plain import as_word, members, text
from mock_platform.engine.describing.samples import Sample, made_up
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

_ANY_TEXT = "text"
"""What ``least`` makes of a text of which nothing is demanded."""
_UNTOUCHED = "-._~"
_PATH = "/%!$&'()*+,;=:@"
_FORMS = {
    "application/x-www-form-urlencoded": "--data-urlencode",
    "multipart/form-data": "--form-string",
}
_SCHEMES = {"basic": "-u user:password", "bearer": "-H 'Authorization: Bearer …'"}


def curl(
    operation: Operation, root: Json, base: str, media_type: str, sample: Sample | None
) -> str:
    """Return the command, over several lines.

    Args:
        operation: what is asked for.
        root: the document it stands in.
        base: where it is served, without the path: ``http://127.0.0.1:8080``.
        media_type: what the body is, where one is sent.
        sample: the body.
    """
    url = shlex.quote(base + _path(operation, root) + _query(operation, root))
    method = [] if operation.method == "GET" else [f"-X {shlex.quote(operation.method)}"]
    parts = [*method, *_credentials(operation, root), *_headers(operation, root)]
    if sample is not None:
        parts += _body(media_type, sample)
    return " \\\n  ".join([f"curl -i {url}", *parts])


def _body(media_type: str, sample: Sample) -> Iterator[str]:
    option = _FORMS.get(media_type)
    if option is None or not isinstance(sample.value, dict):
        yield f"-H {shlex.quote(f'Content-Type: {media_type}')}"
        said = "--data-raw" if sample.text.startswith("@") else "-d"  # -d @name sends a file
        yield f"{said} {shlex.quote(sample.text)}"
        return
    for name, value in sample.value.items():  # curl says itself what a form is
        yield f"{option} {shlex.quote(f'{name}={as_word(value)}')}"


def _path(operation: Operation, root: Json) -> str:
    path = operation.path
    for one in operation.parameters:
        if one.location == "path":
            path = path.replace("{" + one.name + "}", quote(_value(one, root), safe=_UNTOUCHED))
    return quote(path, safe=_UNTOUCHED + _PATH)  # curl takes braces and brackets for patterns


def _query(operation: Operation, root: Json) -> str:
    pairs = [
        f"{quote(one.name, safe=_UNTOUCHED)}={quote(_value(one, root), safe=_UNTOUCHED + ',:')}"
        for one in operation.parameters
        if one.location == "query" and one.required
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _headers(operation: Operation, root: Json) -> Iterator[str]:
    for one in operation.parameters:
        if one.required and one.location == "header":
            yield f"-H {shlex.quote(f'{one.name}: {_value(one, root)}')}"
    cookies = [
        f"{one.name}={_value(one, root)}"
        for one in operation.parameters
        if one.required and one.location == "cookie"
    ]
    if cookies:
        yield f"-b {shlex.quote('; '.join(cookies))}"


def _credentials(operation: Operation, root: Json) -> Iterator[str]:
    """Yield what the first alternative of the security asks for, to be filled in."""
    schemes = members(root.get("components"), "securitySchemes")
    for name in _first(operation.security):
        scheme = schemes.get(name) or {}
        kind, place = text(scheme, "type"), text(scheme, "in")
        if kind == "apiKey" and place == "header":
            told = text(scheme, "name") + ": …"
            yield f"-H {shlex.quote(told)}"
        elif kind == "http" and text(scheme, "scheme").lower() == "basic":
            yield _SCHEMES["basic"]
        elif kind in {"http", "oauth2", "openIdConnect"}:
            yield _SCHEMES["bearer"]


def _first(security: Sequence[Mapping[str, tuple[str, ...]]]) -> Sequence[str]:
    return () if not security or not all(security) else [*security[0]]


def _value(one: Parameter, root: Json) -> str:
    """Return the parameter's example, or something that has its form."""
    given = next(
        (
            example["value"]
            for example in members(one.raw, "examples").values()
            if isinstance(example, dict) and "value" in example
        ),
        one.raw.get("example"),
    )
    value = made_up(one.schema, root, Direction.REQUEST) if given is None else given
    if value == _ANY_TEXT and given is None:
        return one.name  # says more than any other text
    if isinstance(value, list):
        return ",".join(map(as_word, value))
    return "" if value is None else as_word(value)
