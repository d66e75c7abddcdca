"""The notices about results: lines for standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searcher.facet_values import LANGUAGE_LABELS
from searcher.query.limits import listed
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searcher.results import Results

WIDTH: Final = 100  # columns of a line of added words


def notices(results: Results) -> list[str]:
    """Return the notices about results, one line each.

    Args:
        results: The results.

    Returns:
        Lines without line breaks; empty if there are no notices.
    """
    lines = [legible(note.text) for note in results.notes]
    most = max(results.facets.get("language", ()), key=lambda value: value.count, default=None)
    if results.query_language and most is not None and most.value != results.query_language:
        name = LANGUAGE_LABELS[results.query_language]
        lines.append(f"read as a question in {name} (--query-lang sets another)")
    if results.undated_left_out:
        lines.append(_left_out(results.undated_left_out))
    if results.unmatched:
        lines.append(f"no item has: {legible(listed(results.unmatched))}")
    if results.suggestion:
        lines.append(f"did you mean: {legible(results.suggestion)}")
    return lines + joined(results.expansions)


def subjects_offered(results: Results) -> list[str]:
    """Return a line about the list of subjects if words are unknown and nothing else is suggested."""
    if results.total or results.notes or results.suggestion or results.undated_left_out:
        return []
    return ["dragoman facets --facet topic lists the subjects of the items"] if results.unmatched else []


def words_required(results: Results) -> str:
    """Describe the matches that are counted: those with all words, or with any word and how many have all."""
    from searcher.present.wording import items_in_words, number

    items = items_in_words(results.total)
    if results.all_words:
        return f"{items} with all words (--any counts any word)"
    return f"{items} with any word, {number(results.total_all_words)} with all words"


def joined(expansions: Sequence[dict[str, Any]]) -> list[str]:
    """Describe the expansions of a question, as one wrapped line; empty if there are none."""
    if not expansions:
        return []
    added = "; ".join(map(_expansion, expansions))
    return _wrapped(f"also searched for: {added} (--no-expand turns this off)")


def _wrapped(text: str) -> list[str]:
    """Wrap text into lines, all but the first indented; importing ``textwrap`` would take 1 ms."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def rest_of_page(results: Results) -> list[str]:
    """Describe which matches are not among the hits, and the options that show them."""
    from searcher.present.wording import items_in_words, number, pieces_of_news

    here = len(results.hits)
    if here == results.groups:
        return []
    last = results.hits[-1].rank if here else 0
    line = f"{number(here)} of {items_in_words(results.total)}"
    if results.groups < results.total:
        line = f"{number(here)} of {pieces_of_news(results.groups)} ({items_in_words(results.total)})"
    after = f"--offset {last} for the next, " if 0 < last < results.groups else ""
    return [f"{line} shown ({after}--all-hits for every one)"]


def _left_out(count: int) -> str:
    from searcher.present.wording import number

    items, were, them = ("item", "was", "it") if count == 1 else ("items", "were", "them")
    line = f"{number(count)} matching {items} without a printed date {were} left out by the dates"
    return f"{line}; --estimated includes {them}"


def _expansion(expansion: dict[str, Any]) -> str:
    return f"{legible(expansion['from'])} → {', '.join(map(legible, expansion['to']))}"
