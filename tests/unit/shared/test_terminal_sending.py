"""Callbacks are passed on as they came, and made up as the contract has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_platform.cli import main
from mock_platform.domain.signatures import verify
from mock_platform.shared.contracts import Outcome
from tests.fakes import NOON
from tests.unit.shared.terminal_kit import SECRET, Desk, FakePlatform, record

pytestmark = pytest.mark.usefixtures("quiet_place")

TARGET = "http://127.0.0.1:3000/hook"
BUSY = Outcome(kind="http_503", status=503, body=b"busy\x1b[2J")
AWAY = Outcome(kind="connect", reason="no connection to 127.0.0.1 port 3000")


def run(desk: Desk, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, obj=desk.tools)


def inbox(*records: object) -> FakePlatform:
    return FakePlatform({"inboxes/orders/records": [*records]})


# Listening


def test_what_arrives_is_forwarded_with_its_bytes_headers_and_signature() -> None:
    desk = Desk(inbox(record(1)))
    records = desk.platform.lists["inboxes/orders/records"]
    desk.platform.later = [lambda: records.append(record(2, b'{"exactly":  "these"}'))]

    ended = run(desk, "listen", "orders", "--forward", TARGET)

    assert ended.exit_code == 0
    assert ended.stdout == "12:00:00 #2 order.paid evt_2 -> 200 in 0 ms\n"
    (sent,) = desk.sent
    assert (sent.url, sent.body) == (TARGET, b'{"exactly":  "these"}')
    assert dict(sent.headers) == {
        "content-type": "application/json",
        "webhook-id": "evt_2",
        "webhook-signature": "v1,theirs",
        "via": "1.1 mock-platform-this-run",
    }


def test_since_start_forwards_what_is_there_and_count_ends_it() -> None:
    desk = Desk(inbox(record(1), record(2), record(3)), outcome=AWAY)

    ended = run(
        desk, "listen", "orders", "--forward", TARGET, "--since", "start", "--count", "2", "--json"
    )

    assert ended.exit_code == 1
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(one["seq"], one["outcome"], one["reason"]) for one in lines] == [
        (1, "connect", AWAY.reason),
        (2, "connect", AWAY.reason),
    ]


def test_resigned_callbacks_carry_our_signature_and_the_same_id() -> None:
    desk = Desk(inbox(record(1)), environment={"MINE": SECRET})

    run(desk, "listen", "orders", "--forward", TARGET, "--since", "start", "--count", "1",
        "--resign", "MINE")  # fmt: skip

    (sent,) = desk.sent
    headers = dict(sent.headers)
    assert headers["webhook-id"] == "evt_1"
    assert verify(headers, sent.body, [SECRET], NOON) == "valid"


def test_a_secret_that_is_not_set_is_told_before_anything_is_forwarded() -> None:
    desk = Desk(inbox(record(1)), environment={})

    ended = run(desk, "listen", "orders", "--forward", TARGET, "--resign", "MINE")

    assert ended.exit_code == 2
    assert ended.stderr.startswith("Error: MINE is not set, so nothing can be signed.")
    assert desk.platform.asked == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://93.184.216.34/", "93.184.216.34 is public"),
        ("http://169.254.169.254/", "never called"),
        ("http://127.0.0.1:8080/v1/inboxes/orders/callbacks", "it would never end"),
    ],
)
def test_some_targets_are_refused_at_once(target: str, why: str) -> None:
    ended = run(Desk(inbox()), "listen", "orders", "--forward", target)

    assert ended.exit_code == 2
    assert why in ended.stderr


def test_what_comes_back_ends_it_whichever_way_it_went() -> None:
    went = record(2, headers=[{"name": "via", "value": "1.1 proxy, 1.1 mock-platform-this-run"}])
    desk = Desk(inbox(record(1), went))

    ended = run(desk, "listen", "orders", "--forward", f"{TARGET}?token=hush", "--since", "start")

    assert (ended.exit_code, len(desk.sent)) == (1, 1)
    assert ended.stderr.endswith(
        f"Error: {TARGET}?token=••• leads back to orders: it would never end\n"
    )


def test_who_passed_it_on_before_is_told_too() -> None:
    passed = record(1, headers=[{"name": "Via", "value": "1.1 mock-platform-another"}])
    desk = Desk(inbox(passed))

    run(desk, "listen", "orders", "--forward", TARGET, "--since", "start", "--count", "1")

    assert dict(desk.sent[0].headers)["via"] == (
        "1.1 mock-platform-another, 1.1 mock-platform-this-run"
    )


@pytest.mark.parametrize(
    "target",
    [
        "http://LOCALHOST:8080//v1/inboxes/orders/callbacks/",
        "http://127.0.0.1:8080/v1/inboxes/%6frders/callbacks?again",
        "http://[::1]:8080/v1/inboxes/orders/callbacks#",
    ],
)
def test_the_inbox_itself_is_known_by_other_names(target: str) -> None:
    ended = run(Desk(inbox()), "listen", "orders", "--forward", target)

    assert (ended.exit_code, "it would never end" in ended.stderr) == (2, True)


def test_a_redirect_is_told_and_not_followed() -> None:
    desk = Desk(inbox(record(1)), outcome=Outcome(kind="http_302", status=302))

    ended = run(desk, "listen", "orders", "--forward", TARGET, "--since", "start", "--count", "1")

    assert ended.exit_code == 1
    assert "-> 302 (redirects are not followed) in" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("listen", "orders", "--forward", "http://me:hush@127.0.0.1:1/"),
        (
            "listen",
            "orders",
            "--forward",
            f"{TARGET}?api_key=hush",
            "--since",
            "start",
            "--count",
            "1",
        ),
        ("trigger", "order.paid", "--to", "http://me:hush@127.0.0.1:1/"),
        ("trigger", "order.paid", "--to", f"{TARGET}?token=hush"),
        ("trigger", "order.paid", "--to", f"{TARGET}?token=hush", "--json"),
        ("trigger", "order.paid", "--url", "http://me:hush@127.0.0.1:1"),
    ],
    ids=" ".join,
)
def test_what_a_url_logs_in_with_is_shown_nowhere(arguments: tuple[str, ...]) -> None:
    leaky = Outcome(kind="connect", reason="cannot reach /hook?api_key=hush&token=hush")
    ended = run(Desk(inbox(record(1)), outcome=leaky), *arguments)

    assert ended.exit_code in {1, 2}
    assert "•••" in ended.output
    assert "hush" not in ended.output


# Triggering


def test_a_callback_is_made_from_the_contract_signed_and_shown() -> None:
    desk = Desk(FakePlatform())

    ended = run(desk, "trigger", "order.shipped", "--set", "/data/total/amount=9")

    assert ended.exit_code == 0, ended.output
    (sent,) = desk.sent
    assert sent.url == "http://127.0.0.1:8080/v1/inboxes/orders/callbacks"
    body = json.loads(sent.body)
    assert body["id"] == dict(sent.headers)["webhook-id"]
    assert (body["type"], body["occurredAt"]) == ("order.shipped", "2026-03-01T12:00:00.000Z")
    assert body["data"] == {
        "status": "shipped",
        "previousStatus": "paid",
        "trigger": "shipOrder",
        "customerId": "cust-42",
        "total": {"amount": 9, "currency": "EUR"},
    }
    assert verify(dict(sent.headers), sent.body, [SECRET], NOON) == "valid"
    assert ended.stdout.startswith(f"POST {sent.url}\ncontent-type: application/json\n")
    assert ended.stdout.endswith('200 in 0 ms\n{"outcome": "accepted"}\n')


def test_what_breaks_the_contract_is_not_sent_unless_that_is_wanted() -> None:
    desk = Desk(FakePlatform())
    wrong = ("trigger", "order.paid", "--set", "/data/total/amount=much")

    refused = run(desk, *wrong)
    assert (refused.exit_code, desk.sent) == (1, [])
    assert refused.stderr == (
        "Error: that is no order.paid by the contract:\n"
        '  /data/total/amount: "much" is not of type "integer" [type]\n'
        "--invalid sends it all the same.\n"
    )

    assert run(desk, *wrong, "--invalid").exit_code == 0
    assert json.loads(desk.sent[0].body)["data"]["total"]["amount"] == "much"


def test_it_goes_unsigned_and_elsewhere_when_told_to() -> None:
    desk = Desk(FakePlatform(), outcome=BUSY, environment={})

    ended = run(desk, "trigger", "order.created", "--no-sign", "--to", TARGET, "--json")

    assert ended.exit_code == 1
    told = json.loads(ended.stdout)
    assert told["answer"]["status"] == 503
    assert told["sent"]["url"] == TARGET
    assert "webhook-signature" not in told["sent"]["headers"]
    assert told["sent"]["body"]["orderVersion"] == 1
    assert "previousStatus" not in told["sent"]["body"]["data"]


def test_the_prefix_of_all_operations_may_be_part_of_the_url() -> None:
    desk = Desk(FakePlatform())

    run(desk, "trigger", "order.paid", "--url", "http://127.0.0.1:9/v1/", "--inbox", "a")

    assert desk.sent[0].url == "http://127.0.0.1:9/v1/inboxes/a/callbacks"


def test_what_the_receiver_says_cannot_steer_the_terminal() -> None:
    ended = run(Desk(FakePlatform(), outcome=BUSY), "trigger", "order.paid")

    assert ended.stdout.endswith("503 in 0 ms\nbusy\\x1b[2J\n")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("order.pid",), "it has: orderStatusChanged, order.created, order.paid"),
        (("order.paid", "--set", "amount"), "has no =; write /data/total/amount=9"),
        (("order.paid", "--set", "amount=1"), "does not begin with /"),
        (("order.paid", "--set", "/id/x=1"), "'x' leads nowhere in 'evt_"),
        (("order.paid", "--set", "/a" * 65 + "=1"), "leads 65 steps down; 64 are the most"),
        (("order.paid", "--set", "/a" * 5000 + "=1"), "leads 5000 steps down; 64 are the most"),
        (("order.paid", "--set", f"/a={'[' * 66}{']' * 66}"), "nested too deep"),
        (("order.paid", "--set", "/a=99999999999999999999"), "more than 64 bits hold"),
        (("order.paid", "--set", "/a~2=1"), "~ is written ~0 in a pointer"),
        (("order.paid", "--set", "/a=\udcff"), "is not in UTF-8"),
        (("order.paid", "--set", "/l=[1]", "--set", "/l/\u0660=2"), "leads nowhere in a list of 1"),
        (("order.paid", "--set", "/l=[1]", "--set", f"/l/{'9' * 5000}=2"), "leads nowhere"),
        (("\x1b[2J",), "has no event '\\x1b[2J'"),
        (("order.paid", "--to", TARGET, "--inbox", "a"), "Choose one of --inbox and --to."),
        (("order.paid", "--to", "http://169.254.169.254/"), "never called"),
    ],
)
def test_a_mistaken_call_says_what_would_be_right(arguments: tuple[str, ...], why: str) -> None:
    desk = Desk(FakePlatform())

    ended = run(desk, "trigger", *arguments)

    assert (ended.exit_code, desk.sent) == (2, [])
    assert why in ended.stderr


def test_a_missing_secret_is_told_with_the_way_out() -> None:
    ended = run(Desk(FakePlatform(), environment={}), "trigger", "order.paid")

    assert ended.exit_code == 2
    assert "ORDER_CALLBACK_SECRET is not set" in ended.stderr
    assert "--no-sign" in ended.stderr


def test_callbacks_of_another_contract_are_made_from_it(tmp_path: Path) -> None:
    spec = tmp_path / "tea.yaml"
    spec.write_text("""
openapi: 3.0.4
info: {title: Tea, version: '1'}
paths:
  /tea:
    post:
      operationId: orderTea
      responses: {'201': {description: ok}}
      callbacks:
        brewed:
          '{$request.body#/url}':
            post:
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      required: [cups, kind]
                      properties:
                        cups: {type: integer, minimum: 2, maximum: 2}
                        kind: {type: string}
                        more: {type: array, items: {type: integer}}
                    example: {kind: green}
              responses: {'200': {description: ok}}
""")
    desk = Desk(FakePlatform())

    ended = run(
        desk, "trigger", "brewed", "--spec", str(spec), "--set", "/more=[1]", "--set", "/more/-=2"
    )

    assert ended.exit_code == 0, ended.output
    body = json.loads(desk.sent[0].body)
    assert (body["kind"], body["cups"], body["more"]) == ("green", 2, [1, 2])


# Completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_writes_a_script_and_says_how_to_keep_it(shell: str) -> None:
    ended = CliRunner().invoke(main, ["completion", shell])

    assert ended.exit_code == 0
    assert ended.stdout.startswith(f"# Keep it:  mock-platform completion {shell} >")
    assert "_MOCK_PLATFORM_COMPLETE" in ended.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("orders ls --status p", ["paid"]),
        ("trigger order.c", ["order.created", "order.cancelled"]),
        ("inbox ls pa", ["partner"]),
    ],
)
def test_names_are_completed_from_contract_and_settings(
    words: str, completed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCK_PLATFORM_INBOX_SECRETS", '{"partner": ""}')
    line = f"mock-platform {words}"
    environment = {
        "_MOCK_PLATFORM_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }

    ended = CliRunner().invoke(main, prog_name="mock-platform", env=environment)

    assert [one.partition(",")[2] for one in ended.stdout.split()] == completed
