"""Find other spellings of words, and words derived from the same root.

Examples are *labor* and *labour*, *explode* and *explosion*. A table of the beginnings of words has words
with two spellings in a language. A table of endings has spellings of suffixes (*analyse* and *analyze*) and
derivations whose stems differ (*explode* and *explosion*). A spelling that these tables produce may not
exist; it is only used if texts of the language contain it. Pairs of different words (metre and meter, prise
and prize, filling and filing) are in no table, and each ending has a minimum word length, so that it does not
turn a word into a different one.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import is_function_word
from indexer.analysis.analyzer import ADJECTIVE
from indexer.analysis.characters import fold, plain
from indexer.data_tables import rows
from indexer.runtime import cache_method
from indexer.schema import ANALYZED_LANGUAGES, text_field
from searcher.bm25 import idf
from searcher.query.expansion import WEIGHT
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import RELATED, Term, leaves
from searcher.query.query_analysis import ELSEWHERE
from searcher.query.word_restrictions import restrict_to_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords

WORD_CACHE_SIZE: Final = 4096  # cached words of queries
SHORTEST: Final = 3  # letters
MAX_LENGTH: Final = 40

_Z_AND_CES: Final = ("z", "ces")
_ACTIONS: Final = ("ion", "ions", "iones")  # nouns for actions, which share their stem with other words


class SpellingVariants:
    """Finds spelling variants of query words in the index.

    Threads may share it.
    """

    def __init__(self, words: QueryWords, language: str | None) -> None:
        self._words = words
        self._language = language
        self._remembered = cache_method(self._variants_of_chunk, WORD_CACHE_SIZE)

    def find_spellings(self, chunks: Sequence[str]) -> dict[str, tuple[Node, ...]]:
        """Map each chunk (text between spaces) with other spellings in the index to the terms for these."""
        return {chunk: terms for chunk in chunks if (terms := self._remembered(chunk))}

    @staticmethod
    def add_to_record(
        expansions: list[dict[str, Any]], spelled: dict[str, tuple[Node, ...]]
    ) -> list[dict[str, Any]]:
        """Add other spellings of words to the expansions that the results list."""
        for chunk, terms in spelled.items():
            if not terms:  # a month in words
                continue
            typed = chunk.strip(PUNCTUATION_AROUND)
            others = [one.written for term in terms for one in leaves(term) if isinstance(one, Term)]
            at = next((at for at, one in enumerate(expansions) if one["from"] == typed), len(expansions))
            labels = [label for one in expansions[at : at + 1] for label in one["to"]]
            joined = {"from": typed, "to": list(dict.fromkeys([*others, *labels]))}
            expansions = [*expansions[:at], joined, *expansions[at + 1 :]]
        return expansions

    def _variants_of_chunk(self, chunk: str) -> tuple[Node, ...]:
        written = chunk.strip(PUNCTUATION_AROUND)
        word = plain(written)
        if not SHORTEST <= len(word) <= MAX_LENGTH or not word.isalpha() or is_function_word(word):
            return ()
        found = [
            node
            for language, spelling in spellings(word)
            for node in self._terms_of_spelling(language, word, spelling, written)
        ]
        return tuple(dict.fromkeys(found))

    def _terms_of_spelling(self, language: str, word: str, spelling: str, written: str) -> Iterator[Node]:
        """Yield the terms for a spelling, if texts have forms of the spelling."""
        field, vocabulary, of_word = text_field(language), self._words.vocabulary, self._words.word(word)
        documents = vocabulary.documents(field)
        typed = of_word[language].frequency
        for term in self._words.word(spelling)[language].terms:
            frequency = 0 if term in of_word[language].terms else vocabulary.document_frequency(field, term)
            forms = vocabulary.forms(language, term) if frequency else ()
            if same := [form for form in forms if _is_form(language, spelling, form)]:
                weight = WEIGHT * (1.0 if self._language in {None, language} else ELSEWHERE)
                # Weighted like the more common of both spellings, so that a rare spelling does not score
                # higher; a ratio of unadjusted document counts.
                rarity = idf(documents, max(frequency, min(typed, documents))) / idf(documents, frequency)
                shown = spelling.capitalize() if written[0].isupper() else spelling
                node = Term(field, term, weight * rarity, shown, ("explain.joined_for", written), RELATED)
                # opposition, but not opposite
                yield restrict_to_forms(node, same, forms) if fold(spelling).endswith(_ACTIONS) else node


def spellings(word: str) -> list[tuple[str, str]]:
    """Return other spellings of a word, each with its language.

    Some may not exist.
    """
    found = []
    listed = _listed_endings()
    starts = [start for start in range(len(word) - 1) if word[start:] in listed]
    for language in ANALYZED_LANGUAGES:
        for typed, other in _beginnings().get((language, word[:SHORTEST]), ()):
            if word.startswith(typed):
                found.append((language, other + word[len(typed) :]))
        for start in starts:
            for other, least in _endings().get((language, word[start:]), ()):
                if start >= least:
                    found.append((language, word[:start] + other))
        if language == "es" and word.endswith(_Z_AND_CES):  # jueces has another stem than juez
            found.append((language, f"{word[:-3]}z" if word.endswith("ces") else f"{word[:-1]}ces"))
    return found


@cache
def _listed_endings() -> frozenset[str]:
    """Read the endings of all languages as one set.

    With this set, words that have no such ending are skipped quickly.
    """
    text = " ".join([cell for _, _, *cells in rows(__file__, "endings.tsv") for cell in cells])
    endings = text.replace("-", "").split()
    return frozenset([*endings, *[fold(ending) for ending in endings if not ending.isascii()]])


@cache
def _endings() -> Mapping[tuple[str, str], list[tuple[str, int]]]:
    """Read the table of endings.

    Returns:
        By language and ending: the endings that replace it, each with the minimum number of letters before
            it.
    """
    found = defaultdict(list)
    for row, least, *cells in rows(__file__, "endings.tsv"):
        language = row.removesuffix(">")
        pairs = permutations([cell.replace("-", "").split() for cell in cells])
        for typed, others in [next(pairs)] if row.endswith(">") else pairs:
            for at, ending in enumerate(typed):
                other = others[at if len(typed) == len(others) else 0], int(least)
                for spelled in {ending, fold(ending)}:
                    found[language, spelled].append(other)
    return found


@cache
def _beginnings() -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Read the table of beginnings: pairs of spellings, by language and first letters."""
    found = defaultdict(list)
    for language, *pair in rows(__file__, "spellings.tsv"):
        for beginning, other in permutations(pair):
            for typed in dict.fromkeys((beginning, fold(beginning))):  # payé is not paye
                found[language, typed[:SHORTEST]].append((typed, other))
    return found


def _is_form(language: str, spelling: str, form: str) -> bool:
    """Return whether ``form``, a word of the index, is an inflected form of a spelling."""
    is_same = form == fold(spelling)
    if fold(spelling).endswith(_ACTIONS):
        return is_same or form in {f"{fold(spelling)}s", f"{fold(spelling)}es"}
    if is_same or (language == "es" and spelling.endswith(_Z_AND_CES)):
        return is_same  # avances is not the plural of avanz, with which avanzar begins
    from indexer.analysis.word_forms import relations

    return bool(relations(language, spelling, form, within=False) - {ADJECTIVE})
