"""Translate messages, and keep the language in which the command line writes."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from indexer import data_tables
from indexer.errors import NAME, Message, fill_template, message, row
from indexer.schema import ANALYZED_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ANALYZED_LANGUAGES
_COUNTRY: Final = "country."
_REGION: Final = "region."
_BEFORE_PUNCTUATION: Final = "(?<![|]) (?=[;?!»])|(?<=«) "
# In Spanish, "y" becomes "e" before the sound i (but "y hielo"), and "o" becomes "u" before the sound o.
_CONJUNCTION: Final = r" ([yo]) (?=\{(\w+)\})"
_LIKE_CONJUNCTION: Final = {
    "y": r"(?i)\W*h?[ií](?![aeo])",
    "o": r"(?i)\W*(h?[oó]|8|11\b)",
}
_REPLACED: Final = {"y": "e", "o": "u"}
SEPARATORS: Final = {"en": ",", "es": "\N{NO-BREAK SPACE}", "fr": "\N{NARROW NO-BREAK SPACE}"}


_language = ["en"]  # the interface language


def use_language(language: str) -> None:
    """Set the interface language of this process."""
    _language[0] = language


def language_of_command_line() -> str:
    """Return the interface language: ``en``, ``es`` or ``fr``."""
    return _language[0]


def say(key: str, /, **values: Any) -> str:
    """Return a message in the interface language, given its key and values."""
    return translate(message(key, **values))


def translate(text: str, language: str = "") -> str:
    """Translate a message, or return any other text unchanged.

    Args:
        text: A message, or a text that is not a message.
        language: The language, or empty for the interface language.
    """
    language = language or _language[0]
    if not isinstance(text, Message) or (language == "en" and text.template != NAME):
        return text
    template = _template(text.key, language)
    if template is None:
        return text
    n = text.values.get("n")
    one = n == 1 or (n == 0 and language == "fr")
    values = {name: _translate_value(value, language) for name, value in text.values.items()}
    if language == "es":
        template = re.sub(_CONJUNCTION, partial(_conjunction, values=values), template)
    return fill_template(template, values, plural=not one)


def _conjunction(found: re.Match[str], values: Mapping[str, Any]) -> str:
    """Return the Spanish conjunction *y* or *o* in the form that its context needs.

    Before a value that starts with the same sound, *y* becomes *e*, and *o* becomes *u*.
    """
    word, name = found.groups()
    like = re.match(_LIKE_CONJUNCTION[word], str(values[name]))
    return f" {_REPLACED[word] if like else word} "


def _translate_value(value: Any, language: str) -> Any:
    """Translate or format a value that is inserted into a message."""
    if type(value) in {list, tuple}:
        return ", ".join([str(_translate_value(one, language)) for one in value])
    return number(value, language) if isinstance(value, int) else translate(value, language)


def is_translated(text: str, language: str) -> bool:
    """Return whether a text is a message that is translated to a language."""
    return isinstance(text, Message) and _template(text.key, language) is not None


@cache
def _template(key: str, language: str) -> str | None:
    code = key.removeprefix(_COUNTRY)
    if code != key and code.isupper():
        from indexer.countries.country_names import country_names

        return country_names(language).get(code)
    region = key.removeprefix(_REGION)
    if region != key:
        from indexer.countries.country_names import region_names

        return region_names(language).get(region)
    found = row(key)
    return typeset(found[1 + LANGUAGES.index(language)], language) if found else None


def catalogue(language: str) -> Mapping[str, str]:
    """Return the templates of all messages in a language, by key."""
    column = 1 + LANGUAGES.index(language)
    return {
        one[0]: typeset(one[column], language)
        for one in data_tables.rows(data_tables.__file__, "messages.tsv")
    }


def typeset(sentence: str, language: str) -> str:
    """Insert no-break spaces before punctuation, if the language is French."""
    if language != "fr":
        return sentence
    spaced = sentence.replace(" :", "\N{NO-BREAK SPACE}:")
    return re.sub(_BEFORE_PUNCTUATION, "\N{NARROW NO-BREAK SPACE}", spaced)


def decimal(text: str, language: str = "") -> str:
    """Replace the decimal point of a number by the decimal sign of a language."""
    return text if (language or _language[0]) == "en" else text.replace(".", ",")


def number(count: int, language: str = "") -> str:
    """Format a whole number with thousands separators.

    A number that may be a year, such as 2018, gets none.
    """
    separator = SEPARATORS[language or _language[0]]
    return f"{count:,}".replace(",", separator) if abs(count) >= 10_000 else str(count)
