"""Reads what an OpenAPI document says, with none of the product's code: a second pair of eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

Json = Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_IGNORED = frozenset({"accept", "content-type", "authorization"})
_CLIENTS_OWN = frozenset(
    {"content-length", "host", "connection", "transfer-encoding", "expect", "accept-encoding"}
)
"""Header parameters that no client lets its user choose; nothing is sent for them."""
_MOST_STEPS = 32


class Unreadable(ValueError):
    """The document does not say what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter."""

    name: str
    place: str
    required: bool
    schema: Json
    style: str
    explode: bool
    media_type: str | None
    may_be_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The request's body: its representations as written, and whether there must be one."""

    content: Mapping[str, Json]
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One method on one path."""

    method: str
    path: str
    """With the first server's base path."""
    params: tuple[Param, ...]
    body: Body | None
    answers: Mapping[str, Mapping[str, Json]]
    """Status as written → media type → media type object."""
    security: tuple[Mapping[str, Json], ...]
    """Alternatives, scheme by name; those with unknown schemes left out."""

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, parsed."""

    root: Json
    unreadable: list[str] = field(default_factory=list)
    """Operations that could not be read, and why."""

    @property
    def is_modern(self) -> bool:
        return not str(self.root.get("openapi", "")).startswith("3.0")

    def meant(self, node: Json) -> Json:
        """Follow references.

        Raises:
            Unreadable: one leads nowhere.
        """
        for _ in range(_MOST_STEPS):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            node = self._target(node["$ref"])
        raise Unreadable("references go in a circle")

    def _target(self, ref: str) -> Json:
        if not ref.startswith("#"):
            raise Unreadable(f"{ref} is elsewhere")
        node = self.root
        for step in unquote(ref[1:]).split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(key)] if isinstance(node, list) else node[key]
            except (KeyError, TypeError, ValueError, IndexError):
                raise Unreadable(f"{ref} leads nowhere") from None
        return node

    def operations(self) -> Iterator[Op]:
        """Yield all operations, in the document's order."""
        base = self._base()
        for path, written in (self.root.get("paths") or {}).items():
            item = self.meant(written)
            if not isinstance(item, dict) or not path.startswith("/"):
                continue
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    try:
                        yield self._operation(method, base + path, item, item[method])
                    except (Unreadable, KeyError, TypeError, AttributeError) as reason:
                        self.unreadable.append(f"{method} {path}: {reason!r}")

    def _base(self) -> str:
        servers = self.root.get("servers") or [{}]
        url = servers[0].get("url") or "/"
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        path = urlsplit(url).path.strip("/")
        return f"/{path}" if path else ""

    def _operation(self, method: str, path: str, item: Json, raw: Json) -> Op:
        found: dict[tuple[str, str], Param] = {}
        for one in [*(item.get("parameters") or ()), *(raw.get("parameters") or ())]:
            param = self._param(self.meant(one))
            lowered = param.name.lower()
            if param.place != "header" or lowered not in _IGNORED | _CLIENTS_OWN:
                key = lowered if param.place == "header" else param.name
                found[key, param.place] = param
        body = self.meant(raw.get("requestBody"))
        answers = {
            str(status): (self.meant(one) or {}).get("content") or {}
            for status, one in (raw.get("responses") or {}).items()
            if not str(status).startswith("x-")
        }
        return Op(
            method=method,
            path=path,
            params=tuple(found.values()),
            body=None
            if not body or not body.get("content")
            else Body(content=body["content"], required=body.get("required") is True),
            answers=answers,
            security=tuple(self._security(raw)),
        )

    def _param(self, raw: Json) -> Param:
        place = raw["in"]
        style = raw.get("style", _STYLES.get(place, "form"))
        media_type, holder = next(iter((raw.get("content") or {}).items()), (None, raw))
        return Param(
            name=raw["name"],
            place=place,
            required=raw.get("required") is True or place == "path",
            schema=holder.get("schema", {}),
            style=style,
            explode=bool(raw.get("explode", style == "form")),
            media_type=media_type,
            may_be_empty=raw.get("allowEmptyValue") is True,
        )

    def _security(self, raw: Json) -> Iterator[Mapping[str, Json]]:
        known = (self.root.get("components") or {}).get("securitySchemes") or {}
        for choice in raw.get("security", self.root.get("security")) or ():
            if all(name in known for name in choice):
                yield {name: self.meant(known[name]) for name in choice}
