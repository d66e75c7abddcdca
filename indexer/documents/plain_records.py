"""Records that leave nothing to mend, straight to documents.

A record of an export that gives id and date in their plain forms, whether it gives language and countries or
not, need not pass through every layer that mends what sources get wrong. What comes out is what that way
gives, in a third of the time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, NamedTuple

from indexer.documents.document import Document, Text
from indexer.documents.identity import content_digest
from indexer.documents.stored_record import encode_countries
from indexer.item import CountryMention
from indexer.own_fields import source_terms
from indexer.schema import KIND_NUMBERS, LANGUAGE_NUMBERS
from indexer.sources.codes import COUNTRY_CODES
from indexer.sources.limits import LONGEST_ID, MOST_UNSPACED

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.sources.source import JsonLine

Countries = tuple[tuple[str, ...], str]  # their codes, and how they are stored
MOST_REMEMBERED = 1 << 14  # days and lists of countries, each
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
_UNCLEAN = re.compile("[\x00-\x08\x0d-\x1f\x7f\ufeff\ud800-\udfff]").search
# A record that gives anything else is not plain; what the index works out anew is passed over.
_NAMES = frozenset(
    {"id", "title", "body", "text", "url", "date", "language", "languages", "countries", "source"}
)
_PRINTED = KIND_NUMBERS["printed"]
_new_tuple = tuple.__new__  # what a named tuple's own does after a detour


class Outcome(NamedTuple):
    """The language and the countries of a document, as far as single words settle them.

    Attributes:
        language: Its only language; None where more than its function words has to be asked.
        named: Whether a country may be named in it.
    """

    language: str | None
    named: bool


UNDECIDED = Outcome(None, named=True)
"""What is true of any text."""


class PlainRecord(NamedTuple):
    """A record that leaves nothing to mend.

    Attributes:
        line: The line that it stands on.
        id: Its id.
        title: Its title, or None.
        body: Its paragraphs, a line each.
        day: Its day as an ordinal.
        opening: How its stored record begins, up to its date.
        language: Its language, None where it is not given.
        countries: Its countries, None where they are not given.
    """

    line: JsonLine
    id: str
    title: str | None
    body: str
    day: int
    opening: str
    language: str | None
    countries: Countries | None

    def document(self, file: str, outcome: Outcome = UNDECIDED) -> Document | None:
        """Make its document, with its language and countries worked out where not given.

        Args:
            file: The source's name.
            outcome: These, as far as single words settle them.

        Returns:
            The document; None for a text in several languages, which has to be read as a raw item.
        """
        (number, record, _), key, title, body, day, opening, language, countries = self
        if language is None:
            language = outcome.language
        if language is None:
            from indexer.languages import split_by_language  # where no record gives it

            language, *others = split_by_language(body.split("\n"), title).languages
            if others:
                return None
        if countries is None:
            countries = _find_countries(title, body) if outcome.named else ((), "")
        codes, listed = countries
        stored = (
            f'{opening},"language":"{language}","languages":["{language}"],"countries":[{listed}],'
            f'"source":{{"file":{encode_basestring(file)},"lines":[{number},{number}]}}}}'
        )
        own = source_terms(file)
        texts = (_new_tuple(Text, (LANGUAGE_NUMBERS[language], title, body)),)
        return _new_tuple(
            Document,
            (
                *(key, title, texts, day, day, _PRINTED, codes, (language,), stored.encode(), number, own),
                *(content_digest(record["date"], title, body), True),
            ),
        )


def read_plain(line: JsonLine) -> PlainRecord | None:
    """Read a record; None for one that has to be read as a raw item."""
    _, record, text = line
    try:
        key, day, body, url = record["id"], record["date"], record.get("body"), record.get("url")
        if body is None:
            body = record["text"]
        title, language, listed = record.get("title"), record.get("language"), record.get("countries")
        ordinal, encoded_date = _day(day)
        if not (
            (language is None or language in LANGUAGE_NUMBERS)
            and (listed is None or isinstance(listed, list))
            and isinstance(key, str)
            and key.isprintable()
            and len(key) <= LONGEST_ID
            and len(body) <= MOST_UNSPACED // 2
            and len(title or "") <= MOST_UNSPACED // 2
            and key == key.strip() != ""
            and (url is None or url == url.strip() != "")
            and _NAMES.issuperset(record)
            and not isinstance(record.get("source"), str)
        ):
            return None
        # JSON writes control characters and quotes with a backslash. Where there is none, texts are clean
        # and can be stored as they are.
        quote: Callable[[str], str] = _in_quotes
        if "\\" in text or "\x7f" in text or "\ufeff" in text:
            if not all(_is_clean(part) for part in (title, body, url) if part is not None):
                return None
            quote = encode_basestring
        title = " ".join(title.split()) or None if title is not None else None
        body = "\n".join([part for row in body.split("\n") if (part := row.strip())])
        if not body:
            return None
        opening = (
            f'{{"id":{quote(key)},"title":{quote(title) if title else "null"},"body":{quote(body)},'
            f'"url":{quote(url) if url else "null"},"date":{encoded_date}'
        )
        countries = None if listed is None else _given(tuple(listed))
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    return _new_tuple(PlainRecord, (line, key, title, body, ordinal, opening, language, countries))


@lru_cache(MOST_REMEMBERED)
def _day(day: str) -> tuple[int, str]:
    """Convert a day to its ordinal and its JSON.

    Raises:
        TypeError, ValueError: It is no day in the plain form.
    """
    if not _ISO_DAY(day):
        raise ValueError("not a plain day")
    return date.fromisoformat(day).toordinal(), f'{{"start":"{day}","end":"{day}","kind":"printed"}}'


@lru_cache(MOST_REMEMBERED)
def _given(codes: tuple[str, ...]) -> Countries:
    """Read the countries that a record gives.

    Raises:
        TypeError, ValueError: The list holds anything but different codes.
    """
    if not COUNTRY_CODES.issuperset(codes) or len(set(codes)) != len(codes):
        raise ValueError("not a list of codes")
    return codes, encode_countries([CountryMention(code, "given", "") for code in codes])


def _find_countries(title: str | None, body: str) -> Countries:
    """Find the countries that a text names."""
    from indexer.countries.mentions import find_countries  # where no record gives them

    mentions = find_countries(body.split("\n"), title)
    return tuple([mention.code for mention in mentions]), encode_countries(mentions)


def _in_quotes(text: str) -> str:
    return f'"{text}"'


def _is_clean(text: str) -> bool:
    """Check whether a text holds nothing that reading a source would change, line ends apart."""
    return text.isprintable() or not _UNCLEAN(text)
