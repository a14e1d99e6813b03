"""Writes a document as text that every reader of YAML 1.1, YAML 1.2 or JSON reads the same."""

from __future__ import annotations

import json
import re
from typing import ClassVar

import orjson
import yaml

from mock_platform.shared.contracts import Json

# PyYAML quotes what YAML 1.1 takes for a number, a date or a boolean; YAML 1.2 sees a few more
# (1e5, 0o17). Whatever begins like a number is quoted, so that nobody has to know.
_LIKE_A_NUMBER = re.compile(r"[-+.0-9]")
_PARAGRAPHS = re.compile(r"\S.*\n", re.DOTALL)


def to_yaml(document: Json) -> bytes:
    """Write YAML: keys in order, long texts as blocks, nothing by reference."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text.encode()


def to_json(document: Json) -> bytes:
    """Write JSON, for people to read."""
    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # an integer of more than 64 bits
        return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if not text.replace("\n", "").isprintable():
        style: str | None = '"'  # escapes what the others would lose
    elif _PARAGRAPHS.fullmatch(text):
        style = "|"
    else:
        style = "'" if _LIKE_A_NUMBER.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Dumper(yaml.SafeDumper):
    """PyYAML takes its settings from a subclass."""

    yaml_representers: ClassVar[dict[type, Json]] = {
        **yaml.SafeDumper.yaml_representers,
        str: _text,
    }

    def ignore_aliases(self, data: Json) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, indentless=False)
