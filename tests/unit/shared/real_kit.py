"""Serves a document as ``mock-platform serve`` would: from a file, through everything."""

from __future__ import annotations

import json
from pathlib import Path

from mock_platform.api.waiting import WaitingRoom
from mock_platform.bootstrap import build_documents
from mock_platform.shared.config import load_settings
from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import Served


def root_of(paths: Json, schemas: Json | None = None, *, openapi: str = "3.0.3") -> Json:
    return {
        "openapi": openapi,
        "info": {"title": "Real", "version": "1"},
        "servers": [{"url": "https://api.example.test/v1"}],
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }


def served(folder: Path, root: Json, **how: Json) -> Served:
    """Write a document into a folder, and serve it, ``how`` as ``serve``'s options say."""
    place = folder / "real.json"
    place.write_text(json.dumps(root))
    settings = load_settings({"reload": False, "log_level": "error"})
    return Served(build_documents([(place, None)], settings, **how).app, WaitingRoom(), [])


def answer(schema: Json | None = None, **more: Json) -> Json:
    """Return responses: a 200 of JSON."""
    media = more if schema is None else {"schema": schema, **more}
    return {"200": {"description": "", "content": {"application/json": media}}}
