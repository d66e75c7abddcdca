"""Describe how a query was interpreted, with links to other interpretations."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from indexer.countries.country_names import find_country
from indexer.errors import Message
from indexer.runtime import NamedTuple
from searcher.facet_values import first_words
from searcher.query.limits import list_words
from searcher.query.parser import has_adjacent_words
from searcher.results import RELAXED
from searcher.safe_text import legible
from searcher.search_options import OWN_SYNTAX
from searcher.web.page.hits import way_message
from searcher.web.page.links import LINK, UNFILTERED
from searcher.web.page.messages import remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.results import Results
    from searcher.web.page.messages import Reader
    from searcher.web.page.page_frame import Page
    from searcher.web.parameters import SearchParams

MAX_CHIPS: Final = 40
MAX_QUOTED_LENGTH: Final = 160  # characters; the whole query is in the search box
# Notes that suggest a filter; their messages on the page have the same keys.
_OFFERS: Final = ("region_offered", "country_offered", "language_offered")
# Notes that the page shows in another way.
_SHOWN_OTHERWISE: Final = {RELAXED, "filter", "date_estimated", *_OFFERS}
_QUOTED: Final = Markup("<q>{}</q>")


class Chip(NamedTuple):
    """A part of the request, with a link that removes it from the request.

    Attributes:
        text: The text of the part.
        href: The link to the request without the part.
        says: The description of the link for screen readers.
    """

    text: str
    href: Markup
    says: Markup


def quote(text: str, most: int = MAX_QUOTED_LENGTH) -> Markup:
    """Return a typed text in quotation marks, shortened if it is long."""
    return _QUOTED.format(legible(first_words(text, most)))


def describe_reading(results: Results, page: Page) -> dict[str, Any]:
    """Describe how a query was interpreted, as values for a template.

    The values are sentences, added words, excluded words, and filters.
    """
    params, links, reader = page.params, page.links, page.reader
    added = [(one["from"], label) for one in results.expansions for label in one["to"]][:MAX_CHIPS]

    def chip(label: str, key: str, changed: dict[str, Any]) -> Chip:
        shown = legible(label)
        return Chip(shown, links.search(**changed), reader.say(key, label=shown))

    joined = [
        (legible(word), [chip(label, "drop", {"drop": (*params.drop, label)}) for _, label in labels])
        for word, labels in groupby(added, itemgetter(0))
    ]
    dropped = [chip(label, "undrop", _remove_value(params, "drop", label)) for label in params.drop]
    if joined:
        no_expand = reader.say("no_expand")
        joined.append(("", [Chip(no_expand, links.search(expand=False, drop=()), no_expand)]))
    return {
        "lines": list(_lines(results, page)),
        "labels": legible(", ".join([label for _, label in added])),
        "joined": joined,
        "dropped": dropped,
        "narrowed": active_filters(page),
    }


def _lines(results: Results, page: Page) -> Iterator[Markup]:
    """Yield sentences on how a query was interpreted, and links to suggested changes."""
    params, links, reader = page.params, page.links, page.reader
    if results.suggestion:
        correction = LINK.format(
            links.search(q=results.suggestion, syntax=OWN_SYNTAX), legible(results.suggestion)
        )
        yield reader.say("suggestion", query=correction)
    for note in results.notes:
        offer = note.text.values if isinstance(note.text, Message) else {}
        if note.kind in _OFFERS and "name" in offer:
            text = reader.say(note.kind, word=legible(offer["name"]))
            name = "lang" if note.kind == "language_offered" else "country"
            changed: dict[str, Any] = {name: (*getattr(params, name), offer["typed"].strip('"'))}
            yield LINK.format(links.search(**changed), text)
    yield from wording(results, reader)
    if results.undated_left_out:
        yield LINK.format(links.search(estimated=True), reader.say("let_estimated"))
    if not params.expand:
        yield reader.say("expand_again") + " " + LINK.format(links.search(expand=True), reader.say("expand"))


def wording(results: Results, reader: Reader) -> Iterator[Markup]:
    """Yield sentences on how a query was interpreted."""
    if results.relaxed is not None:
        yield reader.say("relaxed", from_=quote(results.query), to=quote(results.relaxed))
    is_named = results.unmatched == (results.query,) and (results.relaxed is not None or not results.total)
    if results.unmatched and not is_named:
        yield reader.say("unmatched", words=legible(list_words(results.unmatched)))
    for note in results.notes:
        if note.kind not in _SHOWN_OTHERWISE:
            yield remark(note.text, reader)
    if results.undated_left_out:
        yield reader.many("undated_left", results.undated_left_out)


def reading_sentences(results: Results, reader: Reader) -> list[Markup]:
    """Return sentences on how a query was interpreted, and on the words that were added."""
    labels = [legible(label) for expansion in results.expansions for label in expansion["to"]]
    joined = [reader.add_heading(reader.say("joined"), ", ".join(labels[:MAX_CHIPS]))] if labels else []
    return [*wording(results, reader), *joined]


def mode_sentences(results: Results, page: Page) -> Iterator[Markup]:
    """Yield a sentence on whether all words are required, with a link to change this."""
    reader, links = page.reader, page.links
    if page.params.all_:
        if has_adjacent_words(results.query) and results.relaxed is None:
            any_word = LINK.format(links.here(all_=False), reader.say("any_word"))
            yield reader.join([reader.say("all_on"), any_word])
    elif results.total_all_words < results.total and results.relaxed is None:
        wording = reader.many("all_words", results.total_all_words)
        only = LINK.format(links.here(all_=True), reader.say("only_all_words"))
        yield wording + " " + only if results.total_all_words else wording


def active_filters(page: Page) -> list[Chip]:
    """Return the active filters, each with a link that removes it."""
    links, reader = page.links, page.reader
    found = [
        Chip(text, links.here(**without), reader.say("remove", label=text))
        for text, without in _filters(page.params, reader)
    ]
    if len(found) > 1:
        remove_all = reader.say("remove_all")
        found.append(Chip(remove_all, links.here(**UNFILTERED), remove_all))
    return found


def filters_in_words(params: SearchParams, reader: Reader) -> str:
    """Return the filters of a request as text."""
    return ", ".join([text for text, _ in _filters(params, reader)])


def title_with_filters(subject: str, params: SearchParams, reader: Reader) -> str:
    """Return a title with the filters of a request."""
    shown = legible(first_words(subject, MAX_QUOTED_LENGTH))
    return ", ".join(filter(None, (shown, filters_in_words(params, reader))))


def _remove_value(params: SearchParams, field: str, value: str) -> dict[str, Any]:
    """Return a parameter without one of its values, as arguments of :class:`Links`."""
    return {field: tuple([one for one in getattr(params, field) if one != value])}


def _filters(params: SearchParams, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a description of each filter of a request, and the parameters that remove the filter."""
    without = partial(_remove_value, params)

    def named(key: str, otherwise: str) -> str:
        return reader.say(key) if key in reader.messages else legible(otherwise)

    for value in params.country:
        code = find_country(value)
        unknown = reader.say("country.none") if value == "unknown" else legible(value)
        yield reader.country(code) if code else unknown, without("country", value)
    for value in params.country_via:
        yield named(f"country_by_{value}", value), without("country_via", value)
    for value in params.lang:
        yield reader.language_name(value), without("lang", value)
    if params.from_ or params.to:
        same = params.from_ == params.to
        text = params.from_ if same else f"{params.from_ or '…'} – {params.to or '…'}"
        yield legible(text or ""), {"from_": None, "to": None}
    if params.estimated:
        yield reader.say("parameter.with_estimated"), {"estimated": False}
    for value in params.where:
        name, _, one = value.partition("=")
        yield reader.add_heading(reader.field(name), legible(one)), without("where", value)
    for value in params.via:
        yield named(way_message(value), value), without("via", value)
