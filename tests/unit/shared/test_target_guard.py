"""Callbacks go to this machine, or where the operator said; never where a client sends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platform.infra.target_guard import TargetGuard

LOOPBACK = ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"]
PRIVATE = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1"]
PUBLIC = ["8.8.8.8", "172.32.0.1", "100.64.0.1", "203.0.113.5", "2606:4700::1111", "2002:808:808::"]
NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "0.0.0.0",  # noqa: S104 - a target, nothing is bound
    "0.1.2.3",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::127.0.0.1",
    "::169.254.169.254",
    "::8.8.8.8",
    "::ffff:0:127.0.0.1",
    "::ffff:0:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "2001:db8::5efe:a9fe:a9fe",
    "fd12::200:5efe:a9fe:a9fe",
]
EVERYWHERE = ("0.0.0.0/0", "::/0")

# Every one of these means 127.0.0.1 to a resolver.
SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0177.1",
    "0177.0.0.01",
    "127.0.0.1.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
]


@pytest.mark.parametrize("ip", LOOPBACK)
@pytest.mark.parametrize("profile", ["loopback", "dev"])
def test_this_machine_may_always_be_called(profile: str, ip: str) -> None:
    assert TargetGuard(profile).refuse_address("any.example", 80, ip) is None


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_networks_may_be_called_in_development_only(ip: str) -> None:
    assert TargetGuard("dev").refuse_address("any.example", 80, ip) is None
    assert "'loopback'" in (TargetGuard("loopback").refuse_address("any.example", 80, ip) or "")


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_must_be_allowed(ip: str) -> None:
    assert "allow-list" in (TargetGuard("dev").refuse_address("any.example", 80, ip) or "")
    assert "'loopback'" in (TargetGuard("loopback").refuse_address("any.example", 80, ip) or "")
    assert TargetGuard("dev", EVERYWHERE).refuse_address("any.example", 80, ip) is None


@pytest.mark.parametrize("ip", NEVER)
@pytest.mark.parametrize("guard", [TargetGuard("loopback"), TargetGuard("dev", EVERYWHERE)])
def test_some_addresses_are_never_called_in_any_disguise(guard: TargetGuard, ip: str) -> None:
    assert "never called" in (guard.refuse_address("any.example", 80, ip) or "")


@pytest.mark.parametrize(
    ("entry", "host", "port", "ip", "allowed"),
    [
        ("hooks.example", "hooks.example", 443, "203.0.113.5", True),
        ("hooks.example", "HOOKS.example.", 80, "203.0.113.5", True),
        (" Hooks.Example. ", "hooks.example", 80, "203.0.113.5", True),
        ("hooks.example", "evil.hooks.example", 443, "203.0.113.5", False),
        ("hooks.example", "hooks.example", 443, "169.254.169.254", False),
        ("hooks.example:8443", "hooks.example", 8443, "203.0.113.5", True),
        ("hooks.example:8443", "hooks.example", 443, "203.0.113.5", False),
        ("bücher.example", "xn--bcher-kva.example", 443, "203.0.113.5", True),
        ("203.0.113.5", "any.example", 80, "203.0.113.5", True),
        ("203.0.113.5", "any.example", 80, "203.0.113.6", False),
        ("203.0.113.5", "any.example", 80, "::ffff:203.0.113.5", True),
        ("203.0.113.5:81", "203.0.113.5", 80, "203.0.113.5", False),
        ("203.0.113.5:81", "203.0.113.5", 81, "203.0.113.5", True),
        ("203.0.113.0/24", "any.example", 80, "203.0.113.77", True),
        ("203.0.113.0/24", "any.example", 80, "203.0.114.1", False),
        ("2001:db8::1", "any.example", 80, "2001:db8::1", True),
        ("[2001:db8::1]:81", "any.example", 80, "2001:db8::1", False),
        ("[2001:db8::1]:81", "any.example", 81, "2001:db8::1", True),
        ("2001:db8::/32", "any.example", 80, "2001:db8:1::1", True),
    ],
)
def test_the_allow_list_opens_exactly_what_it_names(
    entry: str, host: str, port: int, ip: str, allowed: bool
) -> None:
    refusal = TargetGuard("dev", (entry,)).refuse_address(host, port, ip)

    assert (refusal is None) is allowed


@pytest.mark.parametrize(
    "entry",
    ["", "203.0.113.5/24", "http://a.example", "a.example/x", "user@a.example", "a b", "1.2.3.4.5",
     "a.example:99999", "*.example", "a..example"],
)  # fmt: skip
def test_an_unreadable_allow_list_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="write host, host:port, an address or a network"):
        TargetGuard("dev", (entry,))


def test_a_list_without_effect_stops_the_start() -> None:
    with pytest.raises(ValueError, match="use the profile 'dev'"):
        TargetGuard("loopback", ("a.example",))


def test_an_unknown_profile_stops_the_start() -> None:
    with pytest.raises(ValueError, match="use one of loopback, dev"):
        TargetGuard("prod")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8082/v1/inboxes/a/callbacks",
        "https://hooks.example/a?b=c#d",
        "HTTP://Hooks.Example.:8080",
        "http://my_service:8080/",
        "http://xn--bcher-kva.example/",
        "http://bücher.example/ü",
        "http://metadata.google.internal/",
        "http://127.0.0.1:1/",
        "http://a.example/" + "x" * 2031,
    ],
)
def test_a_name_is_registered_and_judged_when_it_is_dialled(url: str) -> None:
    assert TargetGuard("loopback").refuse_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "//localhost/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:localhost",
        "http:/localhost",
        "http://",
        "http:///x",
        "http://:80/",
        "http://?x",
        "http://user@localhost/",
        "http://user:pass@localhost/",
        "http://@localhost/",
        "http://localhost:80@evil.example/",
        "http://evil.example\\@localhost/",
        "http://localhost\\.evil.example/",
        "http://local host/",
        "http://localhost/\r\nX: y",
        "http://localhost/\tx",
        "http://localhost/\x00",
        " http://localhost/",
        "http://localhost/\u2028",
        "http://localhost:0/",
        "http://localhost:65536/",
        "http://localhost:-1/",
        "http://localhost:x/",
        "http://localhost:\uff18\uff10/",
        "http://[::1/",
        "http://::1/",
        "http://[::1%25lo]/",
        "http://[::1%lo]/",
        "http://[v1.x]/",
        "http://[127.0.0.1]/",
        "http://1.2.3.4.5/",
        "http://256.256.256.256/",
        "http://4294967296/",
        "http://0x7f.0.0.0.1/",
        "http://08.1/",
        "http://a..example/",
        "http://.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "http://a%2fb.example/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://*.example/",
        "http://a.example/" + "x" * 2032,
    ],
)
def test_a_url_nobody_should_call_is_refused_at_registration(url: str) -> None:
    for guard in (TargetGuard("loopback"), TargetGuard("dev", EVERYWHERE)):
        assert guard.refuse_url(url)


@pytest.mark.parametrize("host", SPELLINGS)
def test_every_spelling_of_loopback_is_loopback(host: str) -> None:
    for profile in ("loopback", "dev"):
        assert TargetGuard(profile).refuse_url(f"http://{host}:8080/") is None


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.254.169.254.",
        "0",
        "0.0.0.0",  # noqa: S104 - a target, nothing is bound
        "[::]",
        "[::ffff:a9fe:a9fe]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ],
)
def test_every_spelling_of_a_forbidden_address_is_refused_at_registration(host: str) -> None:
    for guard in (TargetGuard("loopback"), TargetGuard("dev", EVERYWHERE)):
        assert "never called" in (guard.refuse_url(f"http://{host}/") or "")


def test_a_public_literal_address_is_refused_at_registration_unless_it_is_allowed() -> None:
    url = "https://134744072/"  # 8.8.8.8

    assert "allow-list" in (TargetGuard("dev").refuse_url(url) or "")
    assert TargetGuard("dev", ("8.8.8.8:443",)).refuse_url(url) is None
    assert TargetGuard("dev", ("8.8.8.8:80",)).refuse_url(url)


@given(rest=st.text(), scheme=st.sampled_from(["http://", "https://", ""]))
def test_reading_a_url_never_raises(scheme: str, rest: str) -> None:
    refusal = TargetGuard("loopback").refuse_url(scheme + rest)

    assert refusal is None or refusal
