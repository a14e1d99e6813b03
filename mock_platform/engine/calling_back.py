"""Makes the requests that an operation promises to those who asked to be called back.

This is for documents that are mocked without a handler: one request for every callback whose URL
the exchange gives, with the contract's example as its body, or something made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.answering.negotiation import best
from mock_platform.engine.answering.offering import offers
from mock_platform.engine.answering.sheets import Means, Sheet
from mock_platform.engine.operations import MediaType, Operation
from mock_platform.engine.pointers import follow, join, split, step
from mock_platform.engine.runtime_expressions import Expression, Facts, compile_expression
from mock_platform.shared.contracts import Json

_SEED = 0
_OF_BODY = re.compile(r"\$request\.body#(/[^{}]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """One request that is to be made."""

    callback: str
    method: str
    url: str
    media_type: str | None
    """None: it has no body."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One request that a contract promises, as far as it is known beforehand."""

    callback: str
    method: str
    url: Expression
    media_type: str | None
    body: bytes

    def kept(self, facts: Facts) -> Calling | None:
        """Return the request that one exchange leads to; None: it does not say where to."""
        url = self.url(facts)
        if not isinstance(url, str) or not url:
            return None
        return Calling(
            callback=self.callback,
            method=self.method,
            url=url,
            media_type=self.media_type,
            body=self.body,
        )


Concerns = Callable[[Json], bool]
"""Tells from a request's body whether anybody may have asked to be called back."""


def concerns(operation: Operation, root: Json) -> Concerns:
    """Compile what most requests are done with: nobody asked, for the field with the URL is not there."""
    needs: list[Sequence[Sequence[str]]] = []
    for name in operation.callbacks:
        callback, _ = follow(root, operation.pointer + join("callbacks", name))
        urls = (url for url in callback if not url.startswith("x-"))
        needs += ([split(found) for found in _OF_BODY.findall(url)] for url in urls)

    def told(body: Json) -> bool:  # asked of every request, hence no generators
        for one in needs:
            for path in one:
                if not _is_there(body, path):
                    break
            else:
                return True
        return False

    return told


def _is_there(node: Json, path: Sequence[str]) -> bool:
    for token in path:
        if isinstance(node, dict):
            node = node.get(token)
        else:
            try:
                node = step(node, token)
            except LookupError:
                return False
    return node is not None


def promises(operation: Operation, means: Means) -> Iterator[Promise]:
    """Yield what an operation promises; what is no callback, or cannot be read, is left out."""
    for name in operation.callbacks:
        callback, pointer = follow(means.root, operation.pointer + join("callbacks", name))
        for url, item in callback.items():
            if url.startswith("x-") or not isinstance(item, dict):
                continue
            try:
                expression = compile_expression(url)
                path, place = follow(means.root, pointer + join(url))
            except (ValueError, LookupError):
                continue
            for method in METHODS:
                if isinstance(path.get(method), dict):
                    media_type, body = _body(path[method], f"{place}/{method}", means)
                    yield Promise(
                        callback=name,
                        method=method.upper(),
                        url=expression,
                        media_type=media_type,
                        body=body,
                    )


def _body(operation: Json, pointer: str, means: Means) -> tuple[str | None, bytes]:
    if "requestBody" not in operation:
        return None, b""
    try:
        body, place = follow(means.root, pointer + "/requestBody")
    except LookupError:
        return None, b""
    content = {
        name: MediaType(
            name=name,
            schema_pointer=place + join("content", name, "schema") if "schema" in raw else None,
            raw=raw,
        )
        for name, raw in (body.get("content") or {}).items()
        if isinstance(raw, dict)
    }
    found = best((), offers(content, means))
    if found is None:
        return None, b""
    name, media_type = found
    sheet = Sheet(content[name], media_type, means)
    given = sheet.usual or sheet.generated(_SEED) or next(iter(sheet.given.in_order), None)
    said = ({} if sheet.is_json else "") if given is None else sheet.text(given)
    return media_type, _written(said, is_json=sheet.is_json)


def _written(said: Json, *, is_json: bool) -> bytes:
    if isinstance(said, bytes):
        return said
    if isinstance(said, str) and not is_json:
        return said.encode()
    try:
        return orjson.dumps(said)
    except TypeError:  # integers beyond 64 bits
        return json.dumps(said).encode()
