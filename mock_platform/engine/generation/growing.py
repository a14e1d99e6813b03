"""Searches for values: the ways in which schemas can hold together, one after the other, bounded."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from mock_platform.engine.generation.approximating import nearest
from mock_platform.engine.generation.branching import Branches, Draft
from mock_platform.engine.generation.conjunctions import Extras, conjunction
from mock_platform.engine.generation.heights import Heights
from mock_platform.engine.generation.making import Craft, Maker, Refused
from mock_platform.engine.generation.meanings import Source, Unsatisfiable
from mock_platform.engine.generation.reading import Reader
from mock_platform.engine.generation.turns import Conjunction, Turn
from mock_platform.shared.contracts import Json

_MOST_WAYS = 64
_MOST_STEPS = 1_500
_MOST_CORRECTIONS = 40
_DEEPEST_CORRECTION = 8
_SUSPICIOUS = 24
_PATIENCE = 3
"""For so many levels more the better ways are preferred to the shorter ones."""
_DEEPEST_NEAR = 6
_DEEPEST = 90
"""Python's own stack is the limit: a few calls for each level of the value."""


class Ways:
    """The ways to make what some schemas say together, the better ones first."""

    def __init__(self, makers: list[Maker], reason: Unsatisfiable | None) -> None:
        self.makers = makers
        self.reason = reason
        best = min((maker.plan.draft.tier for maker in makers), default=0)
        self.good = sum(maker.plan.draft.tier == best for maker in makers)


class Garden:
    """Grows values from a document's schemas. What it works out on the way, it remembers."""

    def __init__(self, reader: Reader, craft: Craft) -> None:
        self._reader = reader
        self._craft = craft
        self._branches = Branches(reader)
        self._extras = Extras(reader.source)
        self._ways: dict[Conjunction, Ways] = {}
        self._corrections: dict[tuple[Maker, Source], list[Maker]] = {}
        self._heights = Heights(self._needs)

    def grow(self, sources: Conjunction, name: str, turn: Turn) -> Json:
        """Make a value that is what all the sources say; for the forgiving, what comes near.

        Raises:
            Unsatisfiable: none was found.
            Exhausted: too much was tried.
        """
        try:
            return self._grown(sources, name, turn)
        except Unsatisfiable:
            if not turn.forgiving or turn.depth > _DEEPEST_NEAR:
                raise
            return self._near(sources, turn)

    def _near(self, sources: Conjunction, turn: Turn) -> Json:
        try:
            said = self._branches.unbranched(sources).said
        except LookupError:
            return None
        turn.depth += 1
        try:
            return nearest(
                [each.node for each in said],
                lambda source, name: self.grow((self._reader.meant(source),), name, turn),
            )
        finally:
            turn.depth -= 1

    def _grown(self, sources: Conjunction, name: str, turn: Turn) -> Json:
        turn.spend()
        ways = self._ways.get(sources)
        if ways is None:
            ways = self._ways[sources] = self._found(sources)
        if not ways.makers:
            raise ways.reason or Unsatisfiable("", "no choice is left")
        if sources in turn.hopeless:
            raise Unsatisfiable("", turn.hopeless[sources])
        again = turn.around.get(sources, 0)
        turn.around[sources] = again + 1
        turn.depth += 1
        try:
            self._check_depth(sources, turn, again)
            return self._tried(sources, ways, turn, name, briefly=self._is_brief(turn, again))
        finally:
            turn.depth -= 1
            if again:
                turn.around[sources] = again
            else:
                del turn.around[sources]

    @staticmethod
    def _is_brief(turn: Turn, again: int) -> bool:
        return again > 0 or turn.depth > turn.deepest + 1

    def _check_depth(self, sources: Conjunction, turn: Turn, again: int) -> None:
        if turn.depth > _DEEPEST:
            raise Unsatisfiable("", f"a value would be more than {_DEEPEST} levels deep")
        if (again or turn.depth > _SUSPICIOUS) and self._heights.of(sources) == inf:
            raise Unsatisfiable("", "it requires itself: every value has another one inside")

    def _tried(
        self, sources: Conjunction, ways: Ways, turn: Turn, name: str, *, briefly: bool
    ) -> Json:
        refusal: Unsatisfiable | None = None
        for maker in self._ordered(ways, turn):
            try:
                return self._made(maker, turn, name, briefly=briefly)
            except Unsatisfiable as reason:
                refusal = refusal or reason
        refusal = refusal or Unsatisfiable("", "no choice is left")
        if turn.depth <= _SUSPICIOUS:
            turn.hopeless[sources] = refusal.reason
        raise refusal

    def _ordered(self, ways: Ways, turn: Turn) -> Sequence[Maker]:
        makers = ways.makers
        if len(makers) == 1:
            return makers
        if turn.sparing() and not turn.nudge:
            reluctance = int(turn.depth < turn.deepest + _PATIENCE)
            return sorted(makers, key=lambda maker: self._cost(maker, reluctance))
        first = turn.nudge % ways.good if turn.nudge else turn.below(ways.good)
        return (makers[first], *makers[:first], *makers[first + 1 :])

    def _cost(self, maker: Maker, reluctance: int) -> float:
        """Count levels, and those that a worse way would have to save."""
        levels = self._heights.of_all(self._inside(maker))
        return levels + reluctance * maker.plan.draft.tier

    def _made(self, maker: Maker, turn: Turn, name: str, *, briefly: bool) -> Json:
        """Make a value; where it always comes out as it must not be, contradict that on purpose."""
        pending = [(maker, 0)]
        refusal: Unsatisfiable | None = None
        for _ in range(_MOST_CORRECTIONS):
            if not pending:
                break
            current, corrections = pending.pop()
            try:
                value = current.make(turn, name, briefly=briefly)
            except Unsatisfiable as reason:
                refusal = refusal or reason
            except Refused as refused:
                if corrections < _DEEPEST_CORRECTION:
                    better = self._corrected(current, refused.offender)
                    pending += [(each, corrections + 1) for each in reversed(better)]
            else:
                if not corrections or self._craft.judge.fits_all(maker.sources, value):
                    return value
        raise refusal or Unsatisfiable("", "what is made of it fits a schema that must not fit")

    # Working out ---------------------------------------------------------------------------------

    def _found(self, sources: Conjunction) -> Ways:
        try:
            return self._decided(self._branches.unbranched(sources), sources)
        except LookupError as reason:
            return Ways([], Unsatisfiable("", str(reason.args[0] if reason.args else reason)))

    def _corrected(self, maker: Maker, offender: Source) -> list[Maker]:
        """Return makers of what the offender does not fit, without those that have no chance."""
        found = self._corrections.get((maker, offender))
        if found is None:
            draft = self._branches.without(maker.plan.draft, offender)
            ways = self._decided(draft, maker.sources).makers
            found = [each for each in ways if self._heights.of_all(self._inside(each)) < inf]
            self._corrections[maker, offender] = found
        return found

    def _decided(self, draft: Draft, sources: Conjunction) -> Ways:
        makers: list[Maker] = []
        refusal: Unsatisfiable | None = None
        for decided in self._branches.decided(draft, _MOST_STEPS):
            try:
                plan = conjunction(decided, self._extras)
                makers.append(Maker(plan, sources, self._craft))
            except Unsatisfiable as reason:
                refusal = refusal or reason
            if len(makers) == _MOST_WAYS:
                break
        makers.sort(key=lambda maker: (maker.plan.draft.tier, maker.plan.types == ("null",)))
        if not all(said.node.possible for said in draft.said):
            refusal = Unsatisfiable("", "nothing is allowed here: its schema is false")
        return Ways(makers, refusal or Unsatisfiable("", "its parts have no type in common"))

    def _needs(self, sources: Conjunction) -> list[list[Conjunction]]:
        ways = self._ways.get(sources)
        if ways is None:
            ways = self._ways[sources] = self._found(sources)
        return [self._inside(maker) for maker in ways.makers]

    @staticmethod
    def _inside(maker: Maker) -> list[Conjunction]:
        """Return what every value of a maker's simplest kind has inside."""
        plan = maker.plan
        if plan.values is not None or set(plan.kinds) - {"object", "array"}:
            return []
        if "array" in plan.kinds:
            fewest = plan.fewest_items
            inside = [maker.sequences.sources(i) for i in range(min(fewest, _SUSPICIOUS))]
            inside += [(c.source,) for c in plan.contains if c.fewest]
            return inside if plan.kinds == ("array",) else []
        return [maker.members.sources(name) for name in maker.members.required]
