"""The light query: words, required words or one phrase, without a query tree and without importing Whoosh."""

from __future__ import annotations

from indexer.named_tuple import NamedTuple


class LightWord(NamedTuple):
    """A word of a query.

    Attributes:
        terms: (field, term) for everything that the word stands for in any language; any of them may match.
    """

    terms: tuple[tuple[str, bytes], ...]


class LightPhrase(NamedTuple):
    """A phrase in one field.

    Attributes:
        field: The field.
        terms: Its terms in order.
        offsets: The place of each term after the first one's.
        slop: How much farther each next word may stand, plus one.
    """

    field: str
    terms: tuple[bytes, ...]
    offsets: tuple[int, ...]
    slop: int = 1


class LightQuery(NamedTuple):
    """A query that needs no tree: optional and required words, or one phrase in the fields of all languages.

    Attributes:
        optional: Words of which any may match; beside required ones they only add to the score.
        required: Words that must all match.
        phrases: The same phrase as each language reads it; then there are no words.
    """

    optional: tuple[LightWord, ...] = ()
    required: tuple[LightWord, ...] = ()
    phrases: tuple[LightPhrase, ...] = ()

    @property
    def words(self) -> int:
        """How many words it has, those of a phrase as its longest reading has them."""
        words = len(self.optional) + len(self.required)
        return words + max([len(phrase.terms) for phrase in self.phrases]) if self.phrases else words
