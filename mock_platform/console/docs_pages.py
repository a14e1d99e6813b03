"""Serves the documentation below ``/docs/``, as part of the pages for people."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from typing import Final

import flask
from werkzeug.exceptions import NotFound

from mock_platform.console.docs_site import ASSETS, Site, asset

_SEAL: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_HOST = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}/")


def docs_pages(site: Site) -> flask.Blueprint:
    """Return the documentation, to be registered with the pages."""
    docs = flask.Blueprint("docs", __name__, url_prefix="/docs")

    def page(path: str = "") -> flask.typing.ResponseReturnValue:
        if f"{path}/index.html" in site.places:
            return flask.redirect(f"{flask.request.script_root}/docs/{path}/", 308)
        ending = "index.html" if path.endswith("/") or not path else ".html"
        if path + ending not in site.places:
            raise NotFound
        return _answer(site.page(path + ending, _base()), "text/html; charset=utf-8")

    def file(name: str) -> flask.Response:
        if name not in ASSETS:
            raise NotFound
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return _answer(asset(name), kind)

    docs.add_url_rule("/", "home", page)
    docs.add_url_rule("/<path:path>", "page", page)
    docs.add_url_rule("/assets/<name>", "asset", file)
    return docs


def _base() -> str:
    """Return where the client reached us; a name that is no name is not repeated."""
    url = flask.request.host_url
    return url.rstrip("/") if _HOST.fullmatch(url) else ""


def _answer(body: bytes, kind: str) -> flask.Response:
    answer = flask.Response(body, content_type=kind)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = _SEAL
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.make_conditional(flask.request)
    return answer
