"""Decides which answer is given: which status, which representation, which named example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mock_platform.engine.answering.choosing import (
    is_success,
    preferred,
    representation,
    usual,
)
from mock_platform.engine.answering.compiled_answers import CompiledAnswers
from mock_platform.engine.answering.negotiation import MediaRange
from mock_platform.engine.answering.preferences import INDIFFERENT, Preferences
from mock_platform.engine.answering.sheets import Sheet
from mock_platform.engine.answering.statements import Given, examples
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import NotAcceptable, PreferenceUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an answer may depend on."""

    arguments: Mapping[str, Json] = field(default_factory=dict)
    """The request's parameters, by their names in Python."""
    body: Json = None
    accept: Sequence[MediaRange] = ()
    wanted: Preferences = INDIFFERENT
    afresh: bool = False
    """Examples are passed over, unless one is asked for."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was decided."""

    status: int
    key: str
    """Under which the answer is documented."""
    sheet: Sheet | None
    """The representation; None: there is no body."""
    literal: Given | None = None
    """The named example that is to be sent as it is."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in the making: what is asked for, and what of it was honoured so far."""

    answers: CompiledAnswers
    asked: Asked
    honoured: set[str] = field(default_factory=set)

    def choice(self) -> Choice | None:
        """Decide; None: the contract documents no answer at all.

        Raises:
            NotAcceptable: the answer has no acceptable representation.
            PreferenceUnknown: the contract does not document what is preferred.
        """
        found = self._preferred_status() or usual(self.answers.operation.responses)
        if found is None:
            return None
        places = [found] if "code" in self.honoured else self._places(*found)
        return self._preferred_example(places) or self._paired(places) or self._represented(*found)

    def _preferred_status(self) -> tuple[int, str] | None:
        code = self.asked.wanted.code
        if code is None:
            return None
        try:
            found = preferred(self.answers.operation.responses, code)
        except PreferenceUnknown as refusal:
            self._pass_over(refusal)
            return None
        self.honoured.add("code")
        return found

    def _preferred_example(self, places: Sequence[tuple[int, str]]) -> Choice | None:
        name = self.asked.wanted.example
        if name is None:
            return None
        found = self._named(name, places)
        if found is None:
            known = sorted({one for _, key in places for one in self.answers.example_names(key)})
            what = f"it has {', '.join(known) or 'none with a name'}"
            self._pass_over(
                PreferenceUnknown(
                    f"There is no example {name!r} for this answer; {what}.",
                    preference="example",
                    documented=known,
                )
            )
            return None
        self.honoured.add("example")
        return found

    def _paired(self, places: Sequence[tuple[int, str]]) -> Choice | None:
        pairing = self.answers.pairing
        if self.asked.afresh or not pairing.cases:
            return None
        names = pairing.matched(self.asked.arguments, self.asked.body)
        found = (self._named(name, places) for name in names)
        return next((one for one in found if one is not None and _is_sound(one)), None)

    def _represented(self, status: int, key: str) -> Choice:
        response = self.answers.operation.responses[key]
        offers = self.answers.offers(key)
        found = representation(status, response, self.asked.accept, offers)
        sheet = None if found is None else self.answers.sheet(key, *found)
        return Choice(status=status, key=key, sheet=sheet)

    def _places(self, status: int, key: str) -> Sequence[tuple[int, str]]:
        """Where named examples are looked for: in the usual answer, then with success first.

        Ranges and ``default`` have no status of their own, so they are left out of the rest.
        """
        others = [(int(k), k) for k in self.answers.operation.responses if k.isdecimal()]
        others.sort(key=lambda one: (not is_success(one[0]), one[0]))
        return [(status, key), *(one for one in others if one[1] != key)]

    def _named(self, name: str, places: Iterable[tuple[int, str]]) -> Choice | None:
        root = self.answers.means.root
        for status, key in places:
            response = self.answers.operation.responses[key]
            content = {k: v for k, v in response.content.items() if name in examples(v.raw, root)}
            only = replace(response, content=content)
            offers = [one for one in self.answers.offers(key) if one in content]
            try:
                found = representation(status, only, self.asked.accept, offers)
            except NotAcceptable:
                continue
            if found is not None:
                sheet = self.answers.sheet(key, *found)
                literal = sheet.given.named[name]
                return Choice(status=status, key=key, sheet=sheet, literal=literal)
        return None

    def _pass_over(self, refusal: PreferenceUnknown) -> None:
        """Ignore what cannot be had, as RFC 7240 §2 wants it, for those who ask for that."""
        if not self.asked.wanted.lenient:
            raise refusal
        self.honoured.add("handling")


def _is_sound(choice: Choice) -> bool:
    """An example that nobody asked for by name is not given where its schema forbids it."""
    if choice.sheet is None or choice.literal is None:
        return True
    return choice.sheet.fitting(choice.literal) is not None
