"""A question is rehearsed with guesses, so that all that it asks of a cluster is known and asked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searcher.cluster.searches import counted_part
from searcher.cluster.vocabulary import GUESSES
from searcher.engine import Execution
from searcher.query import model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searcher.cluster.searches import Search
    from searcher.cluster.vocabulary import Ask
    from searcher.query.model import Node

MOST_SEARCHES: Final = 64  # that go together


class Rehearsal:
    """Answers what is known, guesses the rest, and remembers what it guessed.

    A search is asked for only where no guess was made before it: its query would be another one.

    Args:
        known: What is known of the vocabulary.
        done: The searches that were run.

    Attributes:
        guessed: What was guessed of the vocabulary.
        searches: The searches whose answers were guessed.
        is_whole: Whether no search has hits that lie too deep for one request.
    """

    def __init__(self, known: Mapping[Ask, Any], done: Mapping[Search, Execution]) -> None:
        self._known = known
        self._done = done
        self.is_whole = True
        self._guesses = 0
        self.guessed: dict[Ask, None] = {}
        self.searches: dict[Search, None] = {}

    def answer(self, ask: Ask) -> Any:
        """Give the answer to an ask, or a guess."""
        if ask in self._known:
            return self._known[ask]
        self._guesses += 1
        self.guessed[ask] = None
        return GUESSES[type(ask)]

    def execute(self, search: Search, guess: int | None = None) -> Execution:
        """Give the answer to a search, or a guess.

        Args:
            search: The search.
            guess: How many it finds; None to guess that too.
        """
        counted = counted_part(search)
        self.is_whole &= counted is search
        search = counted
        done = self._done.get(search)
        if done is not None:
            return done
        self._guesses += 1
        if not self.guessed and len(self.searches) < MOST_SEARCHES:
            self.searches[search] = None
        # What only counts finds nothing, so that all that may follow is asked.
        counts = not search.wanted.limit and not search.wanted.facets
        total = (0 if counts else 1) if guess is None else guess
        return Execution(total, [], {name: {} for name in search.wanted.facets}, 0)

    @property
    def has_guessed(self) -> bool:
        """Whether anything was guessed."""
        return self._guesses > 0


def is_found(query: Node, frequency: Callable[[str, str], int]) -> bool | None:
    """Tell by the frequencies of its words whether a query finds anything; None where they do not tell.

    Args:
        query: A resolved query.
        frequency: Counts the documents that have a term in a field.
    """
    match query:
        case model.Term():
            return frequency(query.field, query.text) > 0
        case model.Phrase():
            return None if all(frequency(query.field, term) for term in query.terms) else False
        case model.AnyOf() | model.BestOf():
            found = [is_found(part, frequency) for part in query.parts]
            return True if True in found else None if None in found else False
        case model.AllOf():
            return False if False in [is_found(part, frequency) for part in query.parts] else None
    return None
