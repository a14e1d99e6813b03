"""What a document refers to by URL is fetched only from where that is allowed, and within bounds."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from mock_platform.infra import remote_files
from mock_platform.infra.remote_files import make_fetch
from mock_platform.infra.target_guard import TargetGuard
from tests.unit.shared.raw_receiver import Caller, answering, receiver

FOUND = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntype: "
NOWHERE = TargetGuard("dev")


def moved(to: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_what_is_there_is_returned_as_it_is() -> None:
    with receiver(answering(FOUND)) as there:
        assert make_fetch(NOWHERE)(there.url("/pet.yaml")) == b"type: "


def test_a_redirect_is_followed() -> None:
    with receiver(answering(FOUND)) as there, receiver(answering(moved(there.url()))) as first:
        assert make_fetch(NOWHERE)(first.url()) == b"type: "


def test_a_redirect_to_where_nothing_may_be_fetched_is_refused() -> None:
    with (
        receiver(answering(moved("http://169.254.169.254/latest"))) as there,
        pytest.raises(OSError, match=r"169\.254\.169\.254"),
    ):
        make_fetch(NOWHERE)(there.url())


def test_redirects_end() -> None:
    with (
        receiver(answering(moved("/again"))) as there,
        pytest.raises(OSError, match="redirected more than 3 times"),
    ):
        make_fetch(NOWHERE)(there.url())


def test_a_secure_address_does_not_lead_to_an_open_one() -> None:
    assert remote_files._onward("https://a.example/x/", "y") == "https://a.example/x/y"
    with pytest.raises(OSError, match="redirected from https to http://a"):
        remote_files._onward("https://a.example/", "http://a.example/")


def test_names_are_judged_by_the_address_they_lead_to() -> None:
    def metadata(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]

    with pytest.raises(OSError, match="never called"):
        make_fetch(NOWHERE, resolve=metadata)("http://schemas.example/pet.yaml")


def test_another_status_is_no_file() -> None:
    with (
        receiver(answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) as there,
        pytest.raises(OSError, match="the answer is 404"),
    ):
        make_fetch(NOWHERE)(there.url())


def test_too_much_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "MOST_BYTES", 1024**2)

    def endless(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\n\r\n")
        while not caller.closing.is_set():
            caller.say(b"x" * 65536)

    with receiver(endless) as there, pytest.raises(OSError, match="more than 1 MiB"):
        make_fetch(NOWHERE)(there.url())


def test_who_drips_is_left_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "DEADLINE_S", 0.2)

    def slow(caller: Caller) -> None:
        caller.request()
        caller.say(b"HTTP/1.1 200 OK\r\n\r\n")
        caller.drip(b"x")

    with receiver(slow) as there, pytest.raises(OSError, match="time"):
        make_fetch(NOWHERE)(there.url())


def test_a_load_fetches_so_many_files_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "MOST_FILES", 1)
    with receiver(answering(FOUND)) as there:
        fetch = make_fetch(NOWHERE)
        fetch(there.url())
        with pytest.raises(OSError, match="more than 1 files"):
            fetch(there.url())


def test_an_answer_that_is_no_http_is_told() -> None:
    with receiver(answering(b"SSH-2.0-x\r\n")) as there, pytest.raises(OSError, match="SSH"):
        make_fetch(NOWHERE)(there.url())
