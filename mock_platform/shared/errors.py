"""Every error a client may see: its stable code, its kind, its sentence.

A class's docstring is its title, written once; ``facts`` become members of the problem document.
Which HTTP status a kind gets is decided in ``api.problems``, nowhere else.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_platform.shared.contracts import Json, Violation


class Kind(Enum):
    """What sort of refusal an error is."""

    MALFORMED = auto()
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    MISSING = auto()
    METHOD_UNKNOWN = auto()
    NOT_ACCEPTABLE = auto()
    CONFLICT = auto()
    PRECONDITION_FAILED = auto()
    TOO_LARGE = auto()
    MEDIA_TYPE_UNKNOWN = auto()
    INVALID = auto()
    PRECONDITION_REQUIRED = auto()
    BROKEN = auto()
    UNAVAILABLE = auto()


class PlatformError(Exception):
    """An expected failure with a stable code a client may branch on."""

    registry: ClassVar[dict[str, type[PlatformError]]] = {}
    code: ClassVar[str]
    kind: ClassVar[Kind]

    def __init_subclass__(cls, *, code: str, kind: Kind) -> None:
        super().__init_subclass__()
        if taken := PlatformError.registry.get(code):
            msg = f"error code {code} already belongs to {taken.__name__}"
            raise TypeError(msg)
        cls.code, cls.kind = code, kind
        PlatformError.registry[code] = cls

    def __init__(self, detail: str, *, violations: Iterable[Violation] = (), **facts: Json) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = tuple(violations)
        self.facts = facts

    @classmethod
    def title(cls) -> str:
        """The class's sentence, as clients read it."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


# The request as such


class BodyUnparsable(PlatformError, code="BODY_UNPARSABLE", kind=Kind.MALFORMED):
    """The body is not what its content type says."""


class ParameterInvalid(PlatformError, code="PARAMETER_INVALID", kind=Kind.MALFORMED):
    """A parameter breaks the contract."""


class CursorInvalid(PlatformError, code="CURSOR_INVALID", kind=Kind.MALFORMED):
    """The cursor was not made by this list."""


class PathUnknown(PlatformError, code="PATH_UNKNOWN", kind=Kind.MISSING):
    """No operation has this path."""


class PreferenceUnknown(PlatformError, code="PREFERENCE_UNKNOWN", kind=Kind.MISSING):
    """The contract has no such answer as was asked for with Prefer."""


class MethodNotAllowed(PlatformError, code="METHOD_NOT_ALLOWED", kind=Kind.METHOD_UNKNOWN):
    """The path exists, but not with this method."""


class NotAcceptable(PlatformError, code="NOT_ACCEPTABLE", kind=Kind.NOT_ACCEPTABLE):
    """The operation has no answer of an acceptable media type."""


class BodyTooLarge(PlatformError, code="BODY_TOO_LARGE", kind=Kind.TOO_LARGE):
    """The body is larger than this service takes."""


class MediaTypeUnsupported(
    PlatformError, code="MEDIA_TYPE_UNSUPPORTED", kind=Kind.MEDIA_TYPE_UNKNOWN
):
    """The operation does not take bodies of this media type."""


class BodyInvalid(PlatformError, code="BODY_INVALID", kind=Kind.INVALID):
    """The body is well-formed but breaks the contract."""


class PreconditionRequired(
    PlatformError, code="PRECONDITION_REQUIRED", kind=Kind.PRECONDITION_REQUIRED
):
    """The operation wants an If-Match header, so that no change is overwritten unseen."""


class Unauthenticated(PlatformError, code="UNAUTHENTICATED", kind=Kind.UNAUTHENTICATED):
    """The operation wants credentials that the request does not carry."""


class Forbidden(PlatformError, code="FORBIDDEN", kind=Kind.FORBIDDEN):
    """The credentials are known, but not good for this operation."""


# Orders


class OrderNotFound(PlatformError, code="ORDER_NOT_FOUND", kind=Kind.MISSING):
    """No order has this id."""


class TransitionIllegal(PlatformError, code="TRANSITION_ILLEGAL", kind=Kind.CONFLICT):
    """The state machine has no such transition from the present state."""


class StaleVersion(PlatformError, code="VERSION_CONFLICT", kind=Kind.CONFLICT):
    """Somebody else changed it at the same moment; read it again and retry."""


class PreconditionFailed(PlatformError, code="PRECONDITION_FAILED", kind=Kind.PRECONDITION_FAILED):
    """The version in If-Match is not the present one."""


class KeyTaken(PlatformError, code="IDEMPOTENCY_KEY_IN_USE", kind=Kind.CONFLICT):
    """Another request with this idempotency key is being answered right now."""


class IdempotencyKeyReused(PlatformError, code="IDEMPOTENCY_KEY_REUSED", kind=Kind.CONFLICT):
    """The idempotency key was used before, with another body."""


# Callbacks


class CallbackTargetRefused(PlatformError, code="CALLBACK_TARGET_REFUSED", kind=Kind.INVALID):
    """Callbacks may not be sent to this URL."""


class DeliveryNotFound(PlatformError, code="DELIVERY_NOT_FOUND", kind=Kind.MISSING):
    """No delivery has this id."""


class DeliveryNotReplayable(PlatformError, code="DELIVERY_NOT_REPLAYABLE", kind=Kind.CONFLICT):
    """The delivery is still under way."""


# Resources


class ResourceNotFound(PlatformError, code="RESOURCE_NOT_FOUND", kind=Kind.MISSING):
    """The collection has no resource with this id."""


class ResourceExists(PlatformError, code="RESOURCE_EXISTS", kind=Kind.CONFLICT):
    """The collection already has a resource with this id."""


class PatchUnfit(PlatformError, code="PATCH_UNFIT", kind=Kind.CONFLICT):
    """The patch does not fit the resource as it is now."""


class CollectionFull(PlatformError, code="COLLECTION_FULL", kind=Kind.UNAVAILABLE):
    """The collection holds as many resources as this mock keeps; delete some."""


# Inboxes


class RecordNotFound(PlatformError, code="RECORD_NOT_FOUND", kind=Kind.MISSING):
    """The inbox has no record with this id."""


class SignatureRefused(PlatformError, code="SIGNATURE_REFUSED", kind=Kind.UNAUTHENTICATED):
    """The callback is not signed with this inbox's secret."""


class PolicyNotFound(PlatformError, code="POLICY_NOT_FOUND", kind=Kind.MISSING):
    """The inbox plays no policy; it answers ok."""


class PolicyPlayed(PlatformError, code="POLICY_PLAYED", kind=Kind.UNAVAILABLE):
    """The inbox's policy decided this answer."""


# Ours


class AnswerInvalid(PlatformError, code="ANSWER_INVALID", kind=Kind.BROKEN):
    """The service made an answer that breaks its own contract."""


class Unexpected(PlatformError, code="INTERNAL_ERROR", kind=Kind.BROKEN):
    """Something broke on our side."""


class StoreUnavailable(PlatformError, code="STORE_UNAVAILABLE", kind=Kind.UNAVAILABLE):
    """The store cannot take or give anything at the moment; nothing was written."""


class NotReady(PlatformError, code="NOT_READY", kind=Kind.UNAVAILABLE):
    """The service is starting or stopping."""
