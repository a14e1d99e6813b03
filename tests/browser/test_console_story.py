"""The whole story, seen through the console: nobody reloads a page, and everything is there."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Camera, Open
from tests.integration.platform_process import DRAFT, Platform, running

HOSTILE = '<script>document.title = "taken over"</script><img src=x onerror="document.title=1">'


def is_live(page: Page) -> None:
    """Wait until the page hears of what happens."""
    expect(page.locator("#live-word")).to_have_text("Live")


def the_order(page: Page, name: str) -> Locator:
    """The line about one of an order's callbacks."""
    return page.get_by_role("region", name="Deliveries of this order").get_by_role("row", name=name)


def press(page: Page, name: str) -> None:
    """Press a button that leads to a page which is live again."""
    page.get_by_role("button", name=name, exact=True).click()
    is_live(page)


def test_an_order_is_made_and_paid_and_its_callbacks_appear(
    platform: Platform, visit: Open
) -> None:
    page = visit(f"{platform.url}/")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    page.get_by_role("navigation").get_by_role("link", name="Orders").click()
    page.get_by_role("link", name="New order").click()
    page.get_by_label("Note").fill("Please ring twice.")
    press(page, "Create")
    expect(the_order(page, "order.created")).to_contain_text("delivered")
    press(page, "payOrder")
    expect(page.locator(".state.current")).to_have_text("paid")
    expect(the_order(page, "order.paid")).to_contain_text("delivered")

    # The inbox shows what arrives while one looks at it, whoever moved the order.
    inbox = visit(f"{platform.url}/console/inboxes/orders")
    is_live(inbox)
    records = inbox.get_by_role("region", name="Records")
    expect(records.get_by_role("row")).to_have_count(3)
    platform.call("POST", f"/orders/{page.url.rpartition('/')[2]}/ship")
    expect(records.get_by_role("row", name="order.shipped")).to_contain_text("accepted")
    expect(page.locator(".state.current")).to_have_text("shipped")
    expect(page.locator("#announcer")).to_have_text("The order is shipped, version 3")


def test_retries_are_watched_and_a_dead_letter_is_replayed(
    platform: Platform, visit: Open, camera: Camera
) -> None:
    order = platform.create(platform.inbox("orders"))
    inbox = visit(f"{platform.url}/console/inboxes/orders")
    page = visit(f"{platform.url}/console/orders/{order['id']}")
    expect(the_order(page, "order.created")).to_contain_text("delivered")

    # Told to fail the first three, by the form; the retries come by themselves.
    inbox.get_by_label("Policy", exact=True).select_option("fail_first")
    inbox.get_by_label("How many fail").fill("3")
    expect(inbox.get_by_label("Delay, milliseconds")).to_be_hidden()
    press(inbox, "Set policy")
    expect(inbox.locator("#policy-now")).to_contain_text('"count":3')
    press(page, "payOrder")
    page.get_by_role("link", name="order.paid").click()
    is_live(page)
    expect(page.locator(".attempts > li")).to_have_count(4)
    expect(page.locator(".head .badge")).to_have_text("delivered")
    failed = inbox.get_by_role("region", name="Records").get_by_role("row", name="fail_first")
    expect(failed).to_have_count(3)
    page.locator("#attempt-4 > summary").click()
    camera.take(page, "delivery-light")
    camera.take(inbox, "inbox-light")

    # A receiver that is gone makes a dead letter; once it is back, a click replays it.
    inbox.get_by_label("Policy", exact=True).select_option("status")
    inbox.get_by_label("Status", exact=True).fill("410")
    press(inbox, "Set policy")
    page.goto(f"{platform.url}/console/orders/{order['id']}")
    press(page, "refundOrder")
    expect(the_order(page, "order.refunded")).to_contain_text("dead")
    press(inbox, "Clear")
    expect(inbox.locator("#policy-now")).to_contain_text("what each callback deserves")
    page.get_by_role("link", name="order.refunded").click()
    press(page, "Replay")
    expect(page.locator(".head .badge")).to_have_text("delivered")
    expect(page.locator(".attempts > li").first).to_contain_text("replay")


def test_sending_is_paused_and_goes_on_by_a_click(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/console/deliveries")
    page.get_by_role("button", name="Pause").click()
    is_live(page)
    expect(page.locator("#sending")).to_contain_text("paused")

    platform.create(platform.inbox("orders"))
    row = page.get_by_role("row", name="order.created")
    expect(row).to_contain_text("pending")
    expect(row.locator("[data-countdown]")).to_have_text("now")
    assert platform.get("/ready")["checks"]["dispatcher"] == "paused"

    page.get_by_role("button", name="Resume").click()
    expect(row).to_contain_text("delivered")


def test_a_script_in_a_body_stays_text(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/console/inboxes/strange")
    is_live(page)
    platform.call("POST", "/inboxes/strange/callbacks", json={"type": HOSTILE, "id": HOSTILE})

    page.get_by_role("region", name="Records").get_by_role("link", name="unknown").click()

    expect(page.get_by_label("As it is read", exact=True)).to_contain_text("<script>")
    expect(page).to_have_title(re.compile("^Record 1 of strange"))
    assert page.locator("main img, main script").count() == 0


def test_the_console_asks_for_its_token(visit: Open) -> None:
    token = "what-only-we-know-of"
    with running("up", "--host", "0.0.0.0", env={"MOCK_PLATFORM_CONSOLE_TOKEN": token}) as locked:  # noqa: S104 - that others can reach it is the point
        page = visit(f"{locked.url}/console/orders")
        page.get_by_label("Token").fill("guessed-by-somebody")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("That is not the token.")
        page.get_by_label("Token").fill(token)
        page.keyboard.press("Enter")
        is_live(page)
        locked.create()
        expect(page.locator("#tile-orders + .sum")).to_have_text("1")

        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Token")).to_be_visible()


def test_everything_can_be_done_with_the_keyboard(platform: Platform, visit: Open) -> None:
    page = visit(f"{platform.url}/console/")

    def press_until(name: str, key: str = "Tab") -> None:
        """Go on until what has the focus is called so."""
        for _ in range(60):
            page.keyboard.press(key)
            here = page.evaluate("document.activeElement.innerText || document.activeElement.name")
            if str(here).strip() == name:
                shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert shown != "none", f"nobody sees that {name} has the focus"
                return
        raise AssertionError(f"the keyboard does not come to {name}")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    press_until("Orders")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    press_until("New order")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    press_until("note")
    page.keyboard.type("Typed")
    page.keyboard.press("Enter")
    expect(page.locator(".state.current")).to_have_text("created")
    press_until("payOrder")
    page.keyboard.press("Enter")
    expect(page.locator(".state.current")).to_have_text("paid")
    is_live(page)

    press_until("shipOrder")
    platform.call("POST", f"/orders/{page.url.rpartition('/')[2]}/ship")
    expect(page.locator("#announcer")).to_have_text("The order is shipped, version 3")
    expect(page.locator("#order").locator(":focus")).to_have_count(1)


def test_it_is_readable_in_the_dark_and_on_a_telephone(
    platform: Platform, visit: Open, camera: Camera
) -> None:
    orders = []
    for steps in ([], ["pay"], ["pay", "ship"], ["pay", "refund"], ["cancel"], ["pay", "ship"]):
        order = platform.create(platform.inbox("orders"))
        for step in steps:
            order = platform.advance(order, step)
        orders.append(order)
    for _ in range(3):
        assert platform.call("POST", "/orders", json=DRAFT).ok
    platform.delivered(orders[-1])
    order = orders[-1]["id"]
    delivery = platform.deliveries(orders[-1])[0]["id"]
    record = platform.records("orders")[0]["id"]

    for path in (
        *("", "orders", "orders/new", f"orders/{order}", "deliveries", f"deliveries/{delivery}"),
        *("inboxes", "inboxes/orders", f"inboxes/orders/records/{record}"),
    ):
        page = visit(f"{platform.url}/console/{path}", width=360, height=780)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, f"/console/{path} is {too_wide} pixels too wide"
        page.context.close()

    page = visit(f"{platform.url}/console/orders/{order}")
    is_live(page)
    camera.take(page, "order-light")
    page = visit(f"{platform.url}/console/orders/{order}", dark=True)
    is_live(page)
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (brightness(ink) - brightness(paper)) > 128
    camera.take(page, "order-dark")
    page = visit(f"{platform.url}/console/", dark=True)
    is_live(page)
    camera.take(page, "overview-dark")


def brightness(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.6 * green + 0.1 * blue
