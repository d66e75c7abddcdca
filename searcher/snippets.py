"""Snippets: the passage of an item that says most of what was asked, in the item's own spelling.

The terms, phrases and words that a snippet marks.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.analysis.string_search import SearchableText, bare, beginning
from indexer.checkpoint import STEPS, checked
from indexer.runtime import NamedTuple
from searcher.query.model import And, AndNot, ConstantScore, Not, Phrase, Term, WordSet, parts_of
from searcher.results import MATCH_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from searcher.query.model import Node


WIDTH = 240  # characters of the item's text, marks not counted
CUT = "…"


class Match(NamedTuple):
    """A matching word, or phrase: where it stands in the text, and the terms that it matches."""

    start: int
    end: int
    terms: tuple[str, ...]


class _Place(NamedTuple):
    """Where a term of a phrase stands.

    Attributes:
        position: How many words, function words included, stand before it.
        match: The word.
        previous: The place of the phrase's term before it; None at the first.
    """

    position: int
    match: Match
    previous: _Place | None = None


def snippet(text: str, languages: Iterable[str], highlights: Highlights, width: int = WIDTH) -> str:
    """Cut the best passage out of a text.

    Args:
        text: The item's text, paragraphs on lines of their own.
        languages: The languages that its words are analysed in.
        highlights: What was asked for.
        width: The most characters of the text to show.

    Returns:
        Whole words of one paragraph, the matching ones between ``**``, with ``…`` where it goes on; the
        beginning of the text where nothing matches.
    """
    paragraphs = [paragraph for paragraph in text.split("\n") if paragraph and not paragraph.isspace()]
    if not paragraphs:
        return ""
    best, best_matches, best_value = paragraphs[0], [], (0, 0)
    for paragraph in paragraphs:
        matches = find_matches(paragraph, languages, highlights)
        first, value = _best_window(matches, width)
        if value > best_value:
            best, best_matches, best_value = paragraph, matches[first:], value
    start, end = _bounds(best, best_matches, width)
    shown = [match for match in best_matches if start <= match.start and match.end <= end]
    return (
        (CUT if start else "") + _marked(best, start, end, shown) + (CUT if end < len(best.rstrip()) else "")
    )


def find_matches(text: str, languages: Iterable[str], highlights: Highlights) -> list[Match]:
    """Find the matching words and phrases of a text, in order, none overlapping another."""
    found: list[Match] = []
    folded, words = SearchableText(text), highlights.words
    for language in languages:
        terms, phrases = highlights.terms.get(language, ()), highlights.phrases.get(language, ())
        if not (terms or words or phrases):
            continue
        if phrases and any(all(map(folded.may_have, map(beginning, one.terms))) for one in phrases):
            found += matches_of(language, _words(language, text, folded, highlights), highlights)
        else:
            analyse = analyzer(language).analyse_chunk
            chunks = folded.chunks_with({*map(beginning, terms), *map(bare, words)})
            for start, end in checked(chunks) if len(chunks) > STEPS else chunks:  # few texts have as many
                for term, word, first, last, _ in analyse(text[start:end]):
                    if term is not None and (term in terms or word in words):
                        found.append(Match(start + first, start + last, (term,)))
    return apart(found)


def apart(found: Iterable[Match]) -> list[Match]:
    """Put matches in order, without those within another; of equal beginnings the longest stays."""
    longest: dict[int, Match] = {}
    for match in found:
        if match.start not in longest or match.end > longest[match.start].end:
            longest[match.start] = match
    matches: list[Match] = []
    for _, match in sorted(longest.items()):
        if not matches or match.start >= matches[-1].end:
            matches.append(match)
    return matches


def matches_of(
    language: str, found: Iterable[tuple[int, Match, str]], highlights: Highlights
) -> Iterator[Match]:
    """Yield what matches in a text as one language's analyzer reads it.

    Args:
        language: The language.
        found: Its words that may be a match or a part of one, in order: how many words stand before, where it
            stands with its term, and the word, folded and in lower case.
        highlights: What was searched.
    """
    terms, words = highlights.terms.get(language, set()), highlights.words
    within = highlights.within.get(language, set())
    places: defaultdict[str, list[_Place]] = defaultdict(list)
    for position, match, word in found:
        (term,) = match.terms
        if term in within:
            places[term].append(_Place(position, match))
        if term in terms or word in words:
            yield match
    if places:
        for phrase in highlights.phrases[language]:
            if places.keys() >= set(phrase.terms):
                yield from _standing(phrase, places)


def _words(
    language: str, text: str, folded: SearchableText, highlights: Highlights
) -> Iterator[tuple[int, Match, str]]:
    """Yield the words of a text that may be a match or a part of one, each with how many stand before it."""
    terms = highlights.terms.get(language, set()) | highlights.within.get(language, set())
    words = highlights.words
    analyse = analyzer(language).analyse_chunk
    position = reached = 0
    chunks = folded.chunks_with({*map(beginning, terms), *map(bare, words)})
    for start, end in checked(chunks) if len(chunks) > STEPS else chunks:
        position += folded.words_between(reached, start)
        reached = end
        for token in analyse(text[start:end]):
            if token.term is not None and (token.term in terms or token.word in words):
                yield position, Match(start + token.start, start + token.end, (token.term,)), token.word
            position += 1


def _standing(phrase: Phrase, places: Mapping[str, list[_Place]]) -> Iterator[Match]:
    """Yield a phrase where it stands, as one match; where other words part its own, these."""
    reached = places[phrase.terms[0]]
    for at in range(1, len(phrase.terms)):
        gap = phrase.offsets[at] - phrase.offsets[at - 1]
        reached = list(_following(reached, places[phrase.terms[at]], gap, phrase.slop))
    for place in reached:
        words = [place.match]
        before = place
        while before.previous is not None:
            before = before.previous
            words.append(before.match)
        if place.position - before.position > phrase.offsets[-1]:
            yield from words
        else:
            yield Match(words[-1].start, words[0].end, phrase.terms)


def _following(reached: list[_Place], places: list[_Place], gap: int, slop: int) -> Iterator[_Place]:
    """Yield the places of a term that stand behind the nearest place of the one before as a phrase asks."""
    known = 0
    for place in places:
        while known < len(reached) and reached[known].position <= place.position - gap:
            known += 1
        if known and reached[known - 1].position > place.position - gap - slop:
            yield place._replace(previous=reached[known - 1])


def _best_window(matches: list[Match], width: int) -> tuple[int, tuple[int, int]]:
    """Find the window of the most distinct terms, then of the most matches.

    Args:
        matches: The matches of a paragraph, in order.
        width: Characters that a window may hold.

    Returns:
        The number of the match that it begins with, and (distinct terms, matches).
    """
    best, best_value = 0, (0, 0)
    inside: dict[str, int] = {}
    last = 0  # the first match behind the window, which moves on with it
    for first, match in enumerate(matches):
        while last < len(matches) and matches[last].end - match.start <= width:
            for term in matches[last].terms:
                inside[term] = inside.get(term, 0) + 1
            last += 1
        value = (len(inside), max(last - first, 0))
        if value > best_value:
            best, best_value = first, value
        if last == first:  # a word wider than the window
            last += 1
            continue
        for term in match.terms:
            inside[term] -= 1
            if not inside[term]:
                del inside[term]
    return best, best_value


def _bounds(text: str, matches: list[Match], width: int) -> tuple[int, int]:
    """Choose where the passage begins and ends: between words, with some context before the first match."""
    if len(text) <= width:
        return 0, len(text)
    start = 0
    if matches:
        inside = [match for match in matches if match.end - matches[0].start <= width]
        length = inside[-1].end - matches[0].start
        start = max(0, min(matches[0].start - (width - length) // 2, len(text) - width))
        start = min(start, matches[0].start)
    if start:
        space = text.find(" ", start - 1, matches[0].start + 1)
        start = space + 1 if space >= 0 else matches[0].start
    end = min(len(text), start + width)
    if end < len(text):
        space = text.rfind(" ", start + 1, end + 1)
        end = space if space > 0 else end
    return start, end


def _marked(text: str, start: int, end: int, matches: list[Match]) -> str:
    parts: list[str] = []
    reached = start
    for match in matches:
        parts += [text[reached : match.start], MATCH_MARK, text[match.start : match.end], MATCH_MARK]
        reached = match.end
    parts.append(text[reached:end])
    return "".join(parts).strip()


QUERY_CACHE_SIZE: Final = 32  # whose highlights are kept: every hit of a page asks for them


class Highlights:
    """What was searched, as the words of a text can be compared with it.

    Attributes:
        terms: Language to the terms that were searched in its fields.
        phrases: Language to the phrases that were.
        within: Language to the terms of its phrases, which are no matches by themselves.
        words: Unstemmed, folded words, in any language.
    """

    __slots__ = ("phrases", "terms", "within", "words")

    def __init__(self) -> None:
        self.terms: defaultdict[str, set[str]] = defaultdict(set)
        self.phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
        self.within: defaultdict[str, set[str]] = defaultdict(set)
        self.words: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases or self.words)

    def add(self, leaf: Node) -> None:
        """Add what a leaf of a resolved query searches for; filters search for nothing."""
        match leaf:
            case Term():
                self.terms[leaf.field.partition("_")[2]].add(leaf.text)
            case Phrase():
                language = leaf.field.partition("_")[2]
                self.phrases[language].append(leaf)
                self.within[language].update(leaf.terms)
            case WordSet():
                self.words.update(leaf.words)


@lru_cache(QUERY_CACHE_SIZE)
def highlights_of(query: Node | None, *, of_titles: bool = True) -> Highlights:
    """Gather the terms and words of a resolved query, those of excluded parts apart.

    Args:
        query: The query; None for everything.
        of_titles: Whether what was searched in titles alone is among them.
    """
    highlights = Highlights()
    for leaf in _matching_leaves(query) if query else ():
        if of_titles or not (isinstance(leaf, (Term, Phrase)) and leaf.field.startswith("title_")):
            highlights.add(leaf)
    return highlights


def _matching_leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves that can stand in a hit."""
    if isinstance(node, Not):
        return
    below = (node.kept,) if isinstance(node, AndNot) else parts_of(node)
    if isinstance(node, And):
        words = tuple(
            [part for part in below if isinstance(part, ConstantScore) and isinstance(part.part, WordSet)]
        )
        if words:  # a term that counts where one of its words stands: they are marked, not it
            below = below[:1] if isinstance(below[0], Phrase) else words
    if not below:
        yield node
    for part in below:
        yield from _matching_leaves(part)
