"""Finds what a path leads to: a tree of segments, never a list of expressions.

A literal segment goes before one that is partly literal (``{name}.{format}``), and that before one
that is all parameter; the search goes back where that leads nowhere. Segments are split before they
are percent-decoded, so that ``%2F`` stays inside its segment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import unquote, unquote_to_bytes

T = TypeVar("T")

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_ANYTHING = "(.+)"

Choices = Mapping[str, Sequence[str]]
"""Parameter → the texts that it may be, where only some are."""

_NO_CHOICES: Choices = {}

_Apart = Callable[[str], tuple[str, ...] | None]
"""Takes a segment apart: the values of its parameters; None where it is another."""


class RouteTaken(ValueError):
    """Two operations have the same method and path."""


@dataclass(slots=True)
class Leaf(Generic[T]):
    """What is at one path: something per method, and the names of its parameters."""

    template: str
    methods: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        """The value of ``Allow``."""
        implied = {"HEAD"} if "GET" in self.methods else set()
        return ", ".join(sorted({*self.methods, *implied, "OPTIONS"}))


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict)
    mixed: dict[str, tuple[_Apart, _Node[T]]] = field(default_factory=dict)
    parameter: _Node[T] | None = None
    leaf: Leaf[T] | None = None


class Routes(Generic[T]):
    """All paths, by segment."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, target: T, choices: Choices = _NO_CHOICES) -> None:
        """Put something under a path template such as ``/orders/{orderId}``.

        Raises:
            RouteTaken: something is there already.
        """
        leaf = self.leaf(path, choices)
        if method in leaf.methods:
            raise RouteTaken(f"{method} {path} is the same as {method} {leaf.template}")
        leaf.methods[method] = (target, tuple(_PARAMETER.findall(path)))

    def leaf(self, path: str, choices: Choices = _NO_CHOICES) -> Leaf[T]:
        """Return what is under a path template; nothing so far, if it is new."""
        node = self._root
        for segment in path.split("/")[1:]:
            node = _child(node, segment, choices)
        if node.leaf is None:
            node.leaf = Leaf(path)
        return node.leaf

    def find(self, path: str, method: str = "") -> tuple[Leaf[T], tuple[str, ...]] | None:
        """Return what a raw path leads to, and the values of the parameters on its way.

        With a method, only what takes it is found.
        """
        segments = path.split("/")
        if "%" in path:
            try:
                segments = [unquote_to_bytes(segment).decode() for segment in segments]
            except UnicodeDecodeError:
                return None  # not text, so no template can mean it
        return _find(self._root, segments, 1, (), method)


def _child(node: _Node[T], segment: str, choices: Choices) -> _Node[T]:
    if not _PARAMETER.search(segment):
        return node.literals.setdefault(unquote(segment), _Node())
    if _PARAMETER.fullmatch(segment):
        node.parameter = node.parameter or _Node()
        return node.parameter
    pattern = _pattern(segment, choices)
    if pattern not in node.mixed:
        node.mixed[pattern] = (_apart(segment, pattern), _Node())
        node.mixed = dict(sorted(node.mixed.items(), key=lambda item: _openness(item[0])))
    return node.mixed[pattern][1]


def _pattern(segment: str, choices: Choices) -> str:
    """Nothing parts ``{id}{extension}``, unless what one of them may be does."""
    parts = _PARAMETER.split(segment)
    written = [re.escape(unquote(literal)) for literal in parts[::2]]
    found = written[0]
    for number, name in enumerate(parts[1::2]):
        before, after = written[number], written[number + 1]
        stands_alone = (before or number == 0) and (after or number + 2 == len(written))
        texts = () if stands_alone else choices.get(name, ())
        found += f"({'|'.join(map(re.escape, texts))})" if texts else _ANYTHING
        found += after
    return found


def _apart(segment: str, pattern: str) -> _Apart:
    """Return what takes segments apart; by the pattern only where some parameter has choices."""
    if pattern.count(_ANYTHING) == len(_PARAMETER.findall(segment)):
        return partial(parted, [unquote(literal) for literal in _PARAMETER.split(segment)[::2]])
    expression = re.compile(pattern, re.DOTALL)

    def matched(text: str) -> tuple[str, ...] | None:
        found = expression.fullmatch(text)
        return None if found is None else found.groups()

    return matched


def parted(literals: Sequence[str], text: str) -> tuple[str, ...] | None:
    """Return what is between the literals, never nothing; what comes first gets as much as it can.

    As ``(.+)-(.+)`` would; but an expression tries all ways to part a text that ends otherwise, and of
    three parameters there are millions.
    """
    first, *between, last = literals
    begin, end = len(first), len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)):
        return None
    values: list[str] = []
    for literal in reversed(between):
        at = text.rfind(literal, begin + 1, max(0, end - 1))
        if at < 0:
            return None
        values.append(text[at + len(literal) : end])
        end = at
    return (text[begin:end], *reversed(values)) if begin < end else None


def _openness(pattern: str) -> tuple[int, int, str]:
    """Rank patterns: the one with the most literal text comes first."""
    return (-len(pattern.replace(_ANYTHING, "")), pattern.count(_ANYTHING), pattern)


def _find(
    node: _Node[T], segments: list[str], at: int, values: tuple[str, ...], method: str
) -> tuple[Leaf[T], tuple[str, ...]] | None:
    if at == len(segments):
        if node.leaf is None or (method and method not in node.leaf.methods):
            return None
        return node.leaf, values
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _find(literal, segments, at + 1, values, method)
        if found is not None:
            return found
    for apart, child in node.mixed.values():
        if (parts := apart(segment)) is not None:
            found = _find(child, segments, at + 1, (*values, *parts), method)
            if found is not None:
                return found
    if node.parameter is not None and segment:
        return _find(node.parameter, segments, at + 1, (*values, segment), method)
    return None
