"""Plans the requests of a contract: every operation, with every example, in an order that works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from mock_platform.engine.documents import Document
from mock_platform.engine.exporting.ordering import ordered, walk
from mock_platform.engine.exporting.plans import Blank, Capture, Field, Plan, Step, Text, Variable
from mock_platform.engine.exporting.promises import Promise, Promises, key_of, success_of
from mock_platform.engine.exporting.secrets import Secrets, camel_case
from mock_platform.engine.exporting.shown_values import Body, ShownValues, as_text
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.machines import machines
from mock_platform.engine.operations import Operation, Parameter, operations
from mock_platform.engine.verifying.journeys import birth_of

BASE = "baseUrl"
HERE = "http://127.0.0.1:8080"
"""Where the platform listens unless it is told otherwise."""


def plan(document: Document, base_url: str = "") -> Plan:
    """Plan a collection; ``base_url`` overrules what the document's first server says."""
    base = (base_url or _origin(document)).rstrip("/")
    listed = operations(document)
    first = _Planning(document=document, base=base, listed=listed, idle=frozenset())
    steps = [*first.steps()]
    used = set[str]().union(*(step.used for step in steps))
    idle = frozenset(
        (step.name, replace(one, variable=""))
        for step in steps
        for one in step.captures
        if one.variable not in used
    )
    planning = _Planning(document=document, base=base, listed=listed, idle=idle)
    steps = [*planning.steps()]  # without what nobody asked for the first time
    used = set[str]().union(*(step.used for step in steps))
    info = document.root.get("info") or {}
    variables = [planning.variables[name] for name in planning.variables if name in used | {BASE}]
    return Plan(
        title=str(info.get("title") or document.name),
        version=str(info.get("version") or ""),
        variables=variables,
        steps=steps,
    )


def _origin(document: Document) -> str:
    servers = document.root.get("servers") or [{}]
    url = urlsplit(str(servers[0].get("url") or ""))
    return f"{url.scheme}://{url.netloc}" if url.scheme and "{" not in url.netloc else HERE


@dataclass(slots=True, kw_only=True)
class _Planning:
    """One plan in the making."""

    document: Document
    base: str
    listed: Sequence[Operation]
    idle: frozenset[tuple[str, Capture]]
    """Steps, and what of their answers is of no use."""
    variables: dict[str, Variable] = field(default_factory=dict)
    bound: dict[str, Text] = field(default_factory=dict)
    """What is known so far, by what it is known by."""
    names: set[str] = field(default_factory=set)

    def steps(self) -> Iterator[Step]:
        """Yield the requests, in order."""
        self.variables[BASE] = Variable(name=BASE, value=self.base, note="where it is served")
        shown, promises = ShownValues(self.document), Promises(self.document, self.listed)
        secrets = Secrets(self.document.root)
        given = {operation.id: promises.of(operation) for operation in self.listed}
        needs = {
            operation.id: frozenset(
                key_of(operation, one) for one in operation.parameters if one.required
            )
            for operation in self.listed
        }
        gives = {
            name: frozenset(one.key for one in found if one.capture is not None)
            for name, found in given.items()
        }
        asked: set[str] = set()
        for operation in ordered(self.listed, needs, gives, self._walks()):
            bodies: Sequence[Body | None] = shown.bodies(operation) or [None]
            for body in bodies[:1] if operation.id in asked else bodies:
                yield self._step(operation, body, shown, secrets, given[operation.id])
            asked.add(operation.id)

    def _walks(self) -> Mapping[str, Sequence[str]]:
        try:
            found = machines(self.document)
        except SpecBroken:  # who checks the document tells
            return {}
        births = ((birth_of(one, self.listed, self.document.root), one) for _, one in found)
        known = {operation.id for operation in self.listed}
        return {
            birth: [name for name in walk(machine, birth) if name in known]
            for birth, machine in births
            if birth in known
        }

    def _step(
        self,
        operation: Operation,
        body: Body | None,
        shown: ShownValues,
        secrets: Secrets,
        given: Sequence[Promise],
    ) -> Step:
        fields = [(one, self._field(operation, one, shown)) for one in operation.parameters]
        query, headers = secrets.fields(operation)
        for blank, note in secrets.blanks(operation).items():
            self.variables.setdefault(blank, Variable(name=blank, value="", note=note))
        name = self._name(f"{operation.id} {body.name if body else ''}")
        return Step(
            name=name,
            operation=operation.id,
            title=_title(operation, body),
            note=str(operation.raw.get("description") or "").strip(),
            folder=str((operation.raw.get("tags") or [""])[0]),
            method=operation.method,
            path=_path(operation, fields),
            query=[*query, *(told for one, told in fields if one.location == "query")],
            headers=[*headers, *_headers(fields, body)],
            body=self._with_base(body.text) if body and not body.parts else None,
            parts=[Field(name=name, text=(text,)) for name, text in body.parts] if body else (),
            statuses=[*operation.responses],
            captures=self._captures(name, operation, given, shown),
            answers=[*shown.answers(operation)],
        )

    def _name(self, wished: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", wished).strip("_") or "request"
        name, number = plain, 1
        while name in self.names:
            number += 1
            name = f"{plain}_{number}"
        self.names.add(name)
        return name

    def _field(self, operation: Operation, parameter: Parameter, shown: ShownValues) -> Field:
        note = str(parameter.raw.get("description") or "").strip()
        value = as_text(shown.parameter(parameter))
        if not parameter.required:
            text: Text = (value,)
        else:
            key = key_of(operation, parameter)
            if key not in self.bound:
                self.bound[key] = (Blank(self._variable(parameter, value, note)),)
            text = self.bound[key]
        return Field(name=parameter.name, text=text, is_sent=parameter.required, note=note)

    def _variable(self, parameter: Parameter, value: str, note: str = "") -> str:
        wished = camel_case(parameter.name)
        name, number = wished, 1
        while name in self.variables:
            number += 1
            name = f"{wished}{number}"
        if parameter.location in {"path", "query"}:  # where a variable is put in as it is
            value = quote(value, safe=",")
        self.variables[name] = Variable(name=name, value=value, note=note.partition("\n")[0])
        return name

    def _with_base(self, text: str) -> Text:
        """What points at the platform itself, points at wherever it is served."""
        parts: list[str | Blank] = []
        for piece in text.split(HERE):
            parts += [Blank(BASE), piece]
        return tuple(part for part in parts[1:] if part != "")

    def _captures(
        self, step: str, operation: Operation, given: Sequence[Promise], shown: ShownValues
    ) -> list[Capture]:
        makes = operation.method == "POST" and success_of(operation) == "201"
        found: dict[tuple[str, str], Capture] = {}
        for promise in given:
            if promise.capture is None:
                own = [one for one in operation.parameters if one.name == promise.same_as]
                for parameter in own[:1]:
                    self.bound.setdefault(promise.key, self.bound[key_of(operation, parameter)])
            elif (step, promise.capture) in self.idle:
                continue
            elif makes or promise.key not in self.bound:
                source = promise.capture.header, promise.capture.pointer
                if source not in found:
                    value = as_text(shown.parameter(promise.parameter))
                    name = self._variable(promise.parameter, value)
                    found[source] = replace(promise.capture, variable=name)
                self.bound[promise.key] = (Blank(found[source].variable),)
        return [*found.values()]


def _title(operation: Operation, body: Body | None) -> str:
    summary = str(operation.raw.get("summary") or operation.id)
    example = body.title or body.name if body else ""
    return f"{summary}: {example}" if example else summary


def _headers(fields: Sequence[tuple[Parameter, Field]], body: Body | None) -> Iterator[Field]:
    for parameter, told in fields:
        if parameter.location == "header":
            yield told
        elif parameter.location == "cookie" and told.is_sent:
            yield replace(told, name="Cookie", text=(f"{parameter.name}=", *told.text))
    if body and not body.parts:
        yield Field(name="Content-Type", text=(body.media_type,))


def _path(operation: Operation, fields: Sequence[tuple[Parameter, Field]]) -> Text:
    texts = {one.name: told.text for one, told in fields if one.location == "path"}
    parts: list[str | Blank] = []
    for piece in re.split(r"(\{[^{}]*\})", operation.path):
        if piece.startswith("{"):
            parts += texts.get(piece[1:-1], ())
        elif piece:
            parts.append(quote(piece, safe="/:@!$&'()*+,;=~"))
    return tuple(parts)
