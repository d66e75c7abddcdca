"""Define watches: stored queries that report new matches."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from indexer.codec.plain_file import whole_file
from indexer.errors import DragomanError, message, reason
from indexer.location import is_same, make_absolute
from indexer.option_tables import check_text
from indexer.runtime import NamedTuple
from searcher.reading.all_matches import check_searcher
from searcher.reading.receipt import LARGEST, Receipt, make_receipt, receipt_of
from searcher.reading.verification import Verification, verify

if TYPE_CHECKING:
    from os import PathLike

    from searcher.opening import BaseSearcher

_NAME: Final = re.compile(r"\w[\w .-]{0,59}")
_ENDING: Final = ".json"


class Watch(NamedTuple):
    """A stored query.

    Attributes:
        name: The name of the watch.
        place: The location of the index.
        receipt: The receipt of the last run.
    """

    name: str
    place: str
    receipt: Receipt

    @classmethod
    def begin(cls, name: str, searcher: BaseSearcher, query: str | None, **requested: Any) -> Self:
        """Create a watch, run its query for the first time, and record the matches.

        Args:
            name: The name of the watch. It consists of letters and digits, between which there may be spaces,
                full stops and hyphens.
            searcher: The open searcher.
            query: As for :meth:`searcher.Searcher.search`.
            requested: The filters and query options of :meth:`searcher.Searcher.search`, with
                ``all_words=True`` by default.

        Raises:
            DragomanError: The name or the query is invalid.
        """
        check_searcher(searcher)
        receipt = make_receipt(searcher, query, **{"all_words": True} | requested)
        return cls(check_watch_name(name), make_absolute(searcher.place), receipt)

    def run(self, searcher: BaseSearcher) -> tuple[Verification, Self]:
        """Run the query of the watch again, and return the changes.

        Returns:
            The added, removed and changed items, and the updated watch.

        Raises:
            DragomanError: The searcher is open on another index.
        """
        check_searcher(searcher)
        if not is_same(searcher.place, self.place):
            raise DragomanError(
                message("watch.other_index", name=self.name, place=self.place, other=searcher.place)
            )
        found = verify(searcher, self.receipt)
        return found, self._replace(receipt=found.now)

    def move(self, searcher: BaseSearcher) -> Self:
        """Create the same watch for another index, and record its current matches there.

        Raises:
            QueryError: The query is invalid for that index.
        """
        return self.begin(self.name, searcher, self.receipt.query, **self.receipt.arguments)


class Watches:
    """The watches of a user, each of which is a file in one folder.

    Methods raise DragomanError if a watch does not exist, or its file cannot be read or written.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)

    def names(self) -> list[str]:
        """Return the names of all watches."""
        if not self.folder.is_dir():
            return []
        return sorted(path.stem for path in self.folder.glob(f"*{_ENDING}") if _NAME.fullmatch(path.stem))

    def has(self, name: str) -> bool:
        """Return whether a watch with this name exists."""
        return self._file(name).is_file()

    def read(self, name: str) -> Watch:
        """Read a watch."""
        file = self._file(name)
        try:
            with file.open("rb") as stream:
                record = json.loads(stream.read(LARGEST))
        except FileNotFoundError:
            known = ", ".join(self.names())
            reported = message("watch.unknown", name=name, known=known) if known else message("watch.none")
            raise DragomanError(reported) from None
        except OSError as error:
            raise DragomanError(message("watch.cannot_read", file=file, reason=reason(error))) from None
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(place := record.get("place"), str):
            raise DragomanError(message("watch.not_a_watch", file=file))
        return Watch(name, place, receipt_of(record.get("receipt"), str(file)))

    def save(self, watch: Watch) -> None:
        """Save a watch atomically."""
        record = {"place": watch.place, "receipt": watch.receipt.to_record()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file(self._file(watch.name)) as (stream, _):
                stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
        except OSError as error:
            raise DragomanError(
                message("watch.cannot_write", folder=self.folder, reason=reason(error))
            ) from None

    def remove(self, name: str) -> None:
        """Delete a watch."""
        self.read(name)
        try:
            self._file(name).unlink()
        except OSError as error:
            raise DragomanError(message("watch.cannot_remove", name=name, reason=reason(error))) from None

    def _file(self, name: str) -> Path:
        return self.folder / f"{check_watch_name(name)}{_ENDING}"


def check_watch_name(name: str) -> str:
    """Check the name of a watch, and return it."""
    check_text("the name of a watch", name)
    if not _NAME.fullmatch(name) or name != name.strip():
        raise DragomanError(message("watch.invalid_name", name=name[:80]))
    return name
