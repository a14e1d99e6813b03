"""Turns a schema into something that makes values of it, each valid, the same one for a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from mock_platform.engine.generation.growing import Garden
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.making import Craft
from mock_platform.engine.generation.meanings import Source, Unsatisfiable, copied
from mock_platform.engine.generation.pretending import Pretender
from mock_platform.engine.generation.reading import Dialect, Reader
from mock_platform.engine.generation.text_rules import TextRules
from mock_platform.engine.generation.turns import Exhausted, Turn
from mock_platform.engine.schema_dialects import Direction
from mock_platform.shared.contracts import Json

Accepts = Callable[[Json], bool]
Generator = Callable[[int], Json]
"""From a seed to a value."""

_GENEROUS = 600
"""So many values are made before optional parts are left out."""
_LAST_RESORTS = (0, 1)
"""Seeds that are tried where the one that was asked for leads nowhere."""
_MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class _Manner:
    most: int
    """So many values may be made on the way."""
    lean: bool = False
    plain: bool = False
    forgiving: bool = False


_MANNERS = (
    _Manner(8_000),
    _Manner(2_000, plain=True),
    _Manner(4_000, lean=True, plain=True),
    _Manner(1_000, plain=True),
    _Manner(1_000, lean=True, plain=True),
)
"""How to try, until a value is accepted."""
_FORGIVING = _Manner(2_000, forgiving=True)


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
        accepts = accepts or _fits(self._judge, sources)
        return _Attempts(self._garden, sources, accepts, name, minimal).value


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


@dataclass
class _Attempts:
    """One schema's generator. What it cannot do it finds out once, not for each request."""

    garden: Garden
    sources: tuple[Source, ...]
    accepts: Accepts
    name: str
    minimal: bool
    _vain: set[int] = field(default_factory=set)
    """Seeds of which nothing came."""

    def value(self, seed: int) -> Json:
        """Make the value of a seed; where nothing comes of it, that of a seed of our own.

        Raises:
            Unsatisfiable: nothing came of any.
        """
        if seed not in self._vain:
            try:
                return self._found(seed)
            except Unsatisfiable:
                if len(self._vain) >= _MOST_REMEMBERED:
                    self._vain.clear()
                self._vain.add(seed)
        if isinstance(self._spare, Unsatisfiable):
            known = self._spare
            raise Unsatisfiable(known.pointer, known.reason, known.nearest)
        return copied(self._spare)

    @cached_property
    def _spare(self) -> Json:
        """What is given out for seeds of which nothing came: a value, or why there is none."""
        refusal = Unsatisfiable("", "nothing was tried")
        for seed in _LAST_RESORTS:
            try:
                return self._found(seed, (_MANNERS[2],))
            except Unsatisfiable as reason:
                refusal = reason
        return Unsatisfiable(refusal.pointer, refusal.reason, self._nearest())

    def _found(self, seed: int, manners: Sequence[_Manner] = _MANNERS) -> Json:
        refusal = Unsatisfiable("", "what was made of it is not accepted")
        for attempt, manner in enumerate(manners):
            try:
                value = self._made(seed * len(_MANNERS) + attempt, manner)
            except Unsatisfiable as reason:
                refusal = reason
            else:
                if self._is_accepted(value):
                    return value
        raise refusal

    def _is_accepted(self, value: Json) -> bool:
        try:
            return self.accepts(value)
        except RecursionError:  # our own judgement goes as deep as the value
            return False

    def _nearest(self) -> Json:
        try:
            return self._made(0, _FORGIVING)
        except Unsatisfiable:
            return None

    def _made(self, seed: int, manner: _Manner) -> Json:
        turn = Turn(
            random=Random(seed),  # noqa: S311 - repeatable, not secret
            grow=self.garden.grow,
            left=manner.most,
            generous=manner.most - _GENEROUS,
            lean=self.minimal or manner.lean,
            plain=manner.plain,
            forgiving=manner.forgiving,
        )
        try:
            return self.garden.grow(self.sources, self.name, turn)
        except Exhausted:
            raise Unsatisfiable("", f"nothing was found among {manner.most} values") from None
        except RecursionError:
            raise Unsatisfiable("", "it is nested too deeply") from None
