"""The rounds in which a question goes to a cluster: it is rehearsed, what it guessed is asked, and so on."""

from __future__ import annotations

from functools import partial
from threading import local
from typing import TYPE_CHECKING, Final

from indexer.analysis import analyzer
from indexer.errors import DragomanError
from indexer.schema import LANGUAGES, WORDS
from searcher.cluster.rehearsal import NotKnownError, Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.cluster.searches import Searches
    from searcher.cluster.vocabulary import ClusterVocabulary, DocumentFrequency
    from searcher.engine import T

USUAL: Final = 2  # rounds, after which all that may be asked next is asked
MOST: Final = 6  # before what is left is asked one by one
FREQUENT: Final = 10**9  # documents: no word that fewer have is likelier


class Rounds:
    """Rehearses questions; threads may share it.

    Args:
        vocabulary: What is known of the vocabulary, and asks for more.
        searches: The searches that were run.
    """

    def __init__(self, vocabulary: ClusterVocabulary, searches: Searches) -> None:
        self._vocabulary = vocabulary
        self._searches = searches
        self._threads = local()

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The rehearsal that runs in this thread."""
        found: Rehearsal | None = getattr(self._threads, "rehearsal", None)
        return found

    def rehearse(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Let something ask with guesses, and ask together what was guessed, until nothing is missing.

        Args:
            ask: What asks, and keeps nothing.
            known: The same, which may keep what it is told: it ends where that would be a guess.

        Returns:
            What it gives then; None where it still asks after many rounds, or within another rehearsal.
        """
        if self.rehearsal is not None:
            return None
        for number in range(MOST):
            new = partial(
                Rehearsal, self._vocabulary, self._searches.done, first=number == 0, last=number >= USUAL
            )
            rehearsal = new(guesses=False)
            given = self._rehearsed(rehearsal, known) if known else None
            if known is None or rehearsal.is_stuck:
                rehearsal = new()
                given = self._rehearsed(rehearsal, ask)
            if not rehearsal.has_guessed:
                return given if rehearsal.is_whole else None
            others = []
            if typed := dict(rehearsal.guessed):
                others.append(new(stands=lambda _: 0, matches=False))
                others.append(
                    new(stands=lambda ask: int(ask not in typed and ask.field != WORDS), matches=False)
                )
            if number and rehearsal.is_open:
                others.append(new(matches=False))
            self._take(rehearsal, others, ask)
            if number == 1:  # words have been compared with a misspelt one: labels of the likeliest join it
                may_match = partial(new, matches=not rehearsal.is_open)
                likeliest = [may_match(stands=_most_frequent(word)) for word in rehearsal.compared]
                self._take(rehearsal, likeliest, ask)
            beside = [self._searches.beside(search) for search in rehearsal.searches]
            self._vocabulary.fetch(rehearsal.guessed | rehearsal.typed, beside)
        return None

    def _take(self, rehearsal: Rehearsal, others: Sequence[Rehearsal], ask: Callable[[], T]) -> None:
        """Let a rehearsal take what is guessed in others."""
        for other in others:
            self._rehearsed(other, ask)
            rehearsal.take(other)

    def _rehearsed(self, rehearsal: Rehearsal, ask: Callable[[], T]) -> T | None:
        """Give what is asked of a rehearsal; None where guesses made it an error."""
        self._threads.rehearsal = rehearsal
        try:
            return ask()
        except NotKnownError:
            return None
        except DragomanError:
            if not rehearsal.has_guessed:
                raise
            return None
        finally:
            self._threads.rehearsal = None


def _most_frequent(word: str) -> Callable[[DocumentFrequency], int]:
    """Guess that more documents have a word, in any language, than any other."""
    terms = {term for language in LANGUAGES for term in analyzer(language).query_terms(word)}
    return lambda ask: FREQUENT if ask.term in terms else 1
