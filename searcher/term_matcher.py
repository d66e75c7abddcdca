"""Find the terms, phrases and words of a query in texts.

Analyzing a whole text is slow, so only the chunks (the text between two white spaces) in which a term may
occur are analyzed. For this, a text is folded to one byte per character, and each term is reduced to a prefix
of all its words. A chunk is analyzed if one of its words starts with such a prefix, or if its words depend on
more than their letters (*U.N.*, *d'eau*). There is one search per prefix, or one pass for many prefixes (Aho
and Corasick, "Efficient string matching", 1975).
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from functools import cache, lru_cache
from itertools import chain, starmap
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.analysis.characters import APOSTROPHES, CharacterTable, fold_all
from indexer.checkpoint import STEPS, add_checkpoints, checkpoint
from indexer.runtime import NamedTuple
from indexer.schema import LANGUAGES
from searcher.query import model
from searcher.query.positions import Match, find_occurrences, find_phrases, remove_overlaps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ahocorasick_rs import BytesAhoCorasick

    from searcher.query.model import Node

ENDING: Final = 2  # last letters of a stem that may differ in a word: die and dying
CACHE_SIZE: Final = 1 << 12  # maximum number of cached prefixes of terms and words
MANY: Final = 64  # number of prefixes from which they are searched in one pass
MAX_CHUNKS: Final = 1 << 14  # cached chunks of a matcher, with the words that match in them ...
MAX_CHUNK_LENGTH: Final = 64  # ... up to this length
_DOUBT: Final = b"?"  # a character that folding does not map to one letter
_UNDEFINED: Final = b"\x81"  # a byte that the encoding below does not use
_ENCODING: Final = "cp1252"  # has the letters and punctuation of most texts, one byte per character
_SIGNS: Final = "“”«»‹›…–—€£¿¡•·"  # signs that separate words
_NO_LETTERS: Final = bytes.maketrans(b".-", b"  ")


@cache
def _acronym_pattern() -> re.Pattern[bytes]:
    """Return a pattern for a full stop between letters, as in an acronym."""
    return re.compile(rb"\.(?<=[a-z0-9]\.)[a-z0-9]")


def _letter(character: str) -> str:
    """Fold a character to one ASCII character, or to ``_DOUBT`` if that is impossible."""
    if character.isspace():
        return " "
    if character in APOSTROPHES or character in ".,":
        return "."
    if character.isascii():
        return character.lower() if character.isalnum() else "-"
    if character in _SIGNS:
        return "-"
    folded = fold_all(character.lower())
    return folded if len(folded) == 1 and folded.isascii() and folded.isalpha() else _DOUBT.decode()


_LETTERS: Final = CharacterTable(_letter)


def _fold_others(error: UnicodeError) -> tuple[bytes, int]:
    """Fold the characters that an encoding lacks. This is an error handler of ``str.encode``."""
    assert isinstance(error, UnicodeEncodeError)
    letters = error.object[error.start : error.end].translate(_LETTERS).encode()
    return letters.replace(_DOUBT, _UNDEFINED), error.end


codecs.register_error("dragoman.fold", _fold_others)


@cache
def _letters_of(encoding: str) -> bytes:
    """Return the table that maps each byte of an encoding to its folded byte."""
    return "".join(map(_letter, bytes(range(256)).decode(encoding, "replace"))).encode()


def fold_text(text: str) -> bytes:
    """Fold a text to one byte per character."""
    try:
        return text.encode("latin-1").translate(_letters_of("latin-1"))
    except UnicodeEncodeError:
        return text.encode(_ENCODING, "dragoman.fold").translate(_letters_of(_ENCODING))


class FoldedText:
    """A folded text that can be searched for the beginnings of words.

    Attributes:
        folded: The folded text, a byte for each character.
        words: A space and the folded text, with punctuation replaced by spaces.
        uncertain: The positions of full stops between letters, and of characters that do not fold to a
            letter.
    """

    __slots__ = ("folded", "uncertain", "words")

    def __init__(self, text: str) -> None:
        self.folded = folded = fold_text(text)
        self.words = b" " + folded.translate(_NO_LETTERS)
        self.uncertain = [found.start() for found in _acronym_pattern().finditer(folded)]
        if _DOUBT in folded:
            self.uncertain += _places_of(_DOUBT, folded)


@lru_cache(CACHE_SIZE)
def fold_word(word: str) -> bytes:
    """Fold a word like a text.

    The result is empty if a character is not a letter.
    """
    folded = fold_text(word)
    return folded if folded.isalnum() else b""


@lru_cache(CACHE_SIZE)
def prefix_of(term: str) -> bytes:
    """Return a prefix that all words of a term have, or empty bytes if unknown.

    A stemmer removes endings, which it may replace by up to two letters.
    """
    return fold_word(term)[:-ENDING]


class ChunkFinder:
    """Finds the chunks of texts in which a word may begin with a given prefix.

    Args:
        beginnings: The folded prefixes; an empty one matches every chunk.
        many: The number of prefixes above which one pass searches for all of them.
    """

    def __init__(self, beginnings: Collection[bytes], many: int = MANY) -> None:
        self._parts = [b" "] if b"" in beginnings else [b" " + one for one in sorted(beginnings)]
        self._automaton: BytesAhoCorasick | None = None
        if len(self._parts) > many:
            from ahocorasick_rs import BytesAhoCorasick  # few requests need it

            self._automaton = BytesAhoCorasick(self._parts)

    def chunks(self, text: FoldedText) -> list[tuple[int, int]]:
        """Return the start and end of each chunk that may have a word with a prefix, in order."""
        folded, words, places = text.folded, text.words, [*text.uncertain]
        if self._automaton:
            places += [start for _, start, _ in self._automaton.find_matches_as_indexes(words)]
        else:
            for part in self._parts:
                places += _places_of(part, words)
        found = []
        end = 0
        for at in sorted(places):
            if at < end:
                continue
            start = folded.rfind(b" ", 0, at + 1) + 1
            if start == len(folded):  # a space at the end
                break
            if start < end:
                continue
            end = folded.find(b" ", start)
            end = len(folded) if end < 0 else end
            found.append((start, end))
        return found


def _places_of(part: bytes, text: bytes) -> list[int]:
    places = []
    at = text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places


class _Word(NamedTuple):
    """A word of a chunk that may match.

    ``number`` and the offsets count from the start of the chunk.
    """

    number: int
    start: int
    end: int
    term: str
    word: str
    single: bool


class _Chunk(NamedTuple):
    """An analyzed chunk: how many words it has, and which of them may match."""

    size: int
    words: list[_Word]


class TermMatcher:
    """Finds the terms, phrases and words of a query in texts of one language."""

    def __init__(self, language: str, highlights: Highlights) -> None:
        self._language, self._highlights = language, highlights
        self._terms = highlights.terms.get(language, set())
        self._within = highlights.within.get(language, set())
        self._phrases = [frozenset(phrase.terms) for phrase in highlights.phrases.get(language, ())]
        self._has_proximity = bool(highlights.proximities)
        self._phrase_parts = [[b" " + prefix_of(term) for term in phrase] for phrase in self._phrases]
        alone = {*map(prefix_of, self._terms), *map(fold_word, highlights.words)}
        self._finder = ChunkFinder(alone)
        self._phrase_finder = ChunkFinder(alone.union(map(prefix_of, self._within)))
        self._finds_nothing = not (alone or self._within)
        self._analyse = analyzer(language).analyse_chunk
        self._known: dict[str, _Chunk] = {}

    def find(self, texts: Sequence[str]) -> Iterator[list[Match]]:
        """Yield the matches of each text, in order and without overlaps."""
        found, exact = self._find(texts), self._highlights.exact
        if not exact:
            return found
        from searcher.query.as_written import find_places  # few requests need it

        with_exact = zip(texts, found, strict=True)
        return (
            remove_overlaps([*others, *starmap(Match, find_places(text, exact))])
            for text, others in with_exact
        )

    def _find(self, texts: Sequence[str]) -> Iterator[list[Match]]:
        """Yield the matches of each text, except those of exact phrases."""
        if self._finds_nothing:
            yield from ([] for _ in texts)
            return
        joined = "\n".join(texts)
        folded = FoldedText(joined)
        phrases = self._may_have_phrase(folded)
        chunks = iter((self._phrase_finder if phrases else self._finder).chunks(folded))
        span = next(chunks, None)
        start = 0
        for text in add_checkpoints(texts):
            end = start + len(text)
            here: list[tuple[int, int, _Chunk]] = []
            while span is not None and span[0] < end:
                if not (len(here) + 1) % STEPS:
                    checkpoint()
                if (chunk := self._chunk(joined[span[0] : span[1]])).words or phrases:
                    here.append((*span, chunk))
                span = next(chunks, None)
            yield self._matches(here, start, folded, phrases=phrases) if here else []
            start = end + 1

    def _may_have_phrase(self, text: FoldedText) -> bool:
        """Return whether a text may contain a whole phrase or proximity query."""
        words = text.words
        return self._has_proximity or any(
            text.uncertain or all(part in words for part in parts) for parts in self._phrase_parts
        )

    def _matches(
        self, chunks: Sequence[tuple[int, int, _Chunk]], start: int, folded: FoldedText, *, phrases: bool
    ) -> list[Match]:
        """Return the matches of a text.

        Args:
            chunks: The chunks that may have a match, with their start and end.
            start: The offset of the text in ``folded``, in which all texts follow each other.
            folded: The folded text of all texts.
            phrases: Whether any phrase may occur.
        """
        if phrases:
            terms = {word.term for _, _, chunk in chunks for word in chunk.words}
            if self._has_proximity or any(phrase <= terms for phrase in self._phrases):
                found = self._match_positions(chunks, start, folded.words)
                return remove_overlaps(matches_of(self._language, found, self._highlights))
        return [
            Match(first - start + word.start, first - start + word.end, (word.term,))
            for first, _, chunk in chunks
            for word in chunk.words
            if word.single
        ]

    def _match_positions(
        self, chunks: Sequence[tuple[int, int, _Chunk]], start: int, words: bytes
    ) -> Iterator[tuple[int, Match, str]]:
        """Yield the word index, match and folded form of each word that may match or be in a phrase."""
        position, reached = 0, start
        for first, last, chunk in chunks:
            # A chunk that is not a candidate is split at punctuation only.
            position += len(words[reached + 1 : first + 1].split())
            for number, begins, ends, term, word, _ in chunk.words:
                yield position + number, Match(first - start + begins, first - start + ends, (term,)), word
            position += chunk.size
            reached = last

    def _chunk(self, written: str) -> _Chunk:
        """Analyze a chunk, unless an equal one was analyzed before."""
        known = self._known.get(written)
        if known is None:
            tokens = self._analyse(written)
            words = [
                _Word(number, start, end, term, word, single)
                for number, (term, word, start, end, _) in enumerate(tokens)
                if term is not None
                and (
                    (single := term in self._terms or word in self._highlights.words) or term in self._within
                )
            ]
            known = _Chunk(len(tokens), words)
            if len(written) <= MAX_CHUNK_LENGTH:
                if len(self._known) >= MAX_CHUNKS:
                    self._known.clear()
                self._known[written] = known
        return known


def find_matches(
    texts: Sequence[str], languages: Iterable[str], highlights: Highlights
) -> Iterator[list[Match]]:
    """Yield the matches of each text, in order.

    Each text is analyzed in all of the languages.
    """
    of_languages = zip(*[_matcher(one, highlights).find(texts) for one in languages], strict=True)
    for first, *others in of_languages:
        yield remove_overlaps([*first, *chain.from_iterable(others)]) if others else first


def matches_of(
    language: str, found: Iterable[tuple[int, Match, str]], highlights: Highlights
) -> Iterator[Match]:
    """Yield the matches of a text analyzed in one language.

    Args:
        language: The language.
        found: The words that may be a match or a part of one, in order: the index of the word in the text,
            its match (offsets and term), and the word folded, in lower case.
        highlights: The searched words and phrases.
    """
    terms, words = highlights.terms.get(language, set()), highlights.words
    within = highlights.within.get(language, set())
    places, written = _Places(dict), dict[int, str]()
    for position, match, word in found:
        (term,) = match.terms
        if term in within:
            places[term][position] = match
            written[position] = word
        if term in terms or word in words:
            yield match
    for phrase in highlights.phrases.get(language, ()) if places else ():
        if places.keys() >= set(phrase.terms):
            yield from chain.from_iterable([one[2] for one in _phrase(places, phrase)])
    if places and highlights.proximities:
        yield from _match_proximities(language, places, written, highlights)


def _match_proximities(
    language: str, places: _Places, written: Mapping[int, str], highlights: Highlights
) -> Iterator[Match]:
    """Yield a match for each word or phrase in an occurrence of a proximity query."""

    def of_leaf(leaf: Any) -> list[_Occurrence]:
        if leaf.field.rpartition("_")[2] != language:
            return []
        if isinstance(leaf, model.Phrase):
            return _phrase(places, leaf)
        own, among = places.get(leaf.text, {}), highlights.restricted.get((leaf.field, leaf.text))
        return [(at, at, [own[at]]) for at in own if among is None or written[at] in among]

    for node in highlights.proximities:
        yield from chain.from_iterable([one[2] for one in find_occurrences(node, of_leaf)])


_Occurrence = tuple[int, int, list[Match]]  # the positions of the first and last words, and the matches
_Places = defaultdict[str, dict[int, Match]]  # the matches of each term, by position


def _phrase(places: _Places, phrase: model.Phrase) -> list[_Occurrence]:
    """Return the occurrences of a phrase.

    An occurrence has one match, or several if its words are not adjacent.
    """
    own = [places.get(term, {}) for term in phrase.terms]
    found: list[_Occurrence] = []
    for spots in find_phrases([[*one] for one in own], phrase.terms, phrase.offsets, phrase.slop):
        words = [one[at] for one, at in zip(own, spots, strict=True)]
        if all(at - spots[0] == offset for at, offset in zip(spots, phrase.offsets, strict=True)):
            words = [Match(words[0].start, words[-1].end, phrase.terms)]
        found.append((min(spots), max(spots), words))
    return found


QUERY_CACHE_SIZE: Final = 8  # queries whose highlights are cached: every hit of a page uses them


class Highlights:
    """The words and phrases of a query, to be found in texts.

    Attributes:
        terms: For each language, the terms that are a match by themselves.
        phrases: For each language, the phrases of the query.
        proximities: The proximity queries of the query.
        restricted: The only words that a term of a proximity query may match, by the term's field and text.
        within: By language, the terms of phrases and proximity queries. Such a term alone is not a match.
        words: The unstemmed, folded words that are a match in texts of any language.
        exact: The exact phrases of the query.
    """

    __slots__ = "exact", "phrases", "proximities", "restricted", "terms", "within", "words"

    def __init__(self) -> None:
        self.terms: defaultdict[str, set[str]] = defaultdict(set)
        self.phrases: defaultdict[str, list[model.Phrase]] = defaultdict(list)
        self.proximities: list[model.Near | model.NotNear] = []
        self.restricted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.within: defaultdict[str, set[str]] = defaultdict(set)
        self.words: set[str] = set()
        self.exact: list[tuple[str, ...]] = []

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases or self.words or self.proximities or self.exact)

    def freeze(self) -> None:
        """Make the default dictionaries ordinary ones, so that looking up a missing key adds nothing."""
        for entries in (self.terms, self.phrases, self.restricted, self.within):
            entries.default_factory = None

    def add(self, leaf: Node) -> None:
        """Add the words of a leaf or proximity query of a resolved query."""
        match leaf:
            case model.Term():
                self.terms[leaf.field.partition("_")[2]].add(leaf.text)
            case model.Phrase():
                language = leaf.field.partition("_")[2]
                self.phrases[language].append(leaf)
                self.within[language].update(leaf.terms)
            case model.WordSet():
                self.words.update(leaf.words)
            case model.Exact():
                self.exact.append(leaf.words)
            case model.Near() | model.NotNear():
                self.proximities.append(leaf)
                for part in model.nodes(leaf):
                    match part:
                        case model.And(parts=(model.Term() as term, *_)):
                            words = [
                                one.words for one in model.leaves(part) if isinstance(one, model.WordSet)
                            ]
                            self.restricted[term.field, term.text].update(*words)
                        case model.Term() | model.Phrase():
                            terms = part.terms if isinstance(part, model.Phrase) else (part.text,)
                            self.within[part.field.partition("_")[2]].update(terms)


# A reference from highlights to matchers would be a cycle, which is freed late.
@lru_cache(QUERY_CACHE_SIZE * len(LANGUAGES))
def _matcher(language: str, highlights: Highlights) -> TermMatcher:
    """Return the cached matcher for texts of a language."""
    return TermMatcher(language, highlights)


@lru_cache(QUERY_CACHE_SIZE)
def highlights_of(query: Node | None, *, of_titles: bool = True) -> Highlights:
    """Return the words and phrases of a resolved query, without excluded parts.

    Args:
        query: The query, or ``None`` for all items.
        of_titles: Whether to include words that are only searched in titles.
    """
    highlights = Highlights()
    for leaf in _matching_leaves(query) if query else ():
        if of_titles or not any(getattr(one, "field", "").startswith("title") for one in model.leaves(leaf)):
            highlights.add(leaf)
    highlights.freeze()  # the caches share it
    return highlights


def _matching_leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves and proximity queries that can occur in the text of a hit."""
    if isinstance(node, model.Not) or (isinstance(node, model.ConstantScore) and node.origin):
        return  # a bonus repeats leaves of the query
    below = () if isinstance(node, (model.Near, model.NotNear)) else model.kept_parts(node)
    if isinstance(node, model.And):
        words = tuple(
            [
                part
                for part in below
                if isinstance(part, model.ConstantScore) and isinstance(part.part, model.WordSet)
            ]
        )
        if words:  # a term restricted to given words: mark these words
            below = below[:1] if isinstance(below[0], model.Phrase) else words
    if not below:
        yield node
    for part in below:
        yield from _matching_leaves(part)
