"""The composition root: the one room that knows everybody, and assembles them.

Nothing is assembled on import. ``build`` puts a platform together; its app's lifespan starts and
drains it. Each function imports what it puts together, and no more: who compares two documents
needs no server, and who waits for a server waits for every module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mock_platform.shared.contracts import Json

if TYPE_CHECKING:  # slow to import
    from mock_platform.bootstrap.served import Built
    from mock_platform.engine.findings import Finding
    from mock_platform.shared.config import Settings

__all__ = ["MODES", "build", "build_documents", "bundle_specs", "check_specs", "export_spec"]

MODES: Mapping[str, tuple[str, ...]] = {
    "platform": ("order-service", "callback-server"),
    "order-service": ("order-service",),
    "callback-server": ("callback-server",),
}
"""What each mode serves, by the names of the specs. Handlers are in the module of the same name."""


def check_specs(
    paths: Sequence[Path], *, conventions: bool = False, overlays: Sequence[Path] = ()
) -> Sequence[Finding]:
    """Return everything wrong or doubtful in the specs, each with its place."""
    from mock_platform.infra.spec_checking import check

    found = (
        finding
        for path in paths
        for finding in check(path, conventions=conventions, overlays=overlays)
    )
    return list(dict.fromkeys(found))  # two of the specs may share a file


def bundle_specs(
    paths: Sequence[Path],
    *,
    keep: str = "default",
    openapi: str = "",
    overlays: Sequence[Path] = (),
) -> Json:
    """Return one self-contained document of one or several specs; see ``bootstrap.sharing``."""
    from mock_platform.bootstrap import sharing

    return sharing.bundle_specs(paths, keep=keep, openapi=openapi, overlays=overlays)


def export_spec(path: Path, form: str, base_url: str = "") -> str:
    """Return a collection of a spec's requests; see ``bootstrap.exporting``."""
    from mock_platform.bootstrap import exporting

    return exporting.export_spec(path, form, base_url)


def build(mode: str, settings: Settings) -> Built:
    """Assemble what the mode serves.

    Raises:
        SpecBroken, HandlerUnbound, HandlerUnfit, StoreUnusable, SettingBroken: and what to do.
    """
    from mock_platform.bootstrap.assembly import Assembly
    from mock_platform.infra.spec_home import specs_dir

    home = settings.specs or specs_dir()
    return Assembly(mode, settings, home, MODES[mode]).build()


def build_documents(
    specs: Sequence[tuple[Path, str | None]], settings: Settings, **how: Json
) -> Built:
    """Assemble any documents, each with the path it is mounted at, if it was given one.

    Args:
        specs: the files, and where they are mounted.
        settings: the settings.
        how: the other members of ``Wanted``.

    Raises:
        SpecBroken, HandlersUnusable, HandlerUnbound, HandlerUnfit, RouteTaken, SeedBroken,
        StoreUnusable: and what to do.
    """
    from mock_platform.bootstrap.any_documents import AnyDocuments
    from mock_platform.bootstrap.wanted import Wanted

    return AnyDocuments(Wanted(specs=specs, **how), settings).build()
