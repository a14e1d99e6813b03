"""Only this machine, or who knows the token, looks at the console; and only our pages change things."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from mock_platform.console.door import is_loopback
from mock_platform.console.guesses import MOST, ONE_MORE_AFTER_S
from tests.unit.console.console_kit import HOST, House

TOKEN = "a-token-of-many-letters"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is listened on is what this is about


def refused(answer: TestResponse, told: str) -> bool:
    return answer.status_code == 403 and told in answer.text


# Where it listens


@pytest.mark.parametrize("host", [EVERYWHERE, "192.168.1.5", "::", "mock.example"])
def test_where_others_can_reach_it_the_console_is_closed_and_says_how_to_open_it(host: str) -> None:
    answer = House(host=host).get("/")

    assert refused(answer, "MOCK_PLATFORM_CONSOLE_TOKEN")
    assert host in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_on_loopback_it_is_open(host: str) -> None:
    assert House(host=host).get("/").status_code == 200


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost", True),
        ("tea.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_names_of_this_machine_are_known(host: str, is_ours: bool) -> None:
    assert is_loopback(host) == is_ours


# By which name


@pytest.mark.parametrize("name", ["evil.example:8080", "127.0.0.1.evil.example", "[::1", ""])
def test_a_strangers_name_that_points_here_is_refused(house: House, name: str) -> None:
    assert refused(house.get("/", Host=name), "http://127.0.0.1:8080/console/")


@pytest.mark.parametrize("name", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
def test_this_machines_own_names_will_do(house: House, name: str) -> None:
    assert house.get("/", Host=name).status_code == 200


# From which page


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{HOST}0"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {
            "Origin": "https://evil.example",
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
        },
    ],
)
def test_what_another_page_sends_is_refused(house: House, headers: dict[str, str]) -> None:
    assert refused(house.get("/", **headers), "Another site")
    assert refused(house.post("/sending", {"wanted": "pause"}, **headers), "Another site")
    assert not house.sending.paused


def test_a_link_from_elsewhere_may_be_followed(house: House) -> None:
    answer = house.get("/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})

    assert answer.status_code == 200


# Forms


@pytest.mark.parametrize("mark", ["", "0" * 64, "é"])
def test_a_form_without_our_mark_changes_nothing(house: House, mark: str) -> None:
    answer = house.post("/sending", {"wanted": "pause", "mark": mark})

    assert refused(answer, "reload")
    assert not house.sending.paused


def test_the_mark_of_one_session_is_no_good_in_another(house: House) -> None:
    other = House()
    stolen = other.mark("/login")
    house.mark("/login")
    other.browser.delete_cookie(house.door.cookie, path="/console", domain="127.0.0.1")

    answer = other.browser.post(
        "/console/sending", data={"wanted": "pause", "mark": stolen}, base_url=f"http://{HOST}"
    )

    assert answer.status_code == 403


def test_a_cookie_that_is_none_of_ours_is_replaced(house: House) -> None:
    answer = house.get("/login", Cookie=f"{house.door.cookie}=spoilt")

    assert answer.headers["Set-Cookie"].startswith(house.door.cookie)
    assert house.post("/sending", {"wanted": "pause"}).status_code == 303


def test_every_form_that_changes_something_carries_the_mark(house: House) -> None:
    order = house.order("payOrder")
    house.attempt("dead")
    pages = ["/", "/orders", "/orders/new", f"/orders/{order.id}", "/deliveries", "/inboxes/orders"]

    for path in pages:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', house.page(path), re.DOTALL):
            assert 'name="mark"' in form


# With a token


@pytest.fixture
def locked() -> House:
    return House(host=EVERYWHERE, token=TOKEN)


def test_who_has_no_token_is_led_to_the_form_and_sees_nothing_else(locked: House) -> None:
    answer = locked.get("/orders")

    assert (answer.status_code, answer.location) == (303, "/console/login")
    assert locked.get("/login").status_code == 200


def test_who_knows_the_token_is_let_in_and_remembered_by_a_cookie_scripts_cannot_read(
    locked: House,
) -> None:
    answer = locked.post("/login", {"token": TOKEN})
    cookie = answer.headers["Set-Cookie"]

    assert (answer.status_code, locked.get("/orders").status_code) == (303, 200)
    assert {"HttpOnly", "SameSite=Lax", "Path=/console"} <= set(cookie.split("; "))
    assert TOKEN not in cookie


def test_what_another_page_sends_ends_nobodys_session(locked: House) -> None:
    answer = locked.get("/", Origin="https://evil.example")

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_token_is_refused_and_not_repeated(locked: House) -> None:
    answer = locked.post("/login", {"token": "guessed-by-somebody"})

    assert answer.status_code == 403
    assert "guessed" not in answer.text
    assert locked.get("/orders").status_code == 303


def test_a_cookie_of_ones_own_making_opens_nothing(locked: House) -> None:
    forged = f"{locked.door.cookie}={'0' * 32}.{'0' * 64}"

    assert locked.get("/orders", Cookie=forged).status_code == 303


def test_programs_bring_the_token_in_a_header(locked: House) -> None:
    assert locked.get("/orders", Authorization=f"Bearer {TOKEN}").status_code == 200
    assert locked.get("/orders", Authorization="Bearer nothing").status_code == 303


def test_behind_a_token_any_name_will_do_but_no_other_page(locked: House) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "mocks.example"}

    assert locked.get("/", **headers).status_code == 200
    assert locked.get("/", **headers, Origin="https://evil.example").status_code == 403


def test_who_logs_out_is_out(locked: House) -> None:
    locked.post("/login", {"token": TOKEN})

    locked.post("/logout", {"mark": locked.mark("/")})

    assert locked.get("/orders").status_code == 303


# Guesses


def guessed(locked: House, times: int) -> TestResponse:
    answers = [locked.post("/login", {"token": f"guess-{number}"}) for number in range(times)]
    return answers[-1]


def test_after_some_guesses_even_the_token_is_not_looked_at_for_a_while(locked: House) -> None:
    assert guessed(locked, MOST).status_code == 403

    answer = locked.post("/login", {"token": TOKEN})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "6")
    assert "in 6 seconds" in answer.text
    assert TOKEN not in answer.text


def test_guesses_in_headers_count_like_those_in_the_form(locked: House) -> None:
    for number in range(MOST):
        assert locked.get("/", Authorization=f"Bearer {number}").status_code == 303

    answer = locked.get("/", Authorization=f"Bearer {TOKEN}")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "6")
    assert guessed(locked, 1).status_code == 429


def test_who_is_logged_in_stays_so_however_much_others_guess(locked: House) -> None:
    locked.post("/login", {"token": TOKEN})
    guessed(locked, MOST + 5)

    assert locked.get("/orders").status_code == 200
    assert locked.post("/sending", {"wanted": "pause"}).status_code == 303


def test_time_allows_another_guess(locked: House) -> None:
    guessed(locked, MOST + 5)
    locked.clock.advance(ONE_MORE_AFTER_S - 1)
    assert guessed(locked, 1).headers["Retry-After"] == "1"

    locked.clock.advance(1)

    assert guessed(locked, 1).status_code == 403
    assert guessed(locked, 1).status_code == 429


def test_the_right_token_costs_no_guess(locked: House) -> None:
    for _ in range(MOST + 5):
        assert locked.get("/", Authorization=f"Bearer {TOKEN}").status_code == 200


def test_however_long_nobody_guesses_there_are_no_more_than_some(locked: House) -> None:
    locked.clock.advance(1_000_000)

    assert guessed(locked, MOST).status_code == 403
    assert guessed(locked, 1).status_code == 429


def test_a_clock_that_is_put_back_gives_nothing_and_takes_nothing(locked: House) -> None:
    guessed(locked, MOST)
    locked.clock.advance(-3600)
    assert guessed(locked, 1).status_code == 429

    locked.clock.advance(ONE_MORE_AFTER_S)

    assert guessed(locked, 1).status_code == 403


# The seal


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/console.js", "/orders/ord_unknown"])
def test_every_answer_is_sealed(house: House, path: str) -> None:
    headers = house.get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


def test_a_form_larger_than_any_of_ours_is_not_read(house: House) -> None:
    answer = house.post("/orders", {"note": "x" * 100_000})

    assert answer.status_code == 413
