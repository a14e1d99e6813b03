"""Reads XML as the value that a schema's ``xml`` hints make of it (OpenAPI 3.0.4 §4.7.26).

Entities are never declared, neither here nor elsewhere: a document that tries is refused. Elements
that the schema does not know are members by their own name, so that the schema can refuse them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pyexpat import XML_PARAM_ENTITY_PARSING_NEVER, ExpatError, ParserCreate

from mock_platform.engine.casting import Caster
from mock_platform.engine.natures import Nature, Where
from mock_platform.engine.pointers import lookup, ref_of
from mock_platform.shared.contracts import Json

DEEPEST = 64
MOST_ELEMENTS = 100_000

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class XmlBroken(ValueError):
    """A body is no XML, or XML that nobody should read."""


@dataclass(slots=True)
class Element:
    """One element; names are ``(namespace, local name)``."""

    name: tuple[str, str]
    attributes: Mapping[tuple[str, str], str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def parsed(raw: bytes, charset: str | None) -> Element:
    """Parse a document.

    Raises:
        XmlBroken: it is no XML, declares entities, or is nested too deep.
    """
    tree = _Tree()
    try:
        parser = ParserCreate(charset, " ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = tree.start
        parser.EndElementHandler = tree.end
        parser.CharacterDataHandler = tree.text
        parser.EntityDeclHandler = _refuse_entities
        parser.ExternalEntityRefHandler = _refuse_entities
        parser.Parse(raw, True)
    except ExpatError as reason:
        raise XmlBroken(f"it is not XML: {reason}") from reason
    except (LookupError, ValueError) as reason:
        raise XmlBroken(str(reason)) from reason
    return tree.root


def _refuse_entities(*_declared: object) -> int:
    raise XmlBroken("it declares entities")


@dataclass(slots=True)
class _Tree:
    """Puts elements together as expat finds them."""

    open: list[Element] = field(default_factory=lambda: [Element(("", ""), {})])
    count: int = 0

    @property
    def root(self) -> Element:
        return self.open[0].children[0]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) > DEEPEST or self.count > MOST_ELEMENTS:
            raise XmlBroken(f"at most {DEEPEST} levels and {MOST_ELEMENTS} elements are taken")
        element = Element(_split(name), {_split(k): v for k, v in attributes.items()})
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].texts.append(text)


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


@dataclass(slots=True)
class XmlReader:
    """Reads elements by the schemas of one document."""

    caster: Caster

    def read(self, where: Where, root: Element) -> Json:
        """Return the value that a document stands for.

        Raises:
            XmlBroken: its root is not called as the contract says.
        """
        hints = self.caster.natures.of(where)[0].hints("xml")
        if ("name" in hints or "namespace" in hints) and not _fits(
            root.name, str(hints.get("name", root.name[1])), hints
        ):
            raise XmlBroken(f"its root is {root.name[1]}, not {hints.get('name', root.name[1])}")
        return _Reading(self.caster).value(where, root)


@dataclass(slots=True)
class _Reading:
    """One document. What was read is remembered: there may be many ways to the same place."""

    caster: Caster
    _known: dict[tuple[Where, int], Json] = field(default_factory=dict)

    def value(self, where: Where, element: Element) -> Json:
        key = (where, id(element))
        if key not in self._known:
            ways = self.caster.natures.of(where)
            values = (self._on(way, where, element) for way in ways)
            self._known[key] = self.caster.first_accepted(where, values)
        return self._known[key]

    def _on(self, way: Nature, where: Where, element: Element) -> Json:
        if element.attributes.get((_INSTANCE, "nil")) in ("true", "1"):
            return None
        if "object" in way.kinds or (not where and (element.children or element.attributes)):
            return self._members(way, element)
        if "array" in way.kinds:
            return [self.value(way.item(i), one) for i, one in enumerate(element.children)]
        text = element.text
        return self.caster.cast(where, text if "string" in way.kinds else text.strip())

    def _members(self, way: Nature, element: Element) -> Json:
        found: dict[str, Json] = {}
        taken: set[int] = set()
        said: set[tuple[str, str]] = set()
        for name in way.members:
            for value in self._member(name, way.member(name), element, taken, said):
                found[name] = value
        for attribute, text in element.attributes.items():
            if attribute not in said and attribute[0] != _INSTANCE:
                name = _unclaimed(attribute[1], way)
                found[name] = self.caster.cast(way.member(name), text)
        others: dict[str, list[Json]] = {}
        for child in element.children:
            if id(child) not in taken:
                name = _unclaimed(child.name[1], way)
                others.setdefault(name, []).append(self.value(way.member(name), child))
        for name, values in others.items():
            first, *more = [found[name], *values] if name in found else values
            found[name] = [*_listed(first), *more] if more else first
        for name in way.obliged - found.keys():  # a list without items is written as nothing
            if self.caster.natures.kinds(way.member(name)) == {"array"}:
                found[name] = []
        return found

    def _member(
        self,
        name: str,
        where: Where,
        element: Element,
        taken: set[int],
        said: set[tuple[str, str]],
    ) -> Iterator[Json]:
        """Find a property's value: once at most."""
        nature = self.caster.natures.of(where)[0]
        hints = nature.hints("xml")
        names = self._names(name, where, hints)
        node_type = hints.get("nodeType")
        if hints.get("attribute") is True or node_type == "attribute":
            for attribute, text in element.attributes.items():
                if any(_fits(attribute, one, hints) for one in names):
                    said.add(attribute)
                    yield self.caster.cast(where, text)
            return
        if node_type in ("text", "cdata"):
            yield self.caster.cast(where, element.text)
            return
        if "array" in nature.kinds and not (hints.get("wrapped") or node_type == "element"):
            items = nature.item(0)
            inner = self.caster.natures.of(items)[0].hints("xml")
            names |= {str(inner["name"])} if "name" in inner else set()
            hints = {**hints, **inner}
            matching = _matching(element, names, hints, taken)
            if matching:
                yield [self.value(nature.item(i), one) for i, one in enumerate(matching)]
            return
        values = [self.value(where, one) for one in _matching(element, names, hints, taken)]
        if values:
            yield values[0] if len(values) == 1 else values

    def _names(self, name: str, where: Where, hints: Mapping[str, Json]) -> set[str]:
        """What a property's element may be called; a referred schema is named for itself."""
        names = {str(hints.get("name", name))}
        root = self.caster.natures.root
        if any(ref_of(lookup(root, pointer)) is not None for pointer in where):
            names.add(name)
        return names


def _matching(
    element: Element, names: set[str], hints: Mapping[str, Json], taken: set[int]
) -> list[Element]:
    found = [one for one in element.children if any(_fits(one.name, name, hints) for name in names)]
    taken |= {id(one) for one in found}
    return found


def _fits(name: tuple[str, str], wanted: str, hints: Mapping[str, Json]) -> bool:
    space = hints.get("namespace")
    return name[1] == wanted.rpartition(":")[2] and (space is None or name[0] == space)


def _unclaimed(name: str, way: Nature) -> str:
    """An element nobody expects must not pass for a property that is written otherwise."""
    return f"<{name}>" if name in way.members else name


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
