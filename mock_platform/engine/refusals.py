"""Finds the answer that a contract itself has for a refusal: its status, its shape, its example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mock_platform.engine.answering.compiled_answers import CompiledAnswers
from mock_platform.engine.answering.sheets import Means, Sheet
from mock_platform.engine.answering.writing import is_json
from mock_platform.engine.documented_statuses import keys_documenting
from mock_platform.engine.operations import MediaType, Operation
from mock_platform.engine.pointers import follow, lookup
from mock_platform.shared.contracts import Json

PROBLEM = "application/problem+json"

_MESSAGES = frozenset(
    {
        *("message", "msg", "detail", "details", "description", "error", "errormessage", "reason"),
        *("error_message", "error_description", "errordescription", "text"),
    }
)
_STATUSES = frozenset({"status", "statuscode", "status_code", "httpstatus", "code"})


class OwnRefusal(NamedTuple):
    """How a contract refuses: in a shape of its own, or as a problem with the status it has."""

    status: int
    media_type: str | None = None
    """None: as a problem document."""
    body: Json = None
    headers: Mapping[str, str] = {}


@dataclass
class Refusing:
    """What the refusals of all operations share: they mostly refer to the same few schemas."""

    means: Means
    _sheets: dict[tuple[str | None, str], Sheet] = field(default_factory=dict)
    _made: dict[tuple[str | None, str], Json] = field(default_factory=dict)

    def sheet(self, media: MediaType) -> Sheet:
        """Compile a representation; those that only refer to the same schema are the same."""
        pointer = media.schema_pointer
        if pointer is not None and media.raw.keys() == {"schema"}:
            written = lookup(self.means.root, pointer)
            if isinstance(written, dict) and written.keys() == {"$ref"}:
                pointer = follow(self.means.root, pointer)[1]
                media = replace(media, schema_pointer=pointer)
        if (found := self._sheets.get((pointer, media.name))) is None:
            found = Sheet(media, media.name, self.means)
            if pointer is not None:
                self._sheets[pointer, media.name] = found
        return found

    def made(self, sheet: Sheet) -> Json:
        """Make a body up, always the same one; None where that fails."""
        key = (sheet.media.schema_pointer, sheet.media_type)
        if key not in self._made:
            made = sheet.generated(0)
            self._made[key] = made.value if made and sheet.is_fit(made.value) else None
        return self._made[key]


@dataclass(slots=True)
class OwnRefusals:
    """The refusals that one operation documents, compiled when they are first needed."""

    operation: Operation
    refusing: Refusing
    _answers: CompiledAnswers | None = None

    def find(self, statuses: Sequence[int], problem: Json) -> OwnRefusal | None:
        """Return what the contract has for the first of some statuses; None: it has nothing.

        ``problem`` is what would be said otherwise.
        """
        found = next(self._documented(statuses), None)
        if found is None:
            return None
        status, key = found
        sheets = [
            self.refusing.sheet(media)
            for name, media in self.operation.responses[key].content.items()
            if is_json(name)
        ]
        said = {**problem, "status": status}
        for sheet in sheets:
            if sheet.media_type == PROBLEM and sheet.is_fit(said):
                return OwnRefusal(status)
        headers = self._compiled.headers(key).values(0)
        for sheet in sheets:
            if (body := self._body(sheet, said)) is not None:
                return OwnRefusal(status, sheet.media_type, body, headers)
        return OwnRefusal(status, headers=headers)

    @property
    def _compiled(self) -> CompiledAnswers:
        if self._answers is None:
            self._answers = CompiledAnswers(self.operation, self.refusing.means)
        return self._answers

    def _documented(self, statuses: Sequence[int]) -> Iterator[tuple[int, str]]:
        responses, usual = self.operation.responses, statuses[0]
        yield from ((status, f"{status}") for status in statuses if f"{status}" in responses)
        yield from ((usual, key) for key in keys_documenting(responses, usual))

    def _body(self, sheet: Sheet, problem: Mapping[str, Json]) -> Json:
        """Return the contract's example as it stands, or a made-up body with the message in it."""
        example = next((one for one in sheet.given.in_order if sheet.fitting(one)), None)
        if example is not None:
            return example.value
        if sheet.media.schema_pointer is None:
            return dict(problem)
        base = self.refusing.made(sheet)
        if base is None:
            return None
        if self._says_nothing(sheet) and sheet.is_fit(problem):
            return dict(problem)
        return self._filled(base, sheet, problem)

    def _says_nothing(self, sheet: Sheet) -> bool:
        """Tell whether a schema leaves open what an error looks like."""
        ways = self.refusing.means.schemas.caster.natures.of((sheet.media.schema_pointer or "",))
        return not any(way.members for way in ways)

    def _filled(self, base: Json, sheet: Sheet, problem: Mapping[str, Json]) -> Json:
        """Write the message where messages go, as far as the schema allows."""
        value = base
        for way in self.refusing.means.schemas.caster.natures.of(
            (sheet.media.schema_pointer or "",)
        ):
            for name in way.members:
                if isinstance(value, dict) and name not in value and name.lower() in _MESSAGES:
                    more = {**value, name: problem["detail"]}
                    value = more if sheet.is_fit(more) else value
        for place, said in _places(value, problem, ()):
            changed = _replaced(value, place, said)
            value = changed if sheet.is_fit(changed) else value
        return value


Place = tuple[str | int, ...]


def _places(value: Json, problem: Mapping[str, Json], way: Place) -> Iterator[tuple[Place, Json]]:
    """Find the members that are messages or statuses."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, problem, (*way, index))
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        if isinstance(member, str) and name.lower() in _MESSAGES:
            yield (*way, name), problem["detail"]
        elif isinstance(member, int) and name.lower() in _STATUSES:
            yield (*way, name), problem["status"]
        else:
            yield from _places(member, problem, (*way, name))


def _replaced(value: Json, place: Place, said: Json) -> Json:
    """Return a copy with another value at one place."""
    if not place:
        return said
    step, rest = place[0], place[1:]
    copy = value.copy()
    copy[step] = _replaced(copy[step], rest, said)
    return copy
