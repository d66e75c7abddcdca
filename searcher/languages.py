"""The languages that the index tells apart, by code and by name."""

from __future__ import annotations

from indexer.errors import QueryError

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
