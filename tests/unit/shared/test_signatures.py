"""A signature proves who sent exactly these bytes, and judging one never breaks anything."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from mock_platform.domain.signatures import sign, split_secrets, verify
from tests.fakes import NOON

OLD = f"whsec_{b64encode(b'the old secret, 24 bytes').decode()}"
NEW = f"whsec_{b64encode(b'the new secret, 24 bytes').decode()}"
BODY = '{"total":"12 €"}'.encode()


def test_the_official_vector_is_reproduced() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, tz=UTC)

    headers = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret])

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(body=st.text(), message_id=st.text("evt_0123456789abcdef", min_size=1))
def test_text_is_signed_as_the_library_signs_it(body: str, message_id: str) -> None:
    headers = sign(message_id, NOON, body.encode(), [NEW])

    assert headers["webhook-signature"] == Webhook(NEW).sign(message_id, NOON, body)


@pytest.mark.parametrize("zone_hours", [-11, 0, 9])
def test_the_moment_is_signed_whatever_its_time_zone(zone_hours: int) -> None:
    at = NOON.astimezone(
        tz=datetime.fromisoformat(f"2026-01-01T00:00:00{zone_hours:+03}:00").tzinfo
    )

    assert sign("evt_1", at, BODY, [NEW]) == sign("evt_1", NOON, BODY, [NEW])


@given(body=st.binary())
def test_any_bytes_can_be_signed_and_verified(body: bytes) -> None:
    headers = sign("evt_1", NOON, body, [NEW])

    assert verify(headers, body, [NEW], NOON) == "valid"
    assert verify(headers, body + b" ", [NEW], NOON) == "invalid"


@pytest.mark.parametrize(
    ("sent_with", "known", "verdict"),
    [
        ([NEW, OLD], [OLD], "valid"),
        ([NEW, OLD], [NEW], "valid"),
        ([OLD], [NEW, OLD], "valid"),
        ([OLD], [NEW], "invalid"),
        ([NEW], [], "unsigned"),
        ([], [NEW], "missing"),
        ([NEW], ["whsec_not base64", NEW], "valid"),
        ([NEW], ["whsec_not base64"], "invalid"),
    ],
    ids=[
        "old receiver",
        "new receiver",
        "old sender",
        "after the rotation",
        "no secret to judge by",
        "unsigned sender",
        "one broken secret",
        "only a broken secret",
    ],
)
def test_secrets_rotate_without_a_gap(sent_with: list[str], known: list[str], verdict: str) -> None:
    headers = sign("evt_1", NOON, BODY, sent_with)

    assert verify(headers, BODY, known, NOON) == verdict


def test_the_newest_secret_signs_first() -> None:
    both = sign("evt_1", NOON, BODY, [NEW, OLD])["webhook-signature"]

    assert both.split() == [sign("evt_1", NOON, BODY, [s])["webhook-signature"] for s in (NEW, OLD)]


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(-301, "stale"), (-300, "valid"), (300, "valid"), (301, "stale")]
)
def test_a_signature_is_good_for_five_minutes(seconds: int, verdict: str) -> None:
    headers = sign("evt_1", NOON, BODY, [NEW])

    assert verify(headers, BODY, [NEW], NOON + timedelta(seconds=seconds)) == verdict


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_a_callback_without_all_its_headers_is_missing_a_signature(
    name: str, value: str | None
) -> None:
    headers = {**sign("evt_1", NOON, BODY, [NEW]), name: value or ""}
    if value is None:
        del headers[name]

    assert verify(headers, BODY, [NEW], NOON) == "missing"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-timestamp", "noon"),
        ("webhook-timestamp", "1e9"),
        ("webhook-timestamp", "-1"),
        ("webhook-timestamp", "inf"),
        ("webhook-timestamp", "9" * 5000),
        ("webhook-timestamp", "١٧٧٢"),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1,%%%%"),
        ("webhook-signature", "v1,A"),
        ("webhook-signature", "v1,ÿ\udc80"),
        ("webhook-signature", "v1a,{}"),
        ("webhook-signature", ", , ,"),
        ("webhook-signature", "{}junk"),
        ("webhook-id", "evt_2"),
        ("webhook-id", "\udcff"),
    ],
)
def test_a_header_that_was_tampered_with_is_invalid(name: str, value: str) -> None:
    good = sign("evt_1", NOON, BODY, [NEW])
    headers = {**good, name: value.replace("{}", good["webhook-signature"])}

    assert verify(headers, BODY, [NEW], NOON) == "invalid"


@settings(max_examples=300)
@given(
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()
    ),
    body=st.binary(),
    secrets=st.lists(st.text()),
)
def test_judging_never_raises(headers: dict[str, str], body: bytes, secrets: list[str]) -> None:
    assert verify(headers, body, secrets, NOON) in {"invalid", "missing", "unsigned"}


def test_what_we_sign_the_library_verifies() -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the library compares with the real clock

    headers = dict(sign("evt_1", at, BODY, [NEW, OLD]))

    Webhook(OLD).verify(BODY, headers)
    Webhook(NEW).verify(BODY, headers)


@pytest.mark.parametrize(
    ("value", "secrets"),
    [("", ()), (" \n", ()), (NEW, (NEW,)), (f" {NEW}\n{OLD} ", (NEW, OLD))],
    ids=["empty", "blank", "one", "rotation"],
)
def test_a_setting_holds_any_number_of_secrets(value: str, secrets: tuple[str, ...]) -> None:
    assert split_secrets(value) == secrets


@pytest.mark.parametrize(
    "broken",
    [
        "hunter2hunter2",
        "whsec_hunter2*hunter2",
        "whsec_",
        "whsec_====",
        "whsec_hunter2ü",
        "whsec_hunt5",
    ],
)
def test_a_malformed_secret_is_refused_with_a_remedy_and_never_repeated(broken: str) -> None:
    with pytest.raises(ValueError, match="openssl rand -base64") as refusal:
        split_secrets(f"{NEW} {broken}")

    assert "signing secret 2 of 2" in str(refusal.value)
    assert "hunt" not in str(refusal.value)
    assert refusal.value.__suppress_context__
