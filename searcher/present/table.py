"""Lists of hits and items for people: a heading line, what is known about each, the passage that matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.present.bars import write_bars
from searcher.present.cells import clip
from searcher.present.legible import legible
from searcher.present.paint import MARK, bold, dim, matches
from searcher.present.wording import (
    countries_in_brief,
    date_in_brief,
    items,
    languages_in_words,
    number,
    source_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.item import NewsItem
    from searcher.present.page import Page
    from searcher.results import Hit, Results

NO_TITLE = "(no title)"
_COUNTRIES_SHOWN = 12
_ITEM_INDENT = 6
# No title needs more, and a line of ten megabytes that was taken for one must not fill the screen.
_TITLE_CELLS = 400


def write_hits(results: Results, page: Page) -> None:
    """Write the headline, the hits and the facets of an answer."""
    page.paragraph(_headline(results, paged=True))
    indent = len(number(max((hit.rank for hit in results.hits), default=0))) + 2
    for hit in results.hits:
        page.line()
        _write_hit(hit, page, indent)
    write_bars(results.facets, page, most=_COUNTRIES_SHOWN)


def write_counts(results: Results, page: Page) -> None:
    """Write the headline and all facets, no hits."""
    page.paragraph(_headline(results, paged=False))
    write_bars(results.facets, page, most=None)


def write_item_list(found: Iterable[NewsItem], page: Page, country_names: Mapping[str, str]) -> None:
    """Write two lines or so for each item as it comes, and how many there were."""
    total = 0
    for item in found:
        total += 1
        title = bold(clip(legible(item.title), _TITLE_CELLS)) if item.title else _first_words(item.body, page)
        lead = f"{total:>{_ITEM_INDENT - 2}}  "
        page.paragraph(title, lead=lead, indent=max(_ITEM_INDENT, len(lead)))
        known = [date_in_brief(item.date), countries_in_brief(item.countries, country_names)]
        if tuple(item.languages) != ("en",):
            known.append(languages_in_words(item.languages))
        known.append(dim(f"{source_in_words(item.source)} · id {legible(item.id)}"))
        page.paragraph(" · ".join(filter(None, known)), indent=_ITEM_INDENT)
    page.line(items(total))


def _headline(results: Results, *, paged: bool) -> str:
    query = legible(results.query).strip()
    if not results.total:
        return f"No items match {bold(query)}" if query else "No items found"
    line = items(results.total)
    if query:
        line += f" {'matches' if results.total == 1 else 'match'} {bold(query)}"
    if not paged or len(results.hits) == results.total:
        return line
    if not results.hits:
        return f"{line}; none of them on this page"
    return f"{line}; showing {number(results.hits[0].rank)}-{number(results.hits[-1].rank)}"


def _write_hit(hit: Hit, page: Page, indent: int) -> None:
    snippet = matches(legible(hit.snippet or ""), color=page.color)
    if hit.title:
        heading = bold(clip(legible(hit.title), _TITLE_CELLS))
    else:
        # The passage takes the title's place, rather than standing there twice.
        heading, snippet = f"{dim(NO_TITLE)} {snippet}", ""
    page.paragraph(heading, lead=f"{number(hit.rank):>{indent - 2}}  ", indent=indent)
    known = [date_in_brief(hit.date), countries_in_brief(hit.countries, hit.country_names)]
    if tuple(hit.languages) != ("en",):
        known.append(languages_in_words(hit.languages))
    known.append(dim(f"id {legible(hit.id)} · score {hit.score:.2f}"))
    page.paragraph(" · ".join(filter(None, known)), indent=indent)
    page.paragraph(snippet, indent=indent)


def _first_words(body: str, page: Page) -> str:
    # Only the beginning is looked at: a body may be as long as its file.
    start = " ".join(legible(body[: page.width * 4]).replace(MARK, "").split())
    return f"{dim(NO_TITLE)} {clip(start, page.width - _ITEM_INDENT - len(NO_TITLE) - 1)}"
