"""Writes a request as a curl command for a POSIX shell, which asks exactly that, whatever it says.

curl takes some texts for orders: data that begins with ``@`` names a file, braces and brackets in
a URL are patterns, a header without a value is left out. None of it happens here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Variable:
    """One of the shell's variables: its value is put in when the command runs."""

    name: str


Text = str | Sequence[str | Variable]
"""A text, or what it is made of."""

ON_LINES: Final = " \\\n  "
"""Between the parts of a command that stands on several lines."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLAIN = re.compile(r"[^\"$`\\!\n]*")
"""What means itself between double quotes."""
_PATTERN = frozenset("[]{}")
_MEANS_ITSELF = frozenset(range(0x20, 0x7F)) - frozenset(b"\\%-")
"""What ``printf`` writes as it stands."""
_UNSENDABLE = re.compile(r"[\r\n\0]+")
"""No header can have these; curl would begin another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is asked."""

    method: str
    url: Text
    flags: str = "-i"
    """Of curl itself: what it shows, where to."""
    headers: Sequence[tuple[str, Text]] = ()
    """A name that is none (RFC 9110 §5.1) is left out: nothing can send it."""
    body: Text | bytes | None = None
    form: Sequence[tuple[str, str, Text]] = ()
    """Instead of a body: option (``--form-string``), name and value of each part."""
    credentials: str = ""
    """What ``-u`` is given."""

    def written(self, between: str = " ") -> str:
        """Return the command; ``between`` stands between its parts."""
        return between.join(self._parts())

    def _parts(self) -> Iterator[str]:
        piped = _piped(self.body)
        ahead = "curl" if piped is None else f"printf {piped} | curl"
        literally = "-g" if _is_pattern(self.url) else ""
        first = (ahead, self.flags, literally, self._asks(), quoted(self.url))
        yield " ".join(one for one in first if one)
        if self.credentials:
            yield f"-u {quoted(self.credentials)}"
        yield from self._headers()
        yield from (f"{option} {quoted(_joined(f'{k}=', v))}" for option, k, v in self.form)
        if piped is not None:
            yield "--data-binary @-"
        elif (text := _as_text(self.body)) is not None:
            yield f"--data-raw {quoted(text)}"

    def _asks(self) -> str:
        """Return how curl is told the method; for HEAD it must know that no body follows."""
        has_body = self.body is not None or bool(self.form)
        if self.method in {"GET", "HEAD"} and not has_body:
            return "" if self.method == "GET" else "-I"
        return f"-X {quoted(self.method)}"

    def _headers(self) -> Iterator[str]:
        for name, value in self.headers:
            if _NAME.fullmatch(name):
                pieces = [_sendable(one) for one in _pieces(value)]
                is_empty = not any(isinstance(one, Variable) or one.strip() for one in pieces)
                told = (f"{name};",) if is_empty else (f"{name}: ", *pieces)
                yield f"-H {quoted(told)}"
        names = {name.lower() for name, _ in self.headers}
        if self.body is not None and "content-type" not in names:
            yield "-H Content-Type:"  # or curl would call it a form


def quoted(text: Text) -> str:
    """Return a text as one word of the shell. A NUL is left out: no word can have it."""
    pieces = [one if isinstance(one, Variable) else one.replace("\0", "") for one in _pieces(text)]
    if not any(isinstance(one, Variable) for one in pieces):
        return shlex.quote("".join(str(one) for one in pieces))
    if all(isinstance(one, Variable) or _PLAIN.fullmatch(one) for one in pieces):
        inner = (f"${{{one.name}}}" if isinstance(one, Variable) else one for one in pieces)
        return f'"{"".join(inner)}"'
    return "".join(
        f'"${{{one.name}}}"' if isinstance(one, Variable) else shlex.quote(one)
        for one in pieces
        if one != ""
    )


def _pieces(text: Text) -> Sequence[str | Variable]:
    return (text,) if isinstance(text, str) else text


def _joined(before: str, text: Text) -> Text:
    return (before, *_pieces(text))


def _sendable(piece: str | Variable) -> str | Variable:
    return piece if isinstance(piece, Variable) else _UNSENDABLE.sub(" ", piece)


def _is_pattern(url: Text) -> bool:
    return any(isinstance(one, Variable) or not _PATTERN.isdisjoint(one) for one in _pieces(url))


def _piped(body: Text | bytes | None) -> str | None:
    """Return what ``printf`` makes the body of; None where a word of the shell can be the body."""
    text = _as_text(body)
    if text is None:
        return quoted(_octal(body)) if isinstance(body, bytes) else None
    pieces = _pieces(text)
    if not any("\0" in one for one in pieces if isinstance(one, str)):
        return None
    form = "".join("%s" if isinstance(one, Variable) else _octal(one.encode()) for one in pieces)
    values = [quoted((one,)) for one in pieces if isinstance(one, Variable)]
    return " ".join([quoted(form), *values])


def _as_text(body: Text | bytes | None) -> Text | None:
    """Return a body as text; None where there is none, or it is no text."""
    if not isinstance(body, bytes):
        return body
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _octal(told: bytes) -> str:
    """Write bytes for ``printf``, which reads three octal digits as any byte."""
    return "".join(chr(byte) if byte in _MEANS_ITSELF else f"\\{byte:03o}" for byte in told)
