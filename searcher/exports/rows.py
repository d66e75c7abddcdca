"""What an export writes of each item: its stored record, and what is known of it beside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from indexer.documents.stored_record import PARTS
from indexer.named_tuple import NamedTuple
from searcher.group_name import group_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searcher.engine import Engine


class Row(NamedTuple):
    """One item of an export.

    Attributes:
        raw: Its stored record, a JSON object in UTF-8.
        more: What is known of it that does not stand in its record.
    """

    raw: bytes
    more: dict[str, Any]

    def line(self) -> bytes:
        """Write all that is known of it as one JSON object, the stored record as it stands."""
        if not self.more:
            return self.raw
        added = json.dumps(self.more, ensure_ascii=False, separators=(",", ":")).encode()
        return b"%s,%s" % (self.raw[:-1], added[1:])

    def record(self) -> dict[str, Any]:
        """Decode it for forms that people read; the languages of its paragraphs are left out."""
        record: dict[str, Any] = json.loads(self.raw)
        record.pop(PARTS, None)
        return record | self.more


def rows(engine: Engine, documents: Sequence[int]) -> Iterator[Row]:
    """Yield the rows of documents, in their order; few are held at once.

    Raises:
        IndexFolderError: The index is damaged.
    """
    group_of = _groups(engine)
    for document, raw in zip(documents, engine.records(documents), strict=True):
        group = group_of.get(document)
        yield Row(raw, {"group": group} if group else {})


def _groups(engine: Engine) -> dict[int, str]:
    """Name the group of near duplicates of each document in one: by the least id among its items."""
    names: dict[int, str] = {}
    for group in engine.groups():
        names.update(dict.fromkeys(group.documents, group_name(engine, group.documents)))
    return names
