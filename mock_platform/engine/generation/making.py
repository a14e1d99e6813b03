"""Makes values of one plan: of each kind that is left, lifelike if it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from mock_platform.engine.generation.conjunctions import Plan
from mock_platform.engine.generation.judging import Judge
from mock_platform.engine.generation.likenesses import asked_for, expected, likeness
from mock_platform.engine.generation.meanings import Source, Unsatisfiable, copied, identity, whole
from mock_platform.engine.generation.members import Members
from mock_platform.engine.generation.name_kinds import KINDS, RANGES
from mock_platform.engine.generation.pretending import Pretender
from mock_platform.engine.generation.quantities import Quantities, quantities
from mock_platform.engine.generation.sequences import Sequences
from mock_platform.engine.generation.text_rules import TextRules
from mock_platform.engine.generation.texts import Texts
from mock_platform.engine.generation.turns import Conjunction, Turn
from mock_platform.shared.contracts import Json

_NONE: Json = object()
_TRIES = 6
_OFFENCES = 2
"""So often is it left to chance that a value is not what it must not be."""
_FIRST_OF_ALL = frozenset({"status", "state", "type", "kind"})
"""Where one of a list is to be chosen, the first one is the ordinary one for these."""


@dataclass(frozen=True, slots=True)
class Craft:
    """What every maker needs."""

    judge: Judge
    rules: TextRules
    pretender: Pretender | None
    """None: nothing has to look lifelike."""
    examples: bool = True
    """Whether what a schema states as an example is used."""


class Refused(Exception):
    """Every value that was made fits a schema that it must not fit."""

    def __init__(self, offender: Source) -> None:
        super().__init__()
        self.offender = offender


class Maker:
    """Makes values of one plan."""

    def __init__(self, plan: Plan, sources: Conjunction, craft: Craft) -> None:
        self.plan = plan
        self.sources = sources
        self._craft = craft
        self._judge = craft.judge
        self._made: Mapping[str, Callable[[Turn, str, int], Json]] = {
            "object": lambda turn, _name, _attempt: self.members.make(turn),
            "array": lambda turn, name, attempt: self.sequences.make(turn, _single(name), attempt),
            "string": lambda turn, name, _attempt: self._text(turn, name),
            "number": lambda turn, name, _attempt: self._quantities(name).make(turn),
            "boolean": lambda turn, _name, _attempt: turn.one_of((True, False)),
            "null": lambda _turn, _name, _attempt: None,
        }
        self._ranges: dict[str, Quantities] = {}
        self._likely: dict[str, tuple[str, ...]] = {}
        judged = plan.nots or plan.banned
        self._tries = _TRIES if judged or plan.contains else 1
        if plan.values is not None and not self.values:
            raise Unsatisfiable("", "no value of its enum is what the rest of it says")

    @cached_property
    def values(self) -> list[Json]:
        """Those of the values it lists that are all else, too."""
        fits = self._judge.fits_all
        chosen = [each.source for each in self.plan.draft.said]

        def is_right(value: Json) -> bool:
            right = fits(self.sources, value) and fits(chosen, value)
            return right and not self._offended(value)

        forms = ((value, whole(value)) for value in self.plan.values or ())
        found = (next(filter(is_right, each), _NONE) for each in forms)
        return [value for value in found if value is not _NONE]

    @cached_property
    def stated(self) -> list[Json]:
        """The examples, and failing those the default, as far as they are valid."""
        found = [
            value
            for said in self.plan.draft.said
            for value in (said.node.stated if self._craft.examples else ())
            if (said.own or not isinstance(value, dict))
            and self._judge.fits_all(self.sources, value)
        ]
        telling = [value for value in found if value not in (None, "", [], {})]
        return telling[:1] if self.plan.types == ("object",) else telling

    @cached_property
    def members(self) -> Members:
        """Its objects."""
        return Members(self.plan, self._judge)

    @cached_property
    def sequences(self) -> Sequences:
        """Its arrays."""
        return Sequences(self.plan, self._judge)

    @cached_property
    def texts(self) -> Texts:
        """Its texts."""
        return Texts(self.plan, self._craft.rules)

    def make(self, turn: Turn, name: str, *, briefly: bool) -> Json:
        """Return a value: a listed one, a stated one, else one of the kinds in turn.

        Raises:
            Unsatisfiable: none of the kinds can be made.
            Refused: something was made, but always what it must not be.
        """
        if self.plan.values is not None:
            return copied(self._listed(turn, name))
        if not turn.plain:
            if self.plan.faker is not None and self._craft.pretender is not None:
                for value in asked_for(self.plan.faker, turn.random, self._craft.pretender):
                    if self._judge.fits_all(self.sources, value):
                        return value
            if self.stated:
                return copied(self.stated[0])
        refusal: Unsatisfiable | Refused | None = None
        for kind in self._kinds(turn, briefly=briefly):
            try:
                return self._of_kind(kind, turn, name)
            except (Unsatisfiable, Refused) as reason:
                refusal = reason if refusal is None or isinstance(reason, Refused) else refusal
        raise refusal or Unsatisfiable("", "there is no type it may have")

    def _listed(self, turn: Turn, name: str) -> Json:
        ordinary = expected(name, dict.fromkeys(_FIRST_OF_ALL, True))
        if ordinary and not turn.place and not turn.plain and self._craft.pretender is not None:
            return self.values[0]
        return turn.one_of(self.values)

    def _kinds(self, turn: Turn, *, briefly: bool) -> tuple[str, ...]:
        kinds = self.plan.kinds
        if len(kinds) == 1:
            return kinds
        if briefly and kinds[-1] == "null":
            return ("null", *kinds[:-1])
        if self.plan.typed and (choices := len(kinds) - (kinds[-1] == "null")) > 1:
            first = turn.nudge % choices if turn.nudge else turn.below(choices)
            return (kinds[first], *kinds[:first], *kinds[first + 1 :])
        return kinds

    def _of_kind(self, kind: str, turn: Turn, name: str) -> Json:
        make = self._made[kind]
        if self._tries == 1 or turn.forgiving:
            return make(turn, name, 0)
        offences = 0
        complaint = Unsatisfiable("", "every value that was made is one it must not be")
        for attempt in range(_TRIES):
            try:
                value = make(turn, name, attempt)
            except Unsatisfiable as reason:
                complaint = reason
                continue
            if self._is_banned(value):
                continue
            offender = self._offended(value)
            if offender is None:
                return value
            offences += 1
            if offences == _OFFENCES:
                raise Refused(offender)
        raise complaint

    def _is_banned(self, value: Json) -> bool:
        same = identity(value)
        return any(identity(each) == same for each in self.plan.banned)

    def _offended(self, value: Json) -> Source | None:
        return next((s for s in self.plan.nots if self._judge.fits(s, value)), None)

    # Scalars -------------------------------------------------------------------------------------

    def _quantities(self, name: str) -> Quantities:
        found = self._ranges.get(name)
        if found is None:
            likely: tuple[int, int, Fraction] | None = None
            if self._craft.pretender is not None:
                likely = expected(name, RANGES)
            found = self._ranges[name] = quantities(self.plan, likely)
        return found

    def _text(self, turn: Turn, name: str) -> str:
        if not turn.plain and self._craft.pretender is not None:
            for text in self._lifelike(turn, name, self._craft.pretender):
                if self.texts.fits(text):
                    return text
        return self.texts.make(turn)

    def _lifelike(self, turn: Turn, name: str, pretender: Pretender) -> Iterator[str]:
        kinds = self._likely.get(name)
        if kinds is None:
            found = [expected(name, KINDS) or ()]
            found += [KINDS.get(each.replace("-", ""), ()) for each in self.plan.formats]
            kinds = self._likely[name] = tuple(kind for each in found for kind in each)
        for kind in kinds:
            about = {"about": name} if kind == "our_uri" else None
            value = likeness(kind, turn.random, pretender, about)
            if isinstance(value, str):
                yield value


def _single(name: str) -> str:
    """Return the name of one of them."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
