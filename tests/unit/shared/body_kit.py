"""An operation that takes a body and tells what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_platform.shared.contracts import Json, Reply
from tests.unit.shared.api_kit import Answered, Served, document, ok, serve

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "XyZ"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def posted(
    body: bytes | str,
    content_type: str,
    content: Json,
    *,
    components: Json = None,
    later: bool = False,
    required: bool = True,
) -> Answered:
    """Post a body to an operation with this ``content``; its answer is what the handler got."""
    served = keeping(content, components=components, later=later, required=required)
    return served.ask("POST", "/v1/x", {"content-type": content_type}, body)


def keeping(
    content: Json, *, components: Json = None, later: bool = False, required: bool = True
) -> Served:
    """Serve the operation; it is at ``/v1/x``."""
    operation = {
        "operationId": "keep",
        "requestBody": {"required": required, "content": content},
        "responses": ok(),
    }
    contract = document({"/x": {"post": operation}}, components)
    if later:
        contract = replace(contract, dialect="3.1")
    return serve(contract, {"keep": keep})


def keep(body: Any) -> Reply:
    return Reply(body=told(body))


def told(value: Any) -> Json:
    """Bytes cannot be told in JSON: ``b'x'`` becomes ``{"bytes": "x"}``."""
    match value:
        case bytes():
            return {"bytes": value.decode("latin-1")}
        case dict():
            return {name: told(one) for name, one in value.items()}
        case list():
            return [told(one) for one in value]
        case _:
            return value


def part(name: str, data: bytes | str, **headers: str) -> bytes:
    """Write one part; ``filename`` goes into its disposition, other names are headers."""
    filename = headers.pop("filename", None)
    disposition = f'form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    lines = {"content-disposition": disposition}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    raw = data.encode() if isinstance(data, str) else data
    return b"--" + BOUNDARY.encode() + b"\r\n" + head.encode() + b"\r\n" + raw + b"\r\n"


def parts(*written: bytes) -> bytes:
    return b"".join(written) + f"--{BOUNDARY}--\r\n".encode()


def form(properties: Json, encoding: Mapping[str, Json] | None = None, **schema: Json) -> Json:
    """Return the content of a form."""
    whole = {"type": "object", "properties": properties, **schema}
    kind = {"schema": whole, "encoding": dict(encoding or {})}
    return {FORM: kind, "multipart/form-data": kind}
