"""Keeps a Python process from talking to anybody but this machine, and writes down that it tried.

Python imports a module of this name at every start, when its folder is on ``PYTHONPATH``. Attempts
go to the file that ``LOOPBACK_REPORT`` names, one a line, and fail.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

_REPORT = os.environ.get("LOOPBACK_REPORT")
_NAMES = frozenset({"", "localhost"})


def _is_near(host: object) -> bool:
    if host is None:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text in _NAMES:
        return True
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    match event, arguments:
        case (("socket.connect" | "socket.sendto" | "socket.sendmsg"), (_, (host, *_), *_)):
            pass  # an address of a network; those of files are plain text
        case (("socket.getaddrinfo" | "socket.gethostbyname"), (host, *_)):
            pass
        case _:
            return
    if not _is_near(host):
        with Path(str(_REPORT)).open("a") as report:
            report.write(f"{event} {host}\n")
        raise PermissionError(f"{event} {host}: this process may talk to its own machine only")


if _REPORT:
    sys.addaudithook(_watch)
