"""Decides where callbacks may go: whoever creates an order chooses the URL we then call.

``refuse_url`` reads a URL when it is registered, with the parser the sender uses, and judges what
can be judged without a name server. ``refuse_address`` judges the address about to be dialled; it
alone is the lock, because a name may mean another address every time it is looked up.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from urllib3.util import Url, parse_url

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PROFILES = ("loopback", "dev")
LONGEST_URL = 2048

_LOOPBACK = tuple(map(ip_network, ("127.0.0.0/8", "::1/128")))
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
# No allow-list opens these.
_NEVER = tuple(
    (ip_network(network), what)
    for network, what in (
        ("169.254.0.0/16", "link-local, where clouds keep their metadata"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("fd00:ec2::/32", "a metadata service (AWS)"),
        ("fd20:ce::254/128", "a metadata service (Google)"),
        ("fd00:c1::a9fe:a9fe/128", "a metadata service (Oracle)"),
        ("100.100.100.200/32", "a metadata service (Alibaba)"),
        ("168.63.129.16/32", "a metadata service (Azure)"),
        ("192.0.0.192/32", "a metadata service (Oracle)"),
        ("0.0.0.0/8", "unspecified"),
        ("::/128", "unspecified"),
        ("::/96", "an IPv4 address in disguise (IPv4-compatible)"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
        ("ff00::/8", "multicast"),
        ("::ffff:0:0:0/96", "an IPv4 address in disguise (SIIT)"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise (local NAT64)"),
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_UNREADABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\]")
_AUTHORITY_END = re.compile(r"[/?#]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_LONGEST_NAME = 253
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowed:
    """One entry of the allow-list: a name or a network, on one port or on any."""

    name: str | None = None
    network: Network | None = None
    port: int | None = None

    def covers(self, host: str, port: int, address: Address) -> bool:
        if self.port not in {None, port}:
            return False
        return address in self.network if self.network else self.name == host


class TargetGuard:
    """Where callbacks may go.

    ``loopback``: this machine only. ``dev``: this machine and private networks; public targets only
    when the allow-list names them, as ``host``, ``host:port``, an address or a network
    (``203.0.113.0/24``). Link-local, metadata, multicast and reserved addresses: never.
    """

    def __init__(self, profile: str, allow: Sequence[str] = ()) -> None:
        """Refuse at once what could only be a mistake.

        Raises:
            ValueError: the profile is unknown, an entry unreadable, or the list without effect.
        """
        if profile not in PROFILES:
            raise ValueError(
                f"unknown target profile {profile!r}: use one of {', '.join(PROFILES)}"
            )
        if allow and profile == "loopback":
            raise ValueError(
                "the profile 'loopback' has no allow-list: use the profile 'dev', or drop the list"
            )
        self.profile = profile
        self._near = _LOOPBACK if profile == "loopback" else _LOOPBACK + _PRIVATE
        self._allowed = tuple(map(_allowed, allow))

    def refuse_url(self, url: str) -> str | None:
        """Return why callbacks may not be sent to this URL, or None when they may be tried."""
        if len(url) > LONGEST_URL:
            return f"the URL is longer than {LONGEST_URL} characters"
        if _UNREADABLE.search(url):
            return "the URL contains white space, a control character or a backslash"
        if not _SCHEME.match(url):
            return "only http:// and https:// URLs can be called"
        if "@" in _AUTHORITY_END.split(url.split("//", 1)[1], maxsplit=1)[0]:
            return "the URL contains a user name or an @ before the host"
        try:
            parts = parse_url(url)
        except ValueError:  # LocationParseError is one
            return "the URL cannot be read: its host or its port is malformed"
        return self._refuse_parts(parts)

    def _refuse_parts(self, parts: Url) -> str | None:
        if not parts.host:
            return "the URL has no host"
        if parts.port == 0:
            return "port 0 cannot be called"
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.host.lower()
        try:
            literal = _literal(host)
        except ValueError as error:
            return str(error)
        return None if literal is None else self.refuse_address(host, port, str(literal))

    def refuse_address(self, host: str, port: int, ip: str) -> str | None:
        """Return why this address may not be dialled for this host and port, or None if it may."""
        address = _plain(ip_address(ip))
        if what := _never(address):
            return f"{ip} is {what}: never called"
        name = _bare(host)
        if _within(address, self._near) or any(
            e.covers(name, port, address) for e in self._allowed
        ):
            return None
        if self.profile == "loopback":
            return f"{ip} is not this machine, and the target profile is 'loopback'"
        return f"{ip} is public, and neither it nor {name}:{port} is on the allow-list"


def _plain(address: Address) -> Address:
    """Return what the network stack makes of the address: a mapped IPv4 one is that IPv4 one."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _never(address: Address) -> str | None:
    """Return what the address is if nobody may call it, not even in one of its disguises."""
    if _within(address, _LOOPBACK):  # ::1 lies in the range of the IPv4-compatible ones
        return None
    for layer in _layers(address):
        for network, what in _NEVER:
            if layer in network:
                return what
    return None


def _layers(address: Address) -> Iterator[Address]:
    """Yield the address and every IPv4 address a translator or a tunnel may make of it."""
    yield address
    if isinstance(address, IPv4Address):
        return
    if address in _NAT64 or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _bare(host: str) -> str:
    return host.lower().strip("[]").removesuffix(".")


def _literal(host: str) -> Address | None:
    """Return the address the host spells, in any spelling a resolver takes; None for a name.

    Raises:
        ValueError: it is neither a usable name nor an address; the message is for the client.
    """
    if host.startswith("["):
        if "%" in host:
            raise ValueError("an address bound to one network interface cannot be called")
        return IPv6Address(host.strip("[]"))
    bare = _bare(host)
    try:
        return IPv4Address(socket.inet_aton(bare))  # 127.1, 2130706433, 0x7f.1 and 0177.1, too
    except OSError:
        pass
    labels = bare.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        raise ValueError("the host looks like an IPv4 address, but is none")
    if len(bare) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("the host is no valid name: letters, digits, '-', '_' and '.' only")
    return None


def _allowed(entry: str) -> _Allowed:
    text = entry.strip().lower()
    try:
        return _Allowed(network=ip_network(text))
    except ValueError:
        pass
    try:
        return _allowed_host(parse_url(f"//{text}"))
    except ValueError:
        raise ValueError(
            f"allow-list entry {entry!r} is unreadable: write host, host:port, an address or a"
            " network such as 203.0.113.0/24 (its host bits zero)"
        ) from None


def _allowed_host(parts: Url) -> _Allowed:
    if not parts.host or parts.auth or parts.path or parts.query or parts.fragment:
        raise ValueError(parts.url)
    literal = _literal(parts.host)
    if literal is None:
        return _Allowed(name=_bare(parts.host), port=parts.port)
    return _Allowed(network=ip_network(literal), port=parts.port)
