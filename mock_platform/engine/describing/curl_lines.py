"""Writes the request to an operation as one curl command that can be pasted into a shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from mock_platform.engine.describing.plain import as_word, members, text
from mock_platform.engine.describing.samples import Sample, made_up
from mock_platform.engine.operations import Operation, Parameter
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json
from mock_platform.shared.curl import ON_LINES, Command

_ANY_TEXT = "text"
"""What ``least`` makes of a text of which nothing is demanded."""
_UNTOUCHED = "-._~"
_PATH = "/%!$&'()*+,;=:@"
_FORMS = {
    "application/x-www-form-urlencoded": "--data-urlencode",
    "multipart/form-data": "--form-string",
}
_BASIC = "user:password"
_BEARER = ("Authorization", "Bearer …")


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
    asked = Command(
        method=operation.method,
        url=base + _path(operation, root) + _query(operation, root),
        headers=[*_credentials(operation, root), *_headers(operation, root)],
        credentials=_BASIC if _wants_basic(operation, root) else "",
    )
    if sample is not None:
        asked = _with_body(asked, media_type, sample)
    return asked.written(ON_LINES)


def _with_body(asked: Command, media_type: str, sample: Sample) -> Command:
    option = _FORMS.get(media_type)
    if option is None or not isinstance(sample.value, dict):
        headers = [*asked.headers, ("Content-Type", media_type)]
        return replace(asked, headers=headers, body=sample.text)
    is_escaped = option == "--data-urlencode"  # which escapes the values only
    form = [
        (option, quote(name, safe="") if is_escaped else name, as_word(value))
        for name, value in sample.value.items()
    ]
    return replace(asked, form=form)  # curl says itself what a form is


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


def _headers(operation: Operation, root: Json) -> Iterator[tuple[str, str]]:
    for one in operation.parameters:
        if one.required and one.location == "header":
            yield one.name, _value(one, root)
    cookies = [
        f"{one.name}={_value(one, root)}"
        for one in operation.parameters
        if one.required and one.location == "cookie"
    ]
    if cookies:
        yield "Cookie", "; ".join(cookies)


def _credentials(operation: Operation, root: Json) -> Iterator[tuple[str, str]]:
    """Yield the headers that carry what the security asks for, to be filled in."""
    for scheme in _schemes(operation, root):
        kind, place = text(scheme, "type"), text(scheme, "in")
        if kind == "apiKey" and place == "header":
            yield text(scheme, "name"), "…"
        elif kind in {"http", "oauth2", "openIdConnect"} and not _is_basic(scheme):
            yield _BEARER


def _wants_basic(operation: Operation, root: Json) -> bool:
    return any(_is_basic(scheme) for scheme in _schemes(operation, root))


def _is_basic(scheme: Json) -> bool:
    return text(scheme, "type") == "http" and text(scheme, "scheme").lower() == "basic"


def _schemes(operation: Operation, root: Json) -> Sequence[Json]:
    """Return the schemes of the first alternative; none where it may be called without any."""
    security = operation.security
    schemes = members(root.get("components"), "securitySchemes")
    return [schemes.get(name) or {} for name in security[0]] if security and all(security) else ()


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
