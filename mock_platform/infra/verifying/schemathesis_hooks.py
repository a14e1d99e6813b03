"""Aims the callbacks that made-up requests ask for; loaded by schemathesis, in its own process.

Left alone, a fuzzed request has the implementation call whatever address chance has made of it.
"""

from __future__ import annotations

import json
import os
from typing import Any

import schemathesis

from mock_platform.engine.verifying.asking import aimed
from mock_platform.infra.verifying.schemathesis_names import AIMS


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    """Aim what is a URL already; what is none stays as wrong as it was meant to be."""
    aims = json.loads(os.environ.get(AIMS, "{}"))
    for pointer, url in aims.get(f"{case.method.upper()} {case.path}", {}).items():
        name = pointer.rpartition("/")[2]
        body = case.body
        if isinstance(body, dict) and str(body.get(name, "")).startswith(("http:", "https:")):
            case.body = aimed(body, pointer, url)
