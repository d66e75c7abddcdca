"""The page of one item: its text, how everything about it is known, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from indexer.checkpoint import checked
from indexer.errors import QueryError
from indexer.item import read_day
from indexer.named_tuple import NamedTuple
from searcher.duplicates import group_of
from searcher.highlights import highlights_of
from searcher.legible import legible
from searcher.reading.all_matches import question_of_all
from searcher.reading.passages import passages_of, single_spaced
from searcher.shown import beginning
from searcher.web.item_addresses import json_path, page_path
from searcher.web.page import spans
from searcher.web.page.citation import citation, downloads
from searcher.web.page.frame import reader_for, render
from searcher.web.page.gloss import Glossary
from searcher.web.page.hits import country, language_tag, shown_date, shown_hits
from searcher.web.page.links import Links, safe_url

if TYPE_CHECKING:
    from indexer.item import ByHand, ItemDate, NewsItem
    from searcher.answer import Answerer
    from searcher.duplicates import DuplicateGroup
    from searcher.engine import Engine
    from searcher.highlights import Highlights
    from searcher.reading.passages import Passage
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext
    from searcher.web.page.reader import Reader

SIMILAR: Final = 5
MOST_MARKS: Final = 1_000  # of the question and of dates; what tells a country is marked wherever it stands
TELLING: Final = 6  # words that are named of each language
# What says how a question is read; filters do not change which words of an item match.
_READ: Final = ("languages", "expand", "strict", "query_language", "drop")


class Read(NamedTuple):
    """What is read of the index for the page of an item.

    Attributes:
        passages: Its title and paragraphs, each with its language.
        highlights: What the question searched; None without a question.
        group: Its near duplicates with it; None without any.
        record: Its stored record.
    """

    passages: list[Passage]
    highlights: Highlights | None
    group: DuplicateGroup | None
    record: bytes


def whole_page(asked: Asked, item: NewsItem, context: PageContext) -> str:
    """Make the page of an item."""
    reader = reader_for(asked, context)
    links = Links(asked, context.base)
    searcher = context.searcher
    read = searcher.ask(lambda answerer: _read(answerer, asked, item))
    glossary = Glossary(searcher.ask(lambda answerer: answerer.engine.thesaurus), reader.language)
    title, body, marks, kinds = _texts(item, read, glossary, reader, MOST_MARKS)
    similar = searcher.similar(item.id, limit=SIMILAR)
    name = legible(item.title or beginning(" ".join(item.body.split()))) or reader.say("untitled")
    return render(
        "item.html",
        name,
        page_path(item.id),
        links,
        reader,
        context,
        heading=title or name,
        language=language_tag(item.language),
        body=body,
        marks=marks,
        facts=_facts(item, reader, names_days=spans.DAY in kinds),
        link=safe_url(item.url),
        url=legible(item.url or ""),
        group=_group(read.group, item, links, reader),
        similar=shown_hits(similar.hits, links, reader),
        glossary=[(legible(word), legible(gloss)) for word, gloss in glossary.words.items()],
        citation=citation(name, item.author, item.date, item.source, item.url, item.id, reader),
        downloads=downloads(read.record, item),
        json=context.base + json_path(item.id),
        back=links.to("/search") if asked.q or asked != type(asked)(ui=asked.ui) else None,
    )


def _read(answerer: Answerer, asked: Asked, item: NewsItem) -> Read:
    engine: Engine = answerer.engine
    document = engine.find(item.id)
    documents = [] if document is None else [document]
    highlights = None
    if asked.q:
        narrowed: dict[str, Any] = {name: value for name, value in asked.narrowing().items() if name in _READ}
        try:
            every: Any = answerer.matches(question_of_all(asked.q, "relevance", narrowed)).hits
        except QueryError:  # the item is shown all the same
            every = None
        if every:
            highlights = highlights_of(every.query)
    records = list(engine.records(documents))
    return Read(
        [passage for raw in records for passage in passages_of(raw)],
        highlights,
        group_of(engine, item.id),
        records[0] if records else b"{}",
    )


def _texts(
    item: NewsItem, read: Read, glossary: Glossary, reader: Reader, most: int
) -> tuple[Markup | None, list[tuple[str, Markup]], list[Markup], set[str]]:
    """Mark the title and the paragraphs; tell which kinds of marks there are, and whether there may be more.

    Args:
        item: The item.
        read: What is read of the index for it.
        glossary: Glosses its words.
        reader: Who reads it.
        most: How many words of the question and dates are marked: each makes the page heavier.
    """
    evidence = {mention.evidence for mention in item.countries if mention.evidence}
    dates = item.date is None or item.date.kind == "estimated"
    title: Markup | None = None
    body: list[tuple[str, Markup]] = []
    kinds: set[str] = set()
    left = most
    for _, part, language, written in checked(read.passages):
        text = single_spaced(written)
        told = spans.of_evidence(text, evidence)
        evidence -= {text[span.start : span.end] for span in told}
        asked = spans.of_question(text, language, read.highlights)[:left] if left else []
        left -= len(asked)
        days = spans.of_dates(text)[:left] if left and dates else []
        left -= len(days)
        found = [*asked, *told, *days, *glossary.spans(text, language)]
        kinds |= {span.kind for span in found}
        marked = spans.marked_text(text, found)
        if part == "title":
            title = marked
        else:
            body.append((language_tag(language), marked))
    legend = [spans.legend(kind, reader.say(f"marks_{kind}")) for kind in spans.SHOWN if kind in kinds]
    if not left:
        legend.append(reader.say("marks_most", n=reader.number(most)))
    return title, body, legend, kinds


def _facts(item: NewsItem, reader: Reader, *, names_days: bool) -> dict[str, Any]:
    """Tell how everything about an item is known; its text may name days, which are marked."""
    when = item.date
    places = [reader.stands(place) for place in item.sources]
    by_hand = {one.field for one in item.corrected}
    return {
        "date": shown_date(when, reader),
        "days": reader.period(when.start, when.end) if when else "",
        "why": reader.say(
            "by_hand_why" if when is None and "date" in by_hand else _why(when, names_days=names_days)
        ),
        "spoken_why": reader.say("by_hand_why") if "language" in by_hand else _told_by_words(item, reader),
        "spoken": ", ".join(map(reader.spoken, item.languages)),
        "countries": [(country(mention, reader), reader.say(mention.via)) for mention in item.countries],
        "stands": reader.stands(item.source),
        "places": Markup(", ").join(places),
        "id": legible(item.id),
        "former": reader.say("former", ids=legible(", ".join(item.former))) if item.former else "",
        "by_hand": [_by_hand(one, reader) for one in item.corrected],
        "own": [(reader.field(name), legible(value)) for name, value in _own(item)],
    }


def _why(when: ItemDate | None, *, names_days: bool) -> str:
    if when is None:
        return "nodate_why"
    if when.kind == "estimated" and not names_days:
        return "estimated_around_why"
    return f"{when.kind}_why"


def _told_by_words(item: NewsItem, reader: Reader) -> str:
    """Name the words that tell each language of an item; where some has too few, say what else tells it."""
    from indexer.languages.vote import ENOUGH_OWN, own_words  # few pages are of items

    text = f"{item.title or ''}\n{item.body}"
    found = [own_words(text, language)[:TELLING] for language in item.languages]
    if min(map(len, found)) < ENOUGH_OWN:
        return reader.say("language_why")
    return reader.say("language_words", words=reader.listed(map(", ".join, found)))


def _by_hand(correction: ByHand, reader: Reader) -> Markup:
    """Say what a person corrected, who and when, and what stood there at first."""
    first: Any = correction.at_first
    match correction.field:
        case "date":
            was = reader.date(read_day(first))
        case "language":
            was = ", ".join(map(reader.spoken, first["languages"]))
        case "countries":
            was = ", ".join(reader.country(one["code"]) for one in first) or reader.say("no_country")
    who = [legible(one) for one in (correction.who, correction.when[: len("2019-03-05")]) if one]
    field = reader.say(correction.field)
    return reader.listed(
        [f"{field} ({', '.join(who)})" if who else field, reader.say("hand_before", was=was)]
    )


def _own(item: NewsItem) -> list[tuple[str, str]]:
    named = (("author", item.author), ("section", item.section))
    return [*[(name, value) for name, value in named if value], *item.fields]


def _group(
    group: DuplicateGroup | None, item: NewsItem, links: Links, reader: Reader
) -> list[dict[str, Any]] | None:
    """Tell of each version of an item what has changed since the one before."""
    if group is None:
        return None
    return [
        {
            "href": None if version.id == item.id else links.item(version.id),
            "title": legible(version.title or "") or reader.say("untitled"),
            "date": shown_date(version.date, reader),
            "stands": reader.stands(version.source),
            "changes": reader.say(
                "changed", changes=reader.listed([legible(change.text) for change in version.changes])
            )
            if version.changes
            else "",
        }
        for version in group.items
    ]
