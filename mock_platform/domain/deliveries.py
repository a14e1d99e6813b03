"""How a callback is delivered: the rules a contract states beside the callback, as values.

A contract states them as ``x-mock`` under the callback's operation; what it leaves out is as here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mock_platform.shared.contracts import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRules:
    """When to try again, how long to wait, when to give up. All durations in seconds."""

    attempts: int = 8
    """How often it is tried in all, the first attempt included."""
    initial_s: float = 0.5
    max_s: float = 60.0
    exponent: float = 2.0
    jitter: str = "full"
    """``full``: uniform between 0 and the back-off; ``none``: exactly the back-off."""
    retry_on: frozenset[str] = frozenset({"5XX", "408", "425", "429", "timeout", "connect"})
    """Statuses (``5XX`` for a class), ``timeout``, ``connect`` (no connection, or one that broke)."""
    stop_on: frozenset[str] = frozenset({"410"})
    """Statuses that are final even where ``retry_on`` names their class."""
    respect_retry_after: bool = True
    retry_after_cap_s: float = 86_400.0

    def retries(self, *words: str) -> bool:
        """Tell whether an outcome is tried again; its words, the most exact one first."""
        for word in words:
            if word in self.stop_on:
                return False
            if word in self.retry_on:
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRules:
    """One callback of the contract: where it goes, what it must look like, how patient we are."""

    name: str
    expression: str
    """The runtime expression of its URL, e.g. ``{$request.body#/callbackUrl}``."""
    method: str = "POST"
    timeout_s: float = 10.0
    """For one attempt, everything included."""
    secret_env: str | None = None
    """The environment variable that holds the signing secret; None: the callback is not signed."""
    retry: RetryRules = field(default_factory=RetryRules)
    patience_stated: bool = False
    """Whether the contract states retry rules, or these are only what we take for granted."""
    violations: Callable[[bytes], Sequence[Violation]] = lambda _body: ()
    """What the contract finds wrong with a body; empty when it may be sent."""
