"""Makes of a spec a collection of requests that can be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mock_platform.engine.exporting.curl_scripts import as_curl
from mock_platform.engine.exporting.http_files import as_http, as_jetbrains
from mock_platform.engine.exporting.planning import plan
from mock_platform.engine.exporting.plans import Plan
from mock_platform.engine.exporting.postman import as_postman
from mock_platform.infra import spec_files

WRITERS: Mapping[str, Callable[[Plan], str]] = {
    "http": as_http,
    "jetbrains": as_jetbrains,
    "postman": as_postman,
    "curl": as_curl,
}


def export_spec(path: Path, form: str, base_url: str = "") -> str:
    """Return the collection's text.

    Args:
        path: the spec.
        form: ``http``, ``jetbrains``, ``postman`` or ``curl``.
        base_url: where it is served; empty for what the spec's first server says.

    Raises:
        SpecBroken: with every finding.
    """
    return WRITERS[form](plan(spec_files.load(path), base_url))
