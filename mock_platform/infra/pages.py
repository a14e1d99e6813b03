"""The pages for people: where the contracts can be read and fetched, and what to do when lost.

Everything that is no operation ends here, but for ``/docs/try/``, which is connexion's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import flask
from werkzeug.exceptions import HTTPException, NotFound

from mock_platform.engine.sharing import strip_behaviour
from mock_platform.infra.spec_writing import to_json, to_yaml
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import MethodNotAllowed, PathUnknown, PlatformError, Unexpected

_JSON, _YAML, _HTML = "application/json", "application/yaml", "text/html"
# The longer ending first: order-service.spec.yaml is called order-service too.
_FORMS: Final[Mapping[str, tuple[Callable[[Json], bytes], str]]] = {
    ".spec.yaml": (to_yaml, _YAML),
    ".spec.json": (to_json, _JSON),
    ".yaml": (to_yaml, _YAML),
    ".json": (to_json, _JSON),
}
_REFUSALS: Final[Mapping[int, tuple[type[PlatformError], str]]] = {
    404: (PathUnknown, "Nothing is here. /docs/ shows what is, /specs has the contracts."),
    405: (MethodNotAllowed, "This page can only be read."),
}

MetricsPage = Callable[[str], tuple[bytes, str]]


def make_pages(
    documents: Mapping[str, Json],
    title: str,
    metrics: MetricsPage | None = None,
    home: str = "/docs/",
) -> flask.Flask:
    """Return the pages as a WSGI application.

    Args:
        documents: Name → self-contained document; shown without ``x-mock``.
        title: What the whole is called.
        home: Where the way begins.
        metrics: From an ``Accept`` header to a text and its content type; None: there are none.
    """
    shelf = _Shelf(title, documents)
    pages = flask.Flask(__name__, static_folder=None)
    pages.add_url_rule("/", "home", lambda: flask.redirect(home))
    pages.add_url_rule("/specs", view_func=shelf.index, strict_slashes=False)
    pages.add_url_rule("/specs/<file>", view_func=shelf.document)
    if metrics is not None:
        pages.add_url_rule("/metrics", "metrics", partial(_measured, metrics))
    pages.register_error_handler(HTTPException, _refused)
    pages.after_request(_sealed)
    return pages


def _measured(metrics: MetricsPage) -> flask.Response:
    text, content_type = metrics(flask.request.headers.get("Accept", ""))
    return flask.Response(text, content_type=content_type, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The contracts, as they are given away."""

    title: str
    documents: Mapping[str, Json]
    texts: dict[tuple[str, str], tuple[bytes, str]] = field(default_factory=dict)
    """(Name, ending) → text and entity tag; filled when first asked for: writing takes a while."""

    def index(self) -> flask.Response:
        specs = [_entry(name, document) for name, document in self.documents.items()]
        # JSON first: it is for those who accept everything, such as curl.
        accepted = flask.request.accept_mimetypes.best_match([_JSON, _HTML], default=_JSON)
        if accepted == _HTML:
            page = flask.render_template("specs.html", title=self.title, specs=specs)
            answer = flask.make_response(page)
        else:
            answer = flask.jsonify({"specs": specs})
        answer.vary.add("Accept")
        return answer

    def document(self, file: str) -> flask.Response:
        ending = next((ending for ending in _FORMS if file.endswith(ending)), "")
        name = file.removesuffix(ending)
        if not ending or name not in self.documents:
            raise NotFound
        text, tag = self.text(name, ending)
        answer = flask.Response(text, content_type=_FORMS[ending][1])
        answer.set_etag(tag)
        answer.headers["Cache-Control"] = "no-cache"  # may be kept, but must be asked about
        answer.make_conditional(flask.request)
        return answer

    def text(self, name: str, ending: str) -> tuple[bytes, str]:
        if (name, ending) not in self.texts:
            text = _FORMS[ending][0](strip_behaviour(self.documents[name]))
            self.texts[name, ending] = text, hashlib.sha256(text).hexdigest()[:32]
        return self.texts[name, ending]


def _entry(name: str, document: Json) -> Mapping[str, Json]:
    info = document.get("info", {})
    return {
        "name": name,
        "title": info.get("title", name),
        "version": info.get("version", ""),
        "yaml": f"/specs/{name}.yaml",
        "json": f"/specs/{name}.json",
    }


def _refused(error: HTTPException) -> flask.typing.ResponseReturnValue:
    """Put werkzeug's refusal into the shape that all our errors have."""
    status = error.code or 500
    kind, detail = _REFUSALS.get(status, (Unexpected, error.description or ""))
    problem = {
        "type": f"urn:mock-platform:error:{kind.code}",
        "title": kind.title(),
        "status": status,
        "detail": detail,
        "instance": flask.request.path,
        "code": kind.code,
    }
    answer = flask.jsonify(problem)
    answer.status_code, answer.content_type = status, "application/problem+json"
    answer.headers.extend(
        (name, value) for name, value in error.get_headers() if name.lower() == "allow"
    )
    return answer


def _sealed(answer: flask.Response) -> flask.Response:
    """These pages run no script and load nothing, unless they say themselves what they need."""
    answer.headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
