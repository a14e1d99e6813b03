"""The console as a WSGI application, to be mounted at ``/console``.

Every answer is sealed: it may load nothing but our own files, be framed by nobody, be kept by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import flask
import werkzeug
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from mock_platform.console import (
    delivery_pages,
    inbox_pages,
    order_pages,
    overview_pages,
    wording,
)
from mock_platform.console.asking import asks_again
from mock_platform.console.door import Door, Verdict
from mock_platform.console.showroom import Showroom
from mock_platform.shared import masking
from mock_platform.shared.errors import Kind, PlatformError

LARGEST_FORM: Final = 64 * 1024

_SEAL: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would say Origin: null in our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STATUSES: Final[Mapping[Kind, int]] = {
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
_WORDS: Final[Mapping[str, object]] = {
    "tone": wording.tone,
    "machine_time": wording.machine_time,
    "clock_time": wording.clock_time,
    "day_and_time": wording.day_and_time,
    "money": wording.money,
    "short": wording.short,
    "pretty": wording.pretty,
    "is_json": wording.is_json,
    "hex_lines": wording.hex_lines,
    "size": wording.size,
    "compact": wording.compact,
    "masked": masking.masked_text,
    "masked_headers": masking.masked_headers,
}


def make_console(showroom: Showroom, door: Door) -> flask.Flask:
    """Return the console; a Flask application that expects to be mounted at ``/console``."""
    console = flask.Flask(__name__)
    console.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    console.jinja_env.filters.update(_WORDS)
    console.jinja_env.globals.update(room=showroom, span=wording.span, now=showroom.clock)
    console.jinja_env.trim_blocks = console.jinja_env.lstrip_blocks = True
    console.context_processor(lambda: {"asks_again": asks_again()})
    _guard(console, door)
    _log_in_and_out(console, door)
    overview_pages.add(console, showroom)
    if showroom.orders is not None:
        order_pages.add(console, showroom, showroom.orders)
        delivery_pages.add(console, showroom, showroom.orders)
    if showroom.inboxes is not None:
        inbox_pages.add(console, showroom, showroom.inboxes)
    console.register_error_handler(PlatformError, _refused)
    console.register_error_handler(HTTPException, _lost)
    console.after_request(_sealed)
    return console


# The door ------------------------------------------------------------------------------------------


def _guard(console: flask.Flask, door: Door) -> None:
    def knock() -> ResponseReturnValue | None:
        headers = {name.lower(): value for name, value in flask.request.headers.items()}
        verdict = door.verdict(headers)
        flask.g.session = door.session(flask.request.cookies.get(door.cookie))
        flask.g.locked = door.token is not None
        on_the_way_in = flask.request.endpoint in {"log_in", "static"}
        if verdict is Verdict.ASKED_FOR_TOKEN and on_the_way_in:
            verdict = Verdict.ADMITTED
        if verdict is Verdict.ASKED_FOR_TOKEN and flask.request.method == "GET":
            return flask.redirect(flask.url_for("log_in"), HTTPStatus.SEE_OTHER)
        if verdict is Verdict.GUESSED_TOO_OFTEN:
            page, status = _told(
                "Too many guesses", door.remedy(verdict), HTTPStatus.TOO_MANY_REQUESTS
            )
            return page, status, _not_before(door)
        if verdict is not Verdict.ADMITTED:
            flask.g.turned_away = True
            return _told("Not from here", door.remedy(verdict), HTTPStatus.FORBIDDEN)
        mark = flask.request.form.get("mark", "") if flask.request.method == "POST" else None
        if mark is not None and not door.is_our_form(flask.g.session, mark):
            told = "The page this form was on is too old. Go back, reload it, and send it again."
            return _told("Sent from an old page", told, HTTPStatus.FORBIDDEN)
        return None

    def remembered(answer: flask.Response) -> flask.Response:
        session = getattr(flask.g, "session", None)
        brought = flask.request.cookies.get(door.cookie, "")
        # Another site's request comes without our cookie: a new one would end the visitor's session.
        if "turned_away" in flask.g:
            return answer
        if session is not None and not brought.startswith(f"{session}."):
            _set_cookie(answer, door, door.cookie_for(session, admitted=False))
        return answer

    console.before_request(knock)
    console.after_request(remembered)
    console.jinja_env.globals["form_mark"] = lambda: door.form_mark(flask.g.session)


def _not_before(door: Door) -> dict[str, str]:
    return {"Retry-After": str(max(1, door.guesses.wait_s()))}


def _set_cookie(answer: werkzeug.Response, door: Door, value: str) -> None:
    # Not Strict: who follows a link to here would come without it. Forms have marks of their own.
    answer.set_cookie(door.cookie, value, httponly=True, samesite="Lax", path="/console")


def _log_in_and_out(console: flask.Flask, door: Door) -> None:
    def log_in() -> ResponseReturnValue:
        if flask.request.method != "POST":
            return flask.render_template("console/login.html", flaw="")
        verdict = door.admits(flask.request.form.get("token", ""))
        if verdict is Verdict.GUESSED_TOO_OFTEN:
            page = flask.render_template("console/login.html", flaw=door.remedy(verdict))
            return page, HTTPStatus.TOO_MANY_REQUESTS, _not_before(door)
        if verdict is not Verdict.ADMITTED:
            page = flask.render_template("console/login.html", flaw="That is not the token.")
            return page, HTTPStatus.FORBIDDEN
        answer = flask.redirect(flask.url_for("overview"), HTTPStatus.SEE_OTHER)
        # A session of its own: whoever knew the old one is not let in with it.
        _set_cookie(answer, door, door.cookie_for(door.session(None), admitted=True))
        return answer

    def log_out() -> ResponseReturnValue:
        answer = flask.redirect(flask.url_for("log_in"), HTTPStatus.SEE_OTHER)
        answer.delete_cookie(door.cookie, path="/console")
        return answer

    console.add_url_rule("/login", "log_in", log_in, methods=["GET", "POST"])
    console.add_url_rule("/logout", "log_out", log_out, methods=["POST"])


# What is the same for all pages --------------------------------------------------------------------


def _sealed(answer: flask.Response) -> flask.Response:
    answer.headers.update(_SEAL)
    is_asset = flask.request.endpoint == "static" and answer.status_code < HTTPStatus.BAD_REQUEST
    answer.headers["Cache-Control"] = "no-cache" if is_asset else "no-store"
    return answer


def _refused(error: PlatformError) -> ResponseReturnValue:
    return _told(error.title().rstrip("."), error.detail, _STATUSES.get(error.kind, 422))


def _lost(error: HTTPException) -> ResponseReturnValue:
    return _told(error.name, error.description or "", error.code or 500)


def _told(title: str, detail: str, status: int) -> tuple[str, int]:
    return flask.render_template("console/told.html", title=title, detail=detail), status
