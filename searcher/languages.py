"""The languages that the index tells apart, by code and by name."""

from __future__ import annotations

from indexer.errors import QueryError
from indexer.schema import ANALYZED_LANGUAGES

LANGUAGE_LABELS = {"en": "English", "es": "Spanish", "fr": "French", "und": "other language"}

_CODES = {
    **{code: code for code in LANGUAGE_LABELS},
    **dict.fromkeys(("english", "inglés", "ingles", "anglais"), "en"),
    **dict.fromkeys(("spanish", "español", "espanol", "castellano", "espagnol"), "es"),
    **dict.fromkeys(("french", "francés", "frances", "français", "francais"), "fr"),
    "other": "und",
}


def resolve_language(text: str) -> str:
    """Find the code of a language given as a code or a name.

    Raises:
        QueryError: It is none that the index tells apart.
    """
    code = _CODES.get(text.strip().lower())
    if code is None:
        raise QueryError(f"unknown language “{text}”; use en, es, fr, or und for every other language")
    return code


def resolve_query_language(text: str) -> str:
    """Find the code of a language that a query can be in.

    Raises:
        QueryError: The language has no analyzer.
    """
    code = _CODES.get(text.strip().lower())
    if code not in ANALYZED_LANGUAGES:
        raise QueryError(f"a query cannot be in the language “{text}”; use en, es or fr")
    return code
