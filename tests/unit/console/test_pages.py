"""The console shows what is there, as text whatever it is, and does what its buttons say."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from mock_platform.shared.contracts import Policy
from mock_platform.shared.masking import MASK, masked_headers, masked_text
from tests.unit.console.console_kit import INBOX, House

SCRIPT = b'{"type": "</pre><script>alert(1)</script>"}'


# Overview


def test_the_overview_shows_every_operation_with_its_command(house: House) -> None:
    page = house.page("/")

    assert "curl -s http://127.0.0.1:8080/v1/deliveries" in page
    pay = "curl -s -g -X POST &#39;http://127.0.0.1:8080/v1/orders/{orderId}/pay&#39;"
    assert pay in page
    assert "Set policy" not in page


def test_a_page_that_is_shown_already_gets_no_more_than_what_lives(house: House) -> None:
    order = house.order()

    for path in ("/", "/orders", f"/orders/{order.id}", "/deliveries", "/inboxes"):
        whole, again = house.page(path), house.get(path, **{"X-Live": "1"}).text
        lives = re.findall(r'id="([\w-]+)" data-live', whole)
        assert lives
        assert re.findall(r'id="([\w-]+)" data-live', again) == lives
        assert '<header class="bar"' not in again
        assert "data-now=" in again
    assert 'class="method' not in house.get("/", **{"X-Live": "1"}).text


def test_operations_are_found_by_words(house: House) -> None:
    page = house.page("/?q=post+refund")

    assert page.count('class="method') == 1
    assert "/v1/orders/{orderId}/refund" in page


def test_the_overview_counts_what_there_is(house: House) -> None:
    house.order()
    house.order("payOrder", url=None)

    page = house.page("/")

    assert re.findall(r'class="sum">(\d+)<', page) == ["2", "1"]


@pytest.mark.parametrize(
    ("serves", "there", "not_there"),
    [
        (("order-service",), "/console/orders", "/console/inboxes"),
        (("callback-server",), "/console/inboxes", "/console/orders"),
        ((), "/console/", "/console/deliveries"),
    ],
)
def test_a_service_of_its_own_shows_what_it_has(
    serves: tuple[str, ...], there: str, not_there: str
) -> None:
    house = House(serves=serves)

    page = house.page("/")

    assert f'href="{there}"' in page
    assert f'href="{not_there}"' not in page
    assert house.get(not_there.removeprefix("/console")).status_code == 404


# Orders


def test_orders_are_listed_newest_first_page_by_page(house: House) -> None:
    made = [house.order(url=None).id for _ in range(30)]

    first = house.page("/orders")
    older = re.search(r'rel="next" href="/console([^"]+)"', first)
    assert older is not None
    second = house.page(unescape(older[1]))

    listed = [re.findall(r'id="row-(ord_[0-9a-f]+)"', page) for page in (first, second)]
    assert [*listed[0], *listed[1]] == made[::-1]
    assert "Newest" in second


def test_of_ten_thousand_orders_a_page_shows_the_newest_and_counts_all(house: House) -> None:
    newest = [house.order(url=None) for _ in range(10_000)][-1]

    page = house.page("/orders")

    assert page.count('id="row-ord_') == 25
    assert f'id="row-{newest.id}"' in page
    assert ">10,000<" in house.page("/")
    assert len(page) < 60_000


def test_orders_are_filtered_and_the_command_with_them(house: House) -> None:
    paid = house.order("payOrder", url=None)
    house.order(url=None)

    page = house.page("/orders?status=paid&customer=cust-42")

    assert re.findall(r'id="row-(ord_[0-9a-f]+)"', page) == [paid.id]
    assert "/v1/orders?status=paid&amp;customerId=cust-42" in page


def test_a_cursor_of_another_list_is_refused(house: House) -> None:
    assert house.get("/orders?cursor=WyJhIix7fV0").status_code == 400


def test_an_order_shows_where_it_is_and_how_it_came_there(house: House) -> None:
    order = house.order("payOrder", "shipOrder")

    page = house.page(f"/orders/{order.id}")

    assert re.search(r'class="state current">.*?>shipped<', page)
    travelled = re.findall(r'class="label travelled"[^>]*><tspan[^>]*>(\w+)<', page)
    assert travelled == ["createOrder", "payOrder", "shipOrder"]
    assert "created → paid" in page
    assert "39.98 EUR" in page


def test_there_is_a_button_for_every_legal_step_and_for_no_other(house: House) -> None:
    created, refunded = house.order(), house.order("payOrder", "refundOrder")

    steps = re.findall(r'id="step-(\w+)"', house.page(f"/orders/{created.id}"))

    # updateOrder is legal too, but takes a body: it is there as a command.
    assert steps == ["cancelOrder", "payOrder"]
    assert "-X PATCH" in house.page(f"/orders/{created.id}")
    assert "refunded is final" in house.page(f"/orders/{refunded.id}")


def test_a_button_moves_the_order_as_the_api_does(house: House) -> None:
    order = house.order()

    answer = house.post(f"/orders/{order.id}/moves", {"trigger": "payOrder", "version": "1"})

    assert (answer.status_code, answer.location) == (303, f"/console/orders/{order.id}")
    assert house.orders.get(order.id).status == "paid"


@pytest.mark.parametrize(
    ("trigger", "version", "status"),
    [("shipOrder", "1", 409), ("payOrder", "7", 412), ("nothing", "", 409)],
)
def test_a_step_that_cannot_be_is_refused_and_says_why(
    house: House, trigger: str, version: str, status: int
) -> None:
    order = house.order()

    answer = house.post(f"/orders/{order.id}/moves", {"trigger": trigger, "version": version})

    assert answer.status_code == status
    assert house.orders.get(order.id).status == "created"


def test_an_order_that_is_not_there_is_told(house: House) -> None:
    answer = house.get("/orders/ord_<b>")

    assert answer.status_code == 404
    assert "<b>" not in answer.text


def test_the_form_makes_an_order_that_calls_back(house: House) -> None:
    form = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', house.page("/orders/new")))

    answer = house.post("/orders", form)

    order = house.orders.get(answer.location.rpartition("/")[2])
    assert (order.total, order.callback_url) == (3998, INBOX)
    assert order.callbacks == {"orderStatusChanged": INBOX}


def test_an_order_that_the_contract_does_not_take_is_not_made(house: House) -> None:
    form = {"customerId": "<b>", "currency": "EUR", "sku": "tea", "quantity": "many"}

    answer = house.post("/orders", form)

    assert answer.status_code == 422
    assert "/items/0/quantity" in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
    assert "Make the first one" in house.page("/orders")


# Deliveries


def test_a_delivery_shows_every_attempt_and_when_the_next_one_is(house: House) -> None:
    house.order()
    again = house.clock() + timedelta(seconds=40)
    delivery = house.attempt(
        "pending",
        status=503,
        reason="http_503",
        next_attempt_at=again,
        retry_at=again,
        request_headers=(("webhook-id", "evt_1"),),
        response_body=b"busy <now>",
    )

    page = house.page(f"/deliveries/{delivery}")

    assert 'datetime="2026-03-01T12:00:40.000Z" data-countdown' in page
    assert "http_503" in page
    assert "webhook-id: evt_1" in unescape(page)
    assert "busy &lt;now&gt;" in page


def test_a_finished_delivery_can_be_replayed_by_a_click(house: House) -> None:
    house.order()
    delivery = house.attempt("dead")
    assert 'id="replay"' in house.page(f"/deliveries/{delivery}")

    answer = house.post(f"/deliveries/{delivery}/replay", {})

    assert answer.status_code == 303
    assert house.orders.delivery(delivery)[0].state == "pending"
    assert 'id="replay"' not in house.page(f"/deliveries/{delivery}")
    assert house.post(f"/deliveries/{delivery}/replay", {}).status_code == 409


def test_sending_is_paused_and_resumed_by_a_click(house: House) -> None:
    house.post("/sending", {"wanted": "pause"})
    paused = house.sending.paused, ">Resume<" in house.page("/deliveries")
    house.post("/sending", {"wanted": "resume"})
    resumed = house.sending.paused, ">Pause<" in house.page("/deliveries")

    assert (paused, resumed) == ((True, True), (False, True))


def test_deliveries_are_filtered_by_state(house: House) -> None:
    house.order()
    house.order()
    dead = house.attempt("dead")

    page = house.page("/deliveries?state=dead")

    assert re.findall(r'id="row-(dlv_[0-9a-f]+)"', page) == [dead]


# Inboxes


def test_a_hostile_body_is_text(house: House) -> None:
    record = house.receive(SCRIPT)

    page = house.page(f"/inboxes/orders/records/{record}")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "3c 73 63 72 69 70 74 3e" in page  # and the same as bytes


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"[" * 2000, b'"' + b"x" * 200_000, b"<svg onload=alert(1)>"]
)
def test_whatever_arrives_can_be_shown(house: House, body: bytes) -> None:
    record = house.receive(body)

    page = house.page(f"/inboxes/orders/records/{record}")

    assert "<svg onload" not in page
    assert len(page) < 400_000


def test_no_secret_is_shown(house: House) -> None:
    record = house.receive(
        b'{"key": "whsec_c2VjcmV0"}',
        **{"x-api-key": "hush-1", "set-cookie": "hush-2", "x-note": "whsec_aHVzaA=="},
    )
    order = house.order(url="http://ann:hush-3@127.0.0.1/v1/inboxes/a/callbacks")
    delivery = house.attempt("dead", request_headers=(("authorization", "Bearer hush-4"),))

    pages = house.page(f"/inboxes/orders/records/{record}")
    pages += house.page(f"/orders/{order.id}") + house.page(f"/deliveries/{delivery}")

    assert "hush" not in pages
    assert "aHVzaA" not in pages
    assert "c2VjcmV0" not in pages
    assert "77 68 73 65 63 5f" not in pages


def test_an_inbox_shows_its_records_newest_first(house: House) -> None:
    records = [house.receive(b"{}", **{"webhook-id": f"evt_{number}"}) for number in range(3)]

    page = house.page("/inboxes/orders")

    assert re.findall(r'id="row-(rec_[0-9a-f]+)"', page) == records[::-1]
    assert 'id="row-orders"' in house.page("/inboxes")


def test_a_duplicate_names_the_first(house: House) -> None:
    first = house.receive(b"{}", **{"webhook-id": "evt_1"})
    second = house.receive(b"{}", **{"webhook-id": "evt_1"})

    page = house.page(f"/inboxes/orders/records/{second}")

    assert f'href="/console/inboxes/orders/records/{first}"' in page


def test_the_form_sets_and_clears_a_policy(house: House) -> None:
    form = {"wanted": "set", "kind": "fail_first", "count": "3", "status": "500", "rate": "0.5"}

    house.post("/inboxes/orders/policy", form)

    set_to = Policy(
        kind="fail_first", settings={"count": 3, "status": 500, "per": "message"}, since=0
    )
    assert house.inboxes.policy("orders") == set_to
    house.post("/inboxes/orders/policy", {"wanted": "clear"})
    assert house.stores.policies.get("default", "orders") is None


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "fail_first"},
        {"kind": "fail_first", "count": "0"},
        {"kind": "fail_rate", "rate": "nan"},
        {"kind": "<script>"},
        {"kind": "status", "status": "200"},
    ],
)
def test_a_policy_that_the_contract_does_not_take_is_not_set(
    house: House, form: dict[str, str]
) -> None:
    answer = house.post("/inboxes/orders/policy", {"wanted": "set", **form})

    assert answer.status_code == 422
    assert "<script>" not in answer.text.partition("<main")[2]
    assert house.stores.policies.get("default", "orders") is None


@pytest.mark.parametrize("name", ["Ä", "A", "a b", "-a", "a" * 64])
def test_a_name_that_no_inbox_can_have_leads_nowhere(house: House, name: str) -> None:
    assert house.get(f"/inboxes/{name}").status_code == 404


# For everybody


def pages(house: House) -> list[str]:
    order = house.order("payOrder")
    delivery = house.attempt("dead", reason="http_410")
    record = house.receive(SCRIPT)
    paths = ["/", "/orders", "/orders/new", f"/orders/{order.id}", "/deliveries", "/inboxes"]
    paths += [f"/deliveries/{delivery}", "/inboxes/orders", f"/inboxes/orders/records/{record}"]
    return [house.page(path) for path in [*paths, "/login"]]


def test_every_page_can_be_used_without_seeing_it(house: House) -> None:
    for page in pages(house):
        assert 'lang="en"' in page
        assert page.count("<h1") == page.count("<main") == 1
        assert 'href="#content"' in page
        assert 'role="status" aria-live="polite"' in page
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            assert "<caption" in table
            assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", table))
        for field in re.findall(r'<(?:input|select)\b[^>]*\bid="(\w+)"', page):
            assert f'for="{field}"' in page


def test_no_page_carries_script_or_style_of_its_own(house: House) -> None:
    for page in pages(house):
        scripts = re.findall(r"<script[^>]*>", page)
        assert scripts == ['<script src="/console/static/console.js" defer>']
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:|(?:src|href)=\"https?:", page)


def test_ids_are_given_once_on_a_page(house: House) -> None:
    for page in pages(house):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("asset", ["base.css", "console.css", "console.js", "icon.svg"])
def test_assets_are_shipped(house: House, asset: str) -> None:
    assert house.get(f"/static/{asset}").status_code == 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h/in?token=hush&page=2", "http://h/in?token=•••&page=2"),
        ("http://h/in?a=1&X-Amz-Signature=hush", "http://h/in?a=1&X-Amz-Signature=•••"),
        ("bearer hush", "bearer •••"),
        ("http://user:hush@h/", "http://•••@h/"),
        ("http://h/?monkey=1&tokens=2", "http://h/?monkey=1&tokens=2"),
    ],
)
def test_credentials_in_urls_and_texts_are_masked(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@pytest.mark.parametrize("name", ["X-Auth", "X-Session", "Proxy-Authorization", "X-Api-Key"])
def test_of_headers_with_credentials_only_the_names_are_shown(name: str) -> None:
    assert masked_headers([(name, "hush"), ("X-Author", "tea")]) == [
        (name, MASK),
        ("X-Author", "tea"),
    ]


def test_a_number_too_large_for_json_is_the_contracts_business(house: House) -> None:
    given = {"customerId": "c", "currency": "EUR", "sku": "x", "unitAmount": "1"}

    answer = house.post("/orders", {**given, "quantity": "9" * 30})

    assert answer.status_code == 422
