"""Create the notices that commands print below results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import join_messages, message, name_message
from searcher.facet_values import LANGUAGE_LABELS
from searcher.present.catalogue import language_of_command_line, say, translate
from searcher.query.limits import list_words
from searcher.results import RELAXED
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.results import Results

# Kinds of notes that name a word that no text contains.
_NAMING: Final = frozenset({RELAXED, "country_offered", "language_offered"})


def notices(results: Results) -> list[str]:
    """Return the notices about results, in the interface language."""
    lines = [legible(translate(note.text)) for note in results.notes]
    most = max(results.facets.get("language", ()), key=lambda value: value.count, default=None)
    usual = {language_of_command_line(), most.value if most else results.query_language}
    if results.query_language and results.query_language not in usual:
        language = name_message(f"language.{results.query_language}", LANGUAGE_LABELS[results.query_language])
        lines.append(say("notice.read_as", language=language))
    if results.undated_left_out:
        lines.append(say("notice.left_out", n=results.undated_left_out))
    if missing := _unnamed_words(results):
        lines.append(say("notice.unmatched", words=legible(translate(list_words(missing)))))
    if results.suggestion:
        lines.append(say("notice.suggestion", query=legible(results.suggestion)))
    return lines


def _unnamed_words(results: Results) -> list[str]:
    """Return the unmatched words that no other notice mentions."""
    naming = [note.to_record()["args"].values() for note in results.notes if note.kind in _NAMING]
    notes = " ".join([str(value) for values in naming for value in values])
    return [word for word in results.unmatched if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", notes)]


def offer_subjects(results: Results) -> list[str]:
    """Return a list with a notice that names the command for listing subjects, or an empty list.

    The list is empty if items match, if all words of the query occur in the index, or if another notice
    explains why nothing matches.
    """
    explained = results.total or results.notes or results.suggestion or results.undated_left_out
    if explained or not results.unmatched:
        return []
    return [say("notice.subjects", command="dragoman facets --facet topic")]


def describe_mode(results: Results) -> str:
    """Describe which words were required, and how many items have all words."""
    from searcher.present.wording import items_in_words

    items = items_in_words(results.total)
    if results.all_words:
        return say("notice.all_words", items=items)
    return say("notice.any_word", items=items, n=results.total_all_words)


def describe_expansions(expansions: Sequence[dict[str, Any]]) -> list[str]:
    """List the words that expansion added to a query.

    The list is empty if no word was added.
    """
    if not expansions:
        return []
    added = join_messages([*map(_expansion, expansions)])
    return [say("notice.expanded", words=added)]


def describe_rest(results: Results) -> list[str]:
    """Describe how many matches the page shows, and which options show the remaining ones."""
    from searcher.present.wording import distinct_items_in_words, items_in_words

    here = len(results.hits)
    if here == results.groups:
        return []
    last = results.hits[-1].rank if here else 0
    total = items_in_words(results.total)
    if results.groups < results.total:
        pieces = distinct_items_in_words(results.groups)
        total = message("notice.pieces_of_items", pieces=pieces, items=total)
    return [describe_part(here, last, results.groups, total)]


def describe_part(shown: int, last: int, groups: int, total: str) -> str:
    """Describe how many results are shown, and which options show the remaining ones.

    Args:
        shown: The number of results on the page.
        last: The rank of the last result on the page, or 0 if the page is empty.
        groups: The number of results on all pages.
        total: The number of results on all pages as text, such as ``1,234 items``.
    """
    if 0 < last < groups:
        return say("notice.more_pages", n=shown, total=total, last=str(last))
    return say("notice.more_hits", n=shown, total=total)


def _expansion(expansion: dict[str, Any]) -> str:
    return f"{legible(expansion['from'])} → {', '.join(map(legible, expansion['to']))}"
