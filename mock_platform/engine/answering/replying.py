"""Makes the reply that was decided for: its body and its headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from mock_platform.engine.answering.choosing import NO_CONTENT, is_success
from mock_platform.engine.answering.compiled_answers import CompiledAnswers
from mock_platform.engine.answering.deciding import Asked, Choice, Decision
from mock_platform.engine.answering.preferences import applied
from mock_platform.engine.answering.sheets import Sheet
from mock_platform.engine.answering.statements import Given
from mock_platform.engine.pointers import follow
from mock_platform.shared.contracts import Json, Reply

_LONGEST_WARNING = 200


def reply(answers: CompiledAnswers, asked: Asked) -> Reply:
    """Choose the answer, and make it.

    Raises:
        NotAcceptable: the answer has no acceptable representation.
        PreferenceUnknown: the contract does not document what is preferred.
    """
    decision = Decision(answers, asked)
    choice = decision.choice()
    if choice is None:
        return Reply(status=NO_CONTENT)
    speech = _Speech(answers, asked, choice, decision.honoured)
    body = speech.body()
    return Reply(
        status=choice.status,
        headers=speech.headers(),
        body=body,
        media_type=None if choice.sheet is None else choice.sheet.media_type,
    )


def constant(answers: CompiledAnswers) -> Reply | None:
    """Return the answer to those who have no wishes, if it is the same for all of them."""
    asked = Asked()
    choice = Decision(answers, asked).choice()
    if choice is not None:
        if answers.pairing.cases or not answers.headers(choice.key).are_always_the_same:
            return None
        if choice.sheet is not None and _varies(answers, choice, choice.sheet):
            return None
    return reply(answers, asked)


def _varies(answers: CompiledAnswers, choice: Choice, sheet: Sheet) -> bool:
    """Tell whether a representation may depend on the request: it is generated, or echoes."""
    echo, usual = answers.echo(sheet), sheet.usual
    if echo is None:
        return False
    if usual is None:
        return True
    if not is_success(choice.status) or not isinstance(usual.value, dict | list):
        return False
    if answers.operation.body is not None and isinstance(usual.value, dict):
        return True
    return bool(echo.known(usual.value).blanks)


class Draft:
    """What all answers of one choice have in common, for those who wish for nothing in particular."""

    def __init__(self, answers: CompiledAnswers, choice: Choice) -> None:
        self._answers = answers
        self._choice = choice
        sheet = choice.sheet
        self._media_type = None if sheet is None else sheet.media_type
        echoes = sheet is not None and is_success(choice.status)
        self._echo = answers.echo(sheet) if sheet is not None and echoes else None
        same = answers.headers(choice.key).are_always_the_same
        self._headers = documented_headers(answers, choice, 0) if same else None

    def reply(
        self, arguments: Mapping[str, Json], body: Json, seed: Callable[[], int]
    ) -> Reply | None:
        """Fill in what depends on the request; None: nothing fits, and there is more to decide."""
        headers, sheet, status = self._headers, self._choice.sheet, self._choice.status
        if headers is None:
            headers = documented_headers(self._answers, self._choice, seed())
        if sheet is None:
            return Reply(status=status, headers=headers)
        given = sheet.usual or sheet.generated(seed())
        if given is None:
            return None
        if self._echo is not None and not given.is_written:
            said = sheet.text(Given(self._echo.of(given.value, arguments, body)))
        else:
            said = sheet.text(given)
        return Reply(status=status, headers=headers, body=said, media_type=self._media_type)


def documented_headers(answers: CompiledAnswers, choice: Choice, seed: int) -> dict[str, str]:
    """Return the headers that the contract documents for an answer."""
    values = answers.headers(choice.key).values(seed)
    if len(answers.operation.responses[choice.key].content) > 1:
        values.setdefault("Vary", "Accept")
    return values


@dataclass(frozen=True, slots=True)
class _Speech:
    answers: CompiledAnswers
    asked: Asked
    choice: Choice
    honoured: set[str]
    doubts: list[str] = field(default_factory=list)
    """What is wrong with the answer, and not with the request."""

    def headers(self) -> dict[str, str]:
        wanted = self.asked.wanted
        values = documented_headers(self.answers, self.choice, self.asked.seed)
        is_made_up = not self.answers.headers(self.choice.key).are_always_the_same
        if wanted.seed is not None and is_made_up:
            self.honoured.add("seed")
        if self.honoured:
            values["Preference-Applied"] = applied(wanted, self.honoured)
        for doubt in self.doubts:
            values["Warning"] = _warning(doubt)
        return values

    def body(self) -> Json:
        choice, sheet = self.choice, self.choice.sheet
        if sheet is None:
            return None
        if choice.literal is not None:
            return sheet.text(sheet.fitting(choice.literal) or choice.literal)
        given = self._generated(sheet) or sheet.usual or self._unfit(sheet)
        if given is None:
            return {} if sheet.is_json else ""
        if is_success(choice.status) and not given.is_written:
            echo = self.answers.echo(sheet)
            if echo is not None:
                given = Given(echo.of(given.value, self.asked.arguments, self.asked.body))
        return sheet.text(given)

    def _generated(self, sheet: Sheet) -> Given | None:
        wanted, afresh = self.asked.wanted, self.asked.afresh
        if sheet.usual is not None and not afresh:
            return None
        generated = sheet.generated(self.asked.seed, afresh=afresh)
        if generated is not None:
            if wanted.dynamic:
                self.honoured.add("dynamic")
            if wanted.seed is not None:
                self.honoured.add("seed")
        return generated

    def _unfit(self, sheet: Sheet) -> Given | None:
        """Return what the contract gives although it does not allow it, else what comes near."""
        given = next(iter(sheet.given.in_order), None)
        if given is None:
            given, reason = sheet.nearest(self.asked.seed)
            if reason:
                self.doubts.append(f"nothing satisfies {self._meant(sheet)}: {reason}")
        return given

    def _meant(self, sheet: Sheet) -> str:
        """Return where the schema is that is meant, as far as its reference leads anywhere."""
        pointer = str(sheet.media.schema_pointer)
        with suppress(LookupError):
            pointer = follow(self.answers.means.root, pointer)[1]
        return pointer


def _warning(doubt: str) -> str:
    """Say it as RFC 7234 §5.5 does: 199 is whatever a person should know."""
    plain = doubt.encode("ascii", "backslashreplace").decode().replace("\\", "/")
    return f'199 mock-platform "{plain[:_LONGEST_WARNING].replace(chr(34), chr(39))}"'
