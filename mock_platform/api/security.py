"""Asks for the credentials that a contract wants, with connexion's own scheme handlers.

A mock knows no accounts: whoever shows credentials of the right form is let in. What a document
says about Python functions that should check them is never followed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.middleware.security import SecurityOperation
from connexion.security import (
    NO_VALUE,
    AbstractSecurityHandler,
    ApiKeySecurityHandler,
    BasicSecurityHandler,
    BearerSecurityHandler,
    OAuthSecurityHandler,
    SecurityHandlerFactory,
)
from starlette.exceptions import HTTPException

from mock_platform.api.exchange import Exchange
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import Unauthenticated

SecurityMap = Mapping[str, type[Any]]
Check = Callable[[Exchange], Awaitable[None]]


def _welcome(*_credentials: str) -> Json:
    return {}


def _trusting(handler: type[Any]) -> type[Any]:
    """Make a handler that is content with credentials of the right form."""
    finds = {"_resolve_func": lambda _self, _scheme: _welcome}
    return type(f"Trusting{handler.__name__}", (handler,), finds)


class _AnyScope(OAuthSecurityHandler):  # type: ignore[misc]  # connexion is untyped
    """A bearer token that has whatever scope is asked for."""

    def get_tokeninfo_func(self, _scheme: Json) -> Callable[..., Json]:
        return _welcome

    @classmethod
    def get_scope_validate_func(cls, _scheme: Json) -> Callable[..., bool]:
        return lambda _wanted, _granted: True


class _AnyAuthorization(AbstractSecurityHandler):  # type: ignore[misc]  # connexion is untyped
    """An HTTP scheme that connexion does not know: its name is all we look at."""

    def get_fn(self, scheme: Json, _scopes: Json) -> Callable[[Any], Json]:
        name = scheme["scheme"].lower()

        def verify(request: Any) -> Json:
            given, _ = self.get_auth_header_value(request)
            return {} if given == name else NO_VALUE

        return verify


TRUSTING: SecurityMap = {
    "apiKey": _trusting(ApiKeySecurityHandler),
    "basic": _trusting(BasicSecurityHandler),
    "bearer": _trusting(BearerSecurityHandler),
    "oauth2": _AnyScope,
    "openIdConnect": _trusting(BearerSecurityHandler),
}


def security_check(operation: Any, handlers: SecurityMap) -> Check | None:
    """Compile the check of a connexion operation; None when it asks for nothing."""
    if not operation.security:
        return None
    named = (one.get("scheme", "") for one in operation.security_schemes.values())
    unknown = {name.lower(): _AnyAuthorization for name in named if name}
    verify = SecurityOperation.from_operation(
        operation,
        next_app=None,
        security_handler_factory=SecurityHandlerFactory({**unknown, **handlers}),
    ).verification_fn
    # Connexion itself forgets this decoder, and then cannot find an API key in a query.
    decoder = operation.uri_parser_class([], {})

    async def check(exchange: Exchange) -> None:
        try:
            await verify(ConnexionRequest(exchange.scope, uri_parser=decoder))
        except HTTPException as refusal:
            raise Unauthenticated(str(refusal.detail)) from refusal

    return check
