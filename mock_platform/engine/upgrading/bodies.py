"""Makes request bodies of the parameters that 2.0 puts ``in: body`` and ``in: formData``."""

from __future__ import annotations

from dataclasses import dataclass

from mock_platform.engine.pointers import follow, join, of_ref, ref_of
from mock_platform.engine.upgrading.moves import Moves
from mock_platform.engine.upgrading.values import described, written
from mock_platform.shared.contracts import Json

_JSON = "application/json"
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FORMS = frozenset({_FORM, _MULTIPART})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """The bodies of one document."""

    root: Json
    moves: Moves
    consumes: list[str]

    def meant(self, parameter: Json, pointer: str) -> tuple[Json, str]:
        """Return what a parameter refers to, and where that was written."""
        ref = ref_of(parameter)
        if ref is None:
            return parameter, pointer
        try:
            return follow(self.root, of_ref(ref))
        except LookupError:
            return parameter, pointer

    def becomes_body(self, section: str, parameter: Json) -> bool:
        """Tell whether a global parameter is none any more: it is written out where it is used."""
        if section != "parameters":
            return False
        meant, _ = self.meant(parameter, "")
        return isinstance(meant, dict) and meant.get("in") in {"body", "formData"}

    def body(self, given: list[tuple[Json, str]], pointer: str, consumes: list[str]) -> Json:
        """Make a request body; None when no parameter is for it."""
        whole = [(one, at) for one, at in given if one["in"] == "body"]
        fields = [(one, at) for one, at in given if one["in"] == "formData"]
        if whole:
            return self._whole(*whole[0], pointer, consumes)
        return self._form(fields, pointer, consumes) if fields else None

    def _whole(self, old: Json, before: str, pointer: str, consumes: list[str]) -> Json:
        types = [one for one in consumes if one not in {_FORM, _MULTIPART}] or consumes or [_JSON]
        self.moves.add(pointer, before)
        schema = described(old)
        content: dict[str, Json] = {}
        for media_type in types:
            content[media_type] = {"schema": schema} | _examples(old, media_type)
            place = pointer + join("content", media_type, "schema")
            self.moves.add(place, before + "/schema" * isinstance(old.get("schema"), dict))
        said = {k: v for k, v in old.items() if k == "description" or k.startswith("x-")}
        return {**said, "required": old.get("required", False), "content": content}

    def _form(self, fields: list[tuple[Json, str]], pointer: str, consumes: list[str]) -> Json:
        properties: dict[str, Json] = {}
        encoding: dict[str, Json] = {}
        places: dict[str, str] = {}
        required: list[str] = []
        for old, before in fields:
            name = str(old.get("name"))
            schema = properties[name] = described(old)
            places[name] = before
            if "description" in old:
                schema.setdefault("description", old["description"])
            if old.get("required") is True:
                required.append(name)
            if schema.get("type") == "array":
                encoding[name] = written(old.get("collectionFormat"), "query")
        whole: dict[str, Json] = {"type": "object", "properties": properties}
        whole |= {"required": required} if required else {}
        content: dict[str, Json] = {}
        for media_type in _form_types(fields, consumes):
            content[media_type] = {"schema": whole} | ({"encoding": encoding} if encoding else {})
            for name, before in places.items():
                place = pointer + join("content", media_type, "schema", "properties", name)
                self.moves.add(place, before)
        self.moves.within(pointer, fields[0][1])
        return {"required": bool(required), "content": content}


def _form_types(fields: list[tuple[Json, str]], consumes: list[str]) -> list[str]:
    """Files may be sent either way (2.0 says so); they are sent as parts unless that is excluded."""
    usual = _MULTIPART if any(old.get("type") == "file" for old, _ in fields) else _FORM
    forms = [one for one in consumes if one.partition(";")[0].strip().lower() in _FORMS]
    return forms or [usual]


def _examples(old: Json, media_type: str) -> dict[str, Json]:
    if "x-example" in old:
        return {"example": old["x-example"]}
    examples = old.get("x-examples")
    if not isinstance(examples, dict):
        return {}
    if media_type in examples:
        return {"example": examples[media_type]}
    named = {k: v for k, v in examples.items() if "/" not in k}
    return {"examples": {k: {"value": v} for k, v in named.items()}} if named else {}
