"""The compiled thesaurus of an index on a cluster: documents there, a file of the user's cache here."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster import cache
from indexer.codec.layout import Container
from indexer.errors import ClusterError
from indexer.thesaurus.table import Table

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster
    from indexer.cluster.contents import ClusterContents

PART: Final = 1 << 17  # bytes in one document: small enough for a node that has little room
QUICK: Final = 1  # level of compression: a quarter of the time, a seventh more bytes
_ID: Final = "thesaurus-{:04d}"


def thesaurus_parts(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Give the documents of a compiled thesaurus, with their keys."""
    return [
        (_ID.format(number), {"value": b64encode(zlib.compress(data[first : first + PART], QUICK)).decode()})
        for number, first in enumerate(range(0, len(data), PART))
    ]


def open_thesaurus(cluster: Cluster, contents: ClusterContents) -> Table:
    """Open the thesaurus of an index, fetched where it is not in the user's cache.

    Raises:
        ClusterError: It cannot be fetched, or is damaged.
    """
    return Table(open_labels(cluster, contents))


def open_labels(cluster: Cluster, contents: ClusterContents) -> Container | None:
    """Open the file of the thesaurus of an index, likewise; None where it has none.

    Raises:
        ClusterError: It cannot be fetched, or is damaged.
    """
    if contents.thesaurus is None:
        return None
    length, checksum = contents.thesaurus
    path = cache.folder() / f"thesaurus-{length}-{checksum:08x}.labels"
    if not path.exists() or path.stat().st_size != length:
        cache.keep(path, fetch_thesaurus(cluster, contents))
    return Container(path)


def fetch_thesaurus(cluster: Cluster, contents: ClusterContents) -> bytes:
    """Fetch the compiled thesaurus of an index.

    Raises:
        ClusterError: It cannot be fetched, or is damaged.
    """
    assert contents.thesaurus is not None
    length, checksum = contents.thesaurus
    ids = [_ID.format(number) for number in range(-(-length // PART))]
    found = cluster.post(f"/{contents.words_index}/_mget", {"ids": ids})["docs"]
    try:
        data = b"".join([zlib.decompress(b64decode(one["_source"]["value"])) for one in found])
    except (KeyError, ValueError, zlib.error):
        data = b""
    if len(data) != length or zlib.crc32(data) != checksum:
        raise ClusterError(f"the thesaurus of {cluster.address} is damaged; build the index again")
    return data
