"""Create and read receipts, which record a query and its matches for later verification.

If an index is below the receipt's folder, its location is stored relative to that folder, so that both can be
moved together. Otherwise it is stored as an absolute path or a URL.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.plain_file import is_special
from indexer.errors import DragomanError, message, reason, type_name
from indexer.item import decode_record
from indexer.location import is_address, make_absolute
from indexer.runtime import NamedTuple
from searcher import __version__
from searcher.exports.exporting import write_whole
from searcher.query.parser import has_adjacent_words
from searcher.reading.all_matches import check_searcher, read_matches, reading_record, request_for_all
from searcher.search_options import STORED, SearchOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike
    from typing import Unpack

    from searcher.engine import Engine, IndexInfo
    from searcher.hit_details import EveryHit
    from searcher.opening import BaseSearcher
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments


def relative_location(place: str, folder: Path) -> str:
    """Return the location of an index relative to a folder that contains it.

    Another location is returned unchanged.
    """
    path = Path(place)
    real = path.parent.resolve() / path.name
    if is_address(place) or not real.is_relative_to(folder):
        return place
    return real.relative_to(folder).as_posix()


def absolute_location(index: Any, file: str) -> str | None:
    """Return the absolute location of an index, given the one stored in a receipt's file.

    Return ``None`` if the file stores none.

    Raises:
        TypeError, ValueError: The stored value cannot be the location of an index.
    """
    if index is None:
        return None
    if b"\0" in os.fsencode(index):
        raise ValueError(index)
    return index if is_address(index) else str((folder_of(file) or Path.cwd()) / index)


def folder_of(file: str | PathLike[str]) -> Path | None:
    """Return the folder of a receipt's file, or None for a pipe or a terminal."""
    return None if is_special(file) else Path(file).resolve().parent


RECEIPT_FORMAT: Final = 1
LARGEST: Final = 1 << 30  # maximum bytes of a receipt, which allow ten million items
# Versions whose hashes always cover whether all words are required.
_MODE_IN_EVERY_HASH: Final = re.compile(r"0\.[0-9](\.|$)")
_DIGITS: Final = 12  # hexadecimal digits of the digest of a part of an item
_TEXT: Final = ("title", "body")
_FACTS: Final = ("url", "date", "language", "languages", "countries", "author", "section", "fields")


class ReceiptItem(NamedTuple):
    """A matching item in a receipt.

    Attributes:
        id: The id of the item.
        text: A digest of its title and its body.
        facts: A digest of the item's other fields, such as its date, countries and URL. The location of the
            item in its source is not included.
    """

    id: str
    text: str
    facts: str


class ItemDetails(NamedTuple):
    """The fields of an item that a receipt (a record of a query's matches) stores.

    They serve to describe later changes of the item.
    """

    title: str | None
    facts: Mapping[str, Any]


class Receipt(NamedTuple):
    """A query, and the matches that it had when the receipt was made.

    Attributes:
        version: The version of Dragoman.
        made: The time of creation, in ISO 8601.
        generation, built: The generation and the build time of the index, as in ``dragoman info``.
        query: The query as typed, or ``None`` for all items.
        asked: The given arguments of :meth:`searcher.Searcher.search` that affect which items match.
        read: How the query was interpreted: its language, expansions, unmatched words, notes.
        total: The number of matches.
        items: The items, sorted by id.
        place: The absolute folder or the URL of the index. ``None`` in older receipts.
        details: The titles and other fields of the items, in the order of ``items``. Empty in older receipts.
    """

    version: str
    made: str
    generation: str
    built: str
    query: str | None
    asked: Mapping[str, Any]
    read: Mapping[str, Any]
    total: int
    items: tuple[ReceiptItem, ...]
    place: str | None = None
    details: tuple[ItemDetails, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """The options of the query.

        Those that were not given have the defaults of receipts.
        """
        return STORED | dict(self.asked)

    @property
    def hash(self) -> str:
        """A hash of the receipt's query, options and matches.

        Receipts with the same query, options and matches have the same hash. The option ``all_words``
        (whether items must contain all words of the query) is hashed only if the query has adjacent words,
        because it has no effect otherwise.
        """
        is_covered = _MODE_IN_EVERY_HASH.match(self.version) or has_adjacent_words(self.query)
        names = sorted(self.asked if is_covered else self.asked.keys() - {"all_words"})
        described = [self.query, {name: self.asked[name] for name in names}, *map(list, self.items)]
        return sha256(
            json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        ).hexdigest()

    def to_record(self, folder: Path | None = None) -> dict[str, Any]:
        """Return the receipt as a JSON object.

        Args:
            folder: The folder of the receipt's file. If the index is inside it, the location of the index is
                stored as a relative path.
        """
        record = {"receipt": RECEIPT_FORMAT, "hash": self.hash, **self._asdict()}
        record["items"] = [list(item) for item in self.items]
        record["details"] = [list(one) for one in record.pop("details")]
        place = record.pop("place")
        if place is not None:
            record["index"] = place if folder is None else relative_location(place, folder)
        return record | {"seal": _checksum(record)}


def _checksum(record: Mapping[str, Any]) -> str:
    """Return a checksum of a whole receipt, including its time and version."""
    described = {name: value for name, value in record.items() if name != "seal"}
    text = json.dumps(described, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def make_receipt(searcher: BaseSearcher, query: str | None, **requested: Unpack[QueryArguments]) -> Receipt:
    """Run a query, and record all matches.

    Args:
        searcher: The open searcher.
        query: As for :meth:`searcher.Searcher.search`.
        requested: The filters and query options of :meth:`searcher.Searcher.search`.

    Raises:
        QueryError, TypeError: An argument is invalid or of the wrong type.
    """
    check_searcher(searcher)
    request = request_for_all(query, "relevance", {"all_words": False, **requested})

    def read(
        engine: Engine, hits: EveryHit, results: Results
    ) -> tuple[Results, IndexInfo, list[tuple[ReceiptItem, ItemDetails]]]:
        found = map(make_digests, engine.records(hits.documents))
        return results, engine.info(), sorted(found, key=lambda one: one[0])

    results, info, items = read_matches(searcher, request, read)
    made = datetime.now().astimezone().isoformat(timespec="seconds")
    return Receipt(
        __version__,
        made,
        info.generation,
        info.built,
        query,
        stored_options(requested),
        json.loads(
            json.dumps(reading_record(results) | {"notes": [note._asdict() for note in results.notes]})
        ),
        results.total,
        tuple([item for item, _ in items]),
        make_absolute(searcher.place),
        tuple([details for _, details in items]),
    )


def stored_options(requested: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options to store in a receipt, as JSON values.

    Options with the defaults of receipts are left out.
    """
    options = SearchOptions.options
    given = {name: _json_value(requested.get(name, options[name].default)) for name in STORED}
    return {name: value for name, value in given.items() if value not in (None, STORED[name])}


def _json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {
            name: _json_value([one] if isinstance(one, str) else one) for name, one in sorted(value.items())
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(map(str, value))
    return value


def make_digests(raw: bytes) -> tuple[ReceiptItem, ItemDetails]:
    """Return digests of a stored record, and its title and facts.

    One digest is of the text, one of the facts. The facts are all fields except the text, the locations and
    the generation.
    """
    record = decode_record(raw)
    facts = {name: record[name] for name in _FACTS if record.get(name)}
    item = ReceiptItem(record["id"], _digest(record, _TEXT), _digest(record, _FACTS))
    return item, ItemDetails(record["title"], facts)


def _digest(record: Mapping[str, Any], names: Iterable[str]) -> str:
    described = json.dumps([record.get(name) for name in names], ensure_ascii=False, sort_keys=True)
    return sha256(described.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def write_receipt(receipt: Receipt, file: str | PathLike[str]) -> None:
    """Write a receipt to a file, and replace an older receipt that the file contains.

    Raises:
        DragomanError: The file cannot be written, or an existing file is not a receipt.
    """
    check_receipt(receipt)
    record = receipt.to_record(folder_of(file))
    lists = {name: record.pop(name) for name in ("items", "details")}
    head = json.dumps(record, ensure_ascii=False, indent=1)
    listed = ",\n".join([f' "{name}": {_format_lines(values)}' for name, values in lists.items()])
    try:
        if Path(file).is_file() and _is_not_receipt(Path(file)):
            raise DragomanError(message("receipt.other_file", file=file))
    except OSError as error:
        raise DragomanError(message("receipt.cannot_read", file=file, reason=reason(error))) from None
    content = f"{head[:-2]},\n{listed}\n}}\n".encode("utf-8", "replace")
    write_whole(os.fspath(file), content, replace=True)


def _format_lines(values: Iterable[Any]) -> str:
    """Format a JSON array with each value on a line of its own."""
    lines = ",\n  ".join([json.dumps(value, ensure_ascii=False) for value in values])
    return f"[\n  {lines}\n ]" if lines else "[]"


def check_receipt(receipt: object) -> None:
    """Raise TypeError if a function is called with a path instead of a receipt."""
    if not isinstance(receipt, Receipt):
        raise TypeError(
            f"receipt must be the result of read_receipt or make_receipt, not {type_name(receipt)}"
        )


def _is_not_receipt(path: Path) -> bool:
    with path.open("rb") as stream:
        head = b"".join(stream.read(64).split())
    return bool(head) and not head.startswith(b'{"receipt":')


def read_receipt(file: str | PathLike[str]) -> Receipt:
    """Read a receipt: a file that records a query and its matches for later verification.

    Raises:
        DragomanError: The file cannot be read, is not a receipt, or was changed after it was created.
    """
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise DragomanError(message("receipt.unreadable", file=file, reason=reason(error))) from None
    if len(data) > LARGEST:
        raise DragomanError(message("receipt.too_large", file=file, largest=LARGEST >> 30))
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        record = None
    return receipt_of(record, str(file))


def receipt_of(record: Any, file: str) -> Receipt:
    """Convert a JSON object to a receipt.

    ``file`` is the name of the file in error messages.

    Raises:
        DragomanError: The record is not a receipt, or was changed after it was created.
    """
    try:
        if record["receipt"] != RECEIPT_FORMAT:
            found = {"version": record["version"], "format": record["receipt"]}
            raise DragomanError(message("receipt.other_format", file=file, known=RECEIPT_FORMAT, **found))
        stated = record["hash"], record["seal"]
        given = {"details": [], **record}
        fields = {name: _check_field(name, given[name]) for name in Receipt._fields if name != "place"}
        receipt = Receipt(**fields, place=absolute_location(record.get("index"), file))
    except (ValueError, KeyError, TypeError):
        raise DragomanError(message("receipt.not_a_receipt", file=file)) from None
    sizes = {receipt.total, len(receipt.items), len(receipt.details or receipt.items)}
    if stated != (receipt.hash, _checksum(record)) or len(sizes) > 1:
        raise DragomanError(message("receipt.changed", file=file))
    return receipt


_TYPES: Final[dict[str, Any]] = {
    "query": (str, type(None)),
    "total": int,
    **dict.fromkeys(("version", "made", "generation", "built"), str),
    **dict.fromkeys(("asked", "read"), dict),
}


def _check_field(name: str, value: Any) -> Any:
    """Return the value of a receipt's field, or raise TypeError if its type is wrong."""
    if name == "items":
        items = tuple([ReceiptItem(*item) for item in value])
        if not all(isinstance(part, str) for item in items for part in item):
            raise TypeError(name)
        return items
    if name == "details":
        return tuple([ItemDetails(title, {**facts}) for title, facts in value])
    if not isinstance(value, _TYPES[name]) or (name == "asked" and not value.keys() <= STORED.keys()):
        raise TypeError(name)
    return value
