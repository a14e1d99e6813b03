"""The console is there in every mode, and never in the way of a stop."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.integration.platform_process import PATIENCE_S, Platform, running

MOMENT_S = 8.0
"""What a stop may take on a busy machine."""

PETS = """\
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets: {get: {operationId: listPets, responses: {'200': {description: Pets}}}}
"""


@contextmanager
def listening(platform: Platform, **headers: str) -> Iterator[http.client.HTTPResponse]:
    """A page that listens; it has been told that it may."""
    connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=PATIENCE_S)
    connection.request("GET", "/console/events?topic=orders", headers=headers)
    answer = connection.getresponse()
    assert answer.readline() == b"retry: 2000\n"
    yield answer
    connection.close()


@pytest.mark.parametrize(
    ("command", "there", "not_there"),
    [
        ("up", ["", "orders", "deliveries", "inboxes"], []),
        ("order-service", ["", "orders", "deliveries"], ["inboxes"]),
        ("callback-server", ["", "inboxes"], ["orders", "deliveries"]),
    ],
)
def test_each_service_shows_what_it_has(
    command: str, there: list[str], not_there: list[str]
) -> None:
    with running(command) as platform:
        shown = {
            path: platform.session.get(f"{platform.url}/console/{path}").status_code
            for path in [*there, *not_there]
        }
        home = platform.session.get(platform.url)

    assert shown == dict.fromkeys(there, 200) | dict.fromkeys(not_there, 404)
    assert home.url == f"{platform.url}/console/"


def test_any_document_shows_its_operations(tmp_path: Path) -> None:
    document = tmp_path / "pets.yaml"
    document.write_text(PETS)

    with running("serve", str(document)) as platform:
        page = platform.session.get(f"{platform.url}/console/", headers={"Origin": platform.url})
        foreign = platform.session.get(
            f"{platform.url}/console/", headers={"Origin": "https://evil.example"}
        )

    assert "listPets" in page.text
    assert foreign.status_code == 403


def test_it_can_be_left_out() -> None:
    with running("up", "--no-console") as platform:
        gone = [platform.session.get(f"{platform.url}/console/{path}") for path in ("", "events")]
        home = platform.session.get(platform.url)

    assert [answer.status_code for answer in gone] == [404, 404]
    assert home.url == f"{platform.url}/docs/"


def test_where_others_can_reach_it_nobody_sees_or_hears_anything() -> None:
    with running("up", "--host", "0.0.0.0") as platform:  # noqa: S104 - that others can reach it is the point
        page = platform.session.get(f"http://127.0.0.1:{platform.port}/console/orders")
        news = platform.session.get(f"http://127.0.0.1:{platform.port}/console/events?topic=orders")

    assert (page.status_code, news.status_code) == (403, 403)
    assert "MOCK_PLATFORM_CONSOLE_TOKEN" in page.text


def test_what_anybody_does_is_told_to_those_who_listen() -> None:
    with running("up") as platform, listening(platform) as news:
        platform.create()

        told = [news.readline() for _ in range(3)]

    assert told[1:] == [b"event: news\n", b"data:\n"]


def test_pages_that_listen_hold_up_no_stop_and_no_other_page() -> None:
    with running("up") as platform, ExitStack() as pages:
        streams = [pages.enter_context(listening(platform)) for _ in range(6)]
        assert platform.session.get(f"{platform.url}/console/orders").ok
        began = time.monotonic()

        assert platform.terminate() == 0
        for stream in streams:
            stream.read()
        assert time.monotonic() - began < MOMENT_S
