"""Holds a document to the OpenAPI specification itself.

At every start the specification's JSON Schema is enough, compiled (3 ms). openapi-spec-validator,
whose schema it is, takes a fifth of a second to import; ``check`` asks it too. ``jsonschema`` explains
what is wrong, and is imported when something is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs

from mock_platform.engine.anatomy import everything
from mock_platform.engine.documents import Document
from mock_platform.engine.findings import ERROR, INFO, WARNING, Finding
from mock_platform.engine.pointers import join
from mock_platform.engine.unfolding import MOST as MOST_UNFOLDED
from mock_platform.engine.unfolding import unfolded
from mock_platform.engine.vocabulary import did_you_mean
from mock_platform.shared.contracts import Json

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_LONGEST = 200
_VALIDATORS = {
    "2.0": "OpenAPIV2SpecValidator",
    "3.0": "OpenAPIV30SpecValidator",
    "3.1": "OpenAPIV31SpecValidator",
    "3.2": "OpenAPIV32SpecValidator",
}

_TOLD_BETTER = frozenset(("UnresolvableParameterError", "DuplicateOperationIDError"))
"""What ``engine.lint`` finds too, with its place."""

_ENDLESS = "openapi-spec-validator does not come to an end with these schemas; it was not asked"


def version_of(document: Document) -> str:
    """Return the line of versions that the document says it is of: ``3.0``; empty when none."""
    root = document.root
    written = str(root.get("openapi") or root.get("swagger") or "")
    return next(
        (known for known in _VALIDATORS if re.fullmatch(rf"{known}(?:[.-].*)?", written)), ""
    )


def refused_version(document: Document) -> tuple[Finding, ...]:
    """Tell why the document is none that can be served."""
    if version_of(document):
        return ()
    root = document.root
    written = root.get("openapi") or root.get("swagger") or root.get("swaggerVersion")
    if written is None and isinstance(root.get("paths"), dict):
        told = "this does not say which version of OpenAPI it is; it is taken for 3.0"
        return (Finding(level=WARNING, message=told, remedy="begin with `openapi: 3.0.4`"),)
    told = f"this is OpenAPI {written}" if written else "this does not say what it is"
    remedy = f"OpenAPI {', '.join(_VALIDATORS)} are served: begin with `openapi: 3.0.4`"
    return (Finding(pointer="/openapi", message=told, remedy=remedy),)


def structure_findings(document: Document) -> tuple[Finding, ...]:
    """Tell why the document is not one of OpenAPI."""
    version = version_of(document)
    if not version:
        return tuple(replace(one, level=ERROR) for one in refused_version(document))
    specification = _specification(version)
    if jsonschema_rs.validator_for(specification).is_valid(document.root):
        return ()
    from jsonschema.validators import validator_for

    draft = validator_for(specification)
    errors = draft(specification).iter_errors(document.root)
    found = [finding for error in errors for finding in _explained(error)]
    return tuple(dict.fromkeys(found)) or (Finding(message="this is not OpenAPI"),)


def schema_findings(document: Document) -> Iterator[Finding]:
    """Yield what is no JSON Schema in a document of 3.1 or later; 3.0's structure says it itself."""
    if document.dialect == "3.0":
        return
    from jsonschema import Draft202012Validator

    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    checked = "#"
    for pointer, node, kind in everything(document.root, "document"):
        if kind != "schemas" or pointer.startswith(f"{checked}/"):
            continue
        checked = pointer  # with everything inside it
        named = isinstance(node, dict) and "$schema" in node  # what is unknown would be fetched
        bare = {k: v for k, v in node.items() if k != "$schema"} if named else node
        if not jsonschema_rs.meta.is_valid(bare):
            for error in meta.iter_errors(node):
                place = pointer + join(*error.absolute_path)
                yield Finding(pointer=place, message=f"this is no schema: {_short(error.message)}")


def validator_findings(document: Document) -> Iterator[Finding]:
    """Yield what openapi-spec-validator finds in a document whose structure is sound."""
    import openapi_spec_validator
    from referencing.exceptions import Unresolvable

    if unfolded(document.root) >= MOST_UNFOLDED:
        yield Finding(level=INFO, message=_ENDLESS)
        return
    validator = getattr(openapi_spec_validator, _VALIDATORS[version_of(document)])
    schemas = [node for _, node, kind in everything(document.root, "document") if kind == "schemas"]
    try:
        errors = [*validator(document.root).iter_errors()]
    except RecursionError:  # it goes as deep as schemas lead to one another
        yield Finding(level=INFO, message=_ENDLESS)
        return
    except Unresolvable as gave_up:
        yield Finding(message=f"{gave_up.ref!r} leads nowhere", remedy="correct the reference")
        return
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as gave_up:
        # A reference to the wrong thing, or a number of thousands of digits in a pattern.
        told = f"openapi-spec-validator cannot read this: {gave_up!r:.100}"
        yield Finding(message=told, remedy="mend what else is told")
        return
    for error in errors:
        # Broken defaults are found by engine.example_checks, which knows their place.
        if type(error).__name__ not in _TOLD_BETTER and error.schema not in schemas:
            yield Finding(pointer=join(*error.absolute_path), message=_short(error.message))


def _specification(version: str) -> Json:
    """Read the schema that openapi-spec-validator carries, without importing it."""
    package = find_spec("openapi_spec_validator")
    if package is None or package.origin is None:
        raise FileNotFoundError("openapi-spec-validator is not installed")
    schema = Path(package.origin).parent / f"resources/schemas/v{version}/schema.json"
    return json.loads(schema.read_text("utf-8"))


def _explained(error: ValidationError) -> Iterator[Finding]:
    """Tell the reason that got furthest of all the reasons why no alternative fits.

    Nearly everything may also be a ``$ref``; that it is none is no reason.
    """
    alternatives = [error]
    while reasons := [e for e in error.context or () if e.validator_value != ["$ref"]]:
        error, alternatives = max(reasons, key=_progress), reasons
    place = join(*error.absolute_path)
    rule: Json = error.validator
    if rule in {"additionalProperties", "unevaluatedProperties"}:
        yield from _unknown_keys(error, place)
    elif _lacks_quotes(error):
        told = f"{error.instance!r} is not of type 'string'"
        yield Finding(pointer=place, message=told, remedy=f"quote it: '{error.instance}'")
    elif rule == "type" and error.instance is None:
        told = f"nothing stands here; it must be of type {error.validator_value!r}"
        yield Finding(pointer=place, message=told)
    elif rule == "enum":
        same = [e for e in alternatives if e.validator == rule and e.path == error.path]
        allowed: list[Json] = [str(value) for e in same for value in _listed(e)]
        told = f"{error.instance!r} is none of {', '.join(allowed)}"
        yield Finding(
            pointer=place, message=told, remedy=did_you_mean(str(error.instance), allowed)
        )
    else:
        yield Finding(pointer=place, message=_short(error.message))


def _lacks_quotes(error: ValidationError) -> bool:
    """Tell whether YAML reads a number or a date where a text is meant, as in ``version: 1.0``."""
    if type(error.instance) not in {int, float, bool}:
        return False
    if error.validator == "enum":
        return str(error.instance) in _listed(error)
    return error.validator == "type" and error.validator_value == "string"


def _progress(error: ValidationError) -> tuple[int, bool]:
    return len(error.absolute_path), error.validator != "required"


def _listed(error: ValidationError) -> list[Json]:
    values: Json = error.validator_value
    return list(values)


def _unknown_keys(error: ValidationError, place: str) -> Iterator[Finding]:
    schema: Json = error.schema
    instance: Json = error.instance
    known = list(schema.get("properties", {}))
    is_named = error.validator == "unevaluatedProperties"  # others may be known further in
    for key in instance:
        unknown = repr(key) in error.message if is_named else key not in known
        if unknown and not key.startswith("x-"):
            remedy = did_you_mean(key, known)
            yield Finding(
                pointer=place + join(key), message=f"{key!r} is unknown here", remedy=remedy
            )


def _short(message: str) -> str:
    first = message.partition("\n")[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]} …"
