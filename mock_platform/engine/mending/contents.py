"""Mends parameters, bodies, answers and what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from mock_platform.engine.mending.ledger import Ledger, Trail, drop, trail_of
from mock_platform.engine.mending.schema_keywords import mend_flag
from mock_platform.engine.mending.schema_nodes import SchemaMender
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.engine.styles import SEPARATED
from mock_platform.shared.contracts import Json

_LOCATIONS = {
    "path": {"simple", "label", "matrix", *SEPARATED},
    "query": {"form", "deepObject", *SEPARATED},
    "header": {"simple", *SEPARATED},
    "cookie": {"form", "cookie"},
}
_STATUS = re.compile(r"default|[1-5](?:[0-9][0-9]|XX)")
_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
"""What may be a header's name (RFC 9110 §5.6.2)."""
_ONE_VALUE = re.compile(r"(?i)[/+](?:json|xml|x-www-form-urlencoded|form-data) *(?:;|\Z)")
"""Media types of which nothing comes after the other."""
_LIKE_A_STATUS = re.compile(r"([1-5])([0-9]{2}|[Xx]{2})\b")

Mend = Callable[[dict[str, Json], Trail], bool]
"""Mends an object in place; False when nothing can be made of it."""


@dataclass(slots=True)
class ContentMender:
    """Mends the parts of operations that may also be components."""

    ledger: Ledger
    schemas: SchemaMender
    done: dict[int, bool] = field(default_factory=dict)
    """What has been mended, and whether it can be used: several may refer to one."""

    def usable(self, node: Json, trail: Trail, mend: Mend, wanted: str) -> bool:
        """Tell whether an object, or what it refers to, can be used, after mending it."""
        if not isinstance(node, dict):
            self.ledger.tell(trail, f"{node!r:.80} is no {wanted}; it is ignored")
            return False
        if isinstance(node.get("$ref"), str):
            found = self.ledger.target(node, trail)
            if found is None:
                return False
            if not isinstance(found.node, dict):
                self.ledger.tell(trail, f"the reference leads to what is no {wanted}")
                return False
            if wanted in _HOLDERS and found.pointer.startswith(_SCHEMAS):
                self.wrapped(node, trail, wanted)
            elif id(found.node) in self.done:
                return self.done[id(found.node)]
            else:
                node, trail = found.node, trail_of(found.pointer)
        if id(node) not in self.done:
            self.done[id(node)] = True  # while it is mended: it may refer to itself
            self.done[id(node)] = mend(node, trail)
        return self.done[id(node)]

    def kept(self, holder: dict[str, Json], key: str, trail: Trail, mend: Mend, name: str) -> None:
        """Mend a mapping of objects in place; what cannot be used is taken out."""
        members = holder.get(key)
        if not isinstance(members, dict):
            if key in holder:
                drop(self.ledger, holder, key, trail, f"{members!r:.80} is no mapping")
            return
        for member in [*members]:
            at = ((trail, key), member)
            if members[member] is None and name in _MAY_BE_EMPTY:
                members[member] = {}
            if not (member.startswith("x-") and key != "headers") and not self.usable(
                members[member], at, mend, name
            ):
                del members[member]
            elif name == "media type" and ref_of(members[member]) is not None:
                members[member] = follow(self.ledger.root, of_ref(members[member]["$ref"]))[0]

    def parameter(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend a parameter."""
        name, location = node.get("name"), node.get("in")
        if isinstance(location, str) and location not in _LOCATIONS:
            location = node["in"] = location.lower()
        if location == "querystring":
            self.valued(node, trail)
            return True
        if name is None or not isinstance(location, str) or location not in _LOCATIONS:
            told = f"a parameter with name {name!r}, in: {location!r} is ignored"
            self.ledger.tell(trail, told, f"in is one of {', '.join(_LOCATIONS)}")
            return False
        if not isinstance(name, str):
            node["name"] = str(name)
        self.valued(node, trail)
        if node.get("style", "form") not in _LOCATIONS[location] and "style" in node:
            if node["style"] == "simple":  # that is: with commas
                node.setdefault("explode", False)
            drop(self.ledger, node, "style", trail, f"there is no {node['style']!r} in {location}")
        if location == "path" and node.get("required") is not True:
            self.ledger.tell(trail, f"{name!r} is in: path, so it is required", "required: true")
            node["required"] = True
        return True

    def header(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend a header."""
        self.valued(node, trail)
        return True

    def valued(self, node: dict[str, Json], trail: Trail) -> None:
        """Mend what describes one value: by a schema, or by a media type."""
        for key in ("required", "explode", "allowReserved", "allowEmptyValue"):
            if key in node:
                mend_flag(self.ledger, node, key, trail)
        self.kept(node, "content", trail, self.media_type, "media type")
        if not node.get("content"):
            node.pop("content", None)
            node.setdefault("schema", {})
        if "schema" in node:
            self.schemas.mend(node, "schema", trail)
        for media_type in (node.get("content") or {}).values():
            media_type.setdefault("schema", {})
        self.examples(node, trail)

    def content(self, holder: dict[str, Json], trail: Trail) -> None:
        """Mend representations by their media types."""
        content = holder.get("content")
        if not isinstance(content, dict):
            content = {}
        for written in _NO_TYPES:
            if written in content and "*/*" not in content:
                told = f"{written!r} is no media type; it is taken for */*"
                self.ledger.tell(((trail, "content"), written), told, "write */*")
                before = self.ledger.place(((trail, "content"), written))
                self.ledger.moved[self.ledger.place(((trail, "content"), "*/*"))] = before
                content["*/*"] = content.pop(written)
        self.kept(holder, "content", trail, self.media_type, "media type")

    def media_type(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend a media type; what comes one after the other (OpenAPI 3.2) is a list of that."""
        if "itemSchema" in node and not (trail and _ONE_VALUE.search(str(trail[1]))):
            self.schemas.mend(node, "itemSchema", trail)
            node.setdefault("schema", {"type": "array", "items": node["itemSchema"]})
        elif "schema" in node:
            self.schemas.mend(node, "schema", trail)
        self.examples(node, trail)
        self.kept(node, "encoding", trail, self.encoding, "encoding")
        return True

    def encoding(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend how a part of a body is written."""
        self.kept(node, "headers", trail, self.header, "header")
        for key in ("explode", "allowReserved"):
            if key in node:
                mend_flag(self.ledger, node, key, trail)
        for key in ("contentType", "style"):
            if key in node and not isinstance(node[key], str):
                drop(self.ledger, node, key, trail, "it is no text")
        return True

    def examples(self, node: dict[str, Json], trail: Trail) -> None:
        """Named examples are objects with a value; many write the value itself."""
        named = node.get("examples")
        if isinstance(named, list):
            named = node["examples"] = {f"example{n}": one for n, one in enumerate(named, 1)}
            self.ledger.tell((trail, "examples"), "examples have names here", "make it a mapping")
        if not isinstance(named, dict):
            if "examples" in node:
                drop(self.ledger, node, "examples", trail, "it maps names to examples")
            return
        for name, example in named.items():
            if not isinstance(example, dict) or not example.keys() & _EXAMPLE:
                named[name] = {"value": example}
                told = f"the example {name!r} has no value; all of it is taken for that"
                self.ledger.tell(((trail, "examples"), name), told, "put it behind value:")
        self.kept(node, "examples", trail, self.example, "example")

    def example(self, _node: dict[str, Json], _trail: Trail) -> bool:
        """An example holds whatever it likes."""
        return True

    def body(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend the body of a request."""
        self.wrapped(node, trail, "request body")
        if "required" in node:
            mend_flag(self.ledger, node, "required", trail)
        self.content(node, trail)
        if not node.get("content"):
            self.ledger.tell(trail, "the request body has no content; it is ignored")
            node.clear()
            return False
        return True

    def answer(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend an answer."""
        self.wrapped(node, trail, "answer")
        node.setdefault("description", "")
        self.kept(node, "headers", trail, self.header, "header")
        for name in [*(node.get("headers") or ())]:
            if not _TOKEN.fullmatch(name):
                at: Trail = (trail, "headers")
                drop(self.ledger, node["headers"], name, at, "no header can be called so")
        self.content(node, trail)
        self.kept(node, "links", trail, self.example, "link")
        return True

    def scheme(self, node: dict[str, Json], trail: Trail) -> bool:
        """A security scheme says where its credentials are."""
        wanted = _SCHEMES.get(str(node.get("type")))
        if wanted is None or not all(isinstance(node.get(key), str) for key in wanted):
            told = f"a security scheme of type {node.get('type')!r} is ignored"
            needs = f" with {' and '.join(wanted)}" if wanted else f": {', '.join(_SCHEMES)}"
            self.ledger.tell(trail, told, f"there are such{needs}")
            return False
        return True

    def wrapped(self, node: dict[str, Json], trail: Trail, what: str) -> None:
        """A schema where a body is wanted becomes the schema of its JSON."""
        if "content" in node or not node.keys() & _OF_A_SCHEMA:
            return
        schema = node["schema"] if isinstance(node.get("schema"), dict) else dict(node)
        node.clear()
        node |= {"description": "", "content": {"application/json": {"schema": schema}}}
        self.ledger.tell(trail, f"this is a schema, where one {what} is wanted: it is that of JSON")

    def answers(self, operation: dict[str, Json], trail: Trail) -> None:
        """Mend the answers of an operation; there is always one."""
        written = operation.get("responses")
        if isinstance(written, dict):
            self._statuses(written, (trail, "responses"))
            self.kept(operation, "responses", trail, self.answer, "answer")
        if not isinstance(written, dict) or all(status.startswith("x-") for status in written):
            self.ledger.tell(trail, "the operation has no responses; it answers 200, empty")
            operation["responses"] = {"200": {"description": ""}}

    def _statuses(self, answers: dict[str, Json], trail: Trail) -> None:
        for status in [*answers]:
            if _STATUS.fullmatch(status) or status.startswith("x-"):
                continue
            like = _LIKE_A_STATUS.match(status)
            meant = (like[1] + like[2].upper()) if like else ""
            if not meant and status.lower() == "default":
                meant = "default"
            if meant and meant not in answers:
                self.ledger.tell((trail, status), f"{status!r} is taken for {meant}")
                answers[meant] = answers.pop(status)
            else:
                drop(self.ledger, answers, status, trail, "it is no status")


_SCHEMES: dict[str, tuple[str, ...]] = {
    "apiKey": ("in", "name"),
    "http": ("scheme",),
    "oauth2": (),
    "openIdConnect": (),
    "mutualTLS": (),
}
_NO_TYPES = ("", "*")
_HOLDERS = {"request body", "answer"}
_MAY_BE_EMPTY = {"media type", "answer", "header"}
_SCHEMAS = ("/components/schemas/", "/definitions/")
_OF_A_SCHEMA = {"schema", "type", "properties", "allOf", "$ref"}
_EXAMPLE = {"value", "externalValue", "$ref", "dataValue", "serializedValue", "summary"}
