"""The rules for what is sent of itself: callbacks and webhooks, and what receivers answer."""

from __future__ import annotations

from typing import Final

from mock_platform.engine.evolution.terms import (
    ADDITIVE,
    ANSWER,
    BREAKING,
    REQUEST,
    RISKY,
    Row,
    Rule,
    in_one,
)

_CALLBACK = "OpenAPI 3.1 §Callback Object"
_OWN = "docs/vocabulary.md (x-mock)"

_SENT_ROWS: Final[tuple[Row, ...]] = (
    (
        "callback-added",
        "a new callback or webhook",
        ADDITIVE,
        "Who registers no URL is not called.",
        "",
        _CALLBACK,
    ),
    (
        "callback-removed",
        "a callback or webhook is gone",
        BREAKING,
        "Receivers wait for it.",
        "Go on sending it; deprecate it until the next major version.",
        _CALLBACK,
    ),
    (
        "callback-url-changed",
        "the URL of a callback is found elsewhere",
        BREAKING,
        "The URL that clients register is not called.",
        "Read the URL from both places.",
        "OpenAPI 3.1 §Key Expression",
    ),
    (
        "callback-method-changed",
        "a callback or webhook is sent with another method",
        BREAKING,
        "Receivers refuse it with 405.",
        "Keep the method.",
        _CALLBACK,
    ),
    (
        "callback-retry-changed",
        "a callback is repeated another way: attempts, waits, `retryOn`, `stopOn`",
        RISKY,
        "Receivers count on the repetitions, or on their end.",
        "Tell the receivers.",
        _OWN,
    ),
    (
        "callback-timeout-changed",
        "a callback waits a different time for its answer",
        RISKY,
        "What a slow receiver answered in time may come too late.",
        "Tell the receivers.",
        _OWN,
    ),
    (
        "callback-sign-changed",
        "a callback is signed where it was not, not any more, or another way",
        RISKY,
        "Receivers that verify refuse it.",
        "Announce the new way; let receivers take both for a while.",
        f"{_OWN}; Standard Webhooks §Signature scheme",
    ),
    (
        "callback-order-changed",
        "callbacks follow one another in another order",
        RISKY,
        "A receiver may see the later one first.",
        "Tell the receivers to go by the version.",
        _OWN,
    ),
    (
        "sent-parameter-added",
        "a callback has a new header or parameter",
        ADDITIVE,
        "Receivers pass over what they do not know.",
        "",
        f"{_CALLBACK}; oasdiff: response-header-added, seen from the receiver",
    ),
    (
        "sent-parameter-removed",
        "an optional header or parameter of a callback is gone",
        RISKY,
        "Nobody could rely on it; somebody does.",
        "Go on sending it.",
        f"{_CALLBACK}; oasdiff: optional-response-header-removed, seen from the receiver",
    ),
    (
        "sent-parameter-removed-required",
        "a required header or parameter of a callback is gone",
        BREAKING,
        "What always came never comes.",
        "Go on sending it.",
        f"{_CALLBACK}; oasdiff: required-response-header-removed, seen from the receiver",
    ),
    (
        "sent-parameter-optional",
        "a required header or parameter of a callback is optional",
        BREAKING,
        "What always came may be missing.",
        "Go on sending it.",
        f"{_CALLBACK}; oasdiff: response-header-became-optional, seen from the receiver",
    ),
    (
        "sent-parameter-required",
        "an optional header or parameter of a callback is required",
        ADDITIVE,
        "What could come always comes.",
        "",
        _CALLBACK,
    ),
    (
        "sent-body-added",
        "a callback has a body where it had none",
        RISKY,
        "Receivers may refuse what they do not expect.",
        "Tell the receivers.",
        _CALLBACK,
    ),
    (
        "sent-body-removed",
        "a callback has no body any more, or may have none",
        BREAKING,
        "What always came may be missing.",
        "Go on sending it.",
        _CALLBACK,
    ),
    (
        "sent-body-required",
        "the body of a callback always comes",
        ADDITIVE,
        "What could come always comes.",
        "",
        _CALLBACK,
    ),
    (
        "sent-media-type-added",
        "a callback may come in one more media type",
        RISKY,
        "Receivers do not choose it, and may not read it.",
        "Let receivers choose when they register.",
        _CALLBACK,
    ),
    (
        "sent-media-type-removed",
        "a callback does not come in a media type any more",
        BREAKING,
        "Receivers that read only this one read nothing.",
        "Go on sending it.",
        _CALLBACK,
    ),
)

_TAKEN_ROWS: Final[tuple[Row, ...]] = (
    (
        "taken-answer-added",
        "receivers may answer with one more status, media type or header",
        ADDITIVE,
        "Whatever was taken is still taken.",
        "",
        _CALLBACK,
    ),
    (
        "taken-answer-removed",
        "an answer of receivers is not named any more",
        RISKY,
        "What it leads to is unknown: success, or a repetition.",
        "Name it, and what follows from it.",
        _CALLBACK,
    ),
    (
        "taken-header-required",
        "receivers must answer with a header",
        BREAKING,
        "Nobody sends it yet.",
        "Make it optional.",
        _CALLBACK,
    ),
)

CALLBACK_RULES: Final[tuple[Rule, ...]] = (
    *in_one(ANSWER, _SENT_ROWS),
    *in_one(REQUEST, _TAKEN_ROWS),
)
