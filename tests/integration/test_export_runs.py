"""An exported script runs as it stands: every request is answered as the contract says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mock_platform.bootstrap.exporting import export_spec
from mock_platform.engine.exporting.planning import plan
from mock_platform.infra.spec_files import load
from mock_platform.infra.spec_home import specs_dir
from tests.integration.platform_process import Platform, running

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
security: [{key: []}]
paths:
  /shops/{shopId}/goods:
    parameters: [{$ref: '#/components/parameters/ShopId'}]
    post:
      operationId: addGood
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Good'}}}}
      responses: {'201': {description: Added, content: {application/json: {schema: {$ref: '#/components/schemas/Good'}}}}}
  /shops/{shopId}/goods/{goodId}:
    parameters:
      - {$ref: '#/components/parameters/ShopId'}
      - {name: goodId, in: path, required: true, schema: {type: string}}
    get:
      operationId: getGood
      responses:
        '200': {description: It, content: {application/json: {schema: {$ref: '#/components/schemas/Good'}}}}
        '404': {description: None}
    delete: {operationId: dropGood, responses: {'204': {description: Gone}, '404': {description: None}}}
  /shops:
    post:
      operationId: openShop
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [name], properties: {name: {type: string}}}
            example: {name: "O'Tea $HOME `id`"}
      responses:
        '201':
          description: Open
          content: {application/json: {schema: {type: object, required: [id, name], properties: {id: {type: string}, name: {type: string}}}}}
  /search:
    get:
      operationId: search
      parameters: [{name: q, in: query, required: true, schema: {type: string}, example: a b&c}]
      responses: {'200': {description: Found, content: {application/json: {schema: {type: array, items: {type: string}}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  parameters: {ShopId: {name: shopId, in: path, required: true, schema: {type: string}}}
  schemas:
    Good: {type: object, required: [id, name], properties: {id: {type: string}, name: {type: string}}}
"""


def answered(spec: Path, platform: Platform, **variables: str) -> dict[str, int]:
    """Run the exported script; return the status that each request was answered with."""
    script = export_spec(spec, "curl", platform.url)
    ended = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = (line.split() for line in ended.stdout.splitlines())
    return {name: int(status) for name, status in lines}


def undocumented(spec: Path, statuses: dict[str, int]) -> dict[str, int]:
    """The requests that were answered as the contract does not say."""
    told = {step.name: step.statuses for step in plan(load(spec)).steps}
    assert told.keys() == statuses.keys()
    return {
        name: status
        for name, status in statuses.items()
        if str(status) not in told[name] and f"{status // 100}XX" not in told[name]
    }


@pytest.mark.parametrize("service", ["order-service", "callback-server"])
def test_every_line_of_our_own_scripts_gets_a_documented_answer(service: str) -> None:
    spec = specs_dir() / f"{service}.spec.yaml"

    with running("up") as platform:
        statuses = answered(spec, platform)

    assert undocumented(spec, statuses) == {}
    refused = {name: status for name, status in statuses.items() if status >= 300}
    unsigned = {"receiveCallback_paid": 401, "receiveCallback_born": 401}
    assert refused == (unsigned if service == "callback-server" else {})


def test_any_document_s_script_gives_ids_from_answer_to_request(tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SHOP)

    with running("serve", str(spec), "--stateful") as platform:
        statuses = answered(spec, platform, KEY_SECRET="abc")

    assert statuses == {
        "openShop": 201,
        "addGood": 201,
        "search": 200,
        "getGood": 200,
        "dropGood": 204,
    }
