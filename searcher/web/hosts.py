"""The host names under which the server answers.

A page of another site can give its own name the address of this computer (DNS rebinding). Its scripts may
then read what is answered under that name, so the server answers only under names that are its own.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address
from threading import Thread
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

from indexer.errors import DragomanError
from indexer.named_tuple import NamedTuple

_HOST: Final = re.compile(
    r"(?P<name>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{0,5}))?"
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SECONDS: Final = 1.0  # for a name server to give the full name of this computer


class Hosts(NamedTuple):
    """The names under which the server answers.

    Attributes:
        names: Host names and IP addresses as :func:`parse_host` gives them.
        network: Whether any IP address and any name below ``.local`` are accepted as well. A page of the web
            can have neither as its name.
    """

    names: frozenset[str]
    network: bool = False

    def accept(self, name: str) -> bool:
        """Return whether the server answers under a name that :func:`parse_host` gave."""
        if name in self.names:
            return True
        return self.network and (name.endswith(".local") or _is_address(name))


def parse_host(host: str) -> tuple[str, str] | None:
    """Parse the value of a ``Host`` header.

    Returns:
        The name in lower case without a trailing dot, an IPv6 address in brackets and in its shortest form;
        and the port, empty if there is none. None if the value is malformed.
    """
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return None
    name = found["name"].removesuffix(".")
    if name.startswith("["):
        try:
            name = f"[{IPv6Address(name[1:-1])}]"
        except AddressValueError:
            return None
    return name, found["port"] or ""


def served_hosts(host: str, bound: str, base_url: str | None, allowed: tuple[str, ...]) -> Hosts:
    """Return the names under which a server answers.

    Args:
        host: The host that ``--host`` names.
        bound: The IP address that the server listens at.
        base_url: The address that readers know, if a proxy is in front.
        allowed: More names, as ``--allowed-host`` takes them.

    Raises:
        DragomanError: One of ``allowed`` is not a host name.
    """
    names = set(_LOOPBACK)
    for name in allowed:
        normal = _normal(name)
        if normal is None:
            raise DragomanError(
                f"“{name}” is not a host name; use --allowed-host with a name such as archive.example.org, "
                "without scheme, port or path"
            )
        names.add(normal)
    if base_url and (parsed := parse_host(urlsplit(base_url).netloc)):
        names.add(parsed[0])
    network = not ip_address(bound).is_loopback
    own = [host, bound, *(_computer_names() if network else ())]
    return Hosts(frozenset(names.union(filter(None, map(_normal, own)))), network)


def _normal(name: str) -> str | None:
    """Return a typed name as a browser sends it, or None if it is not a host name."""
    with suppress(ValueError):
        address = ip_address(name.strip("[]"))
        return str(address) if address.version == 4 else f"[{address}]"
    labels = [
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in normalize("NFKC", name).lower().split(".")
    ]
    parsed = parse_host(".".join(labels))
    return parsed[0] if parsed and name.isprintable() and ":" not in name else None


def _computer_names() -> list[str]:
    """Return the names of this computer; one that a slow name server does not give in time is left out."""
    name = socket.gethostname()
    names = [name, name.partition(".")[0]]
    asking = Thread(target=lambda: names.append(socket.getfqdn()), daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return list(names)


def _is_address(name: str) -> bool:
    if name.startswith("["):
        return True
    try:
        IPv4Address(name)
    except AddressValueError:
        return False
    return True
