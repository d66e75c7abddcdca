"""Batch the requests of a question: run it with guesses, send them together, repeat until none is left."""

from __future__ import annotations

from functools import partial
from threading import local
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.errors import DragomanError
from indexer.schema import LANGUAGES, UNDETERMINED, WORDS, text_field
from searcher.cluster.searches import counted_share
from searcher.cluster.vocabulary_requests import GUESSES, DocumentFrequency, Variants, Words
from searcher.engine import Execution, Filters
from searcher.query import model
from searcher.query.all_words import every_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from searcher.cluster.searches import Search, Searches
    from searcher.cluster.vocabulary_requests import Ask, ClusterVocabulary
    from searcher.engine import T
    from searcher.query.model import Node


MAX_SEARCHES: Final = 64  # that go together


class UnknownAnswerError(Exception):
    """Ends what may not be told a guess."""


class RequestBatcher:
    """Answers what is known, guesses the rest, and remembers what it guessed.

    A search is asked for only where no guess was made before it: its query would be another one. Whether two
    words stand side by side is asked in any case.

    Args:
        vocabulary: What is known of the vocabulary.
        done: The searches that were run.
        occurs: What to guess of how many documents have a term.
        matches: Whether to guess that something matches; otherwise what is asked of the vocabulary alone is
            noted, since it may be asked next.
        first: Whether nothing is known yet: no word is then compared with those of the index.
        last: Whether all that may be asked next is asked now.
        guesses: Whether what is not known of the vocabulary is guessed; what asks for it ends otherwise.

    Attributes:
        has_guessed: Whether anything was guessed.
        guessed: What was guessed of the vocabulary.
        typed: What was asked for words that texts may not have.
        searches: The searches whose answers were guessed.
        is_stuck: Whether something was not known that may not be guessed.
        is_whole: Whether no search has hits that lie too deep for one request.
        is_open: Whether it may be that nothing matches.
    """

    def __init__(  # noqa: PLR0913 - what a guess depends on
        self,
        vocabulary: ClusterVocabulary,
        done: Mapping[Search, Execution],
        *,
        occurs: Callable[[DocumentFrequency], int] = lambda _: 1,
        matches: bool = True,
        first: bool = False,
        last: bool = False,
        guesses: bool = True,
    ) -> None:
        self._vocabulary = vocabulary
        self._done = done
        self._occurs = occurs
        self._matches = matches
        self._first = first
        self._last = last
        self._may_guess = guesses
        self._asked: Search | None = None
        self._is_another = False  # whether what was guessed may make other queries
        self.has_guessed = False
        self.is_stuck = False
        self.is_whole = True
        self.is_open = False
        self.guessed: dict[Ask, None] = {}
        self.typed: dict[Ask, None] = {}
        self.searches: dict[Search, None] = {}

    def answer(self, ask: Ask) -> Any:
        """Give the answer to an ask, or a guess."""
        found = self._vocabulary.recall(ask)
        if isinstance(ask, Variants):
            self.typed[ask] = None
        if found is None:
            self._guess()
            self.guessed[ask] = None
            found = GUESSES[type(ask)]
            if isinstance(ask, DocumentFrequency):
                found = self._occurs(ask)
            # How many items have a word, whatever its language, has no share in scores.
            self._is_another |= not (isinstance(ask, DocumentFrequency) and ask.field == WORDS)
        elif self._first and isinstance(ask, Words) and not self._matches:
            found = ()  # no word is compared with what may not be asked
        return found

    def execute(self, search: Search, then: Node | None = None) -> Execution:
        """Give the answer to a search, or a guess.

        Args:
            search: The search.
            then: The query that is executed next where it finds something; None where that is not known.
        """
        counted = counted_share(search)
        self.is_whole &= counted is search
        search = counted
        done = self._done.get(search)
        counts = bool(search.groups) or not (search.wanted.limit or search.wanted.facets)
        if done is None:
            self.has_guessed = True
            self.is_open |= not counts and not self._is_sure(search)
            if not self._is_another and (self._matches or self._last):
                self._ask(search)
                if self._asked and then:  # nothing matched it: this may be the answer in its place
                    instead = search._replace(query=then, wanted=self._asked.wanted)
                    self._ask(search._replace(query=every_word(search.query)), instead)
            # What only counts finds nothing, so that all that may follow is asked.
            total = int(self._matches and not counts)
            done = Execution(total, [], {name: {} for name in search.wanted.facets})
        if not counts and not done.total:
            self._asked = self._asked or search
        return done

    def finds(self, search: Search) -> bool:
        """Tell whether a search finds anything, or guess."""
        done = self._done.get(search)
        if done is not None:
            return done.total > 0
        self._guess()
        self._ask(search)
        # What is asked of two words side by side is whether they have grown together: mostly not.
        return self._matches and not isinstance(search.query, model.Or)

    def _guess(self) -> None:
        self.has_guessed = True
        if not self._may_guess:
            self.is_stuck = True
            raise UnknownAnswerError

    def _is_sure(self, search: Search) -> bool:
        """Tell whether a search is sure to find something."""
        if search.filters._replace(estimated=False) != Filters():
            return False
        return bool(is_found(search.query, lambda field, term: self.answer(DocumentFrequency(field, term))))

    @property
    def compared(self) -> list[str]:
        """The words of which it was guessed how many have them as they are: those near a misspelt one."""
        as_they_are = text_field(UNDETERMINED)
        return [
            ask.term
            for ask in self.guessed
            if isinstance(ask, DocumentFrequency) and ask.field == as_they_are
        ]

    def take(self, other: RequestBatcher) -> None:
        """Take what another one guessed."""
        self.guessed |= other.guessed
        self.typed |= other.typed
        self._ask(*other.searches)

    def _ask(self, *searches: Search) -> None:
        for search in searches:
            if search not in self._done and len(self.searches) < MAX_SEARCHES:
                self.searches[search] = None


def is_found(query: Node, document_frequency: Callable[[str, str], int]) -> bool | None:
    """Tell by document frequencies whether a query finds anything; None where they do not tell.

    Args:
        query: A resolved query.
        document_frequency: Counts the documents that have a term in a field.
    """
    match query:
        case model.Term():
            return document_frequency(query.field, query.text) > 0
        case model.Phrase():
            return None if all(document_frequency(query.field, term) for term in query.terms) else False
        case model.Or() | model.DisjunctionMax():
            found = [is_found(part, document_frequency) for part in query.parts]
            return True if True in found else None if None in found else False
        case model.And():
            return False if False in [is_found(part, document_frequency) for part in query.parts] else None
    return None


USUAL: Final = 2  # rounds, after which all that may be asked next is asked
MOST: Final = 6  # before what is left is asked one by one
FREQUENT: Final = 10**9  # documents: no word that fewer have is likelier


class RequestRounds:
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
    def batcher(self) -> RequestBatcher | None:
        """The rehearsal that runs in this thread."""
        found: RequestBatcher | None = getattr(self._threads, "batcher", None)
        return found

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Let something ask with guesses, and ask together what was guessed, until nothing is missing.

        Args:
            ask: What asks, and keeps nothing.
            known: The same, which may keep what it is told: it ends where that would be a guess.

        Returns:
            What it gives then; None where it still asks after many rounds, or within another rehearsal.
        """
        if self.batcher is not None:
            return None
        for number in range(MOST):
            new = partial(
                RequestBatcher, self._vocabulary, self._searches.done, first=number == 0, last=number >= USUAL
            )
            batcher = new(guesses=False)
            given = self._rehearsed(batcher, known) if known else None
            if known is None or batcher.is_stuck:
                batcher = new()
                given = self._rehearsed(batcher, ask)
            if not batcher.has_guessed:
                return given if batcher.is_whole else None
            others = []
            if typed := dict(batcher.guessed):
                others.append(new(occurs=lambda _: 0, matches=False))
                others.append(
                    new(occurs=lambda ask: int(ask not in typed and ask.field != WORDS), matches=False)
                )
            if number and batcher.is_open:
                others.append(new(matches=False))
            self._take(batcher, others, ask)
            if number == 1:  # words have been compared with a misspelt one: labels of the likeliest join it
                may_match = partial(new, matches=not batcher.is_open)
                likeliest = [may_match(occurs=_most_frequent(word)) for word in batcher.compared]
                self._take(batcher, likeliest, ask)
            alongside = [self._searches.alongside(search) for search in batcher.searches]
            self._vocabulary.fetch(batcher.guessed | batcher.typed, alongside)
        return None

    def _take(self, batcher: RequestBatcher, others: Sequence[RequestBatcher], ask: Callable[[], T]) -> None:
        """Let a rehearsal take what is guessed in others."""
        for other in others:
            self._rehearsed(other, ask)
            batcher.take(other)

    def _rehearsed(self, batcher: RequestBatcher, ask: Callable[[], T]) -> T | None:
        """Give what is asked of a rehearsal; None where guesses made it an error."""
        self._threads.batcher = batcher
        try:
            return ask()
        except UnknownAnswerError:
            return None
        except DragomanError:
            if not batcher.has_guessed:
                raise
            return None
        finally:
            self._threads.batcher = None


def _most_frequent(word: str) -> Callable[[DocumentFrequency], int]:
    """Guess that more documents have a word, in any language, than any other."""
    terms = {term for language in LANGUAGES for term in analyzer(language).query_terms(word)}
    return lambda ask: FREQUENT if ask.term in terms else 1
