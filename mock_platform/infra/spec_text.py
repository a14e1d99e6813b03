"""Turns the text of a spec into plain JSON values, strictly: what two tools could read as two things is told.

A mapping with the same key twice, an alias that multiplies, a tag, a date: none of them is JSON.
The text is read from the parser's events, not from its tree, so that no nesting can exhaust the
stack and every complaint has its line and column at no cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from math import isfinite

import yaml

from mock_platform.engine.findings import ERROR, WARNING, Finding
from mock_platform.infra.yaml_places import MAX_DEPTH, YamlLoader, place_of
from mock_platform.shared.contracts import Json

MAX_EXPANDED = 200_000
"""How many values aliases may add up to."""

_AMBIGUOUS = frozenset(
    ("yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF")
)
_SHORT = frozenset(("y", "Y", "n", "N"))
"""Booleans by the letter of YAML 1.1. Hardly a reader takes them for that, and coordinates are
called so: only in an enum they are worth a word."""
_CONSTANTS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")
}


TOO_DEEP = f"this is nested deeper than {MAX_DEPTH} levels"


class Care(Enum):
    """How much care a text must have been written with."""

    STRICT = "strict"
    LENIENT = "lenient"
    """What has one meaning to us is no error, whatever others may read."""


class TextBroken(Exception):
    """The text holds no document."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_yaml(text: str, care: Care = Care.STRICT) -> tuple[Json, list[Finding]]:
    """Return the text's document and what is doubtful about it.

    Raises:
        TextBroken: there is no document to return.
    """
    events = iter(yaml.parse(text, Loader=YamlLoader))
    doubt = ERROR if care is Care.STRICT else WARNING
    reading = _Reading(next=lambda: next(events), doubt=doubt)
    try:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                value = reading.value(event, in_enum=False)
                reading.expect_end()
                return value, reading.findings
    except yaml.MarkedYAMLError as error:
        raise TextBroken(_unreadable(error)) from error
    except yaml.reader.ReaderError as error:
        raise TextBroken(_no_text(text)) from error
    except yaml.YAMLError as error:
        raise TextBroken(Finding(message=f"this is no YAML: {error}")) from error
    raise TextBroken(Finding(message="the file is empty", remedy="begin with `openapi: 3.0.4`"))


def _no_text(text: str) -> Finding:
    found = _UNPRINTABLE.search(text)
    before = text[: found.start()] if found else ""
    name = f"U+{ord(found[0]):04X}" if found else "one"
    return Finding(
        message=f"this is no YAML: the control character {name} stands here",
        remedy="take it away, or write it as an escape in double quotes",
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
    )


def _unreadable(error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    told = " ".join(text for text in (error.context, error.problem) if text)
    remedy = "indent with spaces, and quote what begins with @, `, %, & or *"
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Finding(message=f"this is no YAML: {told}", remedy=remedy, line=line, column=column)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One text being read."""

    next: Callable[[], yaml.Event]
    doubt: str
    """The level of what others might read otherwise."""
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, tuple[Json, int]] = field(default_factory=dict)
    """Anchor → value and how many values it holds, expanded."""
    open_anchors: set[str] = field(default_factory=set)
    count: int = 0
    expanded: int = 0
    depth: int = 0

    def value(self, event: yaml.Event, *, in_enum: bool) -> Json:
        self.count += 1
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event, in_enum=in_enum)
            if event.anchor:
                self.anchors[event.anchor] = (value, 1)
            return value
        if isinstance(event, yaml.CollectionStartEvent):
            return self.collection(event, in_enum=in_enum)
        return self.alias(event)

    def collection(self, event: yaml.CollectionStartEvent, *, in_enum: bool) -> Json:
        anchor = event.anchor
        before = self.count
        self.known_tag(event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TextBroken(_at(event, TOO_DEEP))
        if anchor:
            self.open_anchors.add(anchor)
            self.anchors.pop(anchor, None)
        sequence = isinstance(event, yaml.SequenceStartEvent)
        value = self.sequence(in_enum=in_enum) if sequence else self.mapping()
        self.depth -= 1
        if anchor:
            self.open_anchors.discard(anchor)
            self.anchors[anchor] = (value, self.count - before + 1)
        return value

    def alias(self, event: yaml.Event) -> Json:
        name = event.anchor if isinstance(event, yaml.AliasEvent) else ""
        if name in self.open_anchors and name not in self.anchors:
            raise TextBroken(_at(event, f"*{name} contains itself", "use $ref"))
        if name not in self.anchors:
            raise TextBroken(_at(event, f"*{name} has no anchor &{name} before it"))
        value, size = self.anchors[name]
        self.count += size
        self.expanded += size
        if self.expanded > MAX_EXPANDED:
            told = f"aliases add up to more than {MAX_EXPANDED} values"
            raise TextBroken(_at(event, told, "use $ref"))
        return value

    def sequence(self, *, in_enum: bool) -> Json:
        items: list[Json] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.value(event, in_enum=in_enum))
        return items

    def mapping(self) -> Json:
        members: dict[str, Json] = {}
        merged: list[Json] = []
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.key(event)
            value = self.value(self.next(), in_enum=key == "enum")
            if key == "<<":
                merged += value if isinstance(value, list) else [value]
            elif key in members:
                told = f"{key!r} stands twice in the same mapping"
                self.findings.append(_at(event, told, "keep one of them"))
            else:
                members[key] = value
        return _merged(members, merged) if merged else members

    def key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise TextBroken(_at(event, "only a text can be a key", "write a plain or quoted key"))
        self.count += 1
        if event.implicit[0] and event.value in _AMBIGUOUS:
            self.findings.append(_ambiguous(event, "key", self.doubt))
        key: str = event.value
        return key

    def scalar(self, event: yaml.ScalarEvent, *, in_enum: bool) -> Json:
        text: str = event.value
        if not event.implicit[0]:
            self.known_tag(event)
            return text if event.implicit[1] else _tagged(event.tag or "", text)
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text in _AMBIGUOUS:
            what, level = ("enum value", self.doubt) if in_enum else ("value", WARNING)
            self.findings.append(_ambiguous(event, what, level))
            return text if in_enum else text.lower() in {"yes", "on"}
        if text in _SHORT and in_enum:
            self.findings.append(_ambiguous(event, "enum value", WARNING))
        return _number(text)

    def known_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag and event.tag not in _TAGS and event.tag != "!":
            told = f"a contract has no values of type {event.tag}"
            self.findings.append(_at(event, told, "take the tag away", self.doubt))

    def expect_end(self) -> None:
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                told = "a second document begins here"
                raise TextBroken(_at(event, told, "one file holds one document"))


def _number(text: str) -> Json:
    if text[0] in "0123456789+-.":
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
        if _FLOAT.fullmatch(text) and isfinite(number := float(text)):
            return number
    return text


def _tagged(tag: str, text: str) -> Json:
    if tag.endswith(":str"):
        return text
    return _CONSTANTS[text] if text in _CONSTANTS else _number(text)


def _merged(members: dict[str, Json], merged: Iterable[Json]) -> Json:
    """``<<`` (YAML 1.1): the mapping's own members win, then the earlier of the merged ones."""
    for other in merged:
        for key, value in (other if isinstance(other, dict) else {}).items():
            members.setdefault(key, value)
    return members


def _ambiguous(event: yaml.ScalarEvent, what: str, level: str) -> Finding:
    told = f"the {what} {event.value} is a text to some YAML readers and a boolean to others"
    quoted = f"quote it: '{event.value}'"
    remedy = f"write true or false, or {quoted}" if what == "value" else quoted
    return replace(_at(event, told, remedy, level), rule="yaml-boolean")


def _at(event: yaml.Event, message: str, remedy: str = "", level: str = ERROR) -> Finding:
    line, column = place_of(event)
    return Finding(message=message, remedy=remedy, level=level, line=line, column=column)
