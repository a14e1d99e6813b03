"""Knows how Swagger UI is opened at an operation: the part of its address after ``#``."""

from __future__ import annotations

import re
from urllib.parse import quote

from mock_platform.engine.describing.overviews import tags_of
from mock_platform.engine.documents import Document
from mock_platform.engine.operations import Operation, base_path

_NO_WORD = re.compile(r"\W", re.ASCII)


def deep_link(document: Document, operation: Operation) -> str:
    """Return ``#/orders/payOrder``, or as much of it as Swagger UI understands.

    It takes the address apart at every slash, encoded or not, so what has one in its name can only
    be opened at its tag.
    """
    tag, name = tags_of(operation)[0], _name(document, operation)
    if "/" in tag:
        return ""
    steps = [tag] if "/" in name else [tag, name]
    return "".join(["#", *("/" + quote(step, safe="") for step in steps)])


def _name(document: Document, operation: Operation) -> str:
    written = operation.raw.get("operationId")
    if written:
        return str(written)
    path = operation.path.removeprefix(base_path(document))
    return operation.method.lower() + _NO_WORD.sub("_", path)
