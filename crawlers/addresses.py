"""Which addresses a crawler may connect to. Pure: no lookups, no connections.

Only public unicast addresses on web ports are reached. `ipaddress.is_global` alone is not enough: Python 3.11 calls
NAT64, 6to4, 192.0.0.0/24 and multicast global. So: IPv4 = is_global minus a list, IPv6 = 2000::/3 minus a list.
Sources: the IANA special-purpose address registries (RFC 6890 and its updates).
"""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

_V4_REFUSED: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # "this network": 0.0.0.0 reaches the machine itself
        "100.64.0.0/10",  # carrier-grade NAT, also Alibaba's metadata service
        "192.0.0.0/24",  # protocol assignments, also Oracle's metadata service
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "168.63.129.16/32",  # Azure's platform service, public by number, reached from inside only
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_V6_UNICAST: Final = IPv6Network("2000::/3")  # leaves out ::1, v4-mapped, NAT64, ULA, link-local, multicast
_V6_REFUSED: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",  # documentation
    )
)
_WEB_PORTS: Final = frozenset((80, 443))  # below 1024 nothing else serves news; mail and shells live there


def place(host: str, port: int) -> str:
    """`host:port` as it is written in GUARD_ALLOW: lower case, IPv6 in brackets."""
    return f"[{host.lower()}]:{port}" if ":" in host else f"{host.lower()}:{port}"


def refusal(host: str, port: int, address: str, allowed: frozenset[str]) -> str | None:
    """Why a connection for `host:port` of a URL may not go to `address`; None if it may.

    `address` is what the name resolved to and what will be connected, written as digits. `allowed` holds exact
    places (`place`) whose address is not asked about: an allowed host says nothing about other ports of the same
    host or other names of the same address.
    """
    if place(host, port) in allowed:
        return None
    if port < 1024 and port not in _WEB_PORTS:
        return f"port {port} is no web port"
    return not_public(address)


def not_public(address: str) -> str | None:
    """Why `address` is not a public unicast address; None if it is."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return f"{address} is not an address"
    public = _public_v4(number) if isinstance(number, IPv4Address) else _public_v6(number)
    return None if public else f"{address} is not a public address"


def _public_v4(number: IPv4Address) -> bool:
    return number.is_global and not any(number in network for network in _V4_REFUSED)


def _public_v6(number: IPv6Address) -> bool:
    return number.is_global and number in _V6_UNICAST and not any(number in network for network in _V6_REFUSED)
