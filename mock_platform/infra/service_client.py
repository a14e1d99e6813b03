"""Talks to a running platform, for the commands that look at one: JSON over HTTP, within bounds.

Every request has a deadline and a trace of its own; no answer is read beyond 64 MiB; no proxy,
redirect, ``.netrc`` or cookie has a say. Whatever goes wrong is one of three errors.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Final
from urllib.parse import quote

import orjson
import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from mock_platform.shared.absence import present
from mock_platform.shared.contracts import Json
from mock_platform.shared.masking import masked_text
from mock_platform.shared.taming import tame

BODY_CAP: Final = 64 * 1024 * 1024
_PIECE = 64 * 1024
_CONNECT_S, _ANSWER_S = 3.0, 15.0
_BELOW = "/v1"
_FAILURES = (RequestException, HTTPError, HTTPException, OSError, ValueError)

Query = Mapping[str, str | int | float | None]


class ServiceFailed(Exception):
    """The platform could not be asked, or said no. The message is for people."""


class Unreachable(ServiceFailed):
    """Nobody answers there, or the answer broke off."""


class NotAPlatform(ServiceFailed):
    """Something answers there, but it is not one of ours."""


class AnswerTooLong(NotAPlatform):
    """There is more in an answer than is read; a smaller page may do."""


class Refused(ServiceFailed):
    """The platform answered with a problem document."""

    def __init__(self, status: int, problem: Mapping[str, Json]) -> None:
        super().__init__(f"{status} {problem.get('title', '')}")
        self.status = status
        self.problem = problem


class ServiceClient:
    """One platform. For one thread."""

    def __init__(
        self,
        url: str,
        new_trace: Callable[[], str],
        *,
        cap: int = BODY_CAP,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            url: where the platform is, without ``/v1``.
            new_trace: makes 32 hex digits, the ``X-Trace-Id`` of one request.
            cap: bytes of an answer that are read at the most.
            monotonic: measures for how long an answer has been arriving.
        """
        self.url = url
        self._shown = tame(masked_text(url))
        self._new_trace = new_trace
        self._cap = cap
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def get(self, *path: str, query: Query | None = None, patience_s: float = 0.0) -> Json:
        """Read something; ``patience_s`` is how long the platform may think about it.

        Raises:
            ServiceFailed: there is no answer, or it is not one to use.
        """
        return self._asked("GET", path, query, patience_s)

    def post(self, *path: str) -> Json:
        """Have something done.

        Raises:
            ServiceFailed: there is no answer, or it is not one to use.
        """
        return self._asked("POST", path, None, 0.0)

    def _asked(
        self, method: str, path: tuple[str, ...], query: Query | None, patience_s: float
    ) -> Json:
        target = f"{self.url}{_BELOW}/{'/'.join(quote(part, safe='') for part in path)}"
        answer_s = _ANSWER_S + patience_s
        try:
            answer = self._session.request(
                method,
                target,
                params=None if query is None else present(query),
                headers={"accept": "application/json", "x-trace-id": self._new_trace()},
                timeout=(_CONNECT_S, answer_s),
                allow_redirects=False,
                stream=True,
            )
            with closing(answer):
                body = self._read(answer, self._monotonic() + answer_s)
        except _FAILURES as error:
            raise Unreachable(f"nothing answers at {self._shown} ({_reason(error)})") from None
        return self._understood(answer, body)

    def _read(self, answer: requests.Response, until: float) -> bytes:
        body = bytearray()
        for piece in answer.iter_content(_PIECE):
            body += piece
            if len(body) > self._cap:
                raise AnswerTooLong(f"the answer is longer than {self._cap} bytes")
            if self._monotonic() > until:
                raise Unreachable(f"the answer of {self._shown} took too long")
        return bytes(body)

    def _understood(self, answer: requests.Response, body: bytes) -> Json:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            kind, told = "", None
        if kind == "application/problem+json" and isinstance(told, dict):
            raise Refused(answer.status_code, told)
        is_good = HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES
        if kind != "application/json" or not is_good:
            raise NotAPlatform(
                f"what answers at {self._shown} is no Mock Platform:"
                f" {answer.status_code}, {tame(answer.headers.get('content-type', 'no content type'))}"
            )
        return told


def _reason(error: BaseException) -> str:
    """Return the innermost cause: what urllib3 and requests wrap around it says nothing new."""
    inner: BaseException = error
    for _ in range(10):
        parts = (getattr(inner, "reason", None), inner.__cause__, *inner.args, inner.__context__)
        found = next((part for part in parts if isinstance(part, BaseException)), None)
        if found is None:
            break
        inner = found
    text = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return tame(masked_text(f"{text or type(inner).__name__}"))[:200]
