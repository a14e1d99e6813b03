"""Several contracts on one port are one contract: nothing is lost, nothing is answered by two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mock_platform.engine.documents import Document, Origin
from mock_platform.engine.findings import SpecBroken
from mock_platform.engine.merging import merge
from mock_platform.engine.operations import operations
from mock_platform.infra import spec_files
from mock_platform.infra.spec_files import load_checked
from mock_platform.infra.spec_structure import structure_findings, validator_findings
from mock_platform.shared.contracts import Json

SPECS = Path(__file__).parents[3] / "specs"


def document(name: str, paths: Json, base: str = "/v1", **components: Json) -> Document:
    root = {
        "openapi": "3.0.4",
        "info": {"title": name, "version": "1", "description": f"About {name}."},
        "servers": [{"url": base}],
        "tags": [{"name": "all"}, {"name": name}],
        "paths": paths,
        "components": components,
    }
    return Document(name=name, root=root, origins={"": Origin(f"{name}.yaml", "")})


def got(name: str, **rest: Json) -> Json:
    return {"get": {"operationId": name, "responses": {"200": {"description": "ok"}}, **rest}}


def test_our_two_specs_are_one_valid_document() -> None:
    parts = [
        load_checked(SPECS / f"{name}.spec.yaml") for name in ("order-service", "callback-server")
    ]

    merged = spec_files.merged(parts, "platform")

    ids = {operation.id for part in parts for operation in operations(part)}
    assert {operation.id for operation in operations(merged)} == ids
    assert structure_findings(merged) == ()
    assert list(validator_findings(merged)) == []
    assert {operation.path.split("/")[1] for operation in operations(merged)} == {"v1"}
    assert merged.origin("/paths/~1health/get").file.endswith("shared-contracts.spec.yaml")
    assert merged.origin("/paths/~1orders/get").file.endswith("order-service.spec.yaml")


def test_the_whole_is_described_by_its_parts() -> None:
    merged = merge([document("a", {"/a": got("a")}), document("b", {"/b": got("b")})], "both")

    assert merged.name == "both"
    assert merged.root["info"]["title"] == "Mock Platform"
    assert "About a." in merged.root["info"]["description"]
    assert "About b." in merged.root["info"]["description"]
    assert [tag["name"] for tag in merged.root["tags"]] == ["all", "a", "b"]
    assert merged.root["servers"] == [{"url": "/v1"}]


def test_different_base_paths_move_into_the_paths() -> None:
    merged = merge(
        [document("a", {"/a": got("a")}), document("b", {"/b": got("b")}, "/v2")], "both"
    )

    assert [operation.path for operation in operations(merged)] == ["/v1/a", "/v2/b"]


def test_the_same_path_under_different_bases_is_no_conflict() -> None:
    merged = merge(
        [document("a", {"/x": got("a")}), document("b", {"/x": got("b")}, "/v2")], "both"
    )

    assert [operation.path for operation in operations(merged)] == ["/v1/x", "/v2/x"]


def test_components_of_one_name_are_kept_apart_unless_they_are_the_same() -> None:
    def part(name: str, kind: str) -> Document:
        body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
        schemas = {
            "Thing": {
                "properties": {"own": {"type": kind}, "x": {"$ref": "#/components/schemas/Same"}}
            },
            "Same": {"type": "string"},
            f"Unused{name}": {"type": kind},
        }
        return document(name, {f"/{name}": got(name, requestBody=body)}, schemas=schemas)

    merged = merge([part("a", "string"), part("b", "integer"), part("c", "string")], "all")

    assert sorted(merged.root["components"]["schemas"]) == [
        "Same",
        "Thing",
        "Thing2",
        "Unuseda",
        "Unusedb",
        "Unusedc",
    ]
    used = [
        merged.root["paths"][f"/{n}"]["get"]["requestBody"]["content"]["application/json"]["schema"]
        for n in "abc"
    ]
    assert [schema["$ref"].rpartition("/")[2] for schema in used] == ["Thing", "Thing2", "Thing"]
    assert merged.origin("/components/schemas/Thing2") == Origin(
        "b.yaml", "/components/schemas/Thing"
    )


def test_each_operation_keeps_the_security_of_its_own_document() -> None:
    a = document("a", {"/a": got("a"), "/open": got("open", security=[])})
    a.root["security"] = [{"key": []}]
    a.root["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "name": "k", "in": "header"}
    }

    merged = merge([a, document("b", {"/b": got("b")})], "both")

    assert {o.id: o.security for o in operations(merged)} == {
        "a": ({"key": ()},),
        "open": (),
        "b": (),
    }
    assert list(merged.root["components"]["securitySchemes"]) == ["key"]


def shared(name: str) -> Document:
    part = document(name, {"/health": got("getHealth"), f"/{name}": got(name)})
    origin = Origin("shared.yaml", "/paths/~1health")
    return Document(name=name, root=part.root, origins={**part.origins, "/paths/~1health": origin})


def test_a_path_that_both_borrowed_from_one_place_is_merged() -> None:
    merged = merge([shared("a"), shared("b")], "both")

    assert [operation.id for operation in operations(merged)] == ["getHealth", "a", "b"]
    assert merged.origin("/paths/~1health").file == "shared.yaml"


def other_scheme() -> Document:
    part = document("b", {"/b": got("b")})
    part.root["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "basic"}}
    return part


def first() -> Document:
    part = document("a", {"/things/{id}": got("a")})
    part.root["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return part


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (
            lambda: document("b", {"/things/{name}": got("b")}),
            "b.yaml: path /v1/things/{name} is also in a.yaml (rename one of them)",
        ),
        (
            lambda: document("b", {"/b": got("a")}),
            "b.yaml: operationId a is also in a.yaml (rename one of them)",
        ),
        (other_scheme, "b.yaml: security scheme key is also in a.yaml (rename one of them)"),
    ],
    ids=["path", "operationId", "security scheme"],
)
def test_what_two_documents_want_for_themselves_is_refused(
    second: Callable[[], Document], told: str
) -> None:
    with pytest.raises(SpecBroken) as refusal:
        merge([first(), second()], "both")

    assert str(refusal.value) == told
