"""Find the labels of the thesaurus in the words of a query."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from indexer.analysis import is_function_word
from indexer.analysis.analyzer import SAME, STOP_WORDS, WHOLE
from indexer.analysis.characters import plain
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES
from indexer.thesaurus.table import is_acronym
from searcher.query.limits import PUNCTUATION_AROUND
from searcher.query.query_words import PREFIXES, FoundLabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.thesaurus.table import LabelEntry
    from searcher.query.query_words import QueryWord, QueryWords


class Span(NamedTuple):
    """Adjacent chunks (texts between spaces) of a query that form a label."""

    first: int  # the numbers of the first and last chunk
    last: int
    readings: list[FoundLabel]  # the possible meanings of the label in the likely languages of the query
    parts: list[Span]  # the shorter labels within the span

    @property
    def words(self) -> int:
        """The number of words of the label."""
        return self.readings[0].words


def is_label(words: QueryWords, chunks: Sequence[str]) -> bool:
    """Return whether several adjacent chunks are together a label of the thesaurus."""
    spans = recognise(words, chunks) if len(chunks) > 1 else []
    return any((span.first, span.last) == (0, len(chunks) - 1) for span in spans)


def recognise(words: QueryWords, chunks: Sequence[str]) -> list[Span]:
    """Find the longest labels in a query.

    Hyphens and function words may separate the words of a label. A label of several words, or an acronym, is
    found in any language. Any other label of one word is only found in the query's language. This is the
    language in which most words of the query are function words or words of labels.

    Returns:
        The labels in query order, without overlaps.
    """
    found: list[FoundLabel] = []
    evidence = _count_function_words(chunks)
    numbered = [
        (number, chunk)
        for number, chunk in enumerate(chunks)
        if not (chunk.isalpha() and is_function_word(chunk))
    ]
    most = 0
    for language in sorted(ANALYZED_LANGUAGES, key=lambda code: -evidence[code]):
        if evidence[language] + len(numbered) < most:  # another language is likelier; acronyms belong to all
            numbered = [(number, chunk) for number, chunk in numbered if chunk.isupper()]
        labels = list(_find_labels(words, language, chunks, numbered))
        known = {number for label in labels for number in range(label.first, label.last + 1)}
        evidence[language] += len(known.intersection(number for number, _ in numbered))
        most = max(most, evidence[language])
        found += labels
    # One word may have another meaning in another language; several adjacent words are the label in any
    # language.
    found = [label for label in found if label.words > 1 or label.acronym or evidence[label.language] == most]
    tied = [language for language in ANALYZED_LANGUAGES if evidence[language] == most]
    if len(tied) > 1 and found:  # sur la République tchèque: not the Spanish sur
        grammar = max(_count_function_words(chunks).items(), key=lambda counted: counted[1])
        if grammar[1] > 1 and grammar[0] in tied:
            of_language = STOP_WORDS[grammar[0]]
            found = [
                label for label in found if label.words > 1 or plain(chunks[label.first]) not in of_language
            ]
    if found and any("." in chunk or chunk != chunk.lower() for chunk in chunks):
        from searcher.query.name_words import remove_names  # names have a capital, codes a dot

        found = remove_names(words.thesaurus, chunks, found)
        acronyms = {label.first for label in found if label.acronym}  # CAR is not a car
        found = [label for label in found if label.words > 1 or label.acronym or label.first not in acronyms]
    found.sort(key=lambda label: (-label.words, label.first, label.last, label.language))
    return _spans(found, evidence)


def _choose_longest(found: list[FoundLabel]) -> dict[tuple[int, int], list[FoundLabel]]:
    """Choose the longest labels that do not overlap."""
    chosen: dict[tuple[int, int], list[FoundLabel]] = {}
    for label in found:
        span = (label.first, label.last)
        if span in chosen and chosen[span][0].words == label.words:
            chosen[span].append(label)
        elif all(label.last < first or label.first > last for first, last in chosen):
            chosen[span] = [label]
    return chosen


def _spans(found: list[FoundLabel], evidence: dict[str, int]) -> list[Span]:
    spans = []
    for (first, last), readings in sorted(_choose_longest(found).items()):
        words = readings[0].words
        inside = [
            label
            for label in found
            if first < last and first <= label.first and label.last <= last and label.words < words
        ]
        spans.append(Span(first, last, _keep_best_language(readings, evidence), _spans(inside, evidence)))
    return spans


def _count_function_words(chunks: Sequence[str]) -> dict[str, int]:
    """Count the function words of each language.

    ``UN`` in capitals is an acronym, not a French word.
    """
    spoken = [plain(chunk) for chunk in chunks if not chunk.isupper() or is_function_word(chunk)]
    return {language: sum(word in STOP_WORDS[language] for word in spoken) for language in ANALYZED_LANGUAGES}


def _keep_best_language(readings: list[FoundLabel], evidence: dict[str, int]) -> list[FoundLabel]:
    """Keep the most similar labels to the typed words, among those in the most likely language.

    ``evidence`` is the number of words of the query that indicate each language.
    """
    best = max((evidence[reading.language], -reading.distance) for reading in readings)
    return [reading for reading in readings if (evidence[reading.language], -reading.distance) == best]


def _find_labels(
    words: QueryWords, language: str, chunks: Sequence[str], numbered: Iterable[tuple[int, str]]
) -> Iterator[FoundLabel]:
    """Yield the labels in a query, as read in one language.

    If several labels have the same stems, yield those most similar to the typed words.
    """
    typed = [
        (number, part.word)
        for number, chunk in numbered
        for part in words.word(chunk).parts(language)
        if not (part.is_stop_word or part.word.is_function_word)
    ]
    terms = [word.label_terms(language) for _, word in typed]
    compounds = {number for number, chunk in numbered if "-" in chunk}
    for start in range(len(typed)):
        labels: list[FoundLabel] = []
        nearest: dict[int, int] = {}  # the smallest distance by number of words
        is_joined = "&" in chunks[typed[start][0]] and len(typed[start][1].plain) == 1  # R&B is not R
        for term, entry in words.thesaurus.labels_at(language, terms, start):
            size = len(entry.rest) + 1
            if len(entry.written) > size or (size == 1 and is_joined):
                place = _find_by_content_word(entry, language, chunks, *typed[start])
            else:
                place = _compare_label(entry, language, term, typed[start : start + size])
            if place is not None and not (compounds and _divides(compounds, typed, start, size)):
                first, last, distance = place
                meant = (term, *entry.rest), entry.concepts, distance, bool(entry.acronym)
                labels.append(FoundLabel(first, last, size, language, *meant))
                nearest[size] = min(distance, nearest.get(size, distance))
        yield from [label for label in labels if label.distance == nearest[label.words]]


def _divides(compounds: set[int], typed: list[tuple[int, QueryWord]], start: int, size: int) -> bool:
    """Return whether a label covers only a part of a hyphenated compound.

    Prefixes are ignored, so the label *corruption* covers all of *anti-corruption*.
    """
    first, last = typed[start][0], typed[start + size - 1][0]
    before = takewhile(lambda one: one[0] == first, reversed(typed[:start])) if first in compounds else ()
    after = takewhile(lambda one: one[0] == last, typed[start + size :]) if last in compounds else ()
    return any(word.plain not in PREFIXES for _, word in (*before, *after))


def _compare_label(
    entry: LabelEntry, language: str, first_term: str, typed: list[tuple[int, QueryWord]]
) -> tuple[int, int, int] | None:
    """Compare typed words with a label.

    Returns:
        The index of the first and the last chunk of the typed words, and the distance between these words and
        the label. The result is ``None`` if a typed word is not a form of the label's word.
    """
    distance = SAME
    if entry.acronym:
        if not is_acronym(typed[0][1].written, entry.acronym):
            return None
    else:
        for (_, word), of_label in zip(typed, entry.written or (first_term, *entry.rest), strict=True):
            between = _word_distance(language, word.plain, of_label, within=bool(entry.rest))
            if between is None:
                return None
            distance += between
    return typed[0][0], typed[-1][0], distance


def _word_distance(language: str, typed: str, of_label: str, *, within: bool) -> int | None:
    """Return the distance between a typed word and a label's word, or None if they are not forms of one word.

    ``within`` is whether the label has other words.
    """
    if typed == of_label:
        return SAME
    from indexer.analysis.word_forms import distance  # its tables are only needed for inflected words

    return distance(language, typed, of_label, within=within)


def _find_by_content_word(
    entry: LabelEntry, language: str, chunks: Sequence[str], of_word: int, word: QueryWord
) -> tuple[int, int, int] | None:
    """Find, in a query, a label that consists of one content word and function words.

    Args:
        entry: The label.
        language: The language of the label.
        chunks: The chunks of the query.
        of_word: The index of the chunk with the content word.
        word: The content word as typed in the query.

    Returns:
        The index of the first and the last chunk of the label in the query, and the distance between the
        typed content word and the label's content word. The result is ``None`` if a function word of the
        label is missing.
    """
    written = word.plain
    pieces = [
        (number, plain(piece.strip(PUNCTUATION_AROUND)))
        for number, chunk in enumerate(chunks)
        for piece in chunk.split("-")
    ]
    typed = tuple([piece for _, piece in pieces])
    for place, (number, piece) in enumerate(pieces):
        if number != of_word or written not in piece:
            continue
        for at, of_label in enumerate(entry.written):
            first = place - at
            window = typed[max(first, 0) : first + len(entry.written)]
            others = (*entry.written[:at], *entry.written[at + 1 :])
            if first >= 0 and (*window[:at], *window[at + 1 :]) == others:
                distance = _word_distance(
                    language, piece if piece == of_label else written, of_label, within=True
                )
                if distance is not None:
                    return pieces[first][0], pieces[first + len(window) - 1][0], distance + WHOLE
    return None
