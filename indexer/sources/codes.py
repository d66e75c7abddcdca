"""The codes that records may give: countries by ISO 3166-1, languages by ISO 639."""

from __future__ import annotations

from indexer.countries.names import country_names
from indexer.tables import rows

COUNTRY_CODES = frozenset(country_names())
"""Every ISO 3166-1 alpha-2 code, and XK, which is used for Kosovo."""

_LANGUAGES = {code: language for language, codes in rows(__file__, "languages.tsv") for code in codes.split()}


def read_language(code: str) -> str | None:
    """Map a language code to a language of the index.

    Args:
        code: A code of two or three letters, with or without a region ("en-GB", "es_MX").

    Returns:
        ``en``, ``es`` or ``fr``; ``und`` for any other language that exists; None for what is no code.
    """
    return _LANGUAGES.get(code.strip().lower().replace("_", "-").split("-")[0])
