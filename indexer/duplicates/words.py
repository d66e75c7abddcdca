"""The words of an item as they are compared: without case, accents, punctuation and lines of agencies."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from indexer.analysis.characters import UNSPACED_SCRIPTS, CharacterTable
from indexer.dates.grammar import CALENDAR_NAMES
from indexer.duplicates.agencies import without_agency
from indexer.tables import rows

WORD, NAME, FIGURE, DAY = range(4)
"""The kinds of words. Names have a capital within a sentence, figures have a digit or mean a number, days are
months and weekdays."""

MOST_WORDS: Final = 20_000
"""Words of an item that are compared; what follows them is not looked at."""

MOST_KNOWN: Final = 1 << 16  # words that are kept as they were read

# What stands before a word, and the word: a letter of a script without spaces, letters, or a number, whose
# separators are part of it.
# Signs without a word behind them, such as a line of hyphens, are looked at once: not from each of them on.
_PIECE = re.compile(rf"(?<!\W)([^\w]*)([{UNSPACED_SCRIPTS}]|[^\W_]+(?:[.,:]\d+)*)")
_SENTENCE_END = re.compile(r"[.!?:;…\n\"“”«»¿¡(–—]")
_WITHOUT_MARKS = CharacterTable(lambda letter: None if unicodedata.category(letter)[0] == "M" else letter)
_NUMBER_WORDS: Final = frozenset(
    word for (line,) in rows(__file__, "number_words.tsv") for word in line.split()
)
_WITHOUT_SEPARATORS: Final = str.maketrans("", "", ".,:")


class Written(NamedTuple):
    """A word of a text: as it is written but for its accents, as it is compared, and its kind."""

    written: str
    word: str
    kind: int


class _KnownWords(dict[str, tuple[str, int]]):
    """Words as written, without accents, to how they are compared and their kinds within a sentence."""

    def __missing__(self, written: str) -> tuple[str, int]:
        if len(self) >= MOST_KNOWN:
            self.clear()
        word = written.casefold()
        kind = NAME if written[0].isupper() else WORD
        if not word.isalpha() and any(map(str.isdigit, word)):
            word, kind = word.translate(_WITHOUT_SEPARATORS), FIGURE
        elif word in _NUMBER_WORDS:
            kind = FIGURE
        elif word in CALENDAR_NAMES:
            kind = DAY
        self[written] = word, kind
        return word, kind


_KNOWN: Final = _KnownWords()


class NewsText(NamedTuple):
    """The words of an item.

    Attributes:
        title: Those of its title.
        words: Those of its body, without the line of an agency.
        kinds: The kind of each word of the body: WORD, NAME, FIGURE or DAY.
        body: Those of the whole body, the line of an agency included.
    """

    title: tuple[str, ...]
    words: tuple[str, ...]
    kinds: bytes
    body: tuple[str, ...]


def read_text(title: str | None, body: str) -> NewsText:
    """Read the words of an item."""
    own = without_agency(body)
    words, kinds = _words(own)
    whole = words if len(own) == len(body) else _words(body)[0]
    return NewsText(_words(title or "")[0], words, kinds, whole)


def _words(text: str) -> tuple[tuple[str, ...], bytes]:
    """Give the words of a text, and the kind of each."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_WITHOUT_MARKS)
    pieces = _PIECE.findall(plain)[:MOST_WORDS]
    if not pieces:
        return (), b""
    words, found = zip(*[_KNOWN[written] for _, written in pieces], strict=True)
    kinds = bytearray(found)
    at = kinds.find(NAME)
    while at >= 0:
        if at == 0 or _SENTENCE_END.search(pieces[at][0]):
            kinds[at] = WORD
        at = kinds.find(NAME, at + 1)
    return words, bytes(kinds)


def written_words(text: str) -> list[Written]:
    """Give the words of a text as they are written."""
    text = unicodedata.normalize("NFC", text)
    words, kinds = _words(text)
    written = [piece for _, piece in _PIECE.findall(text)]
    if len(written) != len(words):  # a sign that becomes letters when it is compared, or more words than are
        written = [*words]
    return [Written(*one) for one in zip(written, words, kinds, strict=True)]
