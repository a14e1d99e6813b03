"""Takes ``multipart/form-data`` apart (RFC 7578), with werkzeug's parser and within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

MOST_PARTS = 1000
LONGEST_BOUNDARY = 70
"""RFC 2046 §5.1.1."""


class NotMultipart(ValueError):
    """A body is not what its boundary promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPart:
    """One part, as it was sent."""

    name: str
    filename: str | None
    headers: Mapping[str, str]
    """Names in lower case."""
    data: bytes


def raw_parts(raw: bytes, boundary: str | None) -> list[RawPart]:
    """Return the parts of a body.

    Raises:
        NotMultipart: it has none, too many, or ends too early.
    """
    if not boundary or len(boundary) > LONGEST_BOUNDARY or not boundary.isascii():
        raise NotMultipart(f"its type has no boundary of at most {LONGEST_BOUNDARY} characters")
    decoder = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS)
    try:
        decoder.receive_data(raw)
        decoder.receive_data(None)
        return list(_parts(decoder))
    except RequestEntityTooLarge as reason:
        raise NotMultipart(f"at most {MOST_PARTS} parts are taken") from reason
    except UnicodeDecodeError as reason:
        raise NotMultipart("the headers of a part are no UTF-8") from reason
    except ValueError as reason:
        raise NotMultipart(f"it does not keep to its boundary: {reason}") from reason


def _parts(decoder: MultipartDecoder) -> Iterator[RawPart]:
    part: Field | File | None = None
    data: list[bytes] = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            part, data = event, []
        elif isinstance(event, Data) and part is not None:
            data.append(event.data)
            if not event.more_data:
                yield _raw_part(part, b"".join(data))


def _raw_part(part: Field | File, data: bytes) -> RawPart:
    if not isinstance(part.name, str):
        raise NotMultipart("a part has no name")
    return RawPart(
        name=part.name,
        filename=part.filename if isinstance(part, File) else None,
        headers={name.lower(): value for name, value in part.headers},
        data=data,
    )
