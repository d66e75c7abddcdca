"""Records straight to prepared documents, where a record leaves nothing to work out.

An export of a million records that gives language, date and countries need not pass through every layer that
mends what sources get wrong. A record that is plain in each respect is taken here; any other goes the long
way, and what comes out is the same either way.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.bulk.prepared import KINDS, LANGUAGE_NUMBERS, Prepared, Text, prepare
from indexer.documents import prepare_batch, read_documents
from indexer.item import SourceLines
from indexer.sources.codes import COUNTRY_CODES
from indexer.sources.jsonl import parse_lines
from indexer.sources.limits import LONGEST_ID, MOST_UNSPACED
from indexer.sources.record import BadRecordError, read_record
from indexer.sources.registry import JSONL
from indexer.sources.source import OnSkip, Skipped
from indexer.sources.stream import open_stream

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem

BATCH = 500  # records that are prepared together, as everywhere
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
_UNCLEAN = re.compile("[\x00-\x08\x0d-\x1f\x7f\ufeff\ud800-\udfff]").search
_PRINTED = KINDS["printed"]


def read_prepared(path: str | Path, on_skip: OnSkip) -> Iterator[Prepared]:
    """Read a source into prepared documents, the short way where there is one.

    Args:
        path: A file, or ``-`` for standard input.
        on_skip: Called with every record or line that is left out.

    Yields:
        The documents in the order of the source.

    Raises:
        SourceError: The source cannot be read at all.
    """
    if Path(path).suffix.lower() not in JSONL.suffixes:
        yield from map(prepare, read_documents(path, on_skip))
        return
    stream, _head, name = open_stream(path)
    records = _records(stream, name, on_skip)
    while batch := list(islice(records, BATCH)):
        yield from _in_order(batch)


def _records(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[Prepared | RawItem]:
    shortcut = Shortcut(name)
    for number, record in parse_lines(stream, name, on_skip):
        try:
            yield shortcut.prepare(record, number) or read_record(record, SourceLines(name, number, number))
        except BadRecordError as error:
            on_skip(Skipped(name, number, str(error)))


def _in_order(batch: list[Prepared | RawItem]) -> Iterator[Prepared]:
    """Yield a batch with what went the long way in its place again."""
    long_way = prepare_batch([record for record in batch if not isinstance(record, Prepared)], ordered=False)
    for record in batch:
        yield record if isinstance(record, Prepared) else prepare(next(long_way))


class Shortcut:
    """Prepares the records of one file that leave nothing to work out."""

    def __init__(self, name: str) -> None:
        """Remember the name of the file.

        Args:
            name: It stands in every stored record.
        """
        self._days: dict[str, int] = {}
        self._tail = f',"source":{{"file":{encode_basestring(name)},"lines":['

    def prepare(self, record: Any, line: int) -> Prepared | None:
        """Prepare a record.

        Args:
            record: What JSON gave.
            line: Where it stands.

        Returns:
            The document; None for a record that has to go the long way.
        """
        try:
            key, day, language, countries = (
                record["id"],
                record["date"],
                record["language"],
                record["countries"],
            )
            body = record["body"]
            title = record.get("title")
            number = LANGUAGE_NUMBERS[language]
            ordinal = self._days.get(day) or self._day(day)
            if not (
                ordinal
                and isinstance(key, str)
                and key.isprintable()
                and len(key) <= LONGEST_ID
                and len(body) <= MOST_UNSPACED // 2
                and len(title or "") <= MOST_UNSPACED // 2
                and key == key.strip() != ""
                and record.get("url") is None
                and COUNTRY_CODES.issuperset(countries)
                and len(set(countries)) == len(countries)
                and isinstance(countries, list)
                and _is_clean(body)
            ):
                return None
            if title is not None:
                if not _is_clean(title):
                    return None
                title = " ".join(title.split()) or None
            body = body.strip() if "\n" not in body else _paragraphs(body)
            if not body:
                return None
        except (KeyError, TypeError, AttributeError, ValueError):
            return None
        text = encode_basestring
        codes = ",".join([f'{{"code":"{code}","via":"given","evidence":""}}' for code in countries])
        stored = (
            f'{{"id":{text(key)},"title":{text(title) if title else "null"},"body":{text(body)},"url":null,'
            f'"date":{{"start":"{day}","end":"{day}","kind":"printed"}},"language":"{language}",'
            f'"languages":["{language}"],"countries":[{codes}]{self._tail}{line},{line}]}}}}'
        )
        return Prepared(
            key,
            title,
            (Text(number, title, body),),
            ordinal,
            ordinal,
            _PRINTED,
            tuple(countries),
            (language,),
            stored.encode(),
            line,
        )

    def _day(self, day: str) -> int:
        if not _ISO_DAY(day):
            return 0
        ordinal = self._days[day] = date.fromisoformat(day).toordinal()
        return ordinal


def _is_clean(text: str) -> bool:
    """Tell whether a text holds nothing that reading a source would change, line ends apart."""
    return text.isprintable() or not _UNCLEAN(text)


def _paragraphs(body: str) -> str:
    return "\n".join([part for line in body.split("\n") if (part := line.strip())])
