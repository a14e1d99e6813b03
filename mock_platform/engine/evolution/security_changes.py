"""Compares which credentials are asked for, and how the schemes work that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mock_platform.engine.evolution.weighing import Part, Weighing, paired
from mock_platform.engine.operations import Operation
from mock_platform.shared.contracts import Json

Choice = frozenset[tuple[str, str]]
"""One alternative: schemes, each by itself and with each of its scopes."""

_WORKING: Final = ("type", "in", "name", "scheme")
_SOURCES: Final = ("authorizationUrl", "tokenUrl", "refreshUrl")


class Schemes:
    """The security schemes of both versions, and which of them was only given another name."""

    def __init__(self, weighing: Weighing) -> None:
        self.weighing = weighing
        self.old = _schemes(weighing, "old")
        self.new = _schemes(weighing, "new")
        self.told = weighing.book.contract()
        self.names = self._renamed()

    def _renamed(self) -> Mapping[str, str]:
        fresh = [name for name in self.new if name not in self.old]
        found = {}
        for name, (scheme, _) in self.old.items():
            same = [other for other in fresh if _plain(self.new[other][0]) == _plain(scheme)]
            if name not in self.new and len(same) == 1:
                found[name] = same[0]
        return found

    def compare(self, node: int, name: str) -> None:
        """Compare a scheme that an operation asks for in both versions."""
        reached, fresh = self.weighing.book.reached(node, ("security scheme", name))
        if fresh and name in self.old and name in self.new:
            _scheme(self.weighing, reached, name, self.old[name], self.new[name])


def security_changes(
    weighing: Weighing, schemes: Schemes, node: int, old: Operation, new: Operation
) -> None:
    """Compare what an operation asks for."""
    was = [_choice(each, schemes.names) for each in old.security] or [frozenset[tuple[str, str]]()]
    now = [_choice(each, {}) for each in new.security] or [frozenset[tuple[str, str]]()]
    places = tuple(
        (f"{each.pointer}/security" if "security" in each.raw else "/security")
        for each in (old, new)
    )

    def note(rule: str, told: str) -> None:
        weighing.note(node, rule, told, old=places[0], new=places[1])

    for name in sorted({name for choice in was for name, _ in choice}):
        schemes.compare(node, name)
    for choice in was:
        if not any(other <= choice for other in now):
            _harder(choice, now, note)
    for choice in now:
        if not any(choice >= other for other in was):
            _easier(choice, was, note)


def _harder(choice: Choice, now: list[Choice], note: Json) -> None:
    """What was enough is not any more."""
    if not choice:
        note("security-required", f"{_listed(now)} is needed now")
        return
    more = [other - choice for other in now if _schemes_of(choice) <= _schemes_of(other)]
    if more:
        needed = _listed([min(more, key=len)])
        note("security-scope-added", f"{_listed([choice])} is not enough: {needed} is needed too")
    else:
        note("security-alternative-removed", f"{_listed([choice])} is not taken any more")


def _easier(choice: Choice, was: list[Choice], note: Json) -> None:
    """What was not enough is enough now."""
    if not choice:
        note("security-lifted", "no credentials are needed any more")
        return
    if any(choice < other for other in was):
        note("security-scope-removed", f"{_listed([choice])} is enough now")
    elif not any(_schemes_of(other) <= _schemes_of(choice) for other in was if other):
        note("security-alternative-added", f"{_listed([choice])} is taken too")


def _choice(written: Mapping[str, Iterable[str]], names: Mapping[str, str]) -> Choice:
    return frozenset(
        (names.get(name, name), scope)
        for name, scopes in written.items()
        for scope in ("", *map(str, scopes))
    )


def _schemes_of(choice: Choice) -> set[str]:
    return {name for name, _ in choice}


def _listed(choices: Iterable[Choice]) -> str:
    told = []
    for choice in choices:
        names = sorted(_schemes_of(choice))
        scopes = sorted(scope for _, scope in choice if scope)
        told.append(" and ".join(f"`{name}`" for name in names) + _with(scopes))
    return " or ".join(told)


def _with(scopes: list[str]) -> str:
    return f" with {', '.join(scopes)}" if scopes else ""


def _schemes(weighing: Weighing, side: str) -> dict[str, Part]:
    version = weighing.old if side == "old" else weighing.new
    components = version.document.root.get("components")
    holder = components if isinstance(components, dict) else {}
    return version.parts((holder, "/components"), "securitySchemes")


def _plain(scheme: Json) -> Json:
    return {key: value for key, value in scheme.items() if key != "description"}


def _scheme(weighing: Weighing, node: int, name: str, old: Part, new: Part) -> None:
    label = f"the security scheme `{name}`"
    for key in _WORKING:
        was, now = old[0].get(key), new[0].get(key)
        if str(was).lower() != str(now).lower():
            told = f"{label}: {key} `{was}` → `{now}`"
            weighing.note(node, "security-scheme-changed", told, old=old[1], new=new[1])
    if old[0].get("openIdConnectUrl") != new[0].get("openIdConnectUrl"):
        told = f"{label}: openIdConnectUrl is another one"
        weighing.note(node, "security-source-changed", told, old=old[1], new=new[1])
    was_flows, now_flows = weighing.old.parts(old, "flows"), weighing.new.parts(new, "flows")
    for flow, one, two in paired(was_flows, now_flows):
        if one is None and two is not None:
            told = f"{label}: the flow {flow} is new"
            weighing.note(node, "security-source-added", told, old=old[1], new=two[1])
        elif one is not None and two is None:
            told = f"{label}: the flow {flow} is gone"
            weighing.note(node, "security-source-changed", told, old=one[1], new=new[1])
        elif one is not None and two is not None:
            _flow(weighing, node, f"{label}, flow {flow}", one, two)


def _flow(weighing: Weighing, node: int, label: str, old: Part, new: Part) -> None:
    places = {"old": old[1], "new": new[1]}
    for key in _SOURCES:
        if old[0].get(key) != new[0].get(key):
            told = f"{label}: {key} is another one"
            weighing.note(node, "security-source-changed", told, **places)
    was, now = old[0].get("scopes") or {}, new[0].get("scopes") or {}
    for scope in was:
        if scope not in now:
            told = f"{label}: the scope `{scope}` is gone"
            weighing.note(node, "security-source-changed", told, **places)
    for scope in now:
        if scope not in was:
            told = f"{label}: the scope `{scope}` is new"
            weighing.note(node, "security-source-added", told, **places)
