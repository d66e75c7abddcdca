"""Detect the language of a query."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.analysis.analyzer import STOP_WORDS
from indexer.analysis.characters import plain
from indexer.analysis.chunk_words import chunk_words
from indexer.schema import ANALYZED_LANGUAGES
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.model import Quoted, Word, leaves

if TYPE_CHECKING:
    from searcher.query.model import Node
    from searcher.query.query_words import QueryWords

MAX_UNCLEAR_LEAD: Final = 1  # maximum lead in words at which pairs of words are looked up, too


def detect_language(query: Node, words: QueryWords) -> str | None:
    """Detect the language of a parsed query.

    Returns None if the language is undecided, as for a name.
    """
    chunks = _chunks(query)
    if "".join(chunks).isupper():
        from searcher.query.name_words import MAX_NAME_LENGTH  # few requests need it

        if len(chunks) > MAX_NAME_LENGTH:  # a headline, whose capitals do not indicate names
            chunks = [chunk.lower() for chunk in chunks]
    evidence = dict.fromkeys(ANALYZED_LANGUAGES, 0)
    for is_name, run in groupby(filter(_has_letters, chunks), _is_capitalised):
        spoken = [language for chunk in run for language in _indicated_languages(chunk, words)]
        most = max(map(spoken.count, spoken), default=0)
        for language in spoken if not is_name else {one for one in spoken if spoken.count(one) == most}:
            evidence[language] += 1  # once per name, regardless of its number of words
    first, second = sorted(evidence.values(), reverse=True)[:2]
    if first - second <= MAX_UNCLEAR_LEAD:
        for pair in pairwise([chunk for chunk in chunks if not is_function_word(chunk)]):
            for language in _languages_of_label(pair, words):
                evidence[language] += len(pair)
        first, second = sorted(evidence.values(), reverse=True)[:2]
    # El of El Salvador belongs to a name.
    typed = [chunk for chunk, behind in pairwise((*chunks, "")) if chunk.islower() or behind.islower()]
    for is_of, among in ((_is_in_grammar, typed), (_is_content, chunks)) if len(chunks) > 1 else ():
        if first == second:
            tied = [language for language, votes in evidence.items() if votes == first]
            evidence = {one: sum([is_of(one, chunk, words) for chunk in among]) for one in tied}
            first, second = sorted(evidence.values(), reverse=True)[:2]
    return max(evidence, key=evidence.__getitem__) if first > second else None


def _indicated_languages(chunk: str, words: QueryWords) -> list[str]:
    """Return the languages to which the words of a chunk may belong.

    A language is listed once for each word.
    """
    word = words.word(chunk)
    if word.is_one_word:
        if word.is_function_word and not chunk.isupper():
            return [language for language in ANALYZED_LANGUAGES if word.plain in STOP_WORDS[language]]
        return [] if chunk.isdigit() else word.languages  # a number has no language
    parts = chunk_words(chunk, "und")
    # Port-au-Prince is a name in any language; a-t-il is French.
    is_name = len(parts) > 1 and any(map(str.isupper, chunk[parts[1].start :]))
    found: list[str] = []
    for part in parts:
        written = chunk[part.start : part.end]
        if not is_name and not written.isupper() and is_function_word(written):
            found += [language for language in ANALYZED_LANGUAGES if part.text in STOP_WORDS[language]]
        elif _has_letters(written):
            found += words.word(written).languages
    return found


def _languages_of_label(pair: tuple[str, str], words: QueryWords) -> list[str]:
    """Return the only language in which a label starts with a pair of words, as a list.

    If there is no such language, or several, the list is empty.
    """
    first, second = map(words.word, pair)
    found = []
    for language in ANALYZED_LANGUAGES:
        following = second.label_terms(language)
        if any(entry.rest and entry.rest[0] in following for entry in first.label_entries(language)):
            found.append(language)
    return found if len(found) == 1 else []


def _is_in_grammar(language: str, chunk: str, _words: QueryWords) -> bool:
    """Return whether a word is a function word of a language: *de* in French, not in English."""
    return not chunk.isupper() and plain(chunk.strip(PUNCTUATION_AROUND)) in STOP_WORDS[language]


def _is_content(language: str, chunk: str, words: QueryWords) -> bool:
    """Return whether a chunk is a word of a language, and not a function word."""
    word = words.word(plain(chunk.strip(PUNCTUATION_AROUND)))
    is_known = word[language].share > 0 or word.label_distance(language) is not None
    return not word.is_function_word and (is_known or language in _indicated_languages(chunk, words))


def _has_letters(chunk: str) -> bool:
    return chunk.isalpha() or any(map(str.isalpha, chunk))


def _is_capitalised(chunk: str) -> bool:
    """Return whether a word is capitalised, as in a name, and not a function word."""
    if chunk.islower() or not next(filter(str.isalpha, chunk)).isupper():
        return False
    return not is_function_word(chunk.strip(PUNCTUATION_AROUND))


def _chunks(query: Node) -> list[str]:
    """Return the words of a parsed query, including words of phrases."""
    found: list[str] = []
    for leaf in leaves(query):
        if isinstance(leaf, Word):
            found.append(leaf.text)
        elif isinstance(leaf, Quoted):
            found += [word for word in leaf.words if "*" not in word and "?" not in word]
    return found
