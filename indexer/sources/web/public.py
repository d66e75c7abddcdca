"""Which IP addresses are public: those of a machine, its network and the tables of the IANA are not.

The tables of Python's ``ipaddress`` change from one release to the next, so that the blocks stand here: IANA
IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from indexer.errors import SourceError, reason

_NOT_PUBLIC_4: Final = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_GLOBAL_6: Final = IPv6Network("2000::/3")
# Within it: protocols and Teredo, documentation, 6to4 (which leads to any IPv4 address).
_NOT_PUBLIC_6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64: Final = IPv6Network("64:ff9b::/96")  # where IPv6 alone is spoken, every IPv4 address is reached so


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public network.

    Args:
        text: An IPv4 or IPv6 address, as a resolver gives it.
    """
    ip = ip_address(text)
    if isinstance(ip, IPv6Address):
        within = _embedded(ip)
        if within is None:
            return ip in _GLOBAL_6 and not any(ip in block for block in _NOT_PUBLIC_6)
        ip = within
    return not any(ip in block for block in _NOT_PUBLIC_4)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 address stands for."""
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Look a host up, once: what is looked at is what is connected to, whatever the name means later.

    Args:
        host: A name or an IP address, in any form that the system reads (2130706433 is 127.0.0.1).
        port: The port.
        allow_private: Whether addresses may be other than public.

    Returns:
        The IP addresses.

    Raises:
        SourceError: There is no such host, or an address is not public; one that lacks its subject.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceError(
            f"its host is not found ({reason(error)}); check the address, and that this computer is connected"
        ) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not allow_private and not is_public(address):
            raise SourceError(
                f"its host is at {address}, which is not public; --allow-private lets it be read all the same"
            )
    return addresses
