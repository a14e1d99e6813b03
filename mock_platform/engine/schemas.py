"""Validates JSON against a contract's schemas: compiled once, then a few microseconds each time.

Integers are what the draft says: in Draft 4, which OpenAPI 3.0 stands on, ``1.0`` is none. Formats that are checked: date,
date-time, time, email, hostname, ipv4, ipv6, uri, uuid, byte, int32, int64; others are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from threading import Lock

import jsonschema_rs

from mock_platform.engine.casting import Caster
from mock_platform.engine.documents import Document
from mock_platform.engine.natures import Natures, Where
from mock_platform.engine.pointers import join
from mock_platform.engine.reach import bodies, companions, goes_far
from mock_platform.engine.schema_dialects import DIALECTS, Direction, Place, Translator
from mock_platform.engine.text_formats import is_base64, is_uuid
from mock_platform.engine.violations import violations
from mock_platform.shared.contracts import Json, Violation

Check = Callable[[Json], Sequence[Violation]]
"""Returns what is wrong with a value: nothing, mostly."""


class SchemaBroken(ValueError):
    """A schema of the contract cannot be compiled."""


class _NotSaid:
    """The keyword behind ``readOnly`` and ``writeOnly``: the property may not be there at all."""

    def __init__(self, _parent: Json, value: Json, path: Sequence[str | int]) -> None:
        self._rule = str(path[-1]) if path else "readOnly"
        self._value = value

    def validate(self, _instance: Json) -> None:
        speaker = "a request" if self._rule == "readOnly" else "an answer"
        raise ValueError(f"the property is {self._rule}: {speaker} must not have it")


class Schemas:
    """A document's schemas, ready to be compiled, each place translated once per direction.

    Raises:
        SchemaBroken: the document's dialect is none that we can validate against.
    """

    def __init__(self, document: Document) -> None:
        dialect = DIALECTS.get(document.dialect)
        if dialect is None:
            known = ", ".join(DIALECTS)
            told = f"{document.name}: schemas of {document.dialect} are unknown; {known} are known"
            raise SchemaBroken(told)
        self._draft = _DRAFTS[dialect.draft]
        self._translators = {
            direction: Translator(root=document.root, direction=direction, dialect=dialect)
            for direction in Direction
        }
        self._document = document
        self._one_at_a_time = Lock()
        self._known: dict[tuple[str, Direction], Check] = {}
        self._bodies: dict[Direction, Sequence[str]] = {}
        self._alone: set[str] = set()
        self._begun: set[Direction] = set()
        self._accepting: dict[str, Check] = {}
        self.caster = Caster(Natures(document.root, dialect.siblings), self._accepts)
        """Reads texts by these schemas."""

    def validator(self, pointer: str, direction: Direction) -> Check:
        """Compile the schema at a pointer of the document.

        Raises:
            SchemaBroken: a schema, or one it refers to, is none; the message says where.
        """
        with self._one_at_a_time:
            if (pointer, direction) not in self._known:
                self._compile(pointer, direction)
            return self._known[pointer, direction]

    def _compile(self, pointer: str, direction: Direction) -> None:
        """Compile a schema, and with it those that would do the same work again.

        But the first of them alone: who asks for it has waited for the start.
        """
        translator, place = self._translators[direction], Place(pointer)
        with suppress(LookupError, SchemaBroken):  # whose fault it is, is told below
            if pointer not in self._alone and goes_far(translator, place):
                if direction in self._begun:
                    self._compile_together(pointer, direction)
                    return
                self._begun.add(direction)
        validator = self._compiled(translator.reference(place), [place], direction)
        self._known[pointer, direction] = _check(validator, direction)

    def _compile_together(self, pointer: str, direction: Direction) -> None:
        translator = self._translators[direction]
        if direction not in self._bodies:
            self._bodies[direction] = bodies(self._document, direction)
        among = companions(pointer, self._bodies[direction])
        self._alone.update(among)  # should one of them be broken, it must not be tried with all
        left = [one for one in among if (one, direction) not in self._known]
        places = [place for place in map(Place, left) if goes_far(translator, place)]
        named = {translator.number(place): place for place in places}
        parts = {number: translator.reference(place) for number, place in named.items()}
        validator = self._compiled({"properties": parts}, places, direction)
        for number, place in named.items():
            self._known[place.pointer, direction] = _check(validator, direction, number)

    def members(self, pointers: Mapping[str, Mapping[str, str]], direction: Direction) -> Check:
        """Compile one check for ``{group: {name: value}}``, each value by its own schema.

        Raises:
            SchemaBroken: a schema, or one it refers to, is none; the message says where.
        """
        refer = self._translators[direction].reference
        places = [Place(p) for named in pointers.values() for p in named.values()]
        with self._one_at_a_time:
            groups = {
                group: {"properties": {name: refer(Place(p)) for name, p in named.items()}}
                for group, named in pointers.items()
            }
            return _check(self._compiled({"properties": groups}, places, direction), direction)

    def _accepts(self, where: Where, value: Json) -> bool:
        """Tell whether all the schemas at some place take what is asked for; a broken one does."""
        visible = as_json(value)
        return not any(self._judge(pointer)(visible) for pointer in where)

    def _judge(self, pointer: str) -> Check:
        if pointer not in self._accepting:
            try:
                self._accepting[pointer] = self.validator(pointer, Direction.REQUEST)
            except SchemaBroken:  # is told where the whole of it is compiled
                self._accepting[pointer] = lambda _value: ()
        return self._accepting[pointer]

    def _compiled(
        self, schema: Json, places: Iterable[Place], direction: Direction
    ) -> jsonschema_rs.Validator:
        translator = self._translators[direction]
        definitions: dict[str, Json] = {}
        reached: dict[str, Place] = {}
        pending = list(places)
        place = Place("")
        try:
            while pending:
                place = pending.pop()
                number = translator.number(place)
                if number not in definitions:
                    translation = translator.translated(place)
                    definitions[number], reached[number] = translation.schema, place
                    pending += translation.places
            return self._validator({**schema, "definitions": definitions}, direction)
        except LookupError as reason:
            raise SchemaBroken(f"{place.pointer}: {reason}") from reason
        except jsonschema_rs.ValidationError as reason:
            raise SchemaBroken(_where_broken(reason, reached)) from reason

    def _validator(self, schema: Json, direction: Direction) -> jsonschema_rs.Validator:
        return self._draft(
            schema,
            validate_formats=True,
            formats={"uuid": is_uuid, "byte": is_base64},
            keywords={"readOnly": _NotSaid, "writeOnly": _NotSaid},
            # What we answer may hold secrets, and messages about it are told to strangers.
            mask="the value" if direction is Direction.ANSWER else None,
        )


def as_json(value: Json) -> Json:
    """Return what a validator may see of a value: bytes as a string of as many characters."""
    match value:
        case bytes():
            return value.decode("latin-1")
        case dict():
            return {name: as_json(one) for name, one in value.items()}
        case list():
            return [as_json(one) for one in value]
        case _:
            return value


_DRAFTS: Mapping[str, Callable[..., jsonschema_rs.Validator]] = {
    "4": jsonschema_rs.Draft4Validator,
    "2020-12": jsonschema_rs.Draft202012Validator,
}


def _where_broken(reason: jsonschema_rs.ValidationError, reached: Mapping[str, Place]) -> str:
    path = list(reason.instance_path)
    place = reached.get(str(path[1])) if len(path) > 1 else None
    where = join(*path) if place is None else place.pointer + join(*path[2:])
    return f"{where}: {reason.message}"


def _check(
    validator: jsonschema_rs.Validator, direction: Direction, member: str | None = None
) -> Check:
    """Make the check; of several schemas compiled together, that of one member."""
    is_valid = validator.is_valid

    def check(value: Json) -> Sequence[Violation]:
        seen = value if member is None else {member: value}
        try:
            if is_valid(seen):
                return ()
            return violations(validator, seen, inside=member is not None)
        except ValueError as reason:
            if "Recursion limit" not in str(reason):  # at 255 levels; it has no type of its own
                raise
            return [Violation("", "depth", "it is nested too deeply to be described")]

    check.__doc__ = f"Says what is wrong with a value ({direction.name.lower()})."
    return check
