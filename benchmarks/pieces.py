"""Define the pieces of query interpretation that ``benchmarks.ablation`` patches out, one at a time."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from indexer.analysis import analyzer, is_function_word
from indexer.analysis.analyzer import SAME, STOP_WORDS
from indexer.schema import ANALYZED_LANGUAGES, text_field
from searcher.bm25 import idf
from searcher.query.expansion import Expander
from searcher.query.model import Or
from searcher.query.query_words import QueryWords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.query.query_words import LanguageWord, QueryWord


class Piece(NamedTuple):
    """A piece to remove or change.

    Attributes:
        name: The name in the table.
        patches: The replacements by full name.
        expand: Whether queries are expanded.
    """

    name: str
    patches: dict[str, Any]
    expand: bool = True

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """Patch the piece out within the block, in which the index must also be opened."""
        with ExitStack() as stack:
            for name, value in self.patches.items():
                stack.enter_context(patch(name, value))
            yield


_label_node = Expander._node  # noqa: SLF001 - patched from outside, so that the product has no switches


def _as_rare_as_itself(
    expander: Expander, label: Any, weight: float, _rarity: float, meant: Any, *, related: bool
) -> Any:
    vocabulary, field = expander._vocabulary, text_field(label.language)  # noqa: SLF001 - as above
    alone = sum(
        idf(vocabulary.documents(field), vocabulary.document_frequency(field, one)) for one in label.terms
    )
    return _label_node(expander, label, weight, alone, meant, related=related)


_look_up = QueryWords.look_up


def _without_share(words: QueryWords, word: QueryWord, language: str) -> LanguageWord:
    return _look_up(words, word, language)._replace(share=0.0)


def _without_accents(words: QueryWords, word: QueryWord, language: str) -> LanguageWord:
    return _look_up(words, word, language)._replace(terms=analyzer(language).query_terms(word.written))


def _all_labels(labels: Any, _typed: object) -> list[Any]:
    return list(labels)


def _all_parts(span: Any, *_: object) -> Any:
    return span.parts


def _elsewhere(weight: float) -> dict[str, Any]:
    return {
        f"searcher.query.{name}.ELSEWHERE": weight
        for name in ("query_analysis", "expansion", "spelling_variants")
    }


def _tie(weight: float) -> dict[str, Any]:
    return {"searcher.query.expansion.TIE_BREAKER": weight}


_WORD = "searcher.query.query_words.QueryWord"
_ANALYZER = "searcher.query.query_analysis.QueryAnalyzer"
_SHORT_STEMS = {
    f"searcher.query.{name}": lambda *parts: parts[-1]
    for name in ("query_analysis.restrict_to_word", "expansion.restrict_to_label")
}

SHIPPED = Piece("as shipped", {})
PIECES = (
    Piece("all words as typed (`--no-expand`)", {}, expand=False),
    Piece("no expansion to labels", {"searcher.query.expansion.Expander.expansions": lambda *_: ([], 0)}),
    # the language of the query
    Piece("language of the question not known", {"searcher.interpretation.detect_language": lambda *_: None}),
    Piece("language: labels not used", {f"{_WORD}.label_distance": lambda *_: None}),
    Piece("language: texts not used", {f"{_WORD}s.look_up": _without_share}),
    Piece(
        "language: letters not used",
        {"searcher.query.query_words._languages_with_letters": lambda _: [*ANALYZED_LANGUAGES]},
    ),
    Piece("language: pairs of words not used", {"searcher.query.question_language.MAX_UNCLEAR_LEAD": -1}),
    # words as typed
    Piece("other languages count 1.0 instead of 0.7", _elsewhere(1.0)),
    Piece("other languages count 0.5 instead of 0.7", _elsewhere(0.5)),
    Piece("match stems alone in other languages", {f"{_ANALYZER}._is_intended": lambda *_: True}),
    Piece("no cognates", {"searcher.query.cognates.are_cognates": lambda *_: False}),
    Piece("no homographs", {"searcher.query.cognates.are_homographs": lambda *_: False}),
    Piece("short stems not narrowed", _SHORT_STEMS),
    Piece("short stems of other languages not narrowed", {"searcher.query.query_analysis.LONG_STEM": 0}),
    Piece(
        "function words of other languages searched",
        {
            "searcher.query.query_words.is_function_word": lambda word: (
                is_function_word(word) and all(word.lower() in words for words in STOP_WORDS.values())
            )
        },
    ),
    Piece(
        "no spellings with accents of words without",
        {f"{_WORD}s.look_up": _without_accents},
    ),
    Piece(
        "no compounds written differently",
        {
            "searcher.query.query_analysis._known_term": lambda *_: None,
            "searcher.query.known_words.KnownWords.splits": lambda *_: (),
        },
    ),
    Piece(
        "no corrections",
        {"searcher.query.corrector.Corrector._corrections": lambda *_: []},
    ),
    Piece(
        "no other spellings",
        {"searcher.query.spelling_variants.SpellingVariants.find_spellings": lambda *_: {}},
    ),
    Piece("no dates in words", {"searcher.query.query_dates.find_dates": lambda _: ()}),
    Piece(
        "items with every word count once",
        {"searcher.interpretation.double_every_word": lambda query, _: query},
    ),
    Piece("every word in translation counts twice too", {"searcher.query.all_words.TRANSLATED": None}),
    Piece("the languages of a word add up", {"searcher.query.query_analysis.DisjunctionMax": Or}),
    # selection of added labels
    Piece(
        "recognize labels by stems alone", {"searcher.query.concepts._word_distance": lambda *_, **__: SAME}
    ),
    Piece("expand words of names", {"searcher.query.name_words.remove_names": lambda _, __, found: found}),
    Piece(
        "no expansion of parts of long labels", {"searcher.query.label_parts.expandable_parts": lambda *_: ()}
    ),
    Piece(
        "expand all parts of long labels",
        {
            "searcher.query.label_parts.expandable_parts": _all_parts,
            "searcher.query.expansion._meant": lambda _: (),
        },
    ),
    Piece(
        "expand to labels that contain another", {"searcher.query.expansion.distinctive_labels": _all_labels}
    ),
    Piece(
        "expand to labels that typed words match",
        {"searcher.query.expansion.remove_redundant": lambda query, *_: query},
    ),
    Piece("expand to 3 labels instead of 6", {"searcher.query.expansion.MAX_ADDED": 3}),
    # weights of added labels
    Piece("labels count 0.5 instead of 0.8", {"searcher.query.expansion.WEIGHT": 0.5}),
    Piece("labels count 1.0 instead of 0.8", {"searcher.query.expansion.WEIGHT": 1.0}),
    Piece("all but the best count 0.0 instead of 0.4", _tie(0.0)),
    Piece("all but the best count 1.0 instead of 0.4", _tie(1.0)),
    Piece("expansions of several words weigh as those of one", {"searcher.query.expansion.GROWTH": 0.0}),
    Piece("each label as rare as itself", {"searcher.query.expansion.Expander._node": _as_rare_as_itself}),
)
