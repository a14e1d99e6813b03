"""The rules for what is called, and by whom: paths, servers, versions, security."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.terms import (
    ADDITIVE,
    BREAKING,
    CONTRACT,
    DOCS,
    REQUEST,
    RISKY,
    Row,
    Rule,
    in_one,
)

_KEEP = "Deprecate it, and keep it until the next major version."
_NO_MATTER = "Nobody needs to use it."
_MORE_TAKEN = "Whatever was taken is still taken."

_CONTRACT_ROWS: Final[tuple[Row, ...]] = (
    (
        "document-added",
        "the document was not there before",
        ADDITIVE,
        _NO_MATTER,
        "",
        "docs/evolution.md",
    ),
    (
        "document-removed",
        "the document is gone",
        BREAKING,
        "All of its operations are gone.",
        _KEEP,
        "OpenAPI 3.1 §Paths Object; oasdiff: api-path-removed-without-deprecation",
    ),
    (
        "operation-added",
        "a new operation",
        ADDITIVE,
        _NO_MATTER,
        "",
        "OpenAPI 3.1 §Paths Object; oasdiff: endpoint-added",
    ),
    (
        "operation-removed",
        "an operation is gone",
        BREAKING,
        "Who calls it gets 404 or 405, deprecated or not.",
        _KEEP,
        "OpenAPI 3.1 §Paths Object; oasdiff: api-removed-without-deprecation, api-path-removed-without-deprecation",
    ),
    (
        "operation-id-changed",
        "an operation has another `operationId`",
        RISKY,
        "Nothing changes on the wire; the functions of generated clients change their names.",
        "Keep the name.",
        "OpenAPI 3.1 §Operation Object; oasdiff: api-operation-id-removed",
    ),
    (
        "operation-deprecated",
        "an operation is `deprecated`",
        ADDITIVE,
        "It goes on as before; clients are told in time.",
        "",
        "OpenAPI 3.1 §Operation Object; oasdiff: endpoint-deprecated",
    ),
    (
        "operation-revived",
        "an operation is not `deprecated` any more",
        ADDITIVE,
        "It goes on as before.",
        "",
        "OpenAPI 3.1 §Operation Object; oasdiff: endpoint-reactivated",
    ),
    (
        "path-parameter-renamed",
        "a path parameter has another name in the same place",
        RISKY,
        "Nothing changes on the wire; generated clients and links name it.",
        "Keep the name.",
        "OpenAPI 3.1 §Path Templating: templates that differ in names only are identical",
    ),
    (
        "base-path-changed",
        "the path of the first server is another one",
        BREAKING,
        "Every URL is another one.",
        "Serve both paths; list the new one as a second server.",
        "OpenAPI 3.1 §Server Object",
    ),
    (
        "server-added",
        "a new server",
        ADDITIVE,
        _NO_MATTER,
        "",
        "OpenAPI 3.1 §Server Object",
    ),
    (
        "server-removed",
        "a server is gone",
        RISKY,
        "Clients may have been set up with it.",
        "Leave it, and redirect.",
        "OpenAPI 3.1 §Server Object",
    ),
    (
        "version-moved",
        "`info.version` is another one",
        DOCS,
        "It says how grave the other changes are.",
        "",
        "Semantic Versioning 2.0.0 §2-8",
    ),
    (
        "version-lowered",
        "`info.version` went backwards",
        RISKY,
        "Clients that compare versions take the new one for the older.",
        "Raise the version.",
        "Semantic Versioning 2.0.0 §11; oasdiff: api-version-decreased",
    ),
    (
        "docs-changed",
        "a title, summary, description, example or tag is another one",
        DOCS,
        "Only words changed.",
        "",
        "OpenAPI 3.1 §Rich Text Formatting; oasdiff: api-tag-added, api-tag-removed",
    ),
)

_SECURITY_ROWS: Final[tuple[Row, ...]] = (
    (
        "security-required",
        "credentials are asked for where none were",
        BREAKING,
        "Who sends none is refused.",
        "Ask for them in a new major version.",
        "OpenAPI 3.1 §Security Requirement Object; oasdiff: api-security-added",
    ),
    (
        "security-lifted",
        "no credentials are asked for any more",
        ADDITIVE,
        _MORE_TAKEN,
        "",
        "OpenAPI 3.1 §Security Requirement Object",
    ),
    (
        "security-alternative-added",
        "one more way to prove who one is",
        ADDITIVE,
        _MORE_TAKEN,
        "",
        "OpenAPI 3.1 §Security Requirement Object: one of them suffices; oasdiff: api-security-added",
    ),
    (
        "security-alternative-removed",
        "one way less to prove who one is",
        BREAKING,
        "Who uses it is refused.",
        "Take both for a while.",
        "OpenAPI 3.1 §Security Requirement Object; oasdiff: api-security-removed",
    ),
    (
        "security-scope-added",
        "a scheme or scope more is asked for",
        BREAKING,
        "Credentials that were enough are not any more.",
        "Ask for it for new operations only.",
        "OpenAPI 3.1 §Security Requirement Object: all of one are needed; oasdiff: api-security-scope-added",
    ),
    (
        "security-scope-removed",
        "a scheme or scope less is asked for",
        ADDITIVE,
        _MORE_TAKEN,
        "",
        "OpenAPI 3.1 §Security Requirement Object; oasdiff: api-security-scope-removed",
    ),
    (
        "security-scheme-changed",
        "a security scheme works another way: type, place, name or HTTP scheme",
        BREAKING,
        "Credentials sent as before are not found, or not understood.",
        "Add a new scheme beside it.",
        "OpenAPI 3.1 §Security Scheme Object; oasdiff: api-security-component-type-changed",
    ),
    (
        "security-source-changed",
        "credentials come from another URL, or a flow or scope is gone",
        RISKY,
        "Clients may have the URL or the scope built in.",
        "Redirect from the old URL; keep the scope.",
        "OpenAPI 3.1 §OAuth Flow Object; oasdiff: api-security-component-oauth-url-changed, api-security-component-oauth-scope-removed",
    ),
    (
        "security-source-added",
        "a security scheme has a new flow or scope",
        ADDITIVE,
        _NO_MATTER,
        "",
        "OpenAPI 3.1 §OAuth Flow Object; oasdiff: api-security-component-oauth-scope-added",
    ),
)

CALL_RULES: Final[tuple[Rule, ...]] = (
    *in_one(CONTRACT, _CONTRACT_ROWS),
    *in_one(REQUEST, _SECURITY_ROWS),
)
