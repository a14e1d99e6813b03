"""Asks for the credentials that a contract wants: any of the right form, or those that are known.

A mock knows no accounts: whoever shows credentials of the right form is let in, unless the scheme's
are configured. What a document says about Python functions that should check them is never followed.
Connexion's own check is not used: it takes five times as long as all the rest of a request, refuses a
key because the header of another alternative is malformed, and has no challenge to answer with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from mock_platform.api.exchange import Exchange
from mock_platform.api.schemes import Nonces, Scheme, Shown, scheme_of
from mock_platform.engine.operations import Operation
from mock_platform.engine.pointers import follow, of_ref, ref_of
from mock_platform.shared.contracts import Json
from mock_platform.shared.credentials import Credential, Credentials
from mock_platform.shared.errors import Forbidden, Unauthenticated

Check = Callable[[Exchange], None]


class _Verdict(IntEnum):
    """What came of one scheme; the least of several counts."""

    ABSENT = 0
    WRONG = 1
    TOO_LITTLE = 2
    RIGHT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """One scheme of one alternative."""

    scheme: Scheme
    scopes: tuple[str, ...]
    known: Sequence[Credential] | None
    """None: any credentials of the right form will do."""

    def judge(self, exchange: Exchange) -> _Verdict:
        shown = self.scheme.find(exchange)
        if shown is None:
            return _Verdict.ABSENT
        if not shown.is_well_formed:
            return _Verdict.WRONG
        if self.known is None:
            return _Verdict.RIGHT
        return max((self._compare(one, shown) for one in self.known), default=_Verdict.WRONG)

    def _compare(self, known: Credential, shown: Shown) -> _Verdict:
        if not shown.proves(known):
            return _Verdict.WRONG
        return _Verdict.RIGHT if known.covers(self.scopes) else _Verdict.TOO_LITTLE


def security_check(
    operation: Operation, root: Json, credentials: Credentials, nonces: Nonces
) -> Check | None:
    """Compile an operation's check; None when it asks for nothing."""
    schemes = (root.get("components") or {}).get("securitySchemes") or {}
    alternatives: list[list[_Demand]] = []
    for alternative in operation.security:
        demands: list[_Demand] = []
        for name, scopes in alternative.items():
            scheme = scheme_of(_meant(root, schemes.get(name)), nonces)
            if scheme is not None:  # what cannot be seen cannot be missed
                known = credentials.get(name)
                demands.append(_Demand(scheme=scheme, scopes=scopes, known=known))
        alternatives.append(demands)
    if not alternatives or not all(alternatives):
        return None

    def check(exchange: Exchange) -> None:
        best = _Verdict.ABSENT
        for demands in alternatives:
            verdict = min(demand.judge(exchange) for demand in demands)
            if verdict is _Verdict.RIGHT:
                return
            best = max(best, verdict)
        _refuse(alternatives, best)

    return check


def _refuse(alternatives: Sequence[Sequence[_Demand]], best: _Verdict) -> None:
    wanted = " or ".join(
        " and ".join(demand.scheme.wants for demand in demands) for demands in alternatives
    )
    if best is _Verdict.TOO_LITTLE:
        scopes = list(dict.fromkeys(_scopes(alternatives)))
        raise Forbidden(
            f"The credentials do not cover {' '.join(scopes)}.",
            scopes=scopes,
            challenges=_challenges(alternatives, "insufficient_scope"),
        )
    what = "The request carries no credentials" if best is _Verdict.ABSENT else "They are not right"
    error = None if best is _Verdict.ABSENT else "invalid_token"
    raise Unauthenticated(
        f"{what}; the operation wants {wanted}.", challenges=_challenges(alternatives, error)
    )


def _scopes(alternatives: Sequence[Sequence[_Demand]]) -> Iterable[str]:
    return (scope for demands in alternatives for one in demands for scope in one.scopes)


def _challenges(alternatives: Sequence[Sequence[_Demand]], error: str | None) -> list[str]:
    """Return a challenge per scheme, each once (RFC 9110 §11.6.1)."""
    told = (one.scheme.challenge(one.scopes, error) for demands in alternatives for one in demands)
    return list(dict.fromkeys(told))


def _meant(root: Json, scheme: Json) -> Mapping[str, Json]:
    ref = ref_of(scheme)
    try:
        node = scheme if ref is None else follow(root, of_ref(ref))[0]
    except LookupError:
        return {}
    return node if isinstance(node, dict) else {}
