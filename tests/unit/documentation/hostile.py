"""A contract by somebody who means harm: markup and scripts in every text that it has."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.documents import Document
from mock_platform.shared.contracts import Json

EVIL: Final = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{7*7}}"
LINKS: Final = "[a](javascript:alert(3)) ![b](https://evil.example/x.png) <javascript:alert(4)>"


def evil_document() -> Document:
    """Return a document whose every text is hostile."""
    return Document(name="evil <b>", root=_evil(), dialect="3.1")


def _evil() -> Json:
    described = {"description": f"{EVIL}\n\n{LINKS}\n\n# {EVIL}\n\n| a |\n|---|\n| {EVIL} |"}
    schema = {
        "type": "object",
        "title": EVIL,
        **described,
        "required": [EVIL],
        "properties": {
            EVIL: {
                "type": "string",
                "pattern": EVIL,
                "enum": [EVIL],
                "default": EVIL,
                "example": EVIL,
                "format": EVIL,
                **described,
            }
        },
        "patternProperties": {EVIL: {"$ref": f"#/components/schemas/{EVIL.replace('/', '~1')}"}},
        "oneOf": [{"type": EVIL}, {"title": EVIL}],
        "discriminator": {"propertyName": EVIL},
    }
    body = {
        "content": {
            EVIL: {"schema": schema, "examples": {EVIL: {"summary": EVIL, "value": {EVIL: EVIL}}}}
        },
        **described,
    }
    operation = {
        "operationId": EVIL,
        "summary": EVIL,
        "tags": [EVIL],
        "externalDocs": {"url": "javascript:alert(5)"},
        **described,
        "parameters": [
            {"name": EVIL, "in": "query", "required": True, "example": EVIL, **described},
            {"name": EVIL, "in": "header", "required": True, "schema": schema},
        ],
        "requestBody": body,
        "security": [{EVIL: [EVIL]}],
        "responses": {
            EVIL: {
                **body,
                "headers": {EVIL: {"schema": schema, **described}},
                "links": {EVIL: {"operationId": EVIL, "parameters": {EVIL: EVIL}, **described}},
            }
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": EVIL,
            "version": EVIL,
            "summary": EVIL,
            **described,
            "termsOfService": "javascript:alert(6)",
            "contact": {"name": EVIL, "url": "data:text/html,<script>alert(7)</script>"},
            "license": {"name": EVIL, "url": " javascript:alert(8)"},
        },
        "externalDocs": {"url": "java\tscript:alert(9)", "description": EVIL},
        "servers": [{"url": f"https://x/{EVIL}", **described}],
        "tags": [{"name": EVIL, **described}],
        "paths": {
            f"/{EVIL}": {
                "post": {
                    **operation,
                    "callbacks": {EVIL: {EVIL: {"post": {**operation, "operationId": "x"}}}},
                }
            }
        },
        "webhooks": {EVIL: {"post": operation}},
        "components": {
            "schemas": {EVIL: schema},
            "securitySchemes": {
                EVIL: {
                    "type": "oauth2",
                    **described,
                    "flows": {
                        EVIL: {
                            "authorizationUrl": "javascript:alert(10)",
                            "tokenUrl": EVIL,
                            "scopes": {EVIL: EVIL},
                        }
                    },
                },
                "open": {"type": "openIdConnect", "openIdConnectUrl": "javascript:alert(11)"},
            },
        },
    }
