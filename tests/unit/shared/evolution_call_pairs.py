"""Pairs of contracts around schemas: what is found on the way there, and on the way back."""

from __future__ import annotations

from mock_platform.shared.contracts import Json
from tests.unit.shared.evolution_kit import answers, asks, service

_S = {"type": "string"}
_OK = {"200": {"description": "Done."}}

Row = tuple[str, Json, Json, str, str]


def _takes(*parameters: Json) -> Json:
    return service({"parameters": list(parameters)})


def _query(name: str = "q", **more: Json) -> Json:
    return {"name": name, "in": "query", "schema": _S, **more}


def _body(required: bool = True, *names: str, **more: Json) -> Json:
    content = {name: {"schema": _S, **more} for name in names or ("application/json",)}
    return service({"requestBody": {"required": required, "content": content}})


def _gives(**responses: Json) -> Json:
    return service({"responses": {key.strip("_"): value for key, value in responses.items()}})


def _header(**more: Json) -> Json:
    return _gives(_200={"description": "Done.", "headers": {"X-A": {"schema": _S, **more}}})


def _links(**links: Json) -> Json:
    return _gives(_200={"description": "Done.", "links": links})


def _secured(*choices: Json, **scheme: Json) -> Json:
    flows = {"clientCredentials": {"tokenUrl": "/token", "scopes": {"read": "", "write": ""}}}
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key", **scheme},
        "mtls": {"type": "mutualTLS"},
        "oauth": {"type": "oauth2", "flows": flows},
    }
    return service({"security": list(choices)}, components={"securitySchemes": schemes})


def _flows(**flows: Json) -> Json:
    scheme = {"type": "oauth2", "flows": flows}
    return service({"security": [{"o": []}]}, components={"securitySchemes": {"o": scheme}})


def _object(required: list[str], closed: bool = False, **properties: Json) -> Json:
    schema: Json = {"type": "object", "properties": properties, "required": required}
    return {**schema, "additionalProperties": False} if closed else schema


_READ, _WRITTEN = {**_S, "readOnly": True}, {**_S, "writeOnly": True}

CALL_PAIRS: list[Row] = [
    # What is called ------------------------------------------------------------------------------
    ("an operation", {"paths": {}}, service({}), "A operation-added", "B operation-removed"),
    (
        "a method",
        {"paths": {"/a": {"get": {"responses": {}}}}},
        {"paths": {"/a": {"get": {"responses": {}}, "put": {"responses": {}}}}},
        "A operation-added",
        "B operation-removed",
    ),
    (
        "another path",
        service({}, path="/things"),
        service({}, path="/items"),
        "A operation-added, B operation-removed",
        "A operation-added, B operation-removed",
    ),
    (
        "another operationId",
        service({"operationId": "makeThing"}),
        service({"operationId": "createThing"}),
        "R operation-id-changed",
        "R operation-id-changed",
    ),
    (
        "deprecated",
        service({}),
        service({"deprecated": True}),
        "A operation-deprecated",
        "A operation-revived",
    ),
    (
        "a path parameter's name",
        service(
            {"parameters": [{"name": "id", "in": "path", "required": True, "schema": _S}]},
            path="/things/{id}",
        ),
        service(
            {"parameters": [{"name": "thingId", "in": "path", "required": True, "schema": _S}]},
            path="/things/{thingId}",
        ),
        "R path-parameter-renamed",
        "R path-parameter-renamed",
    ),
    (
        "the base path",
        service({}, servers=[{"url": "/v1"}]),
        service({}, servers=[{"url": "https://api.example.com/v2"}]),
        "B base-path-changed",
        "B base-path-changed",
    ),
    (
        "the base path moved into the paths",
        service({}, servers=[{"url": "/v1"}]),
        service({}, path="/v1/things"),
        "B base-path-changed",
        "B base-path-changed",
    ),
    (
        "a server",
        service({}, servers=[{"url": "https://a.example.com"}]),
        service({}, servers=[{"url": "https://a.example.com"}, {"url": "https://b.example.com"}]),
        "A server-added",
        "R server-removed",
    ),
    (
        "the version backwards",
        service({}, info={"title": "T", "version": "1.10.0"}),
        service({}, info={"title": "T", "version": "1.9.0"}),
        "R version-lowered",
        "",
    ),
    # Security ------------------------------------------------------------------------------------
    ("a key", _secured(), _secured({"key": []}), "B security-required", "A security-lifted"),
    (
        "a key, or nothing",
        _secured({}, {"key": []}),
        _secured({"key": []}),
        "B security-required",
        "A security-lifted",
    ),
    (
        "a second way in",
        _secured({"key": []}),
        _secured({"key": []}, {"mtls": []}),
        "A security-alternative-added",
        "B security-alternative-removed",
    ),
    (
        "another way in",
        _secured({"key": []}),
        _secured({"mtls": []}),
        "A security-alternative-added, B security-alternative-removed",
        "A security-alternative-added, B security-alternative-removed",
    ),
    (
        "a further scope",
        _secured({"oauth": ["read"]}),
        _secured({"oauth": ["read", "write"]}),
        "B security-scope-added",
        "A security-scope-removed",
    ),
    (
        "a further scheme",
        _secured({"key": []}),
        _secured({"key": [], "mtls": []}),
        "B security-scope-added",
        "A security-scope-removed",
    ),
    (
        "the key elsewhere",
        _secured({"key": []}),
        _secured({"key": []}, **{"in": "query"}),
        "B security-scheme-changed",
        "B security-scheme-changed",
    ),
    (
        "the key under another name",
        _secured({"key": []}),
        _secured({"key": []}, name="X-Api-Key"),
        "B security-scheme-changed",
        "B security-scheme-changed",
    ),
    (
        "another token URL",
        _flows(clientCredentials={"tokenUrl": "/a", "scopes": {}}),
        _flows(clientCredentials={"tokenUrl": "/b", "scopes": {}}),
        "R security-source-changed",
        "R security-source-changed",
    ),
    (
        "a scope of a flow",
        _flows(clientCredentials={"tokenUrl": "/a", "scopes": {}}),
        _flows(clientCredentials={"tokenUrl": "/a", "scopes": {"read": ""}}),
        "A security-source-added",
        "R security-source-changed",
    ),
    (
        "a flow",
        _flows(),
        _flows(clientCredentials={"tokenUrl": "/a", "scopes": {}}),
        "A security-source-added",
        "R security-source-changed",
    ),
    # Parameters ----------------------------------------------------------------------------------
    *[
        (
            f"an optional {place} parameter",
            _takes(),
            _takes({"name": "q", "in": place, "schema": _S}),
            "A parameter-added",
            "R parameter-removed",
        )
        for place in ("query", "header", "cookie")
    ],
    (
        "a required parameter",
        _takes(),
        _takes(_query(required=True)),
        "B parameter-added-required",
        "R parameter-removed",
    ),
    (
        "a parameter becomes required",
        _takes(_query()),
        _takes(_query(required=True)),
        "B parameter-required",
        "A parameter-optional",
    ),
    (
        "a parameter's place",
        _takes(_query("x-a")),
        _takes({"name": "X-A", "in": "header", "schema": _S}),
        "B parameter-moved",
        "B parameter-moved",
    ),
    (
        "the style of a list",
        _takes(_query(schema={"type": "array", "items": _S})),
        _takes(_query(schema={"type": "array", "items": _S}, style="pipeDelimited")),
        "B parameter-style-changed",
        "B parameter-style-changed",
    ),
    (
        "a list is not exploded",
        _takes(_query(schema={"type": "array", "items": _S})),
        _takes(_query(schema={"type": "array", "items": _S}, explode=False)),
        "B parameter-style-changed",
        "B parameter-style-changed",
    ),
    ("explode of a single value", _takes(_query()), _takes(_query(explode=False)), "", ""),
    (
        "reserved characters",
        _takes(_query()),
        _takes(_query(allowReserved=True)),
        "B parameter-style-changed",
        "B parameter-style-changed",
    ),
    (
        "a parameter as JSON",
        _takes(_query()),
        _takes({"name": "q", "in": "query", "content": {"application/json": {"schema": _S}}}),
        "B parameter-style-changed",
        "B parameter-style-changed",
    ),
    (
        "an empty value",
        _takes(_query(allowEmptyValue=True)),
        _takes(_query()),
        "B parameter-empty-refused",
        "A parameter-empty-allowed",
    ),
    (
        "a deprecated parameter",
        _takes(_query()),
        _takes(_query(deprecated=True)),
        "A parameter-deprecated",
        "A parameter-revived",
    ),
    (
        "the schema of a parameter",
        _takes(_query()),
        _takes(_query(schema={**_S, "maxLength": 3})),
        "B request-bound-set",
        "A request-bound-lifted",
    ),
    (
        "a header in another spelling",
        _takes({"name": "X-A", "in": "header", "schema": _S}),
        _takes({"name": "x-a", "in": "header", "schema": _S}),
        "",
        "",
    ),
    # Bodies --------------------------------------------------------------------------------------
    ("an optional body", service({}), _body(False), "A body-added", "B body-removed"),
    ("a required body", service({}), _body(), "B body-added-required", "B body-removed"),
    ("a body becomes required", _body(False), _body(), "B body-required", "A body-optional"),
    (
        "a media type of requests",
        _body(True, "application/json"),
        _body(True, "application/json", "application/xml"),
        "A request-media-type-added",
        "B request-media-type-removed",
    ),
    (
        "a charset",
        _body(True, "application/json"),
        _body(True, "application/json; charset=utf-8"),
        "",
        "",
    ),
    (
        "the encoding of a part",
        _body(True, "multipart/form-data"),
        _body(True, "multipart/form-data", encoding={"a": {"contentType": "image/png"}}),
        "R request-encoding-changed",
        "R request-encoding-changed",
    ),
    # Answers -------------------------------------------------------------------------------------
    (
        "a status of success",
        _gives(_200=_OK["200"]),
        _gives(_200=_OK["200"], _202=_OK["200"]),
        "R success-added",
        "B success-removed",
    ),
    (
        "a status of failure",
        _gives(_200=_OK["200"]),
        _gives(_200=_OK["200"], _409=_OK["200"]),
        "A failure-added",
        "R failure-removed",
    ),
    (
        "default",
        _gives(_200=_OK["200"]),
        _gives(_200=_OK["200"], default=_OK["200"]),
        "A failure-added",
        "R failure-removed",
    ),
    (
        "a status that its class covered",
        _gives(_4XX=_OK["200"]),
        _gives(_4XX=_OK["200"], _404=_OK["200"]),
        "",
        "",
    ),
    (
        "a media type of answers",
        _gives(_200={"description": "", "content": {"application/json": {}}}),
        _gives(_200={"description": "", "content": {"application/json": {}, "text/csv": {}}}),
        "A answer-media-type-added",
        "B answer-media-type-removed",
    ),
    (
        "an optional header",
        _gives(_200=_OK["200"]),
        _header(),
        "A header-added",
        "R header-removed",
    ),
    (
        "a required header",
        _gives(_200=_OK["200"]),
        _header(required=True),
        "A header-added",
        "B header-removed-required",
    ),
    (
        "a header becomes required",
        _header(),
        _header(required=True),
        "A header-required",
        "B header-optional",
    ),
    (
        "the schema of a header",
        _header(),
        _header(schema={"type": "integer"}),
        "B answer-type-changed",
        "B answer-type-changed",
    ),
    ("a link", _links(), _links(a={"operationId": "x"}), "A link-added", "R link-removed"),
    (
        "a link elsewhere",
        _links(a={"operationId": "x"}),
        _links(a={"operationId": "y"}),
        "R link-changed",
        "R link-changed",
    ),
    # Properties ----------------------------------------------------------------------------------
    (
        "an optional property of requests",
        asks(_object([])),
        asks(_object([], a=_S)),
        "A request-property-added",
        "R request-property-removed",
    ),
    (
        "a required property of requests",
        asks(_object([])),
        asks(_object(["a"], a=_S)),
        "B request-property-added-required",
        "R request-property-removed",
    ),
    (
        "a property of a closed object in requests",
        asks(_object([], closed=True)),
        asks(_object([], closed=True, a=_S)),
        "A request-property-added",
        "B request-property-removed-closed",
    ),
    (
        "read-only in requests",
        asks(_object([], a=_S)),
        asks(_object([], a=_READ)),
        "R request-read-only-set",
        "A request-read-only-lifted",
    ),
    (
        "a required one, read-only in requests",
        asks(_object(["a"], a=_S)),
        asks(_object(["a"], a=_READ)),
        "R request-read-only-set",
        "B request-property-added-required",
    ),
    ("a read-only property, in requests", asks(_object([])), asks(_object(["a"], a=_READ)), "", ""),
    (
        "a read-only property is narrowed, in requests",
        asks(_object([], a=_READ)),
        asks(_object([], a={**_READ, "maxLength": 1})),
        "",
        "",
    ),
    (
        "an optional property of answers",
        answers(_object([])),
        answers(_object([], a=_S)),
        "A answer-property-added",
        "R answer-property-removed",
    ),
    (
        "a required property of answers",
        answers(_object([])),
        answers(_object(["a"], a=_S)),
        "A answer-property-added",
        "B answer-property-removed-required",
    ),
    (
        "a property of a closed object in answers",
        answers(_object([], closed=True)),
        answers(_object([], closed=True, a=_S)),
        "R answer-property-added-closed",
        "R answer-property-removed",
    ),
    (
        "a property of answers by another name",
        answers(_object(["a"], a=_S)),
        answers(_object(["b"], b=_S)),
        "A answer-property-added, B answer-property-removed-required",
        "A answer-property-added, B answer-property-removed-required",
    ),
    (
        "write-only in answers",
        answers(_object([], a=_S)),
        answers(_object([], a=_WRITTEN)),
        "B answer-write-only-set",
        "A answer-write-only-lifted",
    ),
    (
        "a write-only property, in answers",
        answers(_object([])),
        answers(_object([], a=_WRITTEN)),
        "",
        "",
    ),
]
