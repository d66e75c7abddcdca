"""Parse languages, countries and ids in sources: codes, or names in English, Spanish or French."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from indexer.countries.country_names import country_names, find_country
from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.sources.field_names import text_of

COUNTRY_CODES = frozenset(country_names())
"""All ISO 3166-1 alpha-2 codes, and XK, which is used for Kosovo."""

_LANGUAGE_CODES = {
    code: language for language, codes in rows(__file__, "languages.tsv") for code in codes.split()
}


def read_language(code: str) -> str | None:
    """Return the index language of a language code.

    Args:
        code: A code of two or three letters, with or without a region ("en-GB", "es_MX").

    Returns:
        ``en``, ``es`` or ``fr``; ``und`` for any other existing language; None for an unknown code.
    """
    return _LANGUAGE_CODES.get(code.strip().lower().replace("_", "-").split("-")[0])


_SPLIT: Final = re.compile(r"\s*[;|,/]\s*")
_country: Final = lru_cache(1 << 10)(find_country)
_LANGUAGE_NAMES: Final = {
    name: code for code, names in rows(__file__, "language_names.tsv") for name in names.split()
}


def read_language_name(value: object) -> str | None:
    """Parse a language: a code such as ``es-MX``, or a name."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = text_of(value)
    return read_language(text) or _LANGUAGE_NAMES.get(plain_words(text))


def read_countries(value: object) -> tuple[list[str], list[str]]:
    """Parse countries: codes or names, one, a list, or several with separators.

    Returns:
        Their distinct codes; and the unknown names.
    """
    codes: list[str] = []
    unknown: list[str] = []
    for text in value if isinstance(value, list) else [text_of(value)]:
        whole = _country(text)
        for name in [text] if whole else _SPLIT.split(text):
            if code := whole or _country(name):
                codes.append(code)
            elif name:
                unknown.append(name)
    return list(dict.fromkeys(codes)), unknown


_DIGEST_BYTES = 6  # 12 hexadecimal digits, like the ids of items of a page


def one_spaced(text: str) -> str:
    """Collapse white space; fast for most texts, which have none to collapse."""
    text = text.replace("\n", " ").strip()
    return " ".join(text.split()) if "  " in text or not text.isprintable() else text


class StatedIds:
    """The ids of the items of one source, all of them distinct.

    Items with the same identifier, such as the link of a common page, get ids by their text; if that is also
    the same, they are numbered.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, key: str | None, title: str | None, paragraphs: Iterable[str]) -> str:
        """Return the id of the next item.

        Args:
            key: Its identifier in the source: a guid, a message id, a link; None or empty for none.
            title: Its title, used if that is not enough.
            paragraphs: Its text.
        """
        if key and (found := id_of(key)) not in self._seen:
            self._seen[found] = 1
            return found
        text = "\n".join((title or "", *paragraphs))
        found = id_of(f"{key or ''}\x1f{one_spaced(text)}")
        self._seen[found] += 1
        return found if self._seen[found] == 1 else f"{found}-{self._seen[found]}"


def id_of(text: str) -> str:
    """Return the id of an item with an identifier."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
