"""The documented answers of one operation, each compiled when it is first needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from mock_platform.engine.answering.answer_headers import Headers, headers_of
from mock_platform.engine.answering.echo import Echo, Fit, Key, Step, keys_of
from mock_platform.engine.answering.independence import schemas_of
from mock_platform.engine.answering.offering import offers
from mock_platform.engine.answering.pairing import Pairing, pairing
from mock_platform.engine.answering.schema_fields import Fields
from mock_platform.engine.answering.sheets import Means, Sheet
from mock_platform.engine.answering.statements import examples
from mock_platform.engine.operations import MediaType, Operation
from mock_platform.engine.pointers import lookup
from mock_platform.engine.schema_dialects import Direction
from mock_platform.engine.schemas import SchemaBroken

MOST_SHEETS = 64


@dataclass
class CompiledAnswers:
    """What is known of an operation's answers."""

    operation: Operation
    means: Means
    _sheets: dict[tuple[str, str, str], Sheet] = field(default_factory=dict)
    _headers: dict[str, Headers] = field(default_factory=dict)
    _offers: dict[str, Sequence[str]] = field(default_factory=dict)
    _echoes: dict[str, Echo] = field(default_factory=dict)

    @cached_property
    def pairing(self) -> Pairing:
        return pairing(self.operation, self.means.root)

    @cached_property
    def keys(self) -> Sequence[Key]:
        return keys_of(self.operation)

    def example_names(self, key: str) -> Iterable[str]:
        """Yield the names of an answer's examples, over all its representations."""
        for media in self.operation.responses[key].content.values():
            yield from examples(media.raw, self.means.root)

    def offers(self, key: str) -> Sequence[str]:
        """Return the representations of the answer with this key, the usual one first."""
        found = self._offers.get(key)
        if found is None:
            content = self.operation.responses[key].content
            found = self._offers[key] = offers(content, self.means)
        return found

    def echo(self, sheet: Sheet) -> Echo | None:
        """Return what makes a representation speak of its request; None: it has no schema."""
        pointer = sheet.media.schema_pointer
        if pointer is None:
            return None
        found = self._echoes.get(pointer)
        if found is None:
            fields = Fields(lookup(self.means.root, pointer), self.means.root)
            alone = partial(self._alone, pointer)
            found = self._echoes[pointer] = Echo(fields, self.keys, sheet.is_fit, alone)
        return found

    def _alone(self, pointer: str, step: Step, name: str) -> Fit | None:
        """Return what judges a property by itself; None: it can only be judged with the rest."""
        places = schemas_of(self.means.root, pointer, step, name)
        if places is None:
            return None
        schemas = self.means.schemas
        try:
            checks = [schemas.validator(place, Direction.ANSWER) for place in places]
        except SchemaBroken:
            return None
        return lambda value: not any(check(value) for check in checks)

    def headers(self, key: str) -> Headers:
        """Return the headers of the answer with this key."""
        found = self._headers.get(key)
        if found is None:
            response = self.operation.responses[key]
            found = self._headers[key] = headers_of(self.operation, response, self.means)
        return found

    def sheet(self, key: str, media: MediaType, media_type: str) -> Sheet:
        """Return a representation of the answer with this key, given out as a media type."""
        found = self._sheets.get((key, media.name, media_type))
        if found is None:
            if len(self._sheets) >= MOST_SHEETS:  # a range on offer is given out as many types
                self._sheets.clear()
            found = Sheet(media, media_type, self.means)
            self._sheets[key, media.name, media_type] = found
        return found
