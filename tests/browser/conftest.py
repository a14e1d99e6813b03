"""A real browser and a real process, for tests that see what a user would see.

Nothing here sleeps: a test says what must appear, and the browser waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.integration.platform_process import Platform, running

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS = 30_000
"""How long to wait for what must come. Long, because a busy machine is no bug."""

_ANSWERED_SO = "Failed to load resource"
"""What the browser says of every answer that is a refusal, meant or not."""

Open = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of pages, into the folder that the run was told of."""

    folder: Path

    def take(self, page: Page, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.folder / f"{name}.png", animations="disabled")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["BROWSER_UNDER_TEST"], args=[*FLAGS]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running("up") as platform:
        yield platform


@pytest.fixture
def camera(tmp_path: Path) -> Camera:
    return Camera(Path(os.environ.get("SCREENSHOTS") or tmp_path))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page, in a window of its own; what goes wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def opened(url: str, *, dark: bool = False, width: int = 1280, height: int = 860) -> Page:
        context = browser.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: broken.append(str(error)))
        # Whatever the page's own policy had to stop would be told there too.
        page.on("console", lambda told: broken.append(told.text) if _is_broken(told) else None)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert broken == []


def _is_broken(told: ConsoleMessage) -> bool:
    return told.type == "error" and not told.text.startswith(_ANSWERED_SO)
