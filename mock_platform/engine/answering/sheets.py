"""One representation of one answer, compiled: what the contract gives for it, or makes possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from mock_platform.engine.answering.remembering import Remembered
from mock_platform.engine.answering.statements import Given, Statements, statements
from mock_platform.engine.answering.writing import is_json, made_up, written
from mock_platform.engine.operations import MediaType
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import Check, SchemaBroken, Schemas
from mock_platform.shared.contracts import Json

MOST_MADE = 512

Generator = Callable[[int], Json]
"""Seed → value, the same for the same seed. Raises LookupError, ValueError: there is none."""


class Generators(Protocol):
    """Prepares to make up values."""

    def __call__(
        self,
        pointer: str,
        accepts: Callable[[Json], bool],
        /,
        *,
        name: str = "",
        afresh: bool = False,
    ) -> Generator:
        """Prepare a generator for the schema at a JSON pointer.

        ``accepts`` has the last word on its values, ``name`` is what they will be called, and
        ``afresh`` passes over the examples that the schema itself gives.

        Raises:
            LookupError, ValueError: there can be none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all answers of one document are made from."""

    root: Json
    schemas: Schemas
    generators: Generators
    made: Remembered[Given] = field(default_factory=lambda: Remembered(MOST_MADE))
    """What was made up lately."""
    afresh: bool = False
    """Make up what the contract has examples of, too, for all who do not say otherwise."""


@dataclass(slots=True)
class Sheet:
    """One representation, given out as one media type."""

    media: MediaType
    media_type: str
    means: Means
    given: Statements = field(init=False)
    check: Check | None = field(init=False)
    usual: Given | None = field(init=False)
    """The best value that the contract gives and its schema allows."""
    is_json: bool = field(init=False)
    _generators: dict[bool, Generator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.is_json = is_json(self.media_type)
        self.check = self._check()
        self.given = statements(self.media.raw, self.means.root)
        fitting = (self.fitting(one) for one in self.given.in_order)
        self.usual = next((one for one in fitting if one is not None), None)

    def fitting(self, one: Given) -> Given | None:
        """Return a value that may be sent: the one given, or what is evidently meant by it."""
        if one.is_written or self.is_fit(one.value):
            return one
        if not isinstance(one.value, str):
            return None
        if not self.is_json:
            # A text that stands for something else: XML, CSV, an encoded picture.
            return None if self._is_about_text() else Given(one.value, is_written=True)
        try:
            meant = orjson.loads(one.value)
        except orjson.JSONDecodeError:
            return None
        return Given(meant) if self.is_fit(meant) else None

    def is_fit(self, value: Json) -> bool:
        """Tell whether the schema, if there is one, allows a value."""
        return self.check is None or not self.check(value)

    def generated(self, seed: int, *, afresh: bool = False) -> Given | None:
        """Make up a value, ``afresh`` without the schema's examples; None where that fails."""
        pointer = self.media.schema_pointer
        if pointer is None:
            shown = made_up(None, self.media_type)
            return None if shown is None else Given(shown, is_written=True)
        key = (pointer, self.media_type, afresh, seed)
        known = self.means.made.get(key)
        if known is not None:
            return known
        try:
            value = self._generator(pointer, afresh=afresh)(seed)
        except (LookupError, ValueError):
            return None
        made = made_up(value, self.media_type)
        return self.means.made.keep(key, Given(made, is_written=made is not value))

    def nearest(self, seed: int) -> tuple[Given | None, str]:
        """Return what comes nearest to a schema that nothing satisfies, and why nothing does."""
        from mock_platform.engine.generation import Unsatisfiable  # has the whole of it behind it

        pointer = self.media.schema_pointer
        try:
            if pointer is not None:
                self._generator(pointer)(seed)
        except Unsatisfiable as reason:
            return (None if reason.nearest is None else Given(reason.nearest)), str(reason)
        except (LookupError, ValueError) as reason:
            return None, str(reason)
        return None, ""

    def _generator(self, pointer: str, *, afresh: bool = False) -> Generator:
        generator = self._generators.get(afresh)
        if generator is None:
            generator = self.means.generators(pointer, self.is_fit, afresh=afresh)
            self._generators[afresh] = generator
        return generator

    def text(self, one: Given) -> Json:
        """Return a value as it is sent."""
        if one.is_written or self.is_json:
            return one.value
        return written(one.value, self.media_type, self.media.schema_pointer, self.means.root)

    def _check(self) -> Check | None:
        if self.media.schema_pointer is None:
            return None
        try:
            return self.means.schemas.validator(self.media.schema_pointer, Direction.ANSWER)
        except SchemaBroken:
            return None  # told by the check of the contract; an answer is given all the same

    def _is_about_text(self) -> bool:
        broken = [] if self.check is None else self.check("")
        return not any(one.rule == "type" and not one.pointer for one in broken)
