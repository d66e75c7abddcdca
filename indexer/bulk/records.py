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
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.bulk.prepared import LANGUAGE_NUMBERS, Prepared, Text, prepare
from indexer.countries.mentions import find_countries
from indexer.item import KIND_NUMBERS, RawItem, SourceLines
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

    from indexer.bulk.labelling import Outcome
    from indexer.document import Document
    from indexer.languages import Labels

_Countries = tuple[tuple[str, ...], str]  # their codes, and how they are stored
BATCH = 500  # records that are prepared together, as everywhere
BATCH_CHARACTERS = 1 << 22  # likewise
MOST_LISTS = 1 << 14  # lists of countries that are remembered
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
_UNCLEAN = re.compile("[\x00-\x08\x0d-\x1f\x7f\ufeff\ud800-\udfff]").search
_PRINTED = KIND_NUMBERS["printed"]
_NO_COUNTRIES: _Countries = ((), "")
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
    yield from _Records(name, on_skip).prepared(stream)


class Unlabelled(NamedTuple):
    """A record whose language or countries have to be worked out, together with others.

    Attributes:
        record: What JSON gave.
        number: Where it stands.
        plain: Whether its texts can be stored as they are.
        id: Its id.
        title: Its title, or None.
        body: Its paragraphs, a line each.
        day: Its day as written.
        ordinal: The same as an ordinal.
        language: Its language, where it is given.
        countries: Its countries, where they are given.
    """

    record: Any
    number: int
    plain: bool
    id: str
    title: str | None
    body: str
    day: str
    ordinal: int
    language: str | None
    countries: _Countries | None


_Waiting = Prepared | Unlabelled | RawItem


class _Records:
    """The records of one file on their way to documents, in order."""

    def __init__(self, name: str, on_skip: OnSkip) -> None:
        """Start.

        Args:
            name: The source's name.
            on_skip: Called with every record or line that is left out.
        """
        self._name = name
        self._on_skip = on_skip
        self._shortcut = Shortcut(name)

    def prepared(self, stream: io.BufferedReader) -> Iterator[Prepared]:
        """Yield the documents; those that something has to be worked out for wait for each other."""
        prepare_record = self._shortcut.prepare
        waiting: list[_Waiting] = []
        characters = 0
        for number, record, line in parse_lines(stream, self._name, self._on_skip):
            found = prepare_record(record, number, line) or self._read(record, number)
            if found is None:
                continue
            if isinstance(found, Prepared):
                if not waiting:
                    yield found
                    continue
                characters += len(found.record)
            elif isinstance(found, Unlabelled):
                characters += len(found.body)
            else:
                characters += sum(map(len, found.paragraphs))
            waiting.append(found)
            if len(waiting) >= BATCH or characters >= BATCH_CHARACTERS:
                yield from self._worked_out(waiting)
                waiting, characters = [], 0
        yield from self._worked_out(waiting)

    def _read(self, record: Any, number: int) -> RawItem | None:
        """Read a record that goes the long way, or tell why it is left out."""
        try:
            return read_record(record, SourceLines(self._name, number, number))
        except BadRecordError as error:
            self._on_skip(Skipped(self._name, number, str(error)))
            return None

    def _worked_out(self, batch: list[_Waiting]) -> Iterator[Prepared]:
        """Yield a batch with what had to wait in its place again."""
        labelled = self._labelled(batch)
        raw = [record for record in labelled if isinstance(record, RawItem)]
        long_way: Iterator[Document] = iter(())
        if raw:
            from indexer.documents import prepare_batch  # see above

            long_way = prepare_batch(raw, ordered=False)
        for record in labelled:
            yield record if isinstance(record, Prepared) else prepare(next(long_way))

    def _labelled(self, batch: list[_Waiting]) -> list[Prepared | RawItem]:
        """Work out languages and countries; a record in several languages goes the long way."""
        texts = [(record.title, record.body) for record in batch if isinstance(record, Unlabelled)]
        outcomes: Iterator[Outcome] = iter(())
        if texts:
            from indexer.bulk.labelling import label_batch  # where no record gives them

            outcomes = label_batch(texts)
        label = self._shortcut.label
        labelled: list[Prepared | RawItem] = []
        for record in batch:
            if not isinstance(record, Unlabelled):
                labelled.append(record)
            elif found := label(record, next(outcomes)) or self._read(record.record, record.number):
                labelled.append(found)
        return labelled


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

    def prepare(self, record: Any, number: int, line: str) -> Prepared | Unlabelled | None:
        """Prepare a record.

        Args:
            record: What JSON gave.
            number: Where it stands.
            line: What JSON was given.

        Returns:
            The document, or what it needs a label for; None for a record that has to go the long way.
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
            countries = None if listed is None else self._given(listed)
        except (KeyError, TypeError, AttributeError, ValueError):
            return None
        if language is None or countries is None:
            return _NEW_TUPLE(
                Unlabelled, (record, number, plain, key, title, body, day, ordinal, language, countries)
            )
        return self._stored(number, plain, key, title, body, day, ordinal, language, countries)

    def label(self, record: Unlabelled, outcome: Outcome) -> Prepared | None:
        """Prepare a record with its language and countries worked out, where they are not given.

        Args:
            record: The record.
            outcome: What single words tell.

        Returns:
            The document; None for a text in several languages.
        """
        _, number, plain, key, title, body, day, ordinal, language, countries = record
        if language is None:
            language = outcome.language
        if language is None:
            labels = self._split_by_language(body.split("\n"), title)
            if len(labels.languages) > 1:
                return None
            language = labels.main
        if countries is None:
            countries = _found(title, body) if outcome.named else _NO_COUNTRIES
        return self._stored(number, plain, key, title, body, day, ordinal, language, countries)

    def _stored(  # noqa: PLR0913, PLR0917 - all that a record holds: a tuple of it would cost every document
        self,
        number: int,
        plain: bool,  # noqa: FBT001 - likewise
        key: str,
        title: str | None,
        body: str,
        day: str,
        ordinal: int,
        language: str,
        countries: _Countries,
    ) -> Prepared:
        codes, listed = countries
        if plain and title:
            quoted = f'{{"id":"{key}","title":"{title}","body":"{body}"'
        else:
            quote = encode_basestring
            quoted = f'{{"id":{quote(key)},"title":{quote(title) if title else "null"},"body":{quote(body)}'
        stored = (
            f'{quoted},"url":null,"date":{{"start":"{day}","end":"{day}","kind":"printed"}},'
            f'"language":"{language}","languages":["{language}"],"countries":[{listed}]'
            f"{self._tail}{number},{number}]}}}}"
        )
        text = _NEW_TUPLE(Text, (LANGUAGE_NUMBERS[language], title, body))
        kept = stored.encode()
        return _NEW_TUPLE(
            Prepared,
            (key, title, (text,), ordinal, ordinal, _PRINTED, codes, (language,), kept, number),
        )

    @cached_property
    def _split_by_language(self) -> Callable[[Sequence[str], str | None], Labels]:
        from indexer.languages import split_by_language  # where no record gives its language

        return split_by_language

    def _given(self, listed: list[Any]) -> _Countries:
        """Return the countries that a record gives.

        Raises:
            ValueError: The list holds anything but different codes.
        """
        countries = tuple(listed)
        codes = self._codes.get(countries)
        return countries, codes if codes is not None else self._add_codes(countries)

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


def _found(title: str | None, body: str) -> _Countries:
    """Return the countries that a text names."""
    mentions = find_countries(body.split("\n"), title)
    text = encode_basestring
    codes = [f'{{"code":"{m.code}","via":"{m.via}","evidence":{text(m.evidence)}}}' for m in mentions]
    return tuple([mention.code for mention in mentions]), ",".join(codes)


def _paragraphs(body: str) -> str:
    return "\n".join([part for line in body.split("\n") if (part := line.strip())])
