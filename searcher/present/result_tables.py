"""Write results, items, index facts and measures as tables of text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeGuard

from indexer.errors import Message, message, name_message
from indexer.schema import UNKNOWN
from searcher.present import terminal_layout, wording
from searcher.present.catalogue import decimal, say, translate
from searcher.present.terminal_layout import bold, cells, clip, dim, pad, pad_left
from searcher.present.wording import number
from searcher.results import MATCH_MARK, count_by_place
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TextIO

    from indexer.item import NewsItem
    from searcher.evaluation import Evaluation
    from searcher.facet_values import FacetValue
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Explanation, Hit, Results


_LABEL_CELLS = 28
_INDENT = 2
_COUNTED = {"items": "count.items", "skipped": "build.skips"}  # messages for counts in an entry of a list


def write_facts(facts: Mapping[str, object], page: terminal_layout.Page) -> None:
    """Write names and values, with nested values indented below their name."""
    plain = {_name(key): value for key, value in facts.items() if not _is_nested(value)}
    width = min(max(map(cells, plain), default=0), _LABEL_CELLS) + 2
    for name, value in plain.items():
        lead = pad(name, width)
        if cells(lead) > width:
            page.paragraph(name)
            lead = ""
        page.paragraph(_value(value), lead=lead, indent=width)
    for key, value in facts.items():
        if not _is_nested(value):
            continue
        page.line()
        page.paragraph(bold(_name(key)))
        if isinstance(value, Mapping):
            _write_values(value, page)
        else:
            for entry in value:
                page.paragraph(_entry(entry), indent=_INDENT)


def _write_values(values: Mapping[str, object], page: terminal_layout.Page) -> None:
    """Write indented names and values, with numbers aligned right."""
    names = {key: legible(translate(name_message(f"fact.{key}", key))) for key in values}
    width = min(max(map(cells, names.values()), default=0), _LABEL_CELLS)
    digits = max((len(_value(value)) for value in values.values() if isinstance(value, int)), default=0)
    for key, value in values.items():
        shown = _value(value).rjust(digits) if isinstance(value, int) else _value(value)
        line = f"{pad(names[key], width)}  {shown}"
        if cells(line) <= page.width - _INDENT:
            page.line(" " * _INDENT + line)
        else:
            page.paragraph(line, indent=_INDENT)


def _is_nested(value: object) -> TypeGuard[Mapping[str, object] | list[Mapping[str, object]]]:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value))


def _entry(entry: Mapping[str, object]) -> str:
    """Format an entry of a list of facts as one line."""
    parts = [
        say(_COUNTED[key], n=value)
        if key in _COUNTED and isinstance(value, int)
        else f"{_name(key).lower()} {_value(value)}"
        for key, value in entry.items()
    ]
    return " · ".join([_value(next(iter(entry.values()))), *parts[1:]])


def _name(key: str) -> str:
    """Return the displayed name of a value of ``dragoman info``."""
    plain = key.replace("_", " ")
    name = legible(translate(name_message(f"fact.{key}", plain)))
    return name[:1].upper() + name[1:]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return say("fact.true") if value else say("fact.false")
    if isinstance(value, int):
        return number(value)
    return legible(translate(value) if isinstance(value, str) else str(value or "")) or say("fact.nothing")


_MAX_VALUES = 12  # values of a facet next to hits
_ITEM_INDENT = 6
_FIELD_CELLS = 11
_SAME_PREFIX = 60  # characters by which a passage is recognized as the beginning of its item
_MAX_NAME_LENGTH = 24
_WHY_CELLS = 24  # for the score and the text of a part of an explanation
_SAME_SHOWN = 2  # near duplicates that are listed below a hit
# A title may be a line of ten megabytes, which must not fill the screen.
_TITLE_CELLS = 400
_QUERY_CELLS = 200  # a long pasted query is truncated


class TableWriter:
    """Writes tables of text to a page of limited width."""

    def __init__(self, stream: TextIO, *, color: bool, width: int) -> None:
        self._page = terminal_layout.Page(stream, color=color, width=width)

    def write_results(self, results: Results) -> None:
        """Write the heading, the hits and the facets.

        Explanations of scores are added if requested.
        """
        page = self._page
        page.paragraph(_headline(results, paged=True))
        indent = len(wording.number(results.hits[-1].rank if results.hits else 0)) + 2
        for hit in results.hits:
            page.line()
            self._write_hit(hit, indent)
        terminal_layout.write_bars(results.facets, page, most=_MAX_VALUES)
        for explanation, hit in zip(results.explanations, results.hits, strict=False):
            page.line()
            page.line(say("hit.why", rank=wording.number(hit.rank), id=legible(hit.id)))
            self._write_why(explanation)

    def _write_why(self, explanation: Explanation, depth: int = 0) -> None:
        """Write an explanation of a score, with its parts indented."""
        depth = min(depth, (self._page.width - _WHY_CELLS) // 2)
        lead = f"{'  ' * depth}{decimal(f'{explanation.score:8.4f}')}  "
        note = f"  ({translate(explanation.note)})" if explanation.note else ""
        self._page.paragraph(legible(f"{translate(explanation.what)}{note}"), lead=lead, indent=len(lead))
        for part in explanation.parts:
            self._write_why(part, depth + 1)

    def write_facets(self, results: Results) -> None:
        """Write the heading and the facets."""
        self._page.paragraph(_headline(results, paged=False))
        countries = [_add_place_count(value, results) for value in results.facets.get("country", ())]
        facets = results.facets | ({"country": countries} if countries else {})
        terminal_layout.write_bars(facets, self._page, most=None)

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write each item as soon as it is read, and finally their number."""
        page, total = self._page, 0
        for total, item in enumerate(items, start=1):
            lead = f"{total:>{_ITEM_INDENT - 2}}  "
            title = bold(clip(legible(item.title), _TITLE_CELLS)) if item.title else self._first_words(item)
            page.paragraph(title, lead=lead, indent=max(_ITEM_INDENT, len(lead)))
            detail = dim(f"{wording.source_in_words(item.source)} · {wording.id_in_words(item.id)}")
            page.paragraph(_item_facts(item, detail), indent=_ITEM_INDENT)
        page.line(wording.items_in_words(total))

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write groups of near duplicates, with the changes between versions."""
        page = self._page
        for rank, group in enumerate(groups, start=1):
            if rank > 1:
                page.line()
            page.line(f"{rank}  {wording.versions_in_words(group)}")
            for item in group.items:
                title = bold(clip(legible(item.title), _TITLE_CELLS)) if item.title else _no_title()
                page.paragraph(title, lead="   ", indent=5)
                parts = [wording.date_in_brief(item.date), wording.source_in_words(item.source)]
                detail = " · ".join(filter(None, [*parts, wording.id_in_words(item.id)]))
                page.paragraph(dim(detail), indent=5)
                changes = say("list.separator").join(change.text for change in item.changes)
                page.paragraph(legible(changes), indent=5)

    def write_rows(
        self,
        head: Mapping[str, Any],  # noqa: ARG002 - used by JSON
        name: str,  # noqa: ARG002
        columns: Sequence[str],
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        """Write rows as a table, or each row as a paragraph if the table is too wide."""
        gathered = [[row.get(column, "") for column in columns] for row in rows]
        texts = [[legible(_cell(value)) for value in values] for values in gathered]
        heads = [translate(name_message(f"column.{name}", name)) for name in columns]
        numeric = [
            all(isinstance(value, (int, float)) or value in {"", None} for value in values)
            for values in zip(*gathered, strict=True)
        ]
        layouts = ([[head] for head in heads], [head.replace("_", " ").split() for head in heads])
        for parts, gap in zip(layouts, ("  ", " "), strict=True):
            lines = [list(line) for line in zip_longest(*parts, fillvalue="")]
            widths = [max(map(cells, column)) for column in zip(*lines, *texts, strict=True)]
            if sum(widths) + len(gap) * (len(widths) - 1) <= self._page.width:
                for at, line in enumerate((*lines, *texts)):
                    fitted = zip(line, widths, numeric or [False] * len(columns), strict=True)
                    text = gap.join(
                        [(pad_left if right else pad)(cell, width) for cell, width, right in fitted]
                    )
                    self._page.line(dim(text.rstrip()) if at < len(lines) else text.rstrip())
                return
        for first, *values in texts:
            self._page.paragraph(bold(first))
            pairs = zip(heads[1:], values, strict=True)
            named = [f"{head.replace('_', ' ')} {value}" for head, value in pairs if value]
            self._page.paragraph(" · ".join(named), indent=_INDENT)

    def write_item(self, *items: NewsItem) -> None:
        """Write complete items: the title, facts with their evidence, and the text.

        Facts are, for example, the date and the countries.
        """
        for position, item in enumerate(items):
            if position:
                self._page.line(f"\n{dim('─' * self._page.width)}\n")
            self._write_whole(item)

    def _write_whole(self, item: NewsItem) -> None:
        page = self._page
        page.paragraph(bold(legible(item.title)) if item.title else _no_title())
        page.line()
        countries = [wording.country_in_full(mention) for mention in item.countries]
        note = [*filter(str.strip, item.note.splitlines())]
        fields = [
            (say("item.date"), wording.date_in_full(item.date)),
            (say("item.language"), wording.languages_in_words(item.languages)),
            *_show_names_once(say("item.countries"), countries or [say("item.no_country")]),
            *_show_names_once(say("item.by_hand"), [*map(wording.correction_in_words, item.corrected)]),
            *_show_names_once(
                say("item.source"), [*map(wording.source_in_words, (item.source, *item.sources))]
            ),
            (say("item.id"), legible(item.id)),
            (say("item.before"), legible(", ".join(item.former))),
            (say("item.link"), legible(item.url or "")),
            (say("item.author"), legible(item.author or "")),
            (say("item.section"), legible(item.section or "")),
            *((clip(legible(name), _MAX_NAME_LENGTH), legible(value)) for name, value in item.fields),
            *_show_names_once(say("item.tags"), [*filter(None, [legible(", ".join(item.tags))])]),
            *_show_names_once(
                say("item.collections"), [*filter(None, [legible(", ".join(item.collections))])]
            ),
            *_show_names_once(say("item.note"), [*map(legible, note)]),
        ]
        indent = max(_FIELD_CELLS, 2 + max(cells(name) for name, _ in fields))
        for name, value in fields:
            page.paragraph(value, lead=pad(name, indent), indent=indent)
        for paragraph in filter(str.strip, item.body.splitlines()):
            page.line()
            page.paragraph(legible(paragraph))

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values."""
        write_facts(info, self._page)

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of topics and their means.

        If two configurations were compared, the comparison follows.
        """
        page, record = self._page, evaluation.to_record()
        width = max(len("topic"), *map(len, record["topics"]))
        page.line(f"{'topic':{width}}" + "".join(f"{name:>12}" for name in record["mean"]))
        for topic, values in [*evaluation.per_topic.items(), ("mean", record["mean"])]:
            page.line(f"{legible(topic):{width}}" + "".join(f"{value:12.3f}" for value in values.values()))
        if evaluation.found_nothing:
            topics = legible(", ".join(evaluation.found_nothing))
            page.paragraph(say("evaluation.nothing", topics=topics))
        if evaluation.not_in_index:
            page.paragraph(wording.not_in_index_in_words(evaluation))
        if evaluation.comparison is not None:
            page.line(wording.comparison_in_words(evaluation.comparison))

    def _write_hit(self, hit: Hit, indent: int) -> None:
        page = self._page
        snippet = terminal_layout.mark_matches(legible(hit.snippet or ""), color=page.color)
        if hit.title:
            heading = bold(clip(legible(hit.title), _TITLE_CELLS))
        else:
            heading, snippet = _split_untitled(hit, snippet, page.width - indent)
        page.paragraph(heading, lead=f"{wording.number(hit.rank):>{indent - 2}}  ", indent=indent)
        ranked = say("hit.score", score=decimal(f"{hit.score:.2f}")) if hit.score else ""
        detail = dim(f"{wording.id_in_words(hit.id)}{ranked}")
        page.paragraph(_item_facts(hit, detail), indent=indent)
        if hit.url:  # on its own line, so that a terminal can open it and a user can copy it
            page.line(" " * indent + dim("".join(legible(hit.url).split())))
        page.paragraph(snippet, indent=indent)
        for one in hit.same[:_SAME_SHOWN]:
            page.paragraph(_format_near_duplicate(one), indent=indent)
        if more := len(hit.same[_SAME_SHOWN:]):
            page.paragraph(dim(say("hit.more_same", n=more)), indent=indent)

    def _first_words(self, item: NewsItem) -> str:
        # Only the beginning is read, as a body may be as long as its file.
        width = self._page.width
        start = " ".join(legible(item.body[: width * 4]).replace(MATCH_MARK, "").split())
        untitled = _no_title()
        return f"{dim(untitled)} {clip(start, width - _ITEM_INDENT - len(untitled) - 1)}"


def _show_names_once(name: str, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the name with the first value, then an empty text with each further value."""
    return zip([name, *[""] * len(values)], values, strict=False)


def _no_title() -> str:
    return say("hit.untitled")


def _split_untitled(hit: Hit, snippet: str, width: int) -> tuple[str, str]:
    """Return the heading and the passage of a hit without a title."""
    opening = legible(hit.details.opening)
    passage = " ".join(legible((hit.snippet or "").replace(MATCH_MARK, "")).split()).rstrip("…")
    if not opening or (passage and opening.startswith(passage[:_SAME_PREFIX])):
        return snippet or _no_title(), ""
    first, *more = terminal_layout.wrap(opening, width - 1)
    return first + "…" * bool(more), snippet


def _add_place_count(value: FacetValue, results: Results) -> FacetValue:
    """Add to a country's label the number of items that name only a place in it."""
    places = value.value != UNKNOWN and count_by_place(results, value.value)
    if not places:
        return value
    name = name_message(f"country.{value.value}", value.label)
    return value._replace(label=message("facet.by_place", country=name, n=places))


def _matches(results: Results) -> str:
    """Return the line above the hits, with the number of matches and the query."""
    query = bold(clip(legible(translate(results.query)).strip(), _QUERY_CELLS))
    items = wording.items_in_words(results.total)
    if not results.query.strip():
        return items if results.total else say("headline.nothing")
    if isinstance(results.query, Message):
        return f"{items} {query}" if results.total else say("headline.none_described", query=query)
    if not results.total:
        return say("headline.no_match", query=query)
    if results.relaxed is None:
        return say("headline.match", n=results.total, items=items, query=query)
    nearest = bold(clip(legible(results.relaxed), _QUERY_CELLS))
    return say("headline.relaxed", n=results.total, items=items, query=query, nearest=nearest)


def _headline(results: Results, *, paged: bool) -> str:
    line = _matches(results)
    if not results.total:
        return line
    if every := results.total_all_words if results.total_all_words < results.total else 0:
        line += say("headline.all_words", n=every)
    elif results.total_all_words < results.total:
        line += say("headline.none_with_all_words")
    if not paged:
        return line
    if results.groups < results.total:
        line += f", {wording.distinct_items_in_words(results.groups)}"
    if len(results.hits) == results.groups:
        return line
    if not results.hits:
        return line + say("headline.none_here")
    first, last = number(results.hits[0].rank), number(results.hits[-1].rank)
    places = first if first == last else f"{first}-{last}"
    return line + say("headline.showing", n=len(results.hits), places=places)


def _cell(value: object) -> str:
    if isinstance(value, int):
        return wording.number(value)
    if isinstance(value, float):
        return decimal(f"{value:.2f}")
    return "" if value is None else translate(value) if isinstance(value, str) else str(value)


def _format_near_duplicate(one: Hit) -> str:
    """Return the line for a near duplicate below a hit."""
    date, source = wording.date_in_brief(one.date), wording.source_in_words(one.source)
    return dim(say("hit.also", date=date, source=source, id=wording.id_in_words(one.id)))


def _item_facts(item: Hit | NewsItem, detail: str) -> str:
    """Return facts about an item on one line: date, countries and languages."""
    languages = "" if tuple(item.languages) == ("en",) else wording.languages_in_words(item.languages)
    about = wording.date_in_brief(item.date), wording.countries_in_brief(item.countries)
    return " · ".join(filter(None, (*about, languages, detail)))
