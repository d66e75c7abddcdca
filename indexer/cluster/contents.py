"""What an index on a cluster consists of: a document of the index of its vocabulary, written last."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from indexer.cluster.mapping import CONTENTS_ID, WORDS_ENDING
from indexer.errors import ClusterError, ForbiddenError
from indexer.named_tuple import NamedTuple
from indexer.schema import FORMAT_VERSION
from indexer.store.source_summary import SourceSummary
from indexer.validators import Validators

if TYPE_CHECKING:
    from indexer.cluster.client import Cluster

APPLICATION: Final = "dragoman"
FORMAT: Final = f"{FORMAT_VERSION}.3"  # of records as in a folder; and of how a cluster holds them


class ClusterContents(NamedTuple):
    """What an index consists of and where it came from.

    Attributes:
        items_index: The index of the items, by the name that it has behind its alias.
        words_index: The index of the vocabulary.
        generation: Changes with every write.
        since: The generation that items came in with whose records do not say it.
        built: When it was written, ISO 8601 with its offset.
        items: How many items it holds.
        sources: Where each source lies, and what it gave.
        facets: The own fields that are counted without being asked for.
        fields: The own fields that any item has.
        statistics: For each ranked field the documents that have it, and its mean length among them.
        thesaurus: The length of the compiled thesaurus and its checksum; None without one.
        scripts: Whether the cluster runs the script of exact scores.
        fetched: What the servers of addresses said of the states that the items are of.
        registered: Whether anything is known of items beside their records.
        groups: How many groups of near duplicates there are.
        unused_group: The first number that no group ever had.
        corrections: The file of corrections, an absolute path; None where there is none.
    """

    items_index: str
    words_index: str
    generation: str
    since: int
    built: str
    items: int
    sources: tuple[SourceSummary, ...]
    facets: tuple[str, ...]
    fields: tuple[str, ...]
    statistics: dict[str, tuple[int, float]]
    thesaurus: tuple[int, int] | None
    scripts: bool
    fetched: tuple[Validators, ...] = ()
    registered: bool = False
    groups: int = 0
    unused_group: int = 0
    corrections: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Give the document."""
        record = {"application": APPLICATION, "format": FORMAT, **self._asdict()}
        record["sources"] = [source.to_record() for source in self.sources]
        record["fetched"] = [one._asdict() for one in self.fetched]
        return record


def read_contents(cluster: Cluster) -> ClusterContents:
    """Read what the index at an address consists of.

    Raises:
        ClusterError: There is none, it is of something else, or of another format.
    """
    contents = find_contents(cluster)
    if contents is None:
        address = cluster.address
        raise ClusterError(
            f"there is no index “{address.name}” at {address.roots[0]}; build one with: "
            f"dragoman build SOURCE --index {address}"
        )
    return contents


def find_contents(cluster: Cluster) -> ClusterContents | None:
    """Do the same; give None where there is none.

    Raises:
        ClusterError: What is there is of something else, or of another format.
    """
    address = cluster.address
    record = _record(cluster)
    if record.get("application") != APPLICATION:
        if not _exists(cluster):
            return None
        raise ClusterError(
            f"“{address.name}” at {address.roots[0]} is no index of Dragoman's; choose another name"
        )
    if (found := record.get("format")) != FORMAT:
        raise ClusterError(
            f"the index at {address} has format {found}, and this Dragoman reads "
            f"{FORMAT}; build it again with: dragoman build SOURCE --index {address}"
        )
    try:
        return _decode(record)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ClusterError(
            f"what the index at {address} consists of is damaged; build it again with: "
            f"dragoman build SOURCE --index {address}"
        ) from None


def remembered_corrections(cluster: Cluster) -> str | None:
    """Read which file of corrections an index remembers, of whatever format; None where it does not say.

    Raises:
        ClusterError: The cluster does not answer.
    """
    file = _record(cluster).get("corrections")
    return file if isinstance(file, str) else None


def _record(cluster: Cluster) -> dict[str, Any]:
    """Read the document as it is; give an empty one where there is none."""
    alias = f"{cluster.address.name}{WORDS_ENDING}"
    answer = cluster.request("GET", f"/{alias}/_doc/{CONTENTS_ID}", allowed=(404,))
    record = answer.get("_source", {}).get("contents")
    return record if isinstance(record, dict) else {}


def _exists(cluster: Cluster) -> bool:
    """Tell whether anything has the name of an index; a right to read it suffices.

    Raises:
        ClusterError: What answers is no cluster, or the right is lacking.
    """
    with suppress(ForbiddenError):
        cluster.version()
    answer = cluster.request("POST", f"/{cluster.address.name}/_search", {"size": 0}, allowed=(404,))
    return bool(answer.get("status") != 404)


def _decode(record: dict[str, Any]) -> ClusterContents:
    thesaurus = record["thesaurus"]
    return ClusterContents(
        record["items_index"],
        record["words_index"],
        record["generation"],
        record["since"],
        record["built"],
        record["items"],
        tuple(map(SourceSummary.from_record, record["sources"])),
        tuple(record["facets"]),
        tuple(record["fields"]),
        {name: (documents, average) for name, (documents, average) in record["statistics"].items()},
        tuple(thesaurus) if thesaurus else None,
        record["scripts"],
        tuple([Validators(**one) for one in record["fetched"]]),
        record["registered"],
        record["groups"],
        record["unused_group"],
        record.get("corrections"),
    )
