"""Normalise the words of items for comparison."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from indexer.analysis.analyzer import is_function_word
from indexer.analysis.characters import UNSPACED_SCRIPTS, CharacterTable
from indexer.data_tables import rows
from indexer.dates.date_grammar import CALENDAR_NAMES

_MAX_PREAMBLE_LENGTH: Final = 120  # characters
_MAX_TRAILER_LENGTH: Final = 300
_DASH: Final = r"[.:]?(?:\s+[-–—]+|[-–—]+)\s+"
_DAY: Final = (
    r"(?:[^\W\d_]+\.?\ )?\d{1,2}(?:-\d{1,2})?(?:er|st|nd|rd|th|º)?"
    r"(?:(?:\ de)?\ [^\W\d_]+\.?)?(?:,?\ (?:de\ )?\d{4})?"
)
_AGENCY: Final = r"[A-ZÀ-Þ][\w./&’' -]{1,38}"

_BEFORE = re.compile(
    rf"""\s*(?:
        [^\n()]{{0,60}}\({_AGENCY}\){_DASH}                            # PARIS, March 3 (AFP) -
      | \((?:[A-ZÀ-Þ]{{2,12}}|Reuters|Xinhua|Notimex)\)\s+             # (AFP)
      | \w[\w .'’-]{{1,40}},\ (?:le\ |el\ )?{_DAY}(?:\ \([^()\n]*\))?{_DASH}  # Vienna, 12 October 2020 -
      | [A-ZÀ-Þ][A-ZÀ-Þ .,'’/]{{2,40}}\s*[-–—]+\s+                     # LIMA -
      | (?:[A-ZÀ-Þ]{{2,12}}|Reuters|Xinhua)\s*[-–—]+\s+                # AFP -
    )""",
    re.VERBOSE,
)
_BEHIND = re.compile(
    r"""\s*(?:
        \((?i:report|edit|writ|additional|con\ informaci|avec|informaci|redacci|r[eé]dig)[^()\n]{0,200}\)
      | [©][^\n]{0,100}
      | \n\W*(?:[A-ZÀ-Þ]{2,12}|Reuters|Xinhua|Agencias)(?:[ /][a-z]{2,5}(?:/[a-z]{2,5})*)?\W*
      | \((?:[A-ZÀ-Þ]{2,12}|Reuters|Xinhua|Agencias)\)\W*
    )\s*\Z""",
    re.VERBOSE,
)


def remove_agency_lines(body: str) -> str:
    """Remove the lines that a news agency adds at the beginning and the end of a text."""
    # Most texts have no punctuation of such lines.
    if any(map(body[:_MAX_PREAMBLE_LENGTH].__contains__, "-–—(")) and (found := _BEFORE.match(body)):
        body = body[found.end() :]
    tail = body[-_MAX_TRAILER_LENGTH:]
    if any(map(tail.__contains__, "(©\n")) and (found := _BEHIND.search(tail)):
        body = body[: len(body) - len(tail) + found.start()]
    return body


WORD, NAME, DIGIT, DAY = range(4)
"""The kinds of words.

Names have a capital inside a sentence, numbers have a digit or mean a number, days are months and weekdays.
"""

MAX_WORDS: Final = 20_000
"""The maximum number of words of an item that are compared; the rest is ignored."""

MAX_CACHED: Final = 1 << 16  # words whose normalised forms are cached

# The text before a word, and the word: a letter of a script without spaces, a sequence of letters, or a
# number with its separators. A sequence of punctuation, such as a line of hyphens, is only tried from its
# start.
_PIECE = re.compile(rf"(?<!\W)([^\w]*)([{UNSPACED_SCRIPTS}]|[^\W_]+(?:[.,:]\d+)*)")
_SENTENCE_END = re.compile(r"[.!?:;…\n\"“”«»¿¡(–—]")
_WITHOUT_MARKS = CharacterTable(lambda letter: None if unicodedata.category(letter)[0] == "M" else letter)
_NUMBER_WORDS: Final = frozenset(
    word for (line,) in rows(__file__, "number_words.tsv") for word in line.split()
)
_WITHOUT_SEPARATORS: Final = str.maketrans("", "", ".,:")


class ComparedWord(NamedTuple):
    """A word of a text: its spelling, its normalised form, and its kind."""

    written: str
    word: str
    kind: int


class _WordCache(dict[str, tuple[str, int]]):
    """A cache of the normalised forms and kinds of plain words."""

    def __missing__(self, written: str) -> tuple[str, int]:
        if len(self) >= MAX_CACHED:
            self.clear()
        word = written.casefold()
        kind = NAME if written[0].isupper() else WORD
        if not word.isalpha() and any(map(str.isdigit, word)):
            word, kind = word.translate(_WITHOUT_SEPARATORS), DIGIT
        elif word in _NUMBER_WORDS:
            kind = DIGIT
        elif word in CALENDAR_NAMES:
            kind = DAY
        self[written] = word, kind
        return word, kind


_CACHE: Final = _WordCache()


class NewsText(NamedTuple):
    """The words of an item in normalised form.

    Attributes:
        title: The words of the title.
        words: The words of the body, without agency lines.
        kinds: The kind of each word of the body: WORD, NAME, DIGIT or DAY.
        body: The words of the whole body, with agency lines.
    """

    title: tuple[str, ...]
    words: tuple[str, ...]
    kinds: bytes
    body: tuple[str, ...]


def read_text(title: str | None, body: str) -> NewsText:
    """Read the words of an item."""
    own = remove_agency_lines(body)
    words, kinds = _words(own)
    whole = words if len(own) == len(body) else _words(body)[0]
    return NewsText(_words(title or "")[0], words, kinds, whole)


def _words(text: str) -> tuple[tuple[str, ...], bytes]:
    """Return the words of a text, and the kind of each word."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_WITHOUT_MARKS)
    pieces = _PIECE.findall(plain)[:MAX_WORDS]
    if not pieces:
        return (), b""
    words, found = zip(*[_CACHE[written] for _, written in pieces], strict=True)
    kinds = bytearray(found)
    at = kinds.find(NAME)
    while at >= 0:
        if at == 0 or _SENTENCE_END.search(pieces[at][0]):
            kinds[at] = WORD
        at = kinds.find(NAME, at + 1)
    return words, bytes(kinds)


def written_words(text: str) -> list[ComparedWord]:
    """Return the words of a text with their spelling, normalised form and kind."""
    text = unicodedata.normalize("NFC", text)
    words, kinds = _words(text)
    written = [piece for _, piece in _PIECE.findall(text)]
    if len(written) != len(words):  # normalisation turned a sign into letters, or there are too many words
        written = [*words]
    return [ComparedWord(*one) for one in zip(written, words, kinds, strict=True)]


MAX_CHANGED_WORDS: Final = 3000
"""The maximum number of words of each version that are compared."""

MAX_LENGTH: Final = 8
"""The number of words of the longest displayed change; a longer one was rewritten."""


class Change(NamedTuple):
    """A number or name that differs between two versions of an item.

    Attributes:
        before: The words of the earlier version, as written.
        after: The words of the later version, as written.
        of: For a number, the word that follows it in both versions (*dead* in *12 dead*). Empty if there is
            no such word, or if it is a function word.
    """

    before: str
    after: str
    of: str


def changes(earlier: str, later: str) -> list[Change]:
    """Return the numbers and names that differ between two versions, in the order of the later version."""
    old, new = (written_words(remove_agency_lines(body))[:MAX_CHANGED_WORDS] for body in (earlier, later))
    matcher = SequenceMatcher(None, [one.word for one in old], [one.word for one in new], autojunk=False)
    found = []
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag != "replace" or max(high - low, last - first) > MAX_LENGTH:
            continue
        if all(any(one.kind != WORD for one in some) for some in (old[low:high], new[first:last])):
            counted = old[high - 1].kind == new[last - 1].kind == DIGIT
            of = _counted_word(new[last]) if counted and last < len(new) else ""
            found.append(Change(_text_of(old[low:high]), _text_of(new[first:last]), of))
    return [*dict.fromkeys(found)]


def _counted_word(word: ComparedWord) -> str:
    """Return the word that a number counts (*people* in *12 people*), or an empty string."""
    return "" if word.kind != WORD or is_function_word(word.written) else word.written


def _text_of(words: list[ComparedWord]) -> str:
    return " ".join(one.written for one in words)
