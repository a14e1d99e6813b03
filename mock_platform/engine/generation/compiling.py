"""Turns a schema into something that makes values of it, each valid, the same one for a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from mock_platform.engine.generation.growing import Garden
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.making import Craft
from mock_platform.engine.generation.meanings import Source, Unsatisfiable
from mock_platform.engine.generation.pretending import Pretender
from mock_platform.engine.generation.reading import Dialect, Reader
from mock_platform.engine.generation.text_rules import TextRules
from mock_platform.engine.generation.turns import Exhausted, Turn
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

Accepts = Callable[[Json], bool]
Generator = Callable[[int], Json]
"""From a seed to a value."""

_MOST_VALUES = 12_000
_GENEROUS = 600
"""So many values are made before optional parts are left out."""


@dataclass(frozen=True, slots=True)
class _Manner:
    lean: bool = False
    plain: bool = False
    forgiving: bool = False


_MANNERS = (
    _Manner(),
    _Manner(plain=True),
    _Manner(lean=True, plain=True),
    _Manner(plain=True),
    _Manner(lean=True, plain=True),
)
"""How to try, until a value is accepted."""
_FORGIVING = _Manner(forgiving=True)


class Generators:
    """Prepares generators for a document's schemas; what they have in common is worked out once.

    They may be shared between threads.
    """

    def __init__(
        self,
        root: Json,
        *,
        dialect: Dialect,
        direction: Direction,
        pretender: Pretender | None = None,
        realistic: bool = True,
        examples: bool = True,
    ) -> None:
        self._reader = Reader(root, dialect, direction)
        rules = TextRules(modern=self._reader.modern)
        self._judge = Judge(self._reader, rules)
        lifelike = (pretender or Pretender()) if realistic else None
        self._garden = Garden(self._reader, Craft(self._judge, rules, lifelike, examples))

    def compile(
        self, schema: Json, accepts: Accepts | None = None, *, name: str = "", minimal: bool = False
    ) -> Generator:
        """Prepare to make values of a schema, as ``compile_generator`` does."""
        sources = (self._reader.meant(self._reader.source(schema)),)
        attempts = _Attempts(self._garden, sources, accepts or _fits(self._judge, sources), name)

        def generate_for(seed: int) -> Json:
            return attempts.value(seed, minimal=minimal)

        return generate_for


def compile_generator(
    schema: Json,
    root: Json,
    *,
    dialect: Dialect,
    direction: Direction,
    accepts: Accepts | None = None,
    pretender: Pretender | None = None,
    name: str = "",
    realistic: bool = True,
    minimal: bool = False,
    examples: bool = True,
) -> Generator:
    """Prepare to make values of a schema; what it refers to is in ``root``.

    ``accepts`` has the last word on every value; without it our own judgement counts. ``name`` is
    what the value will be called, for a lifelike one. ``minimal`` leaves out what is optional;
    without ``examples`` those in the schemas are passed over. The generator raises
    ``Unsatisfiable`` where no value is found. It may be shared between threads.
    """
    generators = Generators(
        root,
        dialect=dialect,
        direction=direction,
        pretender=pretender,
        realistic=realistic,
        examples=examples,
    )
    return generators.compile(schema, accepts, name=name, minimal=minimal)


def generate(
    schema: Json,
    root: Json,
    *,
    dialect: Dialect,
    direction: Direction,
    seed: int = 0,
    accepts: Accepts | None = None,
    pretender: Pretender | None = None,
    name: str = "",
    realistic: bool = True,
    minimal: bool = False,
    examples: bool = True,
) -> Json:
    """Make one value of a schema, as ``compile_generator`` would.

    Raises:
        Unsatisfiable: none was found that is accepted.
    """
    return compile_generator(
        schema,
        root,
        dialect=dialect,
        direction=direction,
        accepts=accepts,
        pretender=pretender,
        name=name,
        realistic=realistic,
        minimal=minimal,
        examples=examples,
    )(seed)


def _fits(judge: Judge, sources: tuple[Source, ...]) -> Accepts:
    def fits(value: Json) -> bool:
        return judge.fits_all(sources, value)

    return fits


@dataclass(frozen=True, slots=True)
class _Attempts:
    garden: Garden
    sources: tuple[Source, ...]
    accepts: Accepts
    name: str

    def value(self, seed: int, *, minimal: bool) -> Json:
        refusal = Unsatisfiable("", "what was made of it is not accepted")
        for attempt, manner in enumerate(_MANNERS):
            try:
                value = self._made(seed * len(_MANNERS) + attempt, manner, minimal=minimal)
            except Unsatisfiable as reason:
                refusal = reason
            else:
                if self.accepts(value):
                    return value
        raise Unsatisfiable(refusal.pointer, refusal.reason, self._nearest(seed, minimal=minimal))

    def _nearest(self, seed: int, *, minimal: bool) -> Json:
        try:
            return self._made(seed, _FORGIVING, minimal=minimal)
        except Unsatisfiable:
            return None

    def _made(self, seed: int, manner: _Manner, *, minimal: bool) -> Json:
        turn = Turn(
            random=Random(seed),  # noqa: S311 - repeatable, not secret
            grow=self.garden.grow,
            left=_MOST_VALUES,
            generous=_MOST_VALUES - _GENEROUS,
            lean=minimal or manner.lean,
            plain=manner.plain,
            forgiving=manner.forgiving,
        )
        try:
            return self.garden.grow(self.sources, self.name, turn)
        except Exhausted:
            raise Unsatisfiable("", f"nothing was found among {_MOST_VALUES} values") from None
        except RecursionError:
            raise Unsatisfiable("", "it is nested too deeply") from None
