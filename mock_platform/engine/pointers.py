"""Walks documents by JSON pointer (RFC 6901), and follows ``$ref``."""

from __future__ import annotations

from urllib.parse import quote, unquote

from mock_platform.shared.contracts import Json

_MOST_DIGITS = 9
"""Of an index; of thousands, Python makes no number."""

FARTHEST = 100
"""How many references in a row are followed."""


def join(*tokens: str | int) -> str:
    """Write the pointer that these tokens make."""
    return "".join(["/" + _escaped(str(token)) for token in tokens])


def _escaped(token: str) -> str:
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def split(pointer: str) -> list[str]:
    """Take a pointer apart."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise LookupError(f"{pointer!r} is no JSON pointer: it does not begin with /")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


_LONGEST_INDEX = 18
"""Digits. No list is so long, and more than some thousand are not read as a number at all."""


def step(node: Json, token: str) -> Json:
    """Return the member or item that the token names."""
    if isinstance(node, list) and token.isdecimal() and len(token) <= _LONGEST_INDEX:
        return node[int(token)]
    if isinstance(node, dict) and token in node:
        return node[token]
    raise LookupError(f"there is no {token!r}")


def lookup(root: Json, pointer: str) -> Json:
    """Return what the pointer points at.

    Raises:
        LookupError: nothing is there; the message says at which token the way ended.
    """
    node = root
    for token in split(pointer):
        node = step(node, token)
    return node


def of_ref(ref: str) -> str:
    """Return the pointer of a local reference: ``#/a/b%20c`` is ``/a/b c``."""
    if not ref.startswith("#"):
        raise LookupError(f"{ref!r} does not point into this document")
    return unquote(ref[1:])


def to_ref(pointer: str) -> str:
    """Write a local reference."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@-._")


def ref_of(node: Json) -> str | None:
    """Return the node's ``$ref``, if it is a reference."""
    if isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
        return ref
    return None


def follow(root: Json, pointer: str) -> tuple[Json, str]:
    """Return what the pointer points at, and where that is, once no reference is left to follow.

    Raises:
        LookupError: a reference points nowhere, or only at references, or leads through too many.
    """
    seen = {pointer}
    node = lookup(root, pointer)
    while (ref := ref_of(node)) is not None:
        pointer = of_ref(ref)
        if pointer in seen:
            raise LookupError(f"{ref!r} refers to itself")
        if len(seen) > FARTHEST:
            raise LookupError(f"it leads through more than {FARTHEST} references")
        seen.add(pointer)
        node = lookup(root, pointer)
    return node, pointer
