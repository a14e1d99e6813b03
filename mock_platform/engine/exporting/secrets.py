"""Leaves a blank wherever a request needs a secret: a collection is for everybody, a secret is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mock_platform.engine.exporting.plans import Blank, Field
from mock_platform.engine.operations import Operation
from mock_platform.engine.pointers import follow, join
from mock_platform.shared.contracts import Json


@dataclass(frozen=True, slots=True)
class Secrets:
    """The security schemes of one document."""

    root: Json

    def fields(self, operation: Operation) -> tuple[list[Field], list[Field]]:
        """Return the query parameters and the headers that carry an operation's secrets."""
        query: list[Field] = []
        headers: list[Field] = []
        for name, scheme in self._schemes(operation):
            blank = Blank(_variable(name, scheme))
            match scheme.get("type"), scheme.get("in"):
                case "apiKey", "query":
                    query.append(Field(name=str(scheme.get("name")), text=(blank,)))
                case "apiKey", "cookie":
                    text = (f"{scheme.get('name')}=", blank)
                    headers.append(Field(name="Cookie", text=text))
                case "apiKey", _:
                    headers.append(Field(name=str(scheme.get("name")), text=(blank,)))
                case "mutualTLS", _:
                    continue
                case _:
                    text = (f"{_word(scheme)} ", blank)
                    headers.append(Field(name="Authorization", text=text))
        return query, headers

    def blanks(self, operation: Operation) -> Mapping[str, str]:
        """Return the variables of an operation's secrets, with what belongs there."""
        return {_variable(name, one): _note(name, one) for name, one in self._schemes(operation)}

    def _schemes(self, operation: Operation) -> Iterator[tuple[str, Mapping[str, Json]]]:
        """Yield the schemes of the first alternative."""
        for name in operation.security[0] if operation.security else ():
            try:
                yield name, follow(self.root, join("components", "securitySchemes", name))[0]
            except LookupError:  # who checks the document tells
                continue


def camel_case(name: str) -> str:
    """Return a name that every format takes for a variable's."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", name) or ["value"]
    first, *others = words
    whole = first[:1].lower() + first[1:] + "".join(one[:1].upper() + one[1:] for one in others)
    return whole if whole[0].isalpha() else f"v{whole}"


def _variable(name: str, scheme: Mapping[str, Json]) -> str:
    is_basic = scheme.get("type") == "http" and _word(scheme) == "Basic"
    return f"{camel_case(name)}{'Credentials' if is_basic else 'Secret'}"


def _word(scheme: Mapping[str, Json]) -> str:
    written = str(scheme.get("scheme") or "bearer")
    return written[:1].upper() + written[1:]


def _note(name: str, scheme: Mapping[str, Json]) -> str:
    if scheme.get("type") == "http" and _word(scheme) == "Basic":
        return f"the security scheme {name}: base64 of user:password"
    return f"the security scheme {name}: {scheme.get('type')}"
