"""Render the page of an item: text, metadata with evidence, and similar items."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from indexer.analysis import analyzer, is_function_word
from indexer.checkpoint import add_checkpoints
from indexer.dates.expressions import find_expressions
from indexer.errors import QueryError
from indexer.item import read_day
from indexer.runtime import NamedTuple
from indexer.schema import UNDETERMINED
from searcher.facet_values import first_words
from searcher.near_duplicates import group_of
from searcher.reading.all_matches import request_for_all
from searcher.reading.text_matches import normalize_spaces, passages_of
from searcher.safe_text import legible
from searcher.term_matcher import find_matches, highlights_of
from searcher.web.page.annotation_forms import form_of, note_digests
from searcher.web.page.hits import citation, country, date_view, exports_of, hit_list, language_tag
from searcher.web.page.links import Links, safe_url
from searcher.web.page.messages import FIELDS
from searcher.web.page.page_frame import Page
from searcher.web.parameters import MAX_HITS, SearchParams
from searcher.web.responses import json_path, page_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.item import ItemDate, ManualCorrection, NewsItem
    from indexer.thesaurus.table import LabelEntry, Table
    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.near_duplicates import DuplicateGroup
    from searcher.reading.text_matches import Passage
    from searcher.term_matcher import Highlights
    from searcher.web.page.links import PageContext
    from searcher.web.page.messages import Reader

QUESTION, EVIDENCE, DAY, KNOWN = "q", "place", "day", "known"
_ELEMENTS: Final = {QUESTION: "<mark>", EVIDENCE: '<mark class="place">', DAY: '<mark class="day">'}


class Span(NamedTuple):
    """A part of a text that is marked.

    Attributes:
        start, end: The offsets of the part in the text.
        kind: The reason for the mark.
        gloss: The translation of a concept's label to the reader's language.
    """

    start: int
    end: int
    kind: str
    gloss: str = ""


def find_dates(text: str) -> list[Span]:
    """Return the spans of the dates in a text."""
    if not unicodedata.is_normalized("NFC", text):
        return []
    return [Span(one.offset, one.end, DAY) for one in find_expressions(text)]


def mark_text(text: str, spans: Sequence[Span]) -> Markup:
    """Mark parts of a title or paragraph."""
    taken: list[Span] = []
    covered = bytearray(len(text))
    for span in spans:
        if covered.find(1, span.start, span.end) < 0:
            taken.append(span)
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    parts: list[str] = []
    reached = 0
    for start, end, kind, gloss in sorted(taken):
        parts.append(escape(legible(text[reached:start])))
        words = escape(legible(text[start:end]))
        if kind == KNOWN:
            parts.append(f'<abbr title="{escape(legible(gloss))}">{words}</abbr>')
        else:
            parts.append(f"{_ELEMENTS[kind]}{words}</mark>")
        reached = end
    parts.append(escape(legible(text[reached:])))
    return Markup("".join(parts))  # noqa: S704 - escaped above


MOST: Final = 60  # maximum translations per item
# Plurals by the last letter: city, journal.
_OTHER_PLURALS: Final = {"y": "ies", "l": "ux"}


class Glossary:
    """Finds translations of the concepts in an item, at the first mention of each concept.

    Attributes:
        words: The translation of each mention, by the words of the mention.
    """

    def __init__(self, table: Table, language: str) -> None:
        self._table = table
        self._language = language
        self._known: set[int] = set()
        self.words: dict[str, str] = {}

    def spans(self, text: str, language: str) -> list[Span]:
        """Return the mentions of concepts in a passage that get a translation."""
        if language in {self._language, "und"} or self._table.empty:
            return []
        tokens = [
            token
            for token in add_checkpoints(analyzer(language).tokens(text))
            if not is_function_word(text[token.start : token.end])
        ]
        found: list[Span] = []
        for at, label in self._table.longest_labels(language, [token.term for token in tokens]):
            if len(self.words) >= MOST:
                break
            start, end = tokens[at].start, tokens[at + len(label.rest)].end
            if gloss := self._gloss(label, text[start:end], language):
                self.words[text[start:end]] = gloss
                found.append(Span(start, end, KNOWN, gloss))
        return found

    def _gloss(self, entry: LabelEntry, written: str, language: str) -> str:
        """Return the translation of a concept.

        The result is empty if the translation is uncertain or was already shown.

        Words with the same stem may differ in meaning (Spanish *verdad* and *verde*), so a label must be
        spelled as in the text, except for a plural, and a name must be capitalized.
        """
        for number in sorted(entry.concepts):
            labels = self._table.concept(number)[1]
            own = [label.text for label in labels if label.language == language]
            if number in self._known or not any(_is_written(text, written) for text in own):
                continue
            meant = next((label.text for label in labels if label.language == self._language), "")
            if meant and meant.casefold() != written.casefold():
                self._known.add(number)
                return meant
        return ""


def _is_written(label: str, written: str) -> bool:
    """Return whether the words of a text are a label, in the same spelling or the plural."""
    if label != label.lower():
        return label == written
    other = label[:-1] + _OTHER_PLURALS.get(label[-1:], label[-1:])
    return written.lower() in (label, label + "s", label + "es", label + "x", other)


SIMILAR: Final = 5
DESCRIBED: Final = 160  # characters of the page's description
MAX_MARKS: Final = 1_000  # marks of the query and of dates; country evidence is always marked
DISTINCTIVE_WORDS: Final = 6  # words that are listed for each language
# The options that affect which words of an item match; filters do not.
_READ: Final = ("languages", "expand", "strict", "query_language", "drop", "syntax")


def item_page(params: SearchParams, item: NewsItem, context: PageContext) -> str:
    """Render the page of an item."""
    page = Page(params, context, page_path(item.id))
    reader, links, searcher = page.reader, page.links, page.searcher
    passages, highlights, group = searcher.ask(lambda answerer: _read_item(answerer, params, item))
    glossary = Glossary(searcher.ask(lambda answerer: answerer.engine.thesaurus), reader.language)
    title, body, marks, kinds = _texts(item, passages, highlights, glossary, reader)
    similar = searcher.similar(item.id, limit=SIMILAR)
    name = legible(item.title or first_words(" ".join(item.body.split()))) or reader.say("hit.untitled")
    manual = {one.field for one in item.corrected}
    undated_by_hand = item.date is None and "date" in manual
    note = legible(item.note, keep="\n") if context.notes else ""
    own = [("author", item.author), ("section", item.section), *item.fields]
    return page.render(
        "item.html",
        name,
        item=item,
        heading=title or name,
        language=language_tag(item.language),
        body=body,
        marks=marks,
        dated=lambda when: date_view(when, reader),
        country=lambda mention: country(mention, reader),
        why="by_hand_why" if undated_by_hand else _date_reason(item.date, names_days=DAY in kinds),
        spoken=", ".join(map(reader.language_name, item.languages)),
        spoken_why=reader.say("by_hand_why") if "language" in manual else _language_evidence(item, reader),
        places=Markup(", ").join(map(reader.location, item.sources)),
        manual=[_manual_correction(one, reader) for one in item.corrected],
        own=[(reader.field(key), value) for key, value in own if value and key in FIELDS],
        others=[(key, value) for key, value in own if value and key not in FIELDS],
        form=form_of(page),
        note=note,
        before=note_digests(item, note) if context.notes else "",
        link=safe_url(item.url),
        group=group,
        similar=hit_list(similar.hits, links, reader),
        glossary=glossary.words,
        citation=citation(name, item, reader, item.author),
        exports=exports_of([item.id], context.base),
        json=context.base + json_path(item.id),
        around=_neighbouring_hits(item.id, page) if params != params.appearance() else None,
        permanent=context.item_address(item.id),
        description=legible(first_words(" ".join(item.body.split()), DESCRIBED)) or name,
        linked_data=_linked_data(item, context),
    )


def _neighbouring_hits(item_id: str, page: Page) -> dict[str, Any]:
    """Return the position of an item among the hits, and the hits before and after it."""
    params, links = page.params, page.links
    around = dict.fromkeys(("position", "previous", "next")) | {"back": links.to("/search")}
    if not params.limit:
        return around
    first = max(params.offset - 1, 0)
    limit = min(params.offset - first + params.limit + 1, MAX_HITS)
    wanted = params.search_arguments() | {"offset": first, "limit": limit}
    try:
        results = page.searcher.search(params.q, facets=(), **wanted)
    except QueryError:  # the item is shown anyway
        return around
    shown = [hit.id for hit in results.hits]
    if item_id not in shown:
        return around
    at = shown.index(item_id)

    def link(there: int) -> Markup | None:
        if not 0 <= there < len(shown):
            return None
        offset = (first + there) // params.limit * params.limit
        return Links(params._replace(offset=offset), links.base).item(shown[there])

    number = page.reader.number
    position = page.reader.say("hit_of", n=number(first + at + 1), total=number(results.groups))
    return around | {"position": position, "previous": link(at - 1), "next": link(at + 1)}


def _linked_data(item: NewsItem, context: PageContext) -> dict[str, Any]:
    """Return the metadata of an item as JSON-LD (schema.org)."""
    when, page = item.date, context.item_address(item.id)
    printed = when is not None and when.kind == "printed" and when.start == when.end
    languages = [language for language in item.languages if language != UNDETERMINED]
    record = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item.title,
        "datePublished": when.start.isoformat() if when and printed else None,
        "inLanguage": languages,
        "url": safe_url(item.url) or page,
        "mainEntityOfPage": page,
    }
    return {name: value for name, value in record.items() if value}


def _read_item(
    answerer: Answerer, params: SearchParams, item: NewsItem
) -> tuple[list[Passage], Highlights | None, DuplicateGroup | None]:
    """Return the passages of an item, the words to mark, and the near duplicates.

    Passages are the title and the paragraphs. The words to mark are ``None`` if there is no query or if it
    matches nothing. The group of near duplicates is ``None`` if there are none.
    """
    engine: Engine = answerer.engine
    document = engine.find(item.id)
    documents = [] if document is None else [document]
    highlights = None
    if params.q:
        narrowed = {name: value for name, value in params.narrowing().items() if name in _READ}
        with suppress(QueryError):  # the item is shown anyway
            query, total = answerer.executed_query(request_for_all(params.q, "relevance", narrowed))
            highlights = highlights_of(query) if total else None
    passages = [passage for raw in engine.records(documents) for passage in passages_of(raw)]
    return passages, highlights, group_of(engine, item.id)


def _texts(
    item: NewsItem,
    passages: list[Passage],
    highlights: Highlights | None,
    glossary: Glossary,
    reader: Reader,
) -> tuple[Markup | None, list[tuple[str, Markup]], list[Markup], set[str]]:
    """Render the title and the paragraphs with marks.

    At most MAX_MARKS dates and words of the query are marked, to limit the size of the page.
    """
    evidence = {mention.evidence for mention in item.countries if mention.evidence}
    dates = item.date is None or item.date.kind == "estimated"
    title: Markup | None = None
    body: list[tuple[str, Markup]] = []
    kinds: set[str] = set()
    left = MAX_MARKS
    for _, part, language, written in add_checkpoints(passages):
        text = normalize_spaces(written)
        places = [(text.find(words), len(words)) for words in evidence]
        reported = [Span(at, at + length, EVIDENCE) for at, length in places if at >= 0]
        evidence -= {text[span.start : span.end] for span in reported}
        matches = next(find_matches([text], (language,), highlights)) if highlights and left else ()
        params = [Span(start, end, QUESTION) for start, end, _ in matches][:left]
        left -= len(params)
        days = find_dates(text)[:left] if left and dates else []
        left -= len(days)
        found = [*params, *reported, *days, *glossary.spans(text, language)]
        kinds |= {span.kind for span in found}
        marked = mark_text(text, found)
        if part == "title":
            title = marked
        else:
            body.append((language_tag(language), marked))
    legend = [
        Markup(f"{element}{reader.say(f'marks_{kind}')}</mark>")  # noqa: S704 - trusted text
        for kind, element in _ELEMENTS.items()
        if kind in kinds
    ]
    if not left:
        legend.append(reader.say("marks_most", n=reader.number(MAX_MARKS)))
    return title, body, legend, kinds


def _date_reason(when: ItemDate | None, *, names_days: bool) -> str:
    if when is None:
        return "nodate_why"
    if when.kind == "estimated" and not names_days:
        return "estimated_around_why"
    return f"{when.kind}_why"


def _language_evidence(item: NewsItem, reader: Reader) -> str:
    """Return a sentence on how the languages of an item were detected.

    It quotes the words that indicate them, or gives another reason.
    """
    # Imported here, since only pages of items need them.
    from indexer.languages.detection import MIN_DISTINCT_WORDS, function_words_of

    text = f"{item.title or ''}\n{item.body}"
    found = [function_words_of(text, language)[:DISTINCTIVE_WORDS] for language in item.languages]
    if min(map(len, found)) < MIN_DISTINCT_WORDS:
        return reader.say("language_why")
    return reader.say("language_words", words=reader.join(map(", ".join, found)))


def _manual_correction(correction: ManualCorrection, reader: Reader) -> Markup:
    """Describe a manual correction."""
    first: Any = correction.at_first
    match correction.field:
        case "date":
            was = reader.date(read_day(first))
        case "language":
            was = ", ".join(map(reader.language_name, first["languages"]))
        case "countries":
            was = ", ".join(reader.country(one["code"]) for one in first) or reader.say("country.none")
    who = [legible(one) for one in (correction.who, correction.when[: len("2019-03-05")]) if one]
    field = reader.say(correction.field)
    return reader.join([f"{field} ({', '.join(who)})" if who else field, reader.say("hand_before", was=was)])
