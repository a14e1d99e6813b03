"""Fetches what a document refers to by URL: guarded, bounded in size, time and redirects."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException
from itertools import count
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from mock_platform.infra.guarded_session import GuardedSession
from mock_platform.infra.punctual_line import LookUp, PunctualLine, Resolve
from mock_platform.infra.spec_folder import Fetch
from mock_platform.infra.target_guard import TargetGuard

MOST_BYTES = 16 * 1024 * 1024
MOST_FILES = 200
DEADLINE_S = 60.0
"""For all of one load together."""
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024


def make_fetch(
    guard: TargetGuard,
    *,
    ca_file: str | None = None,
    resolve: Resolve = socket.getaddrinfo,
    monotonic: Callable[[], float] = time.monotonic,
) -> Fetch:
    """Return a function from a URL to what is there, good for one load.

    It raises OSError: the guard refuses the address, there is no 200, or it is too much or too late.
    """
    line = PunctualLine(guard, LookUp(resolve), monotonic)
    numbers = count(1)
    until = [0.0]

    def fetch(url: str) -> bytes:
        number = next(numbers)
        if number == 1:
            until[0] = monotonic() + DEADLINE_S
        if number > MOST_FILES:
            raise OSError(f"the document refers to more than {MOST_FILES} files elsewhere")
        line.begin(until[0] - monotonic())
        with GuardedSession(line, ca_file) as session:
            for _ in range(MOST_REDIRECTS + 1):
                if refusal := guard.refuse_url(url):
                    raise OSError(refusal)
                found, there = _asked(session, url)
                if there is None:
                    return found
                url = _onward(url, there)
        raise OSError(f"it is redirected more than {MOST_REDIRECTS} times")

    return fetch


def _asked(session: requests.Session, url: str) -> tuple[bytes, str | None]:
    """Return what is there, or where it is instead."""
    try:
        response = session.get(url, stream=True, allow_redirects=False, timeout=DEADLINE_S)
        with closing(response):
            there = response.headers.get("location")
            if response.status_code in _REDIRECTS and there:
                return b"", there
            if response.status_code != HTTPStatus.OK:
                raise OSError(f"the answer is {response.status_code}")
            return _read(response), None
    except (HTTPError, HTTPException, ValueError) as reason:  # requests' own errors are OSErrors
        raise OSError(str(reason)) from reason


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    while piece := response.raw.read1(_PIECE, decode_content=False):
        content += piece
        if len(content) > MOST_BYTES:
            raise OSError(f"it has more than {MOST_BYTES // 1024**2} MiB")
    return bytes(content)


def _onward(url: str, there: str) -> str:
    target = urljoin(url, there)
    if url.startswith("https:") and not target.startswith("https:"):
        raise OSError(f"it is redirected from https to {target}")
    return target
