"""What analysis gives: the tokens of a chunk, and the tokens of a text."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class ChunkToken(NamedTuple):
    """One word of a white-space chunk.

    Attributes:
        term: The stemmed, folded form that the index holds, or None for a stop word, which still takes a
            position.
        word: The lower-cased, folded (ñ kept), unstemmed form.
        start: Offset of the word's first character in the chunk as written.
        end: Offset behind its last character.
        variant: The term once more where a reader who types ``word`` without accents would miss it, so that
            the pair (``word``, ``variant``) is owed to the language's table of accent variants; else None.
    """

    term: str | None
    word: str
    start: int
    end: int
    variant: str | None = None


class Token(NamedTuple):
    """One indexed word of a text; stop words are left out but counted by the positions.

    Attributes:
        term: The stemmed, folded form.
        word: The lower-cased, folded, unstemmed form.
        position: How many words, stop words included, stand before it.
        start: Offset of the word's first character in the text as written.
        end: Offset behind its last character.
    """

    term: str
    word: str
    position: int
    start: int
    end: int
