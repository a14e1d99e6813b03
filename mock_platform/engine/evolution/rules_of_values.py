"""The rules for what a value may be: types, values, bounds, patterns, formats, conditions."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.terms import (
    BREAKING,
    Pair,
    Rule,
    in_both,
)
from mock_platform.engine.evolution.verdicts import (
    LESS_TAKEN,
    MORE_COMES,
    MORE_TAKEN,
    NARROWED,
    OTHER_COMES,
    UNCLEAR,
    VALIDATION,
    WIDENED,
)

_PAIRS: Final[tuple[Pair, ...]] = (
    (
        "type-narrowed",
        "fewer types are allowed, or `integer` instead of `number`",
        f"{VALIDATION} §6.1.1; oasdiff: request-property-type-changed; Specmatic: value types",
        *NARROWED,
    ),
    (
        "type-widened",
        "more types are allowed, or `number` instead of `integer`",
        f"{VALIDATION} §6.1.1; oasdiff: request-property-type-generalized, response-property-type-changed",
        MORE_TAKEN,
        OTHER_COMES,
    ),
    (
        "type-changed",
        "the type is another one",
        f"{VALIDATION} §6.1.1; oasdiff: request-/response-property-type-changed; Specmatic: value types",
        LESS_TAKEN,
        OTHER_COMES,
    ),
    (
        "null-refused",
        "`null` is no longer allowed",
        "OpenAPI 3.0 Schema Object (nullable); oasdiff: request-/response-property-became-not-nullable; Specmatic: non-nullable keys",
        *NARROWED,
    ),
    (
        "null-allowed",
        "`null` is allowed now",
        "OpenAPI 3.0 Schema Object (nullable); oasdiff: request-/response-property-became-nullable; Specmatic: nullable keys",
        MORE_TAKEN,
        (
            BREAKING,
            "Where a value always was, `null` may be.",
            "Leave the property out instead, if it was optional; otherwise add another one.",
        ),
    ),
    (
        "enum-value-removed",
        "a value of an `enum` is gone",
        f"{VALIDATION} §6.1.2; oasdiff: request-/response-property-enum-value-removed",
        *NARROWED,
    ),
    (
        "enum-value-added",
        "an `enum` has a new value",
        f"{VALIDATION} §6.1.2; oasdiff: request-property-enum-value-added, response-property-enum-value-added (theirs breaks)",
        *WIDENED,
    ),
    (
        "values-exchanged",
        "of the values of an `enum` or `const` none is left",
        f"{VALIDATION} §6.1.2-3; oasdiff: request-body-const-changed",
        LESS_TAKEN,
        OTHER_COMES,
    ),
    (
        "enum-set",
        "an `enum` or `const` where any value was allowed",
        f"{VALIDATION} §6.1.2-3; oasdiff: request-property-became-enum",
        *NARROWED,
    ),
    (
        "enum-lifted",
        "any value where an `enum` or `const` was",
        f"{VALIDATION} §6.1.2-3; oasdiff: request-body-const-removed",
        *WIDENED,
    ),
    (
        "bound-set",
        "a bound of number, length, items or members where none was",
        f"{VALIDATION} §6.2-6.5; oasdiff: request-property-max-set, request-property-min-items-set",
        *NARROWED,
    ),
    (
        "bound-lifted",
        "a bound of number, length, items or members is gone",
        f"{VALIDATION} §6.2-6.5; oasdiff: response-property-max-length-unset",
        *WIDENED,
    ),
    (
        "bound-tightened",
        "a bound leaves less room",
        f"{VALIDATION} §6.2-6.5; oasdiff: request-property-max-decreased, request-property-min-length-increased",
        *NARROWED,
    ),
    (
        "bound-loosened",
        "a bound leaves more room",
        f"{VALIDATION} §6.2-6.5; oasdiff: request-property-max-increased, response-property-max-increased",
        *WIDENED,
    ),
    (
        "multiple-tightened",
        "`multipleOf` is new, or a multiple of the old one",
        f"{VALIDATION} §6.2.1",
        *NARROWED,
    ),
    (
        "multiple-loosened",
        "`multipleOf` is gone, or divides the old one",
        f"{VALIDATION} §6.2.1",
        *WIDENED,
    ),
    (
        "multiple-changed",
        "`multipleOf` is another one",
        f"{VALIDATION} §6.2.1",
        LESS_TAKEN,
        MORE_COMES,
    ),
    (
        "pattern-set",
        "a `pattern` where none was",
        f"{VALIDATION} §6.3.3; oasdiff: request-/response-property-pattern-added",
        *NARROWED,
    ),
    (
        "pattern-lifted",
        "a `pattern` is gone",
        f"{VALIDATION} §6.3.3; oasdiff: request-/response-property-pattern-removed",
        *WIDENED,
    ),
    (
        "pattern-changed",
        "a `pattern` is another one",
        f"{VALIDATION} §6.3.3; oasdiff: request-/response-property-pattern-changed",
        UNCLEAR,
        UNCLEAR,
    ),
    (
        "format-narrowed",
        "a `format` is new, or has less room (`int32` after `int64`)",
        "OpenAPI 3.1 §Data Type Format; oasdiff: request-property-type-changed",
        *NARROWED,
    ),
    (
        "format-widened",
        "a `format` is gone, or has more room (`int64` after `int32`)",
        "OpenAPI 3.1 §Data Type Format; oasdiff: request-property-type-generalized",
        *WIDENED,
    ),
    (
        "format-changed",
        "a `format` is another one",
        "OpenAPI 3.1 §Data Type Format; oasdiff: request-/response-property-type-changed",
        LESS_TAKEN,
        OTHER_COMES,
    ),
    (
        "unique-set",
        "items must differ from one another now",
        f"{VALIDATION} §6.4.3",
        *NARROWED,
    ),
    (
        "unique-lifted",
        "items need not differ from one another any more",
        f"{VALIDATION} §6.4.3",
        *WIDENED,
    ),
    (
        "condition-set",
        "a condition that is new: `not`, `if`, `contains`, `dependentRequired`, `propertyNames` …",
        "JSON Schema Core §10.2-10.3, §11",
        *NARROWED,
    ),
    (
        "condition-lifted",
        "such a condition is gone",
        "JSON Schema Core §10.2-10.3, §11",
        *WIDENED,
    ),
    (
        "condition-changed",
        "such a condition is another one",
        "JSON Schema Core §10.2-10.3, §11",
        UNCLEAR,
        UNCLEAR,
    ),
)

VALUE_RULES: Final[tuple[Rule, ...]] = (*in_both(_PAIRS),)
