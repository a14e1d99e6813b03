"""Makes texts: of a length, with formats, holding patterns and not holding others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mock_platform.engine.generation.conjunctions import Plan
from mock_platform.engine.generation.format_values import FORMATS, WORDS, letters, of_length, word
from mock_platform.engine.generation.meanings import Unsatisfiable
from mock_platform.engine.generation.regex_syntax import Part, PatternUnread, parse
from mock_platform.engine.generation.regex_words import Words, pick, wished_for
from mock_platform.engine.generation.text_rules import TextRules
from mock_platform.engine.generation.turns import Turn

_LONGEST = 100_000
_ROOM = 40
"""How much longer than necessary a text may become, where the schema leaves it open."""
_FORMAT_TRIES = 4
_PATTERN_TRIES = 60
_NOT_MANY = 12
_WISHES = 6
_VAIN = 50
"""The work of so many values is a search that finds no text."""


class Texts:
    """The texts of one plan."""

    def __init__(self, plan: Plan, rules: TextRules) -> None:
        if plan.shortest > _LONGEST:
            raise Unsatisfiable("", f"a text of {plan.shortest} characters is longer than we make")
        self._plan = plan
        self._low = plan.shortest
        self._high = plan.longest
        self._patterns = [rules.pattern(pattern) for pattern in plan.patterns]
        self._unlike = [rules.pattern(pattern) for pattern in plan.unlike]
        self._formats = [rules.format(name) for name in plan.formats]
        self._judged = [rules.judged_format(name) for name in plan.formats]
        self._free = not (self._patterns or self._formats or self._unlike)

    def fits(self, text: str) -> bool:
        """Return whether a text is what the plan says, its formats included."""
        return self._holds(text) and all(holds(text) for holds in self._formats)

    def make(self, turn: Turn) -> str:
        """Return a text that fits; if none does, one with a format that only a validator forgives.

        Raises:
            Unsatisfiable: none was found.
        """
        if self._free:
            return self._plain(turn)
        if self in turn.wordless:
            raise Unsatisfiable("", self._complaint())
        spare: str | None = None
        for text in self._candidates(turn):
            if self._holds(text):
                if all(holds(text) for holds in self._formats):
                    return text
                if turn.forgiving or all(holds(text) for holds in self._judged):
                    spare = text
        if spare is not None:
            return spare
        turn.wordless.add(self)
        turn.spend(_VAIN)
        raise Unsatisfiable("", self._complaint())

    def _holds(self, text: str) -> bool:
        if len(text) < self._low or (self._high is not None and len(text) > self._high):
            return False
        return all(found(text) for found in self._patterns) and not any(
            found(text) for found in self._unlike
        )

    def _complaint(self) -> str:
        rules = [f"pattern {pattern!r}" for pattern in self._plan.patterns]
        rules += [f"no {pattern!r}" for pattern in self._plan.unlike]
        rules += [f"format {name}" for name in self._plan.formats]
        sizes = f"{self._low} to {'any number of' if self._high is None else self._high} characters"
        return f"no text was found with {sizes}, {', '.join(rules)}"

    def _candidates(self, turn: Turn) -> Iterator[str]:
        for name in self._plan.formats:
            if name in FORMATS:
                yield from self._formatted(name, turn)
        for words, part in self._words:
            yield from self._matching(words, part, turn)
        if len(self._words) > 1:
            yield from self._joined(turn)
        if not self._words:
            for _ in range(_NOT_MANY):
                yield self._plain(turn)
            for length in range(self._low, self._ceiling(self._low) + 1):
                yield letters(turn.random, length, "~!1_ ")

    # By format -----------------------------------------------------------------------------------

    def _formatted(self, name: str, turn: Turn) -> Iterator[str]:
        for _ in range(_FORMAT_TRIES):
            yield FORMATS[name](turn.random)
        for length in range(self._low, self._ceiling(self._low) + 1):
            text = of_length(name, turn.random, length)
            if text is not None and len(text) == length:
                yield text

    # By pattern ----------------------------------------------------------------------------------

    @cached_property
    def _words(self) -> list[tuple[Words, Part]]:
        found: list[tuple[Words, Part]] = []
        for pattern in self._plan.patterns:
            try:
                part = parse(pattern)
            except PatternUnread:
                continue
            least = Words(part, _ROOM).lengths()
            shortest = (least & -least).bit_length() - 1 if least else _LONGEST // 10
            limit = self._ceiling(max(self._low, shortest))
            found.append((Words(part, limit), part))
        return found

    def _ceiling(self, low: int) -> int:
        return low + _ROOM if self._high is None else min(self._high, low + _ROOM)

    def _matching(self, words: Words, part: Part, turn: Turn) -> Iterator[str]:
        """Make texts of the pattern, longer around it if it must be, with what it looks ahead for."""
        lengths = [n for n in range(words.limit + 1) if words.lengths() >> n & 1]
        if not lengths:
            return
        fitting = [n for n in lengths if n >= self._low] or lengths[-1:]
        for attempt in range(_PATTERN_TRIES):
            some = fitting[:_NOT_MANY] if attempt < _PATTERN_TRIES // 2 else fitting
            text = words.make(turn.random, some[turn.below(len(some))])
            yield text
            yield self._granted(text, part, turn)
            if len(text) < self._low:
                filling = letters(turn.random, self._low - len(text))
                yield from (text + filling, filling + text)
        for length in lengths[:: max(1, len(lengths) // _NOT_MANY)]:
            text = words.make(turn.random, length)
            filling = letters(turn.random, max(0, self._low - len(text)))
            yield from (text + filling, filling + text)

    def _granted(self, text: str, part: Part, turn: Turn) -> str:
        """Put in the characters that conditions ahead wait for."""
        chars = list(text)
        places = list(range(len(chars)))
        for pool in list(wished_for(part))[:_WISHES]:
            if places:
                place = places.pop(turn.below(len(places)))
                chars[place] = pick(turn.random, pool)
        return "".join(chars)

    def _joined(self, turn: Turn) -> Iterator[str]:
        """Several patterns that are found anywhere are found in a text that has them all."""
        for _ in range(_PATTERN_TRIES):
            made = []
            for words, _part in self._words:
                lengths = [n for n in range(words.limit + 1) if words.lengths() >> n & 1]
                if lengths:
                    made.append(words.make(turn.random, lengths[turn.below(min(3, len(lengths)))]))
            yield "".join(made)
            yield "".join(reversed(made))
            filling = letters(turn.random, max(0, self._low - sum(map(len, made))))
            yield filling.join(made)

    # Neither -------------------------------------------------------------------------------------

    def _plain(self, turn: Turn) -> str:
        text = word(turn.random)
        if turn.nudge:
            text = f"{WORDS[turn.nudge % len(WORDS)]}{turn.nudge}"
        if self._high is not None and len(text) > self._high:
            return letters(turn.random, self._high) if turn.nudge else text[: self._high]
        while len(text) < self._low:
            text += " " + word(turn.random)
        if self._high is not None and len(text) > self._high:
            text = text[: self._high]
        return text if not text.endswith(" ") else text[:-1] + "a"
