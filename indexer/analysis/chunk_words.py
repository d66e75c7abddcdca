"""Split a chunk (text between white space) into words, whether they are stop words or not.

Rules:

- Letters, digits and combining marks make words; hyphens, slashes, underscores, inner dots and all other
characters separate them, so that north-east or 2008/12/EU are adjacent words.
- Single letters separated by dots are a single word without the dots (U.N.), as are the doubled letters of
Spanish plurals (EE.UU.).
- Groups of three digits make a single number with either separator (1,000 = 1.000 = 1000), because texts of
every language use both. A decimal comma equals a decimal point (3,5 = 3.5). Other numbers (12.03.2020) are
split.
- In scripts without spaces, each letter is a word, and consecutive letters are a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from indexer.analysis.characters import MARK, UNSPACED, fold, plain, shape
from indexer.runtime import NamedTuple

# Latin, Greek and Cyrillic: other scripts have no acronyms with dots.
_LETTER = rf"[A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ӿḀ-ỿἀ-῿]{MARK}*+"
_RUN = rf"[^\W_](?:[^\W_]|{MARK})*+"

_CLOSING = ",.;:!?)\"'"  # punctuation after a word, which is not part of the word in any language
_BEYOND_LATIN = "\u0180"  # the first character after the letters of European languages
_ACRONYM = rf"""
      (?P<acronym> {_LETTER}(?:\.{_LETTER})++ (?!\.?[^\W_]) \.?
                 | (?P<one>[A-Z])(?P=one)(?:\.(?P<two>[A-Z])(?P=two))++ (?!\.?[^\W_]|{MARK}) \.? )
    | """
_WORD = rf"""
      (?P<number>  (?<![0-9][.,])
                   (?: [1-9][0-9]{{0,2}} (?P<sign>[.,])[0-9]{{3}} (?:(?P=sign)[0-9]{{3}})*
                       (?: (?!(?P=sign))[.,][0-9]+ )?
                     | [0-9]+[.,][0-9]+ )
                   (?! [.,]?[0-9] | {MARK} ) )
    | (?P<letters> {_RUN}(?:'{_RUN})* )
    | (?P<unspaced> {UNSPACED}{MARK}* )
"""
# Words with an apostrophe: French elisions, name particles, English endings.
_ELIDED = r"(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'"
_NAME_PARTICLE = rf"[dl]'(?=(?:{_LETTER}){{3}})"
_INITIALISM = r"[A-Z]{2}"
_ENGLISH_ENDING = r"(?:'(?:s|re|ve|ll|d|m))+$"
_ENGLISH_NEGATION = r"n't$"
_VOWELS = frozenset("aeiouyhœæ")
_GROUPED = r"([1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]([0-9]+))?"


class ChunkWord(NamedTuple):
    """A word of a chunk.

    Attributes:
        text: The word in lower case and normalised spelling, with accents.
        start: The offset of its first character in the chunk.
        end: The offset after its last character.
        acronym: Whether it was written with a dot after each letter.
        after_article: Whether a French l' or d' before it was removed.
        negation: Whether it is an English auxiliary with n't (don't).
    """

    text: str
    start: int
    end: int
    acronym: bool = False
    after_article: bool = False
    negation: bool = False


def bare_word(chunk: str) -> str:
    """Return the word of a chunk without final punctuation, or an empty string.

    The result is empty if the chunk is not a single plain word.
    """
    word = chunk.rstrip(_CLOSING)
    if word.isascii():
        return word if word.isalnum() else ""
    return word if word.isalpha() and max(word) < _BEYOND_LATIN else ""


def chunk_words(chunk: str, language: str) -> list[ChunkWord]:
    """Return the words of a chunk in order; how an apostrophe splits words depends on the language."""
    return list(bare_words(chunk) or stream_words(chunk, language))


@lru_cache(1 << 8)  # a word of a query is analyzed in each language
def bare_words(chunk: str) -> tuple[ChunkWord, ...]:
    """Return a tuple of the only word of a chunk, or an empty tuple if the chunk is not a plain word."""
    word = bare_word(chunk)
    return (ChunkWord(plain(word), 0, len(word)),) if word else ()


def stream_words(chunk: str, language: str) -> Iterator[ChunkWord]:
    """Yield the words of a chunk one by one, because a chunk may be as long as a text."""
    shaped = shape(chunk)
    position = 0
    after_article = False
    # Only a chunk with an inner dot can be an acronym. The pattern of acronyms takes long to compile.
    pattern = _ACRONYM + _WORD if "." in shaped.strip(_CLOSING) else _WORD
    find = _compile(pattern, re.VERBOSE).search
    while match := find(shaped, position):
        start, position = match.span()
        written = match.group()
        kind = match.lastgroup
        if kind == "letters" and "'" in written:
            if elided := _elided_length(written, language):
                # The rest may be of any kind: l'O.N.U.
                position = start + elided
                after_article = language == "fr" and written[:2].lower() in {"l'", "d'"} and elided == 2
                continue
            is_english = language == "en"
            ending = re.search(_ENGLISH_ENDING, written, re.IGNORECASE) if is_english else None
            end = start + ending.start() if ending else position
            negation = is_english and re.search(_ENGLISH_NEGATION, written, re.IGNORECASE) is not None
            word = ChunkWord(
                plain(chunk[start:end]), start, end, after_article=after_article, negation=negation
            )
        elif kind == "number":
            word = ChunkWord(_number(written), start, position)
        else:
            text = plain(chunk[start:position])
            if kind == "unspaced":
                text = _from_first_letter(text)
            word = ChunkWord(text, start, position, kind == "acronym", after_article)
        after_article = False
        if fold(word.text):  # a lone iota subscript is empty
            yield word


def _from_first_letter(word: str) -> str:
    """Remove combining marks before the first letter of a word; a decomposed Thai vowel starts with one."""
    return next((word[at:] for at, sign in enumerate(word) if unicodedata.category(sign)[0] != "M"), "")


def _may_follow_elision(shaped: str, position: int) -> bool:
    # A vowel, a mute h, or capitals that are spelt aloud (d'LR): N'Djamena and D'Souza are whole names.
    first = unicodedata.normalize("NFD", shaped[position])[0].lower()
    letters = unicodedata.normalize("NFD", shaped[position : position + 2])
    return first in _VOWELS or re.match(_INITIALISM, letters) is not None


def _elided_length(shaped: str, language: str) -> int:
    """Return the length of an elided word, such as *l’*, at the start of another word.

    Returns:
        The number of characters to remove: 2 for l'eau, 6 for jusqu'à, 0 for aujourd'hui or N'Djamena. In
        English and Spanish, only d' and l' before at least three letters count, as in d'Ivoire and L'Aquila.
    """
    if language == "fr":
        elided = re.match(_ELIDED, shaped, re.IGNORECASE)
    elif language in {"en", "es"} and shaped[:2].lower() in {"d'", "l'"}:
        elided = re.match(_NAME_PARTICLE, shaped, re.IGNORECASE)
    else:
        return 0
    return elided.end() if elided and _may_follow_elision(shaped, elided.end()) else 0


@cache
def _compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern on first use, because many queries need only some patterns."""
    return re.compile(pattern, flags)


def _number(written: str) -> str:
    grouped = _compile(_GROUPED).fullmatch(written)
    if grouped is None:
        return written.replace(",", ".")
    whole, separator, decimals = grouped.groups()
    return whole.replace(separator, "") + ("." + decimals if decimals else "")
