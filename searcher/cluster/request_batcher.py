"""Send the requests of a search together.

A function that searches is run with guesses in place of results that are not cached. All missing results are
then requested together, and the function is run again, until no result is missing.
"""

from __future__ import annotations

from functools import partial
from threading import local
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import analyzer
from indexer.errors import DragomanError
from indexer.schema import LANGUAGES, UNDETERMINED, WORDS, text_field
from searcher.cluster.searches import drop_deep_hits
from searcher.cluster.vocabulary_requests import GUESSES, DocumentFrequency, Variants, Words
from searcher.engine import Execution, Filters
from searcher.query import model
from searcher.query.all_words import require_every_word
from searcher.query.model import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searcher.cluster.searches import Search, Searches
    from searcher.cluster.vocabulary_requests import ClusterVocabulary, Lookup
    from searcher.engine import T
    from searcher.query.model import Node


MAX_SEARCHES: Final = 64  # searches in one request


class UnknownAnswerError(Exception):
    """Stops a function that needs a result that is not cached, if guesses are not allowed."""


class RequestBatcher:
    """Collects the lookups and searches of a function, to send them in one request.

    The function runs as usual and calls the batcher in place of the cluster. A cached result is returned. If
    there is none, the batcher returns a guess, and records the lookup or search for the next request.

    A search is only recorded if no earlier guess can change its query. Searches that only check for a match
    are always recorded.

    Args:
        vocabulary: The cached results of lookups.
        earlier: The results of earlier searches.
        occurs: Returns a guess for the document frequency that a lookup will return.
        matches: Whether to guess that a search has matches. If false, the function goes on as if nothing
            matched, and the lookups that it then needs are recorded, but usually not the searches.
        first: Whether this is the first round of requests. If so, and if ``matches`` is false, a misspelt
            word or a pattern is compared with no words of the index.
        last: Whether to record searches even if ``matches`` is false.
        guesses: Whether to guess the results of lookups and of checks for a match. If false,
            UnknownAnswerError stops the function at the first result that is not cached.

    Attributes:
        has_guessed: Whether any result was guessed.
        guessed: The lookups whose results were guessed.
        typed: The lookups of accented spellings, cached or not.
        searches: The searches to send.
        is_stuck: Whether the function was stopped because it needed a guess but guesses are not allowed.
        is_whole: Whether one request suffices for the hits of each search. False if a page is far down in the
            results.
        is_open: Whether any search whose result was guessed may have no matches.
    """

    def __init__(  # noqa: PLR0913 - the inputs of a guess
        self,
        vocabulary: ClusterVocabulary,
        earlier: Searches,
        *,
        occurs: Callable[[DocumentFrequency], int] = lambda _: 1,
        matches: bool = True,
        first: bool = False,
        last: bool = False,
        guesses: bool = True,
    ) -> None:
        self._vocabulary = vocabulary
        self._earlier = earlier
        self._occurs = occurs
        self._matches = matches
        self._first = first
        self._last = last
        self._may_guess = guesses
        self._asked: Search | None = None
        self._is_another = False  # whether the guesses may change later queries
        self.has_guessed = False
        self.is_stuck = False
        self.is_whole = True
        self.is_open = False
        self.guessed: dict[Lookup, None] = {}
        self.typed: dict[Lookup, None] = {}
        self.searches: dict[Search, None] = {}

    def answer(self, ask: Lookup) -> Any:
        """Return the cached result of a lookup, or a guess."""
        found = self._vocabulary.recall(ask)
        if isinstance(ask, Variants):
            self.typed[ask] = None
        if found is None:
            self._guess()
            self.guessed[ask] = None
            found = GUESSES[type(ask)]
            if isinstance(ask, DocumentFrequency):
                found = self._occurs(ask)
            # The document frequency of a word in any language has no effect on scores.
            self._is_another |= not (isinstance(ask, DocumentFrequency) and ask.field == WORDS)
        elif self._first and isinstance(ask, Words) and not self._matches:
            found = ()  # compares no word in a speculative run
        return found

    def execute(self, search: Search, then: Node | None = None) -> Execution:
        """Return the cached results of a search, or a guess.

        ``then`` is the query that is executed next if anything matches, or ``None`` if it is unknown.
        """
        counted = drop_deep_hits(search)
        self.is_whole &= counted is search
        search = counted
        done = self._earlier.recall(search)
        wanted = search.wanted
        counts = bool(search.groups) or not (wanted.limit or wanted.facets)
        if done is None:
            self.has_guessed = True
            if not counts:
                self._look_up_terms(search.query)
                self.is_open |= not self._is_sure(search)
            if not self._is_another and (self._matches or self._last):
                self._record_search(search)
                if self._asked and then:  # the earlier query had no matches, so this one may replace it
                    instead = search._replace(query=then, wanted=self._asked.wanted)
                    self._record_search(search._replace(query=require_every_word(search.query)), instead)
            # Guess no matches for a search that only counts, so that later requests are recorded.
            total = int(self._matches and not counts)
            done = Execution(total, [], {name: {} for name in search.wanted.facets})
        if not counts and not done.total:
            self._asked = self._asked or search
        return done

    def count(self, search: Search) -> int:
        """Return the number of matches of a search, from the cache or by guessing."""
        done = self._earlier.recall(search)
        if done is not None:
            return done.total
        self._guess()
        self._record_search(search)
        # Searches for two adjacent words check for a missing space, which is rare.
        return int(self._matches and not isinstance(search.query, model.Or))

    def _guess(self) -> None:
        self.has_guessed = True
        if not self._may_guess:
            self.is_stuck = True
            raise UnknownAnswerError

    def _look_up_terms(self, query: Node) -> None:
        """Look up the document frequencies that scoring a query needs."""
        for leaf in leaves(query):
            if isinstance(leaf, model.Term):
                self.answer(DocumentFrequency(leaf.field, leaf.text))
            elif isinstance(leaf, model.Phrase):
                for term in leaf.terms:
                    self.answer(DocumentFrequency(leaf.field, term))
            elif isinstance(leaf, model.Exact) and leaf.part:
                self._look_up_terms(leaf.part)

    def _is_sure(self, search: Search) -> bool:
        """Return whether a search certainly has matches."""
        if search.filters._replace(estimated=False) != Filters():
            return False
        return bool(is_found(search.query, lambda field, term: self.answer(DocumentFrequency(field, term))))

    @property
    def guessed_corrections(self) -> list[str]:
        """The possible corrections of a misspelt word with guessed document frequencies."""
        as_they_are = text_field(UNDETERMINED)
        return [
            ask.term
            for ask in self.guessed
            if isinstance(ask, DocumentFrequency) and ask.field == as_they_are
        ]

    def merge(self, other: RequestBatcher) -> None:
        """Add the guesses and searches of another batcher to this one."""
        self.guessed |= other.guessed
        self.typed |= other.typed
        self._record_search(*other.searches)

    def _record_search(self, *searches: Search) -> None:
        for search in searches:
            if search not in self._earlier.done and len(self.searches) < MAX_SEARCHES:
                self.searches[search] = None


def is_found(query: Node, document_frequency: Callable[[str, str], int]) -> bool | None:
    """Return whether a query has matches, judging by document frequencies alone.

    The result is ``None`` if document frequencies do not decide it.
    """
    match query:
        case model.Term():
            return document_frequency(query.field, query.text) > 0
        case model.Phrase():
            return None if all(document_frequency(query.field, term) for term in query.terms) else False
        case model.Or() | model.DisjunctionMax():
            found = [is_found(part, document_frequency) for part in query.parts]
            return True if True in found else None if None in found else False
        case model.And() | model.Positional():
            found = [is_found(part, document_frequency) for part in model.kept_parts(query)]
            return False if False in found else None
    return None


USUAL: Final = 2  # rounds after which all possible next requests are sent
MOST: Final = 6  # rounds before the remaining requests are sent one by one
FREQUENT: Final = 10**9  # documents; more than any word has


class RequestRounds:
    """Sends the requests of searches in rounds.

    Threads may share it.
    """

    def __init__(self, vocabulary: ClusterVocabulary, searches: Searches) -> None:
        self._vocabulary = vocabulary
        self._searches = searches
        self._threads = local()

    @property
    def batcher(self) -> RequestBatcher | None:
        """The batcher of requests that this thread is using, or None."""
        found: RequestBatcher | None = getattr(self._threads, "batcher", None)
        return found

    def plan_requests(self, ask: Callable[[], T], known: Callable[[], T] | None = None) -> T | None:
        """Run a function with guesses, and request missing results, until none is missing.

        Args:
            ask: The function, which caches nothing.
            known: The same function, which may cache results because it gets no guesses. It is stopped at the
                first missing result.

        Returns:
            The result of the function. It is ``None`` if results are still missing after many rounds, or if
            this thread already uses a batcher.
        """
        if self.batcher is not None:
            return None
        for number in range(MOST):
            new = partial(
                RequestBatcher, self._vocabulary, self._searches, first=number == 0, last=number >= USUAL
            )
            batcher = new(guesses=False)
            given = self._run_with_guesses(batcher, known) if known else None
            if known is None or batcher.is_stuck:
                batcher = new()
                given = self._run_with_guesses(batcher, ask)
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
            self._run_together(batcher, others, ask)
            if number == 1:  # the likeliest correction of a misspelt word is expanded
                may_match = partial(new, matches=not batcher.is_open)
                likeliest = [may_match(occurs=_most_frequent(word)) for word in batcher.guessed_corrections]
                self._run_together(batcher, likeliest, ask)
            alongside = [one for search in batcher.searches for one in self._searches.next_request(search)]
            self._vocabulary.fetch(batcher.guessed | batcher.typed, alongside)
        return None

    def _run_together(
        self, batcher: RequestBatcher, others: Sequence[RequestBatcher], ask: Callable[[], T]
    ) -> None:
        """Run a function with each of the other batchers, and add their guesses to the first."""
        for other in others:
            self._run_with_guesses(other, ask)
            batcher.merge(other)

    def _run_with_guesses(self, batcher: RequestBatcher, ask: Callable[[], T]) -> T | None:
        """Run a function with a batcher, or return None if a guess caused an error."""
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
    """Return a function that guesses document frequencies.

    The guess is high for a word's terms and 1 for all other terms.
    """
    terms = {term for language in LANGUAGES for term in analyzer(language).query_terms(word)}
    return lambda ask: FREQUENT if ask.term in terms else 1
