"""A requests session with which the far side cannot do anything to us.

No redirect is followed, no proxy, ``.netrc`` or cookie is used, and every dial goes past the target
guard.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

from mock_platform.infra.punctual_line import PunctualLine


class GuardedSession(requests.Session):
    """One line's session, for one thread."""

    def __init__(self, line: PunctualLine, ca_file: str | None) -> None:
        super().__init__()
        self.trust_env = False  # else proxies and .netrc passwords leak in
        self.verify = ca_file or True
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        # A fresh connection for every attempt. Measured on loopback that is 0.2 ms of 0.9 ms; in
        # return the guard sees every dial, and no callback fails, or is sent twice, on a pooled
        # connection that its receiver was just closing.
        self.headers = {"accept": "*/*", "accept-encoding": "identity", "connection": "close"}
        adapter = HTTPAdapter(max_retries=0)
        adapter.poolmanager.pool_classes_by_scheme = line.pools()
        self.adapters.clear()
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - theirs
        # Even with allow_redirects=False requests would read a redirect's whole body.
        return None
