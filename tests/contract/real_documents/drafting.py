"""Makes the requests: a lean one, a full one, and broken ones, each from what the document says."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from urllib.parse import quote

from mock_platform.engine.answering.xml_text import xml_text
from mock_platform.engine.generation import Generators, Unsatisfiable
from mock_platform.engine.schema_dialects import Direction
from tests.contract.in_process import Request
from tests.contract.real_documents import spelling
from tests.contract.real_documents.credentials import shown
from tests.contract.real_documents.document_read import Json, Op, Paper, Param
from tests.contract.real_documents.second_opinion import Opinion
from tests.contract.real_documents.spelling import NoSpelling
from tests.contract.real_documents.wires import ALWAYS_SENT

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_PREFERRED = ("json", _FORM, _MULTIPART, "xml", "text/")
_STRANGE = "not-it~"
"""A text that can only be read as a text."""
_STRANGERS: tuple[Json, ...] = ([], {}, _STRANGE, 0.5, True, None)
_RANGE = {
    "": "text/plain",
    "*": "text/plain",
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
}


class Undraftable(ValueError):
    """No request could be made; the message says which part was missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One request before it is written down."""

    op: Op
    params: Mapping[tuple[str, str], Json]
    """(place, name) → value."""
    media_type: str | None = None
    body: Json = None
    raw: bytes | None = None
    """Sent instead of the body."""


@dataclass
class Drafting:
    """Makes requests for the operations of one document."""

    paper: Paper
    opinion: Opinion
    shared: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(method, path without query and fragment) → how many operations have it."""
    given_up: list[str] = field(default_factory=list)
    """Optional parts that could not be made."""

    def __post_init__(self) -> None:
        self._made = Generators(
            self.paper.root,
            dialect="2020-12" if self.paper.is_modern else "3.0",
            direction=Direction.REQUEST,
        )

    def lean(self, op: Op) -> Draft:
        """Make a request of what must be there.

        Raises:
            Undraftable: that cannot be made.
        """
        params = {(p.place, p.name): self._param(p, lean=True) for p in op.params if p.required}
        draft = Draft(op=op, params=params)
        return self._with_body(draft, lean=True) if op.body and op.body.required else draft

    def full(self, op: Op) -> Draft:
        """Make a request with all its optional parts.

        Raises:
            Undraftable: a part that must be there cannot be made.
        """
        params: dict[tuple[str, str], Json] = {}
        for p in op.params:
            try:
                params[p.place, p.name] = self._param(p, lean=False)
            except Undraftable as reason:
                if p.required:
                    raise
                self.given_up.append(str(reason))
        draft = Draft(op=op, params=params)
        return self._with_body(draft, lean=False) if op.body else draft

    def _param(self, param: Param, *, lean: bool) -> Json:
        def accepts(value: Json) -> bool:
            if not _is_sendable(param, value):
                return False
            return not self.opinion.refuses(param.schema, value, in_body=False)

        return self._value(param.schema, accepts, f"{param.place} {param.name}", lean=lean)

    def _value(
        self, schema: Json, accepts: Callable[[Json], bool], what: str, *, lean: bool
    ) -> Json:
        name = what.rpartition(" ")[2]
        try:
            try:
                return self._made.compile(schema, accepts, name=name, minimal=lean)(0)
            except Unsatisfiable:  # an empty list, say, that has no spelling
                return self._made.compile(schema, accepts, name=name, minimal=not lean)(1)
        except Unsatisfiable as reason:
            near = self.opinion.wrong(schema, reason.nearest, answer=False)
            told = f"{near}" if near else f"no spelling of {reason.nearest!r:.120}"
            raise Undraftable(f"{what}: {reason}; {told}") from reason
        except Exception as reason:  # on schemas that are none anything may happen
            raise Undraftable(f"{what}: {type(reason).__name__}: {reason}") from reason

    def _with_body(self, draft: Draft, *, lean: bool) -> Draft:
        assert draft.op.body is not None
        name, media = _chosen(draft.op.body.content)
        schema = media.get("schema")
        if not _is_structured(name):
            raw = _STRANGE.encode()
            if isinstance(schema, dict) and schema.get("format") == "byte":
                raw = b64encode(raw)
            if isinstance(schema, dict) and schema.get("format") not in {"binary", "byte"}:
                try:
                    text = self._value(schema, lambda v: isinstance(v, str), "body", lean=lean)
                    raw = text.encode()
                except Undraftable:
                    pass
            return replace(draft, media_type=name, raw=raw)

        def sent(value: Json) -> Json:
            return _without_nothing(value) if name in {_FORM, _MULTIPART} else value

        def accepts(value: Json) -> bool:
            value = sent(value)
            return self._is_writable(name, media, value) and not self.opinion.refuses(schema, value)

        try:
            value = {} if schema is None else sent(self._value(schema, accepts, "body", lean=lean))
        except Undraftable:
            if draft.op.body.required:
                raise
            return draft
        return replace(draft, media_type=name, body=value)

    def _is_writable(self, name: str, media: Json, value: Json) -> bool:
        if name in {_FORM, _MULTIPART}:
            return isinstance(value, dict) and all(
                one not in (None, [], {}, "", [""]) for one in value.values()
            )
        return "json" in name or name == "*/*" or media is not None

    # Broken ones

    def broken(self, op: Op, sound: Draft) -> list[tuple[str, Draft]]:
        """Return every way in which a request can break what the document says of its parts."""
        return list(chain(self._params_broken(op, sound), self._body_broken(op, sound)))

    def _params_broken(self, op: Op, sound: Draft) -> Iterator[tuple[str, Draft]]:
        for p in op.params:
            key = (p.place, p.name)
            if self._tells_apart(op, p) or _is_credential(op, p):
                continue
            others = {k: v for k, v in sound.params.items() if k != key}
            if p.required and p.place != "path" and not self._may_be_nothing(p):
                yield f"{p.place} parameter missing", replace(sound, params=others)
            if p.media_type is not None or p.style == "deepObject" or p.schema in ({}, True):
                continue
            ways: list[Json] = [_STRANGE, [_STRANGE]]
            ways += [{_STRANGE: _STRANGE}] if p.explode else []
            if all(self.opinion.refuses(p.schema, way, in_body=False) for way in ways):
                wrong = replace(sound, params={**others, key: _STRANGE})
                yield f"{p.place} parameter of the wrong kind", wrong

    def _tells_apart(self, op: Op, param: Param) -> bool:
        """Without it the request may be a valid one for another operation of the same path."""
        return (param.required or param.place == "path") and self.shared[place_of(op)] > 1

    def _may_be_nothing(self, param: Param) -> bool:
        """An object without members is written as nothing at all."""
        return param.explode and not self.opinion.refuses(param.schema, {}, in_body=False)

    def _body_broken(self, op: Op, sound: Draft) -> Iterator[tuple[str, Draft]]:
        if op.body is None:
            return
        if sound.media_type is None:
            try:
                sound = self._with_body(sound, lean=True)
            except Undraftable:
                return
        if op.body.required and self.shared[place_of(op)] == 1:
            yield "body missing", replace(sound, media_type=None, body=None, raw=None)
        name = sound.media_type
        if name is None or sound.raw is not None:
            return
        schema = op.body.content[name].get("schema")
        if "json" in name:
            yield "body no JSON", replace(sound, raw=b'{"a": ')
            for wrong in _STRANGERS if schema is not None else ():
                if self.opinion.refuses(schema, wrong):
                    yield "body of the wrong kind", replace(sound, body=wrong)
                    break
        if isinstance(sound.body, dict) and schema is not None and "xml" not in name:
            yield from self._members_broken(sound, schema, in_form="json" not in name)

    def _members_broken(
        self, sound: Draft, schema: Json, *, in_form: bool
    ) -> Iterator[tuple[str, Draft]]:
        for key in sound.body:
            less = {k: v for k, v in sound.body.items() if k != key}
            if (less or not in_form) and self.opinion.refuses(schema, less):
                yield "body member missing", replace(sound, body=less)
            for stranger in (_STRANGE,) if in_form else ({_STRANGE: 1}, [[0.5]], _STRANGE):
                ways = [stranger, [stranger]] if in_form else [stranger]
                if all(self.opinion.refuses(schema, {**sound.body, key: one}) for one in ways):
                    wrong = replace(sound, body={**sound.body, key: stranger})
                    yield "body member of the wrong kind", wrong
                    break

    # Writing down

    def written(self, draft: Draft) -> Request:
        """Write a draft as a client would.

        Raises:
            NoSpelling: there is no way.
        """
        op = draft.op
        path, query, headers, cookies = op.path, list[str](), dict[str, str](), list[str]()
        by_key = {(p.place, p.name): p for p in op.params}
        names: set[str] = set()
        for key, value in draft.params.items():
            param = by_key[key]
            match param.place:
                case "path":
                    path = path.replace("{" + param.name + "}", spelling.in_path(param, value))
                case "query":
                    pairs = [*spelling.in_query(param, value)]
                    taken = {pair.partition("=")[0] for pair in pairs}
                    if names & taken:
                        raise NoSpelling("two objects have members of the same name")
                    names |= taken
                    query += pairs
                case "header":
                    headers[param.name] = spelling.in_header(param, value)
                case _:
                    cookies.append(spelling.in_cookie(param, value))
        credentials = shown(op.security)
        query += [one for one in credentials.query if one.partition("=")[0] not in names]
        cookies += credentials.cookies
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        body = b""
        if draft.media_type is not None:
            headers["content-type"], body = self._body(draft)
        path = path.partition("#")[0]  # clients keep what follows to themselves
        path, _, inside = path.partition("?")
        written = [pair for pair in inside.split("&") if pair and "={" not in pair]
        told = {pair.partition("=")[0] for pair in written}
        query = [*written, *(pair for pair in query if pair.partition("=")[0] not in told)]
        target = f"{path}?{'&'.join(query)}" if query else path
        lines = (*headers.items(), *credentials.headers)
        return Request(method=op.method, target=_ascii(target), headers=lines, body=body)

    def _body(self, draft: Draft) -> tuple[str, bytes]:
        written = str(draft.media_type)
        name = _RANGE.get(written, written)
        media = (draft.op.body.content if draft.op.body else {}).get(written) or {}
        if draft.raw is not None:
            return name, draft.raw
        essence = name.partition(";")[0].strip().lower()
        if essence == _FORM:
            return name, spelling.form(draft.body, media.get("encoding") or {})
        if essence == _MULTIPART:
            files = {key: self._kind_of_part(media, key) for key in draft.body}
            sent = f"{_MULTIPART}; boundary={spelling.BOUNDARY}"
            return sent, spelling.multipart(draft.body, files)
        if "xml" in essence:
            root = {**self.paper.root, "x-judged": media.get("schema") or {}}
            return name, xml_text(draft.body, "/x-judged", root).encode()
        return name, json.dumps(draft.body, ensure_ascii=False).encode()

    def _kind_of_part(self, media: Json, key: str) -> str:
        told = ((media.get("encoding") or {}).get(key) or {}).get("contentType")
        if isinstance(told, str):
            return told.partition(",")[0].strip().replace("*", "png")
        schema = self.paper.meant(media.get("schema") or {})
        one = self.paper.meant((schema.get("properties") or {}).get(key) or {})
        one = self.paper.meant(one.get("items") or one)
        return "application/octet-stream" if one.get("format") == "binary" else ""


def _without_nothing(value: Json) -> Json:
    """Leave out what no form can say: lists without items, and objects without members."""
    match value:
        case dict():
            told = {key: _without_nothing(one) for key, one in value.items()}
            return {key: one for key, one in told.items() if one not in ([], {})}
        case list():
            return [_without_nothing(one) for one in value]
        case _:
            return value


def place_of(op: Op) -> tuple[str, str]:
    """Return method and path, without what stays with the client and without names."""
    path = op.path.partition("#")[0].partition("?")[0]
    return op.method, re.sub(r"\{[^{}]*\}", "{}", path)


def _chosen(content: Mapping[str, Json]) -> tuple[str, Json]:
    def rank(name: str) -> int:
        hits = (at for at, word in enumerate(_PREFERRED) if word in name)
        return next(hits, 1 if name == "*/*" else len(_PREFERRED))

    name = min(content, key=rank)
    return name, content[name] or {}


def _is_credential(op: Op, param: Param) -> bool:
    """What security wants, or every client sends, is there whether the parameter is or not."""
    if param.place == "header" and param.name.lower() in ALWAYS_SENT:
        return True
    shown_to = (one for choice in op.security for one in choice.values())
    return any(str(one.get("name")).lower() == param.name.lower() for one in shown_to)


def _is_structured(name: str) -> bool:
    essence = name.partition(";")[0].strip().lower()
    return (
        bool(re.search(r"\b(json|xml)$", essence))
        or essence in {_FORM, _MULTIPART}
        or name in {"*/*", "application/*"}
    )


def _is_sendable(param: Param, value: Json) -> bool:
    if value is None or value in ([], {}):
        return False
    try:
        match param.place:
            case "path":
                return spelling.in_path(param, value) not in {"", ".", ".."}
            case "header":
                return spelling.in_header(param, value) != ""
            case "cookie":
                return not isinstance(value, dict) and bool(spelling.in_cookie(param, value))
            case _:
                texts = list(spelling.in_query(param, value))
                return all(not one.endswith("=") for one in texts)
    except NoSpelling:
        return False


def _ascii(target: str) -> str:
    return "".join(c if c.isascii() and c > " " else quote(c) for c in target)
