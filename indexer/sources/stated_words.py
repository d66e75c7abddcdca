"""Languages and countries as sources state them: codes, or names in English, Spanish or French."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from indexer.countries.names import find_country
from indexer.dates.folding import plain_words
from indexer.sources.codes import read_language
from indexer.sources.values import text_of
from indexer.tables import rows

_PARTED: Final = re.compile(r"\s*[;|,/]\s*")
_country: Final = lru_cache(1 << 10)(find_country)
_LANGUAGES: Final = {
    name: code for code, names in rows(__file__, "language_names.tsv") for name in names.split()
}


def read_language_name(value: object) -> str | None:
    """Read a language: a code such as ``es-MX``, or a name.

    Args:
        value: A text, or a list of one.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = text_of(value)
    return read_language(text) or _LANGUAGES.get(plain_words(text))


def read_countries(value: object) -> tuple[list[str], list[str]]:
    """Read countries: codes or names, one, a list, or several with signs between them.

    Returns:
        Their codes, each once; and what is no country.
    """
    codes: list[str] = []
    unknown: list[str] = []
    for text in value if isinstance(value, list) else [text_of(value)]:
        whole = _country(text)
        for name in [text] if whole else _PARTED.split(text):
            if code := whole or _country(name):
                codes.append(code)
            elif name:
                unknown.append(name)
    return list(dict.fromkeys(codes)), unknown
