"""Mends paths, and the operations on them, so that each can be served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from mock_platform.engine.anatomy import METHODS
from mock_platform.engine.mending.contents import ContentMender
from mock_platform.engine.mending.ledger import Ledger, Trail, drop
from mock_platform.engine.mending.query_strings import FORM, parameters_of
from mock_platform.engine.path_templates import is_bare, parameter_names, parameter_of, query_of
from mock_platform.engine.pointers import follow, of_ref
from mock_platform.shared.contracts import Json

_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(slots=True)
class PathMender:
    """Mends path items: those of ``paths``, of webhooks, of callbacks and of components."""

    ledger: Ledger
    contents: ContentMender
    schemes: frozenset[str]
    """The names of security schemes that exist."""
    _ids: dict[str, Trail] = field(default_factory=dict)
    _routes: dict[tuple[str, str], str] = field(default_factory=dict)
    _around: set[int] = field(default_factory=set)

    def paths(self, paths: dict[str, Json], trail: Trail) -> None:
        """Mend all that is served."""
        for path in [*paths]:
            if path.startswith("x-"):
                continue
            at = (trail, path)
            if not self.item(paths, path, at):
                del paths[path]
                continue
            served = self._slashed(paths, path, trail)
            self._unambiguous(paths[served], served, (trail, served))
            self._path_parameters(paths[served], served, (trail, served))

    def item(self, holder: dict[str, Json], key: str, trail: Trail) -> bool:
        """Mend a path item in place; False when it is none."""
        item = holder[key]
        if item is None:
            item = holder[key] = {}
        if not isinstance(item, dict):
            self.ledger.tell(trail, f"{item!r:.80} is no path item; it is ignored")
            return False
        if id(item) in self._around:
            return True
        self._around.add(id(item))
        if isinstance(item.get("$ref"), str):
            item = holder[key] = self._written_out(item, trail)
        self._parameters(item, trail)
        more = item.get("additionalOperations")
        for holding, method, at in _operations(item, trail):
            if holding is more and method.lower() in item.keys() & {*METHODS}:
                told = f"{method} is no other method than {method.upper()}; it is ignored"
                self.ledger.tell(at, told, "take it away")
                del holding[method]
            elif not isinstance(holding[method], dict):
                self.ledger.tell(at, f"{holding[method]!r:.80} is no operation; it is ignored")
                del holding[method]
            else:
                self._operation(holding[method], at)
        if more is not None and not isinstance(more, dict):
            drop(self.ledger, item, "additionalOperations", trail, "it maps methods to operations")
        return True

    def _written_out(self, item: dict[str, Json], trail: Trail) -> dict[str, Json]:
        """Return what a path item refers to, together with what it says itself."""
        own = {key: value for key, value in item.items() if key != "$ref"}
        if self.ledger.target(item, trail) is None:
            return own
        target, _ = follow(self.ledger.root, of_ref(item["$ref"]))
        if not isinstance(target, dict):
            self.ledger.tell((trail, "$ref"), "the reference leads to what is no path item")
            return own
        return {**target, **own}

    def callbacks(self, holder: dict[str, Json], trail: Trail) -> None:
        """Mend callbacks: names that hold path items by URL."""
        self.contents.kept(holder, "callbacks", trail, self.callback, "callback")

    def callback(self, node: dict[str, Json], trail: Trail) -> bool:
        """Mend one callback."""
        for url in [*node]:
            if not url.startswith("x-") and not self.item(node, url, (trail, url)):
                del node[url]
        return True

    def _parameters(self, owner: dict[str, Json], trail: Trail) -> None:
        written = owner.get("parameters")
        if not isinstance(written, list):
            if written is not None:
                drop(self.ledger, owner, "parameters", trail, "it is no list")
            return
        usable, at = self.contents.usable, (trail, "parameters")
        mend = self.contents.parameter
        kept = [
            index
            for index, one in enumerate(written)
            if usable(one, (at, index), mend, "parameter")
        ]
        if len(kept) < len(written):
            self._keep(owner, kept, trail)
        self._spread(owner, trail)

    def _spread(self, owner: dict[str, Json], trail: Trail) -> None:
        """Put the parameters of a query string in place of the whole."""
        place = self.ledger.place((trail, "parameters"))
        spread: list[Json] = []
        for index, one in enumerate(owner["parameters"]):
            meant = self.ledger.targets[one["$ref"]].node if "$ref" in one else one
            parts = [one]
            if meant.get("in") == "querystring":
                parts = parameters_of(meant, self.ledger.root) or []
                if not parts:
                    told = "what the query string as a whole must be is not looked at"
                    self.ledger.tell(((trail, "parameters"), index), told, f"describe it as {FORM}")
            if len(spread) != index:
                before = self.ledger.moved.get(f"{place}/{index}", f"{place}/{index}")
                for now in range(len(spread), len(spread) + len(parts)):
                    self.ledger.moved[f"{place}/{now}"] = before
            spread += parts
        owner["parameters"] = spread

    def _keep(self, owner: dict[str, Json], kept: list[int], trail: Trail) -> None:
        """Keep some of the parameters, and remember where they were written."""
        place = self.ledger.place((trail, "parameters"))
        for now, before in enumerate(kept):
            if now != before:
                self.ledger.moved[f"{place}/{now}"] = f"{place}/{before}"
        owner["parameters"] = [owner["parameters"][index] for index in kept]

    def _operation(self, operation: dict[str, Json], trail: Trail) -> None:
        if id(operation) in self._around:
            return  # several path items refer to this one
        self._around.add(id(operation))
        self._named(operation, trail)
        self._parameters(operation, trail)
        if "requestBody" in operation and not self.contents.usable(
            operation["requestBody"], (trail, "requestBody"), self.contents.body, "request body"
        ):
            del operation["requestBody"]
        self.contents.answers(operation, trail)
        self.callbacks(operation, trail)
        self.security(operation, trail)
        if "tags" in operation and not isinstance(operation["tags"], list):
            drop(self.ledger, operation, "tags", trail, "it lists names")

    def _named(self, operation: dict[str, Json], trail: Trail) -> None:
        name = operation.get("operationId")
        if name is None:
            operation.pop("operationId", None)
        elif not isinstance(name, str) or not name:
            drop(self.ledger, operation, "operationId", trail, f"{name!r} is no name")
        elif name in self._ids:
            number = 2
            while f"{name}{number}" in self._ids:
                number += 1
            told = f"operationId {name!r} is another operation's; this one is {name}{number}"
            self.ledger.tell((trail, "operationId"), told, "give each operation its own")
            name = operation["operationId"] = f"{name}{number}"
            self._ids[name] = trail
        else:
            self._ids[name] = trail

    def security(self, owner: dict[str, Json], trail: Trail) -> None:
        """Keep of the security that is asked for what exists."""
        written = owner.get("security")
        if written is None:
            owner.pop("security", None)
            return
        if not isinstance(written, list):
            drop(self.ledger, owner, "security", trail, "it is no list")
            return
        for index, choice in enumerate(written):
            at = ((trail, "security"), index)
            if not isinstance(choice, dict):
                self.ledger.tell(at, f"{choice!r:.80} names no security scheme")
                written[index] = {}
                continue
            for name in [*choice]:
                if name not in self.schemes:
                    drop(self.ledger, choice, name, at, "there is no such security scheme")
                elif not isinstance(choice[name], list):
                    choice[name] = []

    def _slashed(self, paths: dict[str, Json], path: str, trail: Trail) -> str:
        if path.startswith("/"):
            return path
        meant = f"/{path}"
        if meant in paths:
            self.ledger.tell((trail, path), f"the path {path!r} has no slash before it")
            return path
        self.ledger.tell((trail, path), f"the path {path!r} is taken for {meant}", f"write {meant}")
        self.ledger.moved[self.ledger.place((trail, meant))] = self.ledger.place((trail, path))
        paths[meant] = paths.pop(path)
        return meant

    def _unambiguous(self, item: dict[str, Json], path: str, trail: Trail) -> None:
        """Tell of two operations with one path; requests go where they fit, in doubt to the first."""
        same = unquote(_NAMED.sub("{}", path))
        for _, method, at in _operations(item, trail):
            first = self._routes.setdefault((method.lower(), same), path)
            if first != path:
                told = f"{method.upper()} {path} is the same as {first}; in doubt that is served"
                self.ledger.tell(at, told, "take one of them away")

    def _path_parameters(self, item: dict[str, Json], path: str, trail: Trail) -> None:
        names = dict.fromkeys(parameter_names(path))
        if not is_bare(path):
            self._into_query(item, path, trail)
            for holding, method, at in _operations(item, trail):
                self._into_query(holding[method], path, at)
        self._without_strangers(item, names, path, trail)
        shared = [*self._declared(item)]
        for holding, method, at in _operations(item, trail):
            operation = holding[method]
            self._without_strangers(operation, names, path, at)
            for name in names.keys() - {*shared, *self._declared(operation)}:
                told = f"the path has {{{name}}}, but there is no such parameter"
                self.ledger.tell(at, told, "add it to the parameters, in: path")
                stand_in = {"name": name, "in": "path", "required": True}
                added = {**stand_in, "schema": {"type": "string"}}
                operation["parameters"] = [*(operation.get("parameters") or ()), added]

    def _into_query(self, owner: dict[str, Json], path: str, trail: Trail) -> None:
        """Have parameters that the path names as ``?name={parameter}`` be what they are."""
        wanted = {parameter_of(text): name for name, text in query_of(path).items()}
        for index, one in enumerate(owner.get("parameters") or ()):
            name, location = self._who(one)
            if location == "path" and name in wanted:
                told = f"parameter {name!r} is in the query, not in the path"
                self.ledger.tell(((trail, "parameters"), index), told, "write in: query")
                meant = self.ledger.targets[one["$ref"]].node if "$ref" in one else one
                kept = {key: value for key, value in meant.items() if key != "style"}
                owner["parameters"][index] = {**kept, "in": "query", "name": wanted[name]}

    def _without_strangers(
        self, owner: dict[str, Json], names: dict[str, None], path: str, trail: Trail
    ) -> None:
        written = owner.get("parameters") or []
        kept = []
        for index, one in enumerate(written):
            name, location = self._who(one)
            if location == "path" and name not in names:
                told = f"parameter {name!r} is in: path, but {path} lacks it; it is ignored"
                self.ledger.tell(((trail, "parameters"), index), told, "take it away")
            else:
                kept.append(index)
        if len(kept) < len(written):
            self._keep(owner, kept, trail)

    def _declared(self, owner: dict[str, Json]) -> Iterator[str]:
        for one in owner.get("parameters") or ():
            name, location = self._who(one)
            if location == "path":
                yield name

    def _who(self, parameter: dict[str, Json]) -> tuple[str, str]:
        if "$ref" in parameter:
            parameter = self.ledger.targets[parameter["$ref"]].node
        return parameter["name"], parameter["in"]


def _operations(
    item: dict[str, Json], trail: Trail
) -> Iterator[tuple[dict[str, Json], str, Trail]]:
    """Yield who holds an operation, its method there, and the way to it."""
    more = item.get("additionalOperations")
    for method in METHODS:
        if method in item:
            yield item, method, (trail, method)
    if isinstance(more, dict):
        way: Trail = (trail, "additionalOperations")
        yield from ((more, method, (way, method)) for method in [*more])
