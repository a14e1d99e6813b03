"""The documentation is served by every mode, leads nowhere in vain, and loads nothing from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests

from tests.integration.platform_process import PATIENCE_S, Platform, running
from tests.unit.documentation.page_reading import read

SEAL = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
PETS = {
    "swagger": "2.0",
    "info": {"title": "Pets & <friends>", "version": "7"},
    "basePath": "/api",
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "pets/get-one",
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
                "responses": {"200": {"description": "A pet."}},
            }
        }
    },
}


def got(platform: Platform, path: str, **how: str) -> requests.Response:
    url = urljoin(platform.url, path)
    return platform.session.get(url, timeout=PATIENCE_S, headers=how)


def crawled(platform: Platform, start: str) -> dict[str, requests.Response]:
    """Follow every link below ``/docs/``, and look once at what is elsewhere on the platform."""
    found: dict[str, requests.Response] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = found[path] = got(platform, path)
        is_page = answer.headers["content-type"].startswith("text/html")
        if not is_page or not urlsplit(path).path.startswith("/docs/") or "/try/" in path:
            continue
        for link in read(answer.text).links:
            there = urldefrag(urljoin(urljoin(platform.url, path), link)).url
            if there.startswith(platform.url):
                waiting.append(there.removeprefix(platform.url))
    return found


@pytest.mark.parametrize(
    ("mode", "titles"),
    [
        ("up", ["Order service", "Callback server"]),
        ("order-service", ["Order service"]),
        ("callback-server", ["Callback server"]),
    ],
)
def test_each_mode_documents_what_it_serves(mode: str, titles: list[str]) -> None:
    with running(mode) as platform:
        found = crawled(platform, "/docs/")

    broken = {path: one.status_code for path, one in found.items() if one.status_code != 200}
    assert broken == {}
    home = found["/docs/"].text
    assert [title for title in ("Order service", "Callback server") if title in home] == titles
    assert "/docs/errors" in found
    assert any(path.startswith("/docs/try/?urls.primaryName=") for path in found)
    assert "/specs/callback-server.yaml" in found or "Callback server" not in titles
    assert found["/console/"].headers["content-type"].startswith("text/html")
    assert found["/docs/"].headers["content-security-policy"] == SEAL


def test_any_document_is_documented(tmp_path: Path) -> None:
    spec = tmp_path / "my pets.json"
    spec.write_text(json.dumps(PETS))
    with running("serve", str(spec)) as platform:
        found = crawled(platform, "/docs/")
        page = got(platform, "/docs/my-pets/operations/pets-get-one")

    assert {one.status_code for one in found.values()} == {200}
    assert "Pets &amp; &lt;friends&gt;" in found["/docs/my-pets/"].text
    assert f"curl -i {platform.url}/api/pets/0" in page.text
    assert 'href="../../try/?urls.primaryName=my%20pets#/default"' in page.text
    assert "BODY_INVALID" in found["/docs/errors"].text


def test_a_saved_spec_is_documented_at_once(tmp_path: Path) -> None:
    spec = tmp_path / "pets.json"
    spec.write_text(json.dumps(PETS))
    with running("serve", str(spec)) as platform:
        before = got(platform, "/docs/pets/")
        spec.write_text(json.dumps({**PETS, "info": {"title": "Cats", "version": "8"}}))
        platform.logged("contract.reloaded")
        after = got(platform, "/docs/pets/", **{"If-None-Match": before.headers["ETag"]})

    assert ("<h1>Pets" in before.text, after.status_code) == (True, 200)
    assert "<h1>Cats" in after.text


def test_pages_are_kept_by_browsers_and_refuse_what_is_no_page() -> None:
    with running("order-service") as platform:
        first = got(platform, "/docs/order-service/")
        again = got(platform, "/docs/order-service/", **{"If-None-Match": first.headers["ETag"]})
        lost = [
            got(platform, path)
            for path in ("/docs/nothing", "/docs/assets/nothing.css", "/docs/order-service/states/")
        ]
        strange = got(platform, "/docs/order-service/operations/payOrder", Host='a"b<c>')
        posted = platform.session.post(f"{platform.url}/docs/", timeout=PATIENCE_S)

    assert (again.status_code, again.content) == (304, b"")
    assert [one.json()["code"] for one in lost] == ["PATH_UNKNOWN"] * 3
    assert posted.status_code == 405
    assert "<c>" not in strange.text
