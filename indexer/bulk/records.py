"""Records straight to prepared documents, where a record leaves nothing to mend.

A record of an export that gives id and date in their plain forms need not pass through every layer that mends
what sources get wrong, whether it gives language and countries or not. It is taken here; any other goes the
long way, and what comes out is the same either way.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.bulk.prepared import KINDS, LANGUAGE_NUMBERS, Prepared, Text, prepare
from indexer.countries import find_countries
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
    from collections.abc import Callable, Iterator, Sequence

    from indexer.item import RawItem
    from indexer.languages import Labels

_Given = tuple[str, tuple[str, ...], str]  # language, countries, countries as they are stored
BATCH = 500  # records that are prepared together, as everywhere
BATCH_CHARACTERS = 1 << 22  # likewise
MOST_LISTS = 1 << 14  # lists of countries that are remembered
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
_UNCLEAN = re.compile("[\x00-\x08\x0d-\x1f\x7f\ufeff\ud800-\udfff]").search
_PRINTED = KINDS["printed"]
_NEW_TUPLE = tuple.__new__  # what a named tuple's own does after a detour of a quarter of a microsecond


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
        from indexer.documents import read_documents  # dates and languages: records need them seldom

        yield from map(prepare, read_documents(path, on_skip))
        return
    stream, _head, name = open_stream(path)
    yield from _in_order(_records(stream, name, on_skip))


def _records(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[Prepared | RawItem]:
    shortcut = Shortcut(name)
    for number, record, line in parse_lines(stream, name, on_skip):
        try:
            yield shortcut.prepare(record, number, line) or read_record(
                record, SourceLines(name, number, number)
            )
        except BadRecordError as error:
            on_skip(Skipped(name, number, str(error)))


def _in_order(records: Iterator[Prepared | RawItem]) -> Iterator[Prepared]:
    """Yield documents in the order of their records; those that go the long way go it together."""
    waiting: list[Prepared | RawItem] = []
    characters = 0
    for record in records:
        if isinstance(record, Prepared):
            if not waiting:
                yield record
                continue
            characters += len(record.record)
        else:
            characters += sum(map(len, record.paragraphs))
        waiting.append(record)
        if len(waiting) >= BATCH or characters >= BATCH_CHARACTERS:
            yield from _prepared(waiting)
            waiting, characters = [], 0
    yield from _prepared(waiting)


def _prepared(batch: list[Prepared | RawItem]) -> Iterator[Prepared]:
    """Yield a batch with what went the long way in its place again."""
    if not batch:
        return
    from indexer.documents import prepare_batch  # see above

    long_way = prepare_batch([record for record in batch if not isinstance(record, Prepared)], ordered=False)
    for record in batch:
        yield record if isinstance(record, Prepared) else prepare(next(long_way))


class Shortcut:
    """Prepares the records of one file that leave nothing to mend."""

    def __init__(self, name: str) -> None:
        """Remember the name of the file.

        Args:
            name: It stands in every stored record.
        """
        self._days: dict[str, int] = {}
        self._codes: dict[tuple[str, ...], str] = {}
        self._tail = f',"source":{{"file":{encode_basestring(name)},"lines":['

    def prepare(self, record: Any, number: int, line: str) -> Prepared | None:
        """Prepare a record.

        Args:
            record: What JSON gave.
            number: Where it stands.
            line: What JSON was given.

        Returns:
            The document; None for a record that has to go the long way.
        """
        try:
            key, day, body = record["id"], record["date"], record.get("body")
            if body is None:
                body = record["text"]
            title, language, listed = record.get("title"), record.get("language"), record.get("countries")
            ordinal = self._days.get(day) or self._day(day)
            if not (
                ordinal
                and (language is None or language in LANGUAGE_NUMBERS)
                and (listed is None or isinstance(listed, list))
                and isinstance(key, str)
                and key.isprintable()
                and len(key) <= LONGEST_ID
                and len(body) <= MOST_UNSPACED // 2
                and len(title or "") <= MOST_UNSPACED // 2
                and key == key.strip() != ""
                and record.get("url") is None
            ):
                return None
            # JSON writes control characters and quotes with a backslash. Where there is none, texts can be
            # stored as they are.
            plain = "\\" not in line and "\x7f" not in line and "\ufeff" not in line
            if not plain and not (_is_clean(body) and (title is None or _is_clean(title))):
                return None
            title = " ".join(title.split()) or None if title is not None else None
            body = _paragraphs(body) if "\n" in body else body.strip()
            if not body:
                return None
            given = self._given(language, listed) or self._worked_out(title, body, language, listed)
        except (KeyError, TypeError, AttributeError, ValueError):
            return None
        if given is None:
            return None
        language, countries, codes = given
        if plain and title:
            quoted = f'{{"id":"{key}","title":"{title}","body":"{body}"'
        else:
            quote = encode_basestring
            quoted = f'{{"id":{quote(key)},"title":{quote(title) if title else "null"},"body":{quote(body)}'
        stored = (
            f'{quoted},"url":null,"date":{{"start":"{day}","end":"{day}","kind":"printed"}},'
            f'"language":"{language}","languages":["{language}"],"countries":[{codes}]'
            f"{self._tail}{number},{number}]}}}}"
        )
        text = _NEW_TUPLE(Text, (LANGUAGE_NUMBERS[language], title, body))
        kept = stored.encode()
        return _NEW_TUPLE(
            Prepared,
            (key, title, (text,), ordinal, ordinal, _PRINTED, countries, (language,), kept, number),
        )

    @cached_property
    def _split_by_language(self) -> Callable[[Sequence[str], str | None], Labels]:
        from indexer.languages import split_by_language  # where no record gives its language

        return split_by_language

    def _given(self, language: str | None, listed: list[Any] | None) -> _Given | None:
        """Return language and countries as the record gives them; None where it does not."""
        if language is None or listed is None:
            return None
        countries = tuple(listed)
        codes = self._codes.get(countries)
        return (language, countries, codes if codes is not None else self._add_codes(countries))

    def _worked_out(
        self, title: str | None, body: str, language: str | None, listed: list[Any] | None
    ) -> _Given | None:
        """Return language and countries, worked out where they are not given.

        Returns:
            None for a text in several languages.
        """
        paragraphs = body.split("\n")
        if language is None:
            labels = self._split_by_language(paragraphs, title)
            if len(labels.languages) > 1:
                return None
            language = labels.main
        if listed is not None:
            return self._given(language, listed)
        mentions = find_countries(paragraphs, title)
        text = encode_basestring
        codes = [f'{{"code":"{m.code}","via":"{m.via}","evidence":{text(m.evidence)}}}' for m in mentions]
        return language, tuple([mention.code for mention in mentions]), ",".join(codes)

    def _day(self, day: str) -> int:
        if not _ISO_DAY(day):
            return 0
        ordinal = self._days[day] = date.fromisoformat(day).toordinal()
        return ordinal

    def _add_codes(self, countries: tuple[str, ...]) -> str:
        """Return a list of countries as it is stored.

        Raises:
            ValueError: It holds anything but different codes.
        """
        if not COUNTRY_CODES.issuperset(countries) or len(set(countries)) != len(countries):
            raise ValueError("not a list of codes")
        if len(self._codes) >= MOST_LISTS:
            self._codes.clear()
        stored = ",".join([f'{{"code":"{code}","via":"given","evidence":""}}' for code in countries])
        self._codes[countries] = stored
        return stored


def _is_clean(text: str) -> bool:
    """Tell whether a text holds nothing that reading a source would change, line ends apart."""
    return text.isprintable() or not _UNCLEAN(text)


def _paragraphs(body: str) -> str:
    return "\n".join([part for line in body.split("\n") if (part := line.strip())])
