"""Answers the operations of one family: what is asked goes to the service, what comes back is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl, quote

from mock_platform.domain.patches import json_patched, merge_patched
from mock_platform.domain.resources import Resource, ResourceService
from mock_platform.engine.bindings import Handler, python_name
from mock_platform.engine.documented_statuses import key_documenting
from mock_platform.engine.examples import least
from mock_platform.engine.resources.authoring import Author
from mock_platform.engine.resources.families import Family, Part, seed_of
from mock_platform.engine.resources.fitting import Fitting
from mock_platform.engine.resources.identities import put, value_at
from mock_platform.engine.resources.listing import listed
from mock_platform.engine.resources.marks import Role
from mock_platform.engine.resources.names import same, squashed
from mock_platform.engine.resources.new_ids import invented, is_possible
from mock_platform.engine.resources.plain_json import storable, text_of
from mock_platform.engine.resources.surroundings import header_value
from mock_platform.shared.contracts import Call, IdSource, Json, Reply
from mock_platform.shared.errors import BodyInvalid, PreconditionFailed, ResourceNotFound

_NOT_CHOSEN = frozenset({"", "0", "null", "string"})
"""Ids that tools fill in where nobody has chosen one."""

_GONE = frozenset({"deleted", "success", "ok", "removed", "isdeleted", "acknowledged"})
_SAID_BY_THE_API = frozenset({"x-trace-id", "content-type", "etag"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where one family's requests are answered."""

    family: Family
    service: ResourceService
    fitting: Fitting
    author: Author
    new_id: IdSource

    def handler(self, part: Part) -> Handler:
        """Return the function that answers an operation."""
        return partial(_answered, self, _ANSWERS[part.role], part)

    # One resource --------------------------------------------------------------------------------

    def create(self, part: Part, call: Call, body: Json, parameters: Mapping[str, Json]) -> Reply:
        sent = self._sent(part, body)
        new = self._created(part, parameters, sent, self._chosen(sent))
        return self._shown(part, new, part.status, f"{call.path.rstrip('/')}/{_quoted(new)}")

    def _chosen(self, sent: Json) -> str | None:
        """Return the id that the client has chosen, None if it has not, or cannot."""
        identity = self.family.identity
        chosen = text_of(identity.of(sent))
        if identity.is_given or chosen in _NOT_CHOSEN:
            return None
        return chosen if is_possible(chosen, identity, self.fitting) else None

    def read(self, part: Part, _call: Call, _body: Json, parameters: Mapping[str, Json]) -> Reply:
        parents, name = self._address(part, parameters, None)
        return self._shown(part, self.service.get(self.family.name, parents, name), part.status)

    def replace(self, part: Part, call: Call, body: Json, parameters: Mapping[str, Json]) -> Reply:
        sent = self._sent(part, body)
        parents, name = self._address(part, parameters, sent)
        if self.family.has_tags and ("if-none-match", "*") in call.headers:
            self._refuse_known(parents, name)
        become = partial(_replaced, self.author, sent)
        try:
            changed = self.service.change(
                self.family.name, parents, name, become=become, expected=self._expected(call)
            )
        except ResourceNotFound:
            if not self.family.is_put or part.key is None:
                raise
            if not is_possible(name, self.family.identity, self.fitting):
                raise  # /pets/abc, where ids are numbers
            if self.family.has_tags and any(line == "if-match" for line, _ in call.headers):
                raise PreconditionFailed(f"{name!r} is not there, so it has no version") from None
            new = self._created(part, parameters, sent, name)
            created = str(HTTPStatus.CREATED.value) in part.operation.responses
            return self._shown(part, new, HTTPStatus.CREATED if created else part.status, call.path)
        return self._shown(part, changed, part.status, call.path)

    def patch(self, part: Part, call: Call, body: Json, parameters: Mapping[str, Json]) -> Reply:
        kind = next((value for name, value in call.headers if name == "content-type"), "")
        is_json_patch = kind.startswith("application/json-patch+json")
        sent = {} if is_json_patch else self._sent(part, body) | self._said(part, call, parameters)
        parents, name = self._address(part, parameters, sent)
        place = part.sent.path if part.sent is not None else ()
        # To JSON, null may be a value; to a merge patch it is the word for "none".
        keeps_null = not kind.startswith("application/merge-patch+json")
        promised = self._promised(part)

        def become(old: Resource) -> Json:
            if is_json_patch:
                return self.author.patched(old, json_patched(old.body, body), (), ())
            patched = merge_patched(old.body, sent) | self._nulls(sent, keeps_null=keeps_null)
            return self.author.patched(old, patched, place, promised)

        changed = self.service.change(
            self.family.name, parents, name, become=become, expected=self._expected(call)
        )
        return self._shown(part, changed, part.status)

    def _promised(self, part: Part) -> frozenset[str]:
        if part.sent is None:
            return frozenset()
        return frozenset(self.fitting.shapes.at(part.sent.item).properties)

    def _nulls(self, sent: Mapping[str, Json], *, keeps_null: bool) -> dict[str, Json]:
        shape, shapes = self.author.shape, self.fitting.shapes
        return {
            name: None
            for name, value in sent.items()
            if value is None
            and (kind := shapes.property(shape, name)) is not None
            and (kind.nullable or "null" in kind.types)
            and (keeps_null or name in shape.required)
        }

    def delete(self, part: Part, call: Call, _body: Json, parameters: Mapping[str, Json]) -> Reply:
        parents, name = self._address(part, parameters, None)
        gone = self.service.delete(self.family.name, parents, name, expected=self._expected(call))
        if part.answer is None:
            return self._reply(part, None, part.status)
        shape = self.fitting.shapes.at(part.answer.whole)
        told: dict[str, Json] = {}
        for one in shape.properties:
            kind = self.fitting.shapes.property(shape, one)
            if kind is not None and "boolean" in kind.types and squashed(one) in _GONE:
                told[one] = True
        gone = replace(gone, body={**gone.body, **told})
        return replace(self._shown(part, gone, part.status), version=None)

    # Many ----------------------------------------------------------------------------------------

    def list(self, part: Part, call: Call, _body: Json, parameters: Mapping[str, Json]) -> Reply:
        everything = self.service.all(self.family.name, self._parents(part, parameters))
        page = listed(self.family, part, self.fitting, everything, call=call, parameters=parameters)
        headers = {
            name: value
            for name in self._documented(part, part.status)
            if (value := header_value(name, page.around)) is not None
        }
        return self._reply(part, page.body, part.status, headers)

    # What is asked -------------------------------------------------------------------------------

    def _parents(self, part: Part, parameters: Mapping[str, Json]) -> tuple[str, ...]:
        return tuple(text_of(parameters[name]) for name in part.parents)

    def _address(
        self, part: Part, parameters: Mapping[str, Json], sent: Json
    ) -> tuple[tuple[str, ...], str]:
        named = self.family.identity.of(sent) if part.key is None else parameters[part.key]
        return self._parents(part, parameters), text_of(named)

    def _sent(self, part: Part, body: Json) -> dict[str, Json]:
        inside = body if part.sent is None else part.sent.inside(body)
        if inside is None and part.sent is not None and isinstance(body, dict):
            inside = body  # a client that forgot the envelope, where the contract lets it
        return storable(inside) if isinstance(inside, dict) else {}

    def _said(self, part: Part, call: Call, parameters: Mapping[str, Json]) -> dict[str, Json]:
        """Return what a change says in its query (as Petstore's does), where it has no body."""
        if part.operation.body is not None:
            return {}
        asked = {name for name, _ in parse_qsl(call.query, keep_blank_values=True)}
        said: dict[str, Json] = {}
        for one in part.operation.parameters:
            found = same(one.name, self.author.shape.properties)
            if one.location == "query" and one.name in asked and found is not None:
                said[found] = parameters.get(python_name(one.name))
        return said

    def _expected(self, call: Call) -> frozenset[int] | None:
        return call.expected_versions if self.family.has_tags else None

    def _refuse_known(self, parents: tuple[str, ...], name: str) -> None:
        try:
            known = self.service.get(self.family.name, parents, name)
        except ResourceNotFound:
            return
        raise PreconditionFailed(f"{name!r} is there already", version=known.version)

    def _created(
        self, part: Part, parameters: Mapping[str, Json], sent: Json, wanted: str | None
    ) -> Resource:
        parents = self._parents(part, parameters)
        return self.service.create(
            self.family.name,
            parents,
            wanted=wanted,
            invent=lambda number: invented(
                self.family.identity, self.fitting, self.new_id, number, sent
            ),
            make=lambda name: self.author.new(sent, name, parents),
        )

    # What is answered ----------------------------------------------------------------------------

    def _shown(self, part: Part, one: Resource, status: int, location: str | None = None) -> Reply:
        headers = {
            name: location
            for name in self._documented(part, status)
            if name.lower() == "location" and location is not None
        }
        reply = self._reply(part, self._body(part, one), status, headers)
        return replace(reply, version=one.version) if self.family.has_tags else reply

    def _body(self, part: Part, one: Resource) -> Json:
        answer = part.answer
        if answer is None:
            return None
        path, shown = self.family.identity.path, one.body
        shapes = self.fitting.shapes
        if shapes.at(answer.item).is_scalar:
            shown, path = value_at(shapes, answer.item, (), one.name), ()
        elif not path or path[0] not in shapes.at(answer.item).properties:
            path = part.shown_id or path
        if path and path == part.shown_id:
            # {"petId": "7"} where the pet itself has the number 7 as its "id".
            shown = put(shown, path, value_at(shapes, answer.item, path, one.name))
        first = answer.path[0] if answer.path else (path[0] if path else None)
        body = put({}, answer.path, self.fitting.shown(shown, answer.item))
        return self.fitting.fitted(
            body, answer.whole, seed_of(self.family, one.name), example=part.example, first=first
        )

    def _reply(
        self, part: Part, body: Json, status: int, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answer, with a value for every header that the contract demands."""
        said = dict(headers or {})
        known = {name.lower() for name in said} | _SAID_BY_THE_API
        for name, header in self._documented(part, status).items():
            if header.get("required") and name.lower() not in known:
                root = self.fitting.shapes.root
                said[name] = text_of(header.get("example", least(header.get("schema", {}), root)))
        return Reply(status=status, body=body, headers=said)

    def _documented(self, part: Part, status: int) -> Mapping[str, Json]:
        responses = part.operation.responses
        key = key_documenting(responses, status)
        return {} if key is None else responses[key].headers


_Answer = Callable[[Desk, Part, Call, Json, Mapping[str, Json]], Reply]
_ANSWERS: Mapping[Role, _Answer] = {
    Role.CREATE: Desk.create,
    Role.LIST: Desk.list,
    Role.READ: Desk.read,
    Role.REPLACE: Desk.replace,
    Role.PATCH: Desk.patch,
    Role.DELETE: Desk.delete,
}


def _answered(
    desk: Desk,
    answer: _Answer,
    part: Part,
    /,
    call: Call,
    body: Json = None,
    **parameters: Json,
) -> Reply:
    try:
        return answer(desk, part, call, body, parameters)
    except RecursionError:
        raise BodyInvalid("it is nested too deeply to be kept") from None


def _replaced(author: Author, sent: Mapping[str, Json], old: Resource) -> Json:
    return author.replaced(old, sent)


def _quoted(one: Resource) -> str:
    return quote(one.name, safe="")
