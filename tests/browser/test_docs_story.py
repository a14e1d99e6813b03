"""The documentation in the hands of a reader: found, read, copied, tried out, on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from mock_platform.cli import main
from tests.browser.conftest import Camera, Open
from tests.integration.platform_process import PROJECT, Platform, running

SPECS = [str(PROJECT / "specs" / f"{n}.spec.yaml") for n in ("order-service", "callback-server")]
PAGES = (
    "",
    "order-service/",
    "order-service/operations/createOrder",
    "order-service/states",
    "order-service/callbacks",
    "callback-server/schemas/Record",
    "errors",
)


def sticks_out(page: Page) -> bool:
    """Whether one would have to scroll sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide


def test_an_operation_is_found_read_and_tried_out(
    platform: Platform, visit: Open, camera: Camera
) -> None:
    page = visit(f"{platform.url}/docs/")
    page.get_by_role("link", name="Order service").click()
    camera.take(page, "docs-overview")

    page.keyboard.press("/")
    page.keyboard.type("post refund")
    expect(page.get_by_role("status")).to_have_text("1 found")
    expect(page.get_by_role("heading", name="deliveries")).to_be_hidden()
    page.get_by_role("link", name="Refund an order").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Refund an order")
    expect(page.locator("main")).to_contain_text("Leads an Order from shipped to refunded")
    page.get_by_text("Not in this state, or not twice.").click()
    expect(page.locator("pre:visible", has_text="TRANSITION_ILLEGAL")).to_be_visible()
    page.get_by_role("link", name="Try it out").click()

    tried = page.locator("#operations-orders-refundOrder")
    expect(tried.get_by_role("button", name="Try it out")).to_be_visible()


def test_a_command_is_copied_as_it_is(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/docs/order-service/operations/payOrder")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").first.click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    order = "ord_0192f0c1a2b37c4d8e5f60718293a4b5"
    assert copied == f"curl -i -X POST {platform.url}/v1/orders/{order}/pay"


def test_the_keyboard_goes_past_what_is_on_every_page(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/docs/order-service/callbacks")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_an_old_link_into_swagger_ui_still_leads_there(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/docs/#/orders/payOrder")

    expect(page.locator("#operations-orders-payOrder")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_a_telephone(platform: Platform, visit: Open, camera: Camera, dark: bool) -> None:
    page = visit(f"{platform.url}/docs/", width=360, height=780, dark=dark)
    wide = []
    for place in PAGES:
        page.goto(f"{platform.url}/docs/{place}")
        wide += [place] if sticks_out(page) else []
    page.goto(f"{platform.url}/docs/order-service/operations/createOrder")
    camera.take(page, f"docs-telephone-{'dark' if dark else 'light'}")

    assert wide == []


def test_pages_show_pictures_worth_a_readme(
    platform: Platform, visit: Open, camera: Camera
) -> None:
    page = visit(f"{platform.url}/docs/order-service/states")
    expect(page.get_by_role("img", name="States of Order")).to_be_visible()
    camera.take(page, "docs-states")
    page.goto(f"{platform.url}/docs/order-service/callbacks")
    camera.take(page, "docs-callbacks")
    page.goto(f"{platform.url}/docs/order-service/operations/createOrder")
    camera.take(page, "docs-operation")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{platform.url}/docs/order-service/operations/createOrder")
    camera.take(page, "docs-operation-dark")


def test_what_is_folded_is_printed_too(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/docs/order-service/operations/payOrder")
    folded = page.locator("details:not([open])")
    assert folded.count() > 0

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(folded).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert folded.count() > 0


def test_a_folder_of_pages_works_without_a_server(visit: Open, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["docs", *SPECS, "-o", str(tmp_path / "site")])
    assert done.exit_code == 0, done.output

    page = visit((tmp_path / "site" / "index.html").as_uri())
    page.get_by_role("link", name="Callback server").click()
    page.get_by_label("Find an operation").fill("policy")
    expect(page.get_by_role("status")).to_contain_text("found")
    page.get_by_role("link", name="Make the inbox answer so from now on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Make the inbox answer so from now on"
    )
    expect(page.get_by_role("link", name="Try it out")).to_have_count(0)


def test_a_document_with_a_thousand_operations_is_found_through(
    visit: Open, tmp_path: Path
) -> None:
    spec = tmp_path / "large.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: Large, version: '1'}\npaths:\n"
        + "".join(
            f"  /things{n}: {{get: {{operationId: thing{n}, tags: [t{n % 9}],"
            " responses: {'200': {description: A thing.}}}}\n"
            for n in range(1000)
        )
    )
    with running("serve", str(spec)) as platform:
        page = visit(f"{platform.url}/docs/large/")
        page.get_by_label("Find an operation").fill("thing777")

        expect(page.get_by_role("status")).to_have_text("1 found")
        expect(page.locator("main").get_by_role("link", name="thing777")).to_be_visible()
