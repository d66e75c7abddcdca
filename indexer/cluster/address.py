"""Parse the URL of an index on a cluster, and read the credentials."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from stat import S_IMODE
from typing import Final

from indexer.cluster.mapping import LOCKS, WORDS_ENDING
from indexer.errors import ClusterError, message, reason
from indexer.runtime import NamedTuple

USER: Final = "DRAGOMAN_CLUSTER_USER"
PASSWORD: Final = "DRAGOMAN_CLUSTER_PASSWORD"  # noqa: S105 - the name of a variable
CREDENTIALS: Final = "DRAGOMAN_CLUSTER_CREDENTIALS"
AUTHORITY: Final = "DRAGOMAN_CLUSTER_CA"
VARIABLES: Final = frozenset({USER, PASSWORD, CREDENTIALS, AUTHORITY})

# The names that OpenSearch accepts, without patterns and system indexes, leaving room for suffixes.
_NAME = re.compile(r"[a-z0-9][a-z0-9_.]*(?:-[a-z0-9_.]+)*").fullmatch
_MAX_NAME_LENGTH: Final = 200
_HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?").fullmatch
_FORM: Final = message("cluster.address_form")
_OTHERS: Final = 0o077  # permissions of anybody but the owner of a file
_LAST_PORT: Final = 65_535


class ClusterAddress(NamedTuple):
    """The URL of an index on a cluster: ``https://host:9200,other:9200/name``.

    Attributes:
        scheme: ``http`` or ``https``.
        hosts: The hosts of the cluster with their ports. Any of them can respond.
        name: The name of the index, which is an alias on the cluster.
    """

    scheme: str
    hosts: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        """Return the URL as a user types it."""
        return f"{self.scheme}://{','.join(self.hosts)}/{self.name}"

    @property
    def roots(self) -> tuple[str, ...]:
        """The URL of each host, without the name of the index."""
        return tuple([f"{self.scheme}://{host}" for host in self.hosts])


class Credentials(NamedTuple):
    """The credentials of a user, whose password is never printed.

    Attributes:
        user, password: The name and the password; ``None`` if the cluster needs no credentials.
        authority: A file with the CA certificate; ``None`` to trust the authorities of the system.
    """

    user: str | None
    password: str | None
    authority: str | None

    def __repr__(self) -> str:
        """Return the name of the user without the password."""
        return f"Credentials({self.user!r})"

    def authorization(self) -> str:
        """Return the value of the authorization header, from which the password can be decoded."""
        from base64 import b64encode

        known = f"{self.user}:{self.password}".encode(errors="surrogateescape")
        return f"Basic {b64encode(known).decode()}"


def parse_address(place: str) -> ClusterAddress:
    """Parse the URL of an index on a cluster.

    Raises:
        ClusterError: The URL is invalid, or contains a password.
    """
    scheme, _, rest = place.partition("://")
    hosts, slash, name = rest.partition("/")
    if "@" in place:
        raise ClusterError(
            message("cluster.password_in_address", user=USER, password=PASSWORD, credentials=CREDENTIALS)
        )
    name = name.removesuffix("/")
    if not slash or not name:
        raise ClusterError(message("cluster.address_without_index", place=place, form=_FORM))
    if not _NAME(name) or len(name) > _MAX_NAME_LENGTH:
        raise ClusterError(message("cluster.invalid_name", name=name))
    if name.endswith(WORDS_ENDING) or name == LOCKS:
        raise ClusterError(message("cluster.reserved_name", name=name))
    given = tuple(hosts.split(","))
    wrong = next((host for host in given if not _is_host(host)), None)
    if wrong is not None:
        raise ClusterError(message("cluster.invalid_host", wrong=wrong, form=_FORM))
    return ClusterAddress(scheme.lower(), given, name)


def _is_host(text: str) -> bool:
    """Return whether a text is the name of a host, with or without a port."""
    match = _HOST(text)
    return match is not None and int(match[1] or 0) <= _LAST_PORT


@cache
def credentials() -> Credentials:
    """Read the credentials from environment variables, or from a file.

    Raises:
        ClusterError: The file of the credentials cannot be read or may be read by other users, or a part of
            the credentials is missing or set twice.
    """
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if path := os.environ.get(CREDENTIALS):
        if user or password:
            raise ClusterError(
                message("cluster.two_credentials", credentials=CREDENTIALS, user=USER, password=PASSWORD)
            )
        user, password = _from_file(Path(path))
    if bool(user) != bool(password):
        raise ClusterError(message("cluster.half_credentials", user=USER, password=PASSWORD))
    if user and ":" in user:
        raise ClusterError(message("cluster.colon_in_user", user=USER))
    return Credentials(user or None, password or None, os.environ.get(AUTHORITY) or None)


def _from_file(path: Path) -> tuple[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            mode = S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & _OTHERS:
                raise ClusterError(message("cluster.readable_credentials", path=path))
            text = file.read()
    except (OSError, ValueError) as error:
        raise ClusterError(
            message("cluster.unreadable_credentials", path=path, credentials=CREDENTIALS, error=reason(error))
        ) from None
    user, _, password = text.removesuffix("\n").partition(":")
    if not user or not password or "\n" in text.removesuffix("\n"):
        raise ClusterError(message("cluster.no_credentials_line", path=path, credentials=CREDENTIALS))
    return user, password
