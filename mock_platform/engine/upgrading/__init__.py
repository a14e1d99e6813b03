"""Turns a document of Swagger 2.0 into one of OpenAPI 3.0 that means the same.

Its origins still lead to where everything was written. Whatever is wrong in the old document comes
along as it is; mending is somebody else's business. Schemas are changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mock_platform.engine.anatomy import METHODS, everything
from mock_platform.engine.documents import Document
from mock_platform.engine.pointers import join, of_ref, ref_of, to_ref
from mock_platform.engine.upgrading.bodies import Bodies
from mock_platform.engine.upgrading.moves import Moves, listed, mapped
from mock_platform.engine.upgrading.values import header, parameter, schema
from mock_platform.shared.contracts import Json

VERSION = "3.0.4"
_DROPPED = frozenset(
    {
        *("swagger", "host", "basePath", "schemes", "consumes", "produces"),
        *("definitions", "parameters", "responses", "securityDefinitions"),
    }
)
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


def upgrade(document: Document) -> Document:
    """Return the document as one of OpenAPI 3.0."""
    old, moves = document.root, Moves()
    bodies = Bodies(root=old, moves=moves, consumes=listed(old, "consumes", ()))
    answers = _Answers(moves, bodies, listed(old, "produces", ()))
    root: dict[str, Json] = {"openapi": VERSION, "servers": _servers(old)}
    root |= {key: value for key, value in old.items() if key not in _DROPPED}
    root["paths"] = {
        path: _path_item(answers, item, join("paths", path)) if isinstance(item, dict) else item
        for path, item in mapped(old, "paths").items()
    }
    root["components"] = _components(answers, old)
    origins = {moves.now(before): origin for before, origin in document.origins.items()}
    origins |= {new: document.origin(before) for new, before in moves.origins.items()}
    _redirect(root, moves)
    return Document(name=document.name, root=root, origins=origins)


class _Answers:
    """What it takes to upgrade operations: their bodies, and what answers are made of."""

    def __init__(self, moves: Moves, bodies: Bodies, produces: list[str]) -> None:
        self.moves = moves
        self.bodies = bodies
        self.produces = produces

    def upgraded(self, answer: Json, pointer: str, produces: list[str], before: str) -> Json:
        """Upgrade one answer: its schema and examples become those of each media type."""
        if not isinstance(answer, dict) or "$ref" in answer:
            return answer
        kept = {k: v for k, v in answer.items() if k not in {"schema", "examples", "headers"}}
        if isinstance(answer.get("headers"), dict):
            kept["headers"] = {name: header(one) for name, one in answer["headers"].items()}
            for name in kept["headers"]:
                place = join("headers", name)
                self.moves.within(pointer + place + "/schema", before + place)
        examples = answer.get("examples")
        examples = examples if isinstance(examples, dict) else {}
        described = answer.get("schema")
        types = dict.fromkeys((*(produces if described is not None else ()), *examples))
        if described is not None:
            described = schema(described)
            if not types:
                types = {"application/octet-stream" if _is_file(described) else _JSON: None}
        for media_type in types:
            media = kept.setdefault("content", {}).setdefault(media_type, {})
            place = pointer + join("content", media_type)
            if described is not None:
                media["schema"] = described
                self.moves.add(place + "/schema", before + "/schema")
            if media_type in examples:
                media["example"] = examples[media_type]
                self.moves.add(place + "/example", before + join("examples", media_type))
        return kept


_JSON = "application/json"


def _is_file(described: Json) -> bool:
    return isinstance(described, dict) and described.get("format") == "binary"


def _path_item(answers: _Answers, item: dict[str, Json], pointer: str) -> Json:
    shared = item.get("parameters")
    whole = {key: value for key, value in item.items() if key != "parameters"}
    around: list[tuple[Json, str]] = []
    if isinstance(shared, list):
        kept, around = _divided(answers, shared, pointer, pointer)
        whole["parameters"] = kept
    for method in METHODS:
        if isinstance(item.get(method), dict):
            whole[method] = _operation(answers, item[method], pointer + join(method), around)
    return whole


def _divided(
    answers: _Answers, written: list[Json], pointer: str, before: str
) -> tuple[list[Json], list[tuple[Json, str]]]:
    """Part the parameters that stay from those that become a body."""
    stay: list[Json] = []
    go: list[tuple[Json, str]] = []
    for index, one in enumerate(written):
        place = before + join("parameters", index)
        meant, where = answers.bodies.meant(one, place)
        if isinstance(meant, dict) and meant.get("in") in {"body", "formData"}:
            go.append((meant, where))
            continue
        new = pointer + join("parameters", len(stay))
        answers.moves.add(new, place)
        answers.moves.within(new + "/schema", place)
        stay.append(parameter(one))
    return stay, go


def _operation(
    answers: _Answers, old: dict[str, Json], pointer: str, around: list[tuple[Json, str]]
) -> Json:
    gone = {"parameters", "consumes", "produces", "schemes", "responses"}
    new = {key: value for key, value in old.items() if key not in gone}
    own: list[tuple[Json, str]] = []
    if isinstance(old.get("parameters"), list):
        new["parameters"], own = _divided(answers, old["parameters"], pointer, pointer)
    names = {(one.get("in"), one.get("name")) for one, _ in own}
    is_body = any(one.get("in") == "body" for one, _ in own)
    inherited = [
        (one, at)
        for one, at in around
        if (one.get("in"), one.get("name")) not in names and not (is_body and own)
    ]
    consumes = listed(old, "consumes", answers.bodies.consumes)
    if body := answers.bodies.body([*own, *inherited], pointer + "/requestBody", consumes):
        new["requestBody"] = body
    produces = listed(old, "produces", answers.produces)
    if isinstance(old.get("responses"), dict):
        new["responses"] = {
            status: answers.upgraded(one, pointer + at, produces, pointer + at)
            for status, one in old["responses"].items()
            for at in [join("responses", status)]
        }
    return new


def _components(answers: _Answers, old: dict[str, Json]) -> dict[str, Json]:
    upgraders: Mapping[str, tuple[str, Callable[[Json, str, str], Json]]] = {
        "definitions": ("schemas", lambda one, _new, _old: schema(one)),
        "parameters": ("parameters", lambda one, _new, _old: parameter(one)),
        "responses": (
            "responses",
            lambda one, new, before: answers.upgraded(one, new, answers.produces, before),
        ),
        "securityDefinitions": ("securitySchemes", lambda one, _new, _old: _scheme(one)),
    }
    components: dict[str, Json] = {}
    for key, (section, made) in upgraders.items():
        members = old.get(key)
        if isinstance(members, dict):
            answers.moves.add(join("components", section), join(key))
            components[section] = {
                name: made(one, join("components", section, name), join(key, name))
                for name, one in members.items()
                if not answers.bodies.becomes_body(key, one)
            }
        elif members is not None:
            components[section] = members
    for name in mapped(components, "parameters"):
        there = join("components", "parameters", name, "schema")
        answers.moves.within(there, join("parameters", name))
    return components


def _scheme(old: Json) -> Json:
    if not isinstance(old, dict):
        return old
    kind = old.get("type")
    described = {k: v for k, v in old.items() if k == "description" or k.startswith("x-")}
    if kind == "basic":
        return {"type": "http", "scheme": "basic", **described}
    if kind != "oauth2":
        return old
    flow = {k: old[k] for k in ("authorizationUrl", "tokenUrl") if k in old}
    flow["scopes"] = mapped(old, "scopes")
    name = str(old.get("flow", "implicit"))
    return {"type": "oauth2", "flows": {_FLOWS.get(name, name): flow}, **described}


def _servers(old: dict[str, Json]) -> list[Json]:
    base, host = old.get("basePath"), old.get("host")
    path = "/" + base.strip("/") if isinstance(base, str) else "/"
    if not isinstance(host, str) or not host:
        return [{"url": path}]
    schemes = listed(old, "schemes", ()) or ["https"]
    return [{"url": f"{scheme}://{host}{path.rstrip('/')}"} for scheme in schemes]


def _redirect(root: Json, moves: Moves) -> None:
    """Have every reference lead to where its target is now."""
    known: dict[str, str] = {}
    for _, node, _ in everything(root, "document"):
        ref = ref_of(node)
        if ref is not None and ref.startswith("#"):
            if ref not in known:
                known[ref] = to_ref(moves.now(of_ref(ref)))
            node["$ref"] = known[ref]
        if isinstance(node, dict) and isinstance(named := node.get("discriminator"), dict):
            for value, target in mapped(named, "mapping").items():
                if isinstance(target, str) and target.startswith("#"):
                    named["mapping"][value] = to_ref(moves.now(of_ref(target)))
