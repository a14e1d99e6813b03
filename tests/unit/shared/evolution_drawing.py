"""Draws schemas and small changes to them, and values that tell one schema from another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import product
from random import Random

from mock_platform.shared.contracts import Json

_WORDS = ["", "a", "b", "ab", "abc", "abcd"]
_NUMBERS = [-2, -1, 0, 1, 2, 3, 4, 5, 6, 0.5, 2.5]
_SCALARS: list[Json] = [None, True, False, *_WORDS, *_NUMBERS]
_LISTS: list[Json] = [[], ["a"], ["a", "a"], ["a", "b"], [1], [1, 2, 3], [None], ["a", 1, 2.5]]
_OBJECTS: list[Json] = [
    {},
    {"a": "a", "b": "b", "c": 1},
    {"a": {"a": 1}},
    {"a": ["a"]},
    *({name: value} for name, value in product("abc", _SCALARS[:12])),
    *({"a": value, "b": value} for value in _SCALARS[:12]),
]
VALUES: list[Json] = [*_SCALARS, *_LISTS, *_OBJECTS]

_LIMITS: dict[str, dict[str, list[Json]]] = {
    "string": {"minLength": [0, 1, 2, 3], "maxLength": [1, 2, 3, 4], "pattern": ["^a", "b$"]},
    "number": {
        "minimum": [-1, 0, 1, 2],
        "maximum": [1, 2, 3, 4],
        "exclusiveMinimum": [-1, 0, 2, 3],
        "multipleOf": [1, 2, 3, 0.5],
        "const": [1, 2],
    },
    "boolean": {"enum": [[True], [True, False]]},
    "array": {"minItems": [0, 1, 2], "maxItems": [0, 1, 2], "uniqueItems": [True, False]},
    "object": {
        "required": [["a"], ["b"], ["a", "c"]],
        "additionalProperties": [False, True, {"type": "string"}],
        "maxProperties": [1, 2],
        "dependentRequired": [{"a": ["b"]}],
        "not": [{"required": ["a"]}, {"required": ["c"]}],
    },
}
_LIMITS["integer"] = _LIMITS["number"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A source of schemas."""

    chance: Random

    def schema(self, depth: int = 2) -> Json:
        """Draw a schema whose types are said."""
        shape = self.chance.random()
        if depth and shape < 0.15:
            return {"anyOf": [self.schema(depth - 1) for _ in range(self.chance.choice([2, 3]))]}
        if depth and shape < 0.25:
            return {"allOf": [self.schema(depth - 1) for _ in range(2)]}
        name = self.chance.choice([*_LIMITS, "object"])
        schema: Json = {"type": name}
        for limit, values in _LIMITS[name].items():
            if self.chance.random() < 0.3:
                schema[limit] = self.chance.choice(values)
        if depth and name == "array" and self.chance.random() < 0.7:
            schema["items"] = self.schema(depth - 1)
        if depth and name == "object":
            names = self.chance.sample("abc", self.chance.choice([0, 1, 2]))
            schema["properties"] = {each: self.schema(depth - 1) for each in names}
        if self.chance.random() < 0.15:
            schema["type"] = [name, "null"]
        return schema

    def changed(self, schema: Json) -> Json:
        """Change something, somewhere in the schema."""
        whole = [deepcopy(schema)]
        holder, key = self.chance.choice([*_places(whole, 0)])
        node, other = holder[key], self.schema(1)
        kind = self.chance.random()
        if kind < 0.3:
            holder[key] = other
        elif kind < 0.6:
            node.pop(self.chance.choice([*(each for each in node if each != "type"), ""]), None)
        else:
            node.update({name: other[name] for name in other if self.chance.random() < 0.6})
        return whole[0]


def _places(holder: Json, key: Json) -> list[tuple[Json, Json]]:
    """Return where schemas are: what holds each, and under which key."""
    node = holder[key]
    found = [(holder, key)]
    if isinstance(node.get("items"), dict):
        found += _places(node, "items")
    for name in node.get("properties", {}):
        found += _places(node["properties"], name)
    for group in ("anyOf", "allOf"):
        for index in range(len(node.get(group, []))):
            found += _places(node[group], index)
    return found
