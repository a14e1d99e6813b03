"""Compares the parameters of an operation, wherever they are sent."""

from __future__ import annotations

from collections.abc import Mapping

from mock_platform.engine.evolution.terms import REQUEST
from mock_platform.engine.evolution.weighing import Part, Weighing, paired
from mock_platform.engine.operations import Operation, Parameter


def parameter_changes(weighing: Weighing, node: int, old: Operation, new: Operation) -> None:
    """Compare what requests carry beside their bodies."""
    was, now = _by_key(old), _by_key(new)
    moved = _moved(was, now)
    for key, one, two in paired(was, now):
        if key in moved:
            if one is not None and two is None:
                _move(weighing, node, one, moved[key])
        elif one is not None and two is not None:
            _parameter(weighing, node, one, two)
        elif one is not None:
            place = place_of(one)
            told = f"{_named(one)} is gone"
            weighing.note(node, "parameter-removed", told, old=place, new=new.pointer, once=place)
        elif two is not None:
            place = place_of(two)
            rule = "parameter-added-required" if two.required else "parameter-added"
            told = f"{_named(two)} is new" + (", and required" if two.required else "")
            weighing.note(node, rule, told, old=old.pointer, new=place, once=place)


def place_of(parameter: Parameter) -> str:
    """Return where the parameter is written."""
    pointer = parameter.schema_pointer.removesuffix("/schema")
    return pointer.rpartition("/content/")[0] if "content" in parameter.raw else pointer


def _named(parameter: Parameter) -> str:
    return f"the {parameter.location} parameter `{parameter.name}`"


def _by_key(operation: Operation) -> Mapping[str, Parameter]:
    return {
        f"{each.location} {each.name.lower() if each.location == 'header' else each.name}": each
        for each in operation.parameters
    }


def _moved(old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Mapping[str, Parameter]:
    """Return what was one place and is another, by both keys; with the new parameter."""
    gone = {one.name.lower(): key for key, one in old.items() if key not in new}
    fresh = {two.name.lower(): key for key, two in new.items() if key not in old}
    found = {}
    for name in gone.keys() & fresh.keys():
        found[gone[name]] = found[fresh[name]] = new[fresh[name]]
    return found


def _move(weighing: Weighing, node: int, old: Parameter, new: Parameter) -> None:
    told = f"the parameter `{old.name}` moved: {old.location} → {new.location}"
    weighing.note(node, "parameter-moved", told, old=place_of(old), new=place_of(new))


def _parameter(weighing: Weighing, node: int, old: Parameter, new: Parameter) -> None:
    places = (place_of(old), place_of(new))

    def note(rule: str, told: str) -> None:
        told = f"{_named(new)} {told}"
        weighing.note(node, rule, told, old=places[0], new=places[1])

    if old.required != new.required and new.location != "path":
        rule = "parameter-required" if new.required else "parameter-optional"
        note(rule, f"is {'required' if new.required else 'optional'} now")
    if ways := _ways(old, new):
        note("parameter-style-changed", f"is written another way: {ways}")
    empties = [each.raw.get("allowEmptyValue") is True for each in (old, new)]
    if empties[0] != empties[1]:
        rule = "parameter-empty-allowed" if empties[1] else "parameter-empty-refused"
        note(rule, "may be empty now" if empties[1] else "may not be empty any more")
    deprecated = [each.raw.get("deprecated") is True for each in (old, new)]
    if deprecated[0] != deprecated[1]:
        rule = "parameter-deprecated" if deprecated[1] else "parameter-revived"
        note(rule, "is deprecated now" if deprecated[1] else "is deprecated no longer")
    weighing.holders(node, REQUEST, _holder(old), _holder(new))


def _holder(parameter: Parameter) -> Part:
    """Return what has the schema: the parameter, or its media type."""
    holder = {"schema": parameter.schema} if "content" in parameter.raw else parameter.raw
    return holder, parameter.schema_pointer.removesuffix("/schema")


def _ways(old: Parameter, new: Parameter) -> str:
    """Say how the parameter is written otherwise."""
    ways = [
        {
            "style": each.style,
            "explode": each.explode,
            "allowReserved": each.raw.get("allowReserved") is True,
            "content": next(iter(each.raw.get("content") or ()), "none"),
        }
        for each in (old, new)
    ]
    if _scalar(old) and _scalar(new):
        for each in ways:
            del each["explode"]  # which changes nothing of a single value
    return ", ".join(
        f"{name} `{ways[0][name]}` → `{ways[1][name]}`"
        for name in ways[0]
        if ways[0][name] != ways[1][name]
    )


def _scalar(parameter: Parameter) -> bool:
    schema = parameter.schema
    return isinstance(schema, dict) and schema.get("type") in (
        *("string", "integer", "number", "boolean"),
    )
