"""Decides what becomes of a request that breaks the contract: refused, served all the same, passed.

``validation`` says it for a whole contract; ``Prefer: handling=lenient`` and ``handling=strict``
(RFC 7240 §4.4) for one request. A handler that somebody wrote may rely on the contract, so only
stand-ins are asked to make do with less than it promises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import orjson
import structlog

from mock_platform.api.bodies import Body
from mock_platform.api.exchange import Exchange, Headers, Rendered
from mock_platform.shared.contracts import Violation
from mock_platform.shared.errors import MediaTypeUnsupported, ParameterInvalid

LONGEST_HEADER = 4096

_HANDLING = re.compile(
    rb'(?:^|[,;])\s*handling\s*=\s*"?(lenient|strict)"?\s*(?=$|[,;])', re.IGNORECASE
)
_APPLIED = b"preference-applied"

_log = structlog.get_logger()


class Validation(StrEnum):
    """How strictly a contract is held."""

    STRICT = "strict"
    """What breaks it is refused."""
    SOFT = "soft"
    """It is served; what was wrong is logged and told in ``X-Mock-Violations``."""
    NONE = "none"
    """It is served, and nobody minds."""


_WISHES = {b"lenient": Validation.SOFT, b"strict": Validation.STRICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """How strictly one operation is held to its contract."""

    validation: Validation
    tells_handler: bool
    """The handler wants to judge broken bodies itself."""
    is_stand_in: bool

    def judge(self, exchange: Exchange, wrong: Sequence[Violation], body: Body) -> None:
        """Refuse a request with everything that is wrong, or note it and let it pass.

        Raises:
            ParameterInvalid, BodyUnparsable, BodyInvalid, MediaTypeUnsupported: it is refused.
        """
        refusal = body.refusal
        if self.tells_handler and not isinstance(refusal, MediaTypeUnsupported):
            refusal = None
        if not wrong and refusal is None:
            return
        violations = [*wrong, *(() if refusal is None else body.violations)]
        validation = self._wish(exchange) or self.validation
        if validation is Validation.STRICT:
            raise refusal if refusal and not wrong else _of_parameters(violations)
        exchange.is_broken = True
        if validation is Validation.SOFT:
            exchange.told = violations
            _log.warning(
                "request.invalid",
                operation=exchange.operation,
                trace_id=exchange.trace.id,
                violations=[f"{one.pointer} {one.rule}" for one in violations],
            )

    def told(self, rendered: Rendered, exchange: Exchange) -> Rendered:
        """Add what was wrong with the request, and which wish was heeded."""
        headers = list(rendered.headers)
        if exchange.told:
            headers.append(violations_header(exchange.told))
        if (wish := self._wish(exchange)) is not None:
            _apply(headers, b"strict" if wish is Validation.STRICT else b"lenient")
        return rendered._replace(headers=headers)

    def _wish(self, exchange: Exchange) -> Validation | None:
        prefer = exchange.headers.get(b"prefer")
        found = None if prefer is None else _HANDLING.search(prefer)
        wish = None if found is None else _WISHES[found[1].lower()]
        return None if wish is Validation.SOFT and not self.is_stand_in else wish


def violations_header(violations: Sequence[Violation]) -> tuple[bytes, bytes]:
    """Write violations as one line of JSON in ASCII, as many as there is room for."""
    written: list[bytes] = []
    room = LONGEST_HEADER
    for violation in violations:
        one = _ascii(orjson.dumps(asdict(violation)).decode())
        room -= len(one) + 1
        if room < 0:
            written.append(b'{"more":%d}' % (len(violations) - len(written)))
            break
        written.append(one)
    return b"x-mock-violations", b"[" + b",".join(written) + b"]"


def _ascii(text: str) -> bytes:
    """Escape what headers cannot carry; beyond the BMP as two surrogates, as JSON has it."""
    if text.isascii() and "\x7f" not in text:
        return text.encode()
    pairs = text.encode("utf-16-be", "surrogatepass")
    units = (int.from_bytes(pairs[at : at + 2]) for at in range(0, len(pairs), 2))
    return "".join(
        chr(unit) if unit < 0x7F else f"\\u{unit:04x}"  # noqa: PLR2004 - DEL is no header's
        for unit in units
    ).encode()


def _apply(headers: Headers, handling: bytes) -> None:
    """Say ``Preference-Applied: handling=…``, beside what is said there already."""
    for index, (name, value) in enumerate(headers):
        if name == _APPLIED:
            if b"handling=" not in value:
                headers[index] = (name, value + b", handling=" + handling)
            return
    headers.append((_APPLIED, b"handling=" + handling))


def _of_parameters(violations: Sequence[Violation]) -> ParameterInvalid:
    count = f"{len(violations)} violation{'s' if len(violations) > 1 else ''}"
    first = f"{violations[0].pointer}: {violations[0].message}"
    return ParameterInvalid(f"{count}: {first}", violations=violations)
