"""Words of an item that the thesaurus knows, in the language of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer, is_function_word
from indexer.checkpoint import checked
from searcher.web.page.spans import KNOWN, Span

if TYPE_CHECKING:
    from indexer.thesaurus.table import Entry, Table

MOST: Final = 60  # of one item
# How the last letter of a word changes: city, journal.
_OTHER_PLURALS: Final = {"y": "ies", "l": "ux"}


class Glossary:
    """Glosses the words of one item, each concept where it stands first.

    Args:
        table: The thesaurus.
        language: That of the reader.

    Attributes:
        words: The words as written to what they mean.
    """

    def __init__(self, table: Table, language: str) -> None:
        self._table = table
        self._language = language
        self._known: set[int] = set()
        self.words: dict[str, str] = {}

    def spans(self, text: str, language: str) -> list[Span]:
        """Find the words of a passage that mean something in another language than its own."""
        if language in {self._language, "und"} or self._table.empty:
            return []
        tokens = [
            token
            for token in checked(analyzer(language).tokens(text))
            if not is_function_word(text[token.start : token.end])
        ]
        terms = [token.term for token in tokens]
        found: list[Span] = []
        at = 0
        while at < len(terms) and len(self.words) < MOST:
            entry = self._longest(language, terms, at)
            last = at + (len(entry.rest) if entry else 0)
            start, end = tokens[at].start, tokens[last].end
            gloss = self._gloss(entry, text[start:end], language) if entry else ""
            if gloss:
                self.words[text[start:end]] = gloss
                found.append(Span(start, end, KNOWN, gloss))
            at = last + 1
        return found

    def _longest(self, language: str, terms: list[str], at: int) -> Entry | None:
        fitting = [
            entry
            for entry in self._table.beginning(language, terms[at])
            if not entry.acronym and entry.rest == tuple(terms[at + 1 : at + 1 + len(entry.rest)])
        ]
        return max(fitting, key=lambda entry: len(entry.rest), default=None)

    def _gloss(self, entry: Entry, written: str, language: str) -> str:
        """Give the label of a concept that was not met yet; empty where none is meant for certain.

        Words of one stem are not always one word (Spanish *verdad* is no *verde*): a label counts where it is
        written as the text has it, but for a plural; a name is one only in capitals.
        """
        for number in sorted(entry.concepts):
            labels = self._table.concept(number)[1]
            if number in self._known or not any(
                label.language == language and _is_written(label.text, written) for label in labels
            ):
                continue
            meant = next((label.text for label in labels if label.language == self._language), "")
            if meant and meant.casefold() != written.casefold():
                self._known.add(number)
                return meant
        return ""


def _is_written(label: str, written: str) -> bool:
    """Tell whether a label stands as it is written, or in the plural."""
    if label != label.lower():
        return label == written
    other = label[:-1] + _OTHER_PLURALS.get(label[-1:], label[-1:])
    return written.lower() in (label, label + "s", label + "es", label + "x", other)
