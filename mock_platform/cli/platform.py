"""What the command line needs from the composition root, so that it can be tried without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from mock_platform.engine.findings import Finding
    from mock_platform.shared.config import Settings

Mode = Literal["platform", "order-service", "callback-server"]


class BannerFacts(Protocol):
    """What a built platform serves."""

    @property
    def operations(self) -> Sequence[tuple[str, str, str, str]]:
        """OperationId, method, path, and who answers: ``handler``, ``transition``, ``example``."""
        ...

    @property
    def specs(self) -> Sequence[str]:
        """The names of the contracts."""
        ...

    @property
    def kept(self) -> Sequence[str]:
        """The collections that remember what is created."""
        ...

    @property
    def invites(self) -> str | None:
        """A path that can be read without knowing anything, to try."""
        ...


class Built(Protocol):
    """An assembled platform."""

    @property
    def app(self) -> Json:
        """The ASGI application; its lifespan starts and drains the dispatcher."""
        ...

    @property
    def banner_facts(self) -> BannerFacts: ...

    @property
    def signing(self) -> str | None:
        """``configured``, ``ephemeral``, ``missing``; None when nothing served sends callbacks."""
        ...

    @property
    def leave(self) -> Callable[[], None]:
        """Stop taking on work, at once: safe in a signal handler, and more than once."""
        ...

    @property
    def drain(self) -> Callable[[], None]:
        """Let the callbacks under way end, while still serving. Takes its time; in any thread."""
        ...

    @property
    def stop(self) -> Callable[[], None]:
        """Let go of everything. May be called twice."""
        ...


class Platform(Protocol):
    """The composition root (``mock_platform.bootstrap``)."""

    def build(self, mode: Mode, settings: Settings) -> Built: ...

    def build_documents(
        self, specs: Sequence[tuple[Path, str | None]], settings: Settings, **how: Json
    ) -> Built:
        """Assemble any documents, each with the path it is mounted at, if it was given one.

        ``how`` has the members of ``bootstrap.any_documents.Wanted``.
        """
        ...

    def check_specs(
        self, paths: Sequence[Path], *, conventions: bool = False, overlays: Sequence[Path] = ()
    ) -> Sequence[Finding]: ...

    def export_spec(self, path: Path, form: str, base_url: str = "") -> str:
        """Return a collection: ``http``, ``jetbrains``, ``postman`` or ``curl``."""
        ...

    def bundle_specs(
        self, paths: Sequence[Path], *, keep: str, openapi: str, overlays: Sequence[Path] = ()
    ) -> Json:
        """Return one self-contained document; ``keep`` says which of our extensions stay."""
        ...
