"""Reads a query of plain words, required words or one phrase, by the rules of the parser and the resolver.

Whoever types plain words should not wait for a parser. Whatever has another sign in it is left to the full
query language; a test holds both readings to the same answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis import analyzer, is_function_word
from indexer.named_tuple import NamedTuple
from indexer.schema import LANGUAGES, text_field
from searcher.execution.light import LightPhrase, LightQuery, LightWord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.analysis import ChunkToken

FIELDS = tuple(map(text_field, LANGUAGES))
KNOWN_WORDS = 4096  # query words whose terms are remembered

# Signs that mean something to the query language, its words, and anything that is not plainly a word.
# Compiled, by ``re`` itself, when a word with other signs than letters first asks: many questions have none.
_SPECIAL = r'["“”„«»()*?~:+^\[\]{}\\-]|\b(?:AND|OR|NOT|ANDNOT|ANDMAYBE|REQUIRE|TO)\b'
_QUOTED = r'\s*["“”„«»]([^"“”„«»]+)["“”„«»]\s*'


class _Placed(NamedTuple):
    """What a chunk of a phrase stands for.

    Attributes:
        languages: For each language how many places the chunk takes, and its words: (place, terms).
        single: Its one term in each language, where it takes one place in every one; else None.
    """

    languages: list[tuple[int, list[tuple[int, list[bytes]]]]]
    single: tuple[bytes, ...] | None


class PlainReader:
    """Turns the text of a query into a light query.

    Args:
        variants: (language, folded word) to the terms owed to it in the index.
    """

    def __init__(self, variants: Callable[[str, str], Sequence[str]]) -> None:
        self._variants = variants
        self._words: dict[str, LightWord | None] = {}
        self._placed: dict[str, _Placed] = {}

    def read(self, text: str) -> LightQuery | None:
        """Return the light query for a text, None when it needs the full query language.

        Args:
            text: The query as typed.
        """
        quoted = None if text[:1].isalpha() else re.fullmatch(_QUOTED, text)
        if quoted:
            return None if re.search(_SPECIAL, quoted[1]) else self._phrase(quoted[1].split())
        chunks = text.split()
        signed = [chunk[0] == "+" for chunk in chunks]
        bare = [chunk[1:] if sign else chunk for chunk, sign in zip(chunks, signed, strict=True)]
        for chunk in bare:
            # Letters alone are no sign, and no operator unless all are capitals.
            if (not chunk.isalpha() or chunk.isupper()) and (not chunk or re.search(_SPECIAL, chunk)):
                return None
        required: list[LightWord] = []
        optional: list[LightWord] = []
        for chunk, sign in zip(bare, signed, strict=True):
            word = self.read_word(chunk)
            if word is None:
                return None
            if word.terms:
                (required if sign else optional).append(word)
        return LightQuery(tuple(optional), tuple(required)) if required or optional else None

    def read_word(self, chunk: str) -> LightWord | None:
        """Return what a chunk stands for; None when a language splits it into several words."""
        try:
            return self._words[chunk]
        except KeyError:
            word = self._analysed(chunk)
            if len(self._words) >= KNOWN_WORDS:
                self._words.clear()
            self._words[chunk] = word
            return word

    def _analysed(self, chunk: str) -> LightWord | None:
        terms: list[tuple[str, bytes]] = []
        for language in LANGUAGES:
            tokens = [
                token
                for token in analyzer(language).analyse_chunk(chunk)
                if token.term is not None and not is_function_word(token.word)
            ]
            if len(tokens) > 1:
                return None
            for token in tokens:
                terms.extend((f"text_{language}", term) for term in self._terms(language, chunk, token))
        return LightWord(tuple(terms))

    def _terms(self, language: str, chunk: str, token: ChunkToken) -> list[bytes]:
        written = chunk[token.start : token.end]
        terms = analyzer(language).query_terms(written, lambda word: self._variants(language, word))
        return [term.encode("utf-8", "surrogatepass") for term in terms]

    def _chunk(self, chunk: str) -> _Placed:
        found = self._placed.get(chunk)
        if found is None:
            languages = []
            for language in LANGUAGES:
                tokens = analyzer(language).analyse_chunk(chunk)
                words = [
                    (at, self._terms(language, chunk, token))
                    for at, token in enumerate(tokens)
                    if token.term is not None
                ]
                languages.append((len(tokens), words))
            one_place = all(width == 1 and words for width, words in languages)
            single = tuple([words[0][1][0] for _, words in languages]) if one_place else None
            found = _Placed(languages, single)
            if len(self._placed) >= KNOWN_WORDS:
                self._placed.clear()
            self._placed[chunk] = found
        return found

    def _phrase(self, chunks: list[str]) -> LightQuery | None:
        phrases = []
        single: list[tuple[str, bytes]] = []
        read = list(map(self._chunk, chunks))
        singles = [chunk.single for chunk in read if chunk.single is not None]
        if 1 < len(read) == len(singles):
            offsets = tuple(range(len(read)))
            return LightQuery(
                phrases=tuple(
                    [
                        LightPhrase(field, of, offsets)
                        for field, of in zip(FIELDS, zip(*singles, strict=True), strict=True)
                    ]
                )
            )
        for at_language, field in enumerate(FIELDS):
            terms: list[list[bytes]] = []
            places: list[int] = []
            position = 0
            for chunk in read:
                width, words = chunk.languages[at_language]
                for at, variants in words:
                    terms.append(variants)
                    places.append(position + at)
                position += width
            if len(terms) == 1:
                single.extend((field, term) for term in terms[0])
            elif terms:
                first = places[0]
                phrases.append(
                    LightPhrase(field, tuple([one[0] for one in terms]), tuple([at - first for at in places]))
                )
        if single:
            if phrases:
                return None  # a phrase in one language and one word in another
            return LightQuery(optional=(LightWord(tuple(single)),))
        return LightQuery(phrases=tuple(phrases)) if phrases else None
