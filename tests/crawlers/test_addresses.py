"""Which addresses are public, and that an allowed place allows nothing but itself."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import not_public, place, refusal

NONE: frozenset[str] = frozenset()
_REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.9 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::7f00:1 100::1
2001::1 2001:0:7f00:1:: 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:0a00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254
fe80::1 fe80::1%lo fec0::1 ff02::1 ff0e::1
"""
_PUBLIC = "8.8.8.8 103.28.12.1 36.66.1.1 172.32.0.1 192.0.1.1 100.128.0.1 2404:6800:4003::1 2606:4700::1111"
NOT_ADDRESSES = ["localhost", "127.1", "2130706433", "0x7f.1", "", "127.0.0.1:80", "[::1]"]


@pytest.mark.parametrize("address", _REFUSED.split() + NOT_ADDRESSES)
def test_what_is_not_a_public_address_is_refused(address: str) -> None:
    assert refusal("outlet.test", 443, address, NONE)


@pytest.mark.parametrize("address", _PUBLIC.split())
def test_public_addresses_are_reached_on_web_ports(address: str) -> None:
    assert refusal("outlet.test", 443, address, NONE) is None
    assert refusal("outlet.test", 8080, address, NONE) is None
    assert refusal("outlet.test", 25, address, NONE) == "port 25 is no web port"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_any_ipv6_form_is_never_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    forms = [
        number,
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
        0x2001 << 112 | number,
    ]
    assert all(not_public(str(ipaddress.IPv6Address(form))) for form in forms)


@given(st.ip_addresses())
def test_nothing_private_or_special_is_called_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not_public(str(address)) is None:
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert not_public(text) is None or text in str(not_public(text))


def test_an_allowed_place_allows_itself_only() -> None:
    allowed = frozenset({place("Suararaya.test", 8001), place("::1", 8001)})
    assert refusal("suararaya.test", 8001, "127.0.0.1", allowed) is None
    assert refusal("::1", 8001, "::1", allowed) is None
    for host, port in [
        ("suararaya.test", 8002),
        ("127.0.0.1", 8001),
        ("www.suararaya.test", 8001),
        ("suararaya.test.", 8001),
        ("localhost", 8001),
    ]:
        assert refusal(host, port, "127.0.0.1", allowed)
