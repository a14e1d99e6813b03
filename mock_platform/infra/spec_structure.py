"""Holds a document to the OpenAPI specification itself.

At every start the specification's JSON Schema is enough, compiled (3 ms). openapi-spec-validator
takes a fifth of a second to import; it is asked for the reasons once something is wrong, and by
``check``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import jsonschema_rs
from jsonschema.exceptions import ValidationError

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding
from mock_platform.engine.pointers import join
from mock_platform.shared.contracts import Json

SUPPORTED = "3.0"

_TOLD_BETTER = frozenset(
    ("ExtraParametersError", "UnresolvableParameterError", "DuplicateOperationIDError")
)
"""What ``engine.lint`` finds too, with its place."""


def structure_findings(document: Document) -> tuple[Finding, ...]:
    """Tell why the document is not one of OpenAPI."""
    version = document.root.get("openapi")
    if not isinstance(version, str) or not version.startswith(f"{SUPPORTED}."):
        written = document.root.get("swagger", version)
        told = f"this is OpenAPI {written}" if written else "this does not say what it is"
        return (Finding(pointer="/openapi", message=told, remedy="begin with `openapi: 3.0.4`"),)
    if jsonschema_rs.validator_for(_specification()).is_valid(document.root):
        return ()
    return tuple(validator_findings(document)) or (
        Finding(message="this breaks the JSON Schema of OpenAPI 3.0"),
    )


def validator_findings(document: Document) -> Iterator[Finding]:
    """Yield what openapi-spec-validator finds, with the most telling reason of each."""
    from openapi_spec_validator import OpenAPIV30SpecValidator

    for error in OpenAPIV30SpecValidator(document.root).iter_errors():
        if type(error).__name__ not in _TOLD_BETTER:
            reason = _deepest(error)
            yield Finding(pointer=join(*reason.absolute_path), message=_short(reason.message))


def _specification() -> Json:
    """Read the schema that openapi-spec-validator carries, without importing it."""
    package = find_spec("openapi_spec_validator")
    if package is None or package.origin is None:
        raise FileNotFoundError("openapi-spec-validator is not installed")
    schema = Path(package.origin).parent / f"resources/schemas/v{SUPPORTED}/schema.json"
    return json.loads(schema.read_text("utf-8"))


def _deepest(error: ValidationError) -> ValidationError:
    """Of all the reasons why no alternative fits, return the one that got furthest.

    Nearly everything may also be a ``$ref``; that it is none is no reason.
    """
    while reasons := [e for e in error.context or () if e.validator_value != ["$ref"]]:
        error = max(reasons, key=_progress)
    return error


def _progress(error: ValidationError) -> tuple[int, bool]:
    return len(error.absolute_path), error.validator != "required"


def _short(message: str, longest: int = 200) -> str:
    return message if len(message) <= longest else f"{message[:longest]} …"
