"""Render hits and their parts as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from markupsafe import Markup, escape

from indexer.checkpoint import add_checkpoints
from indexer.runtime import NamedTuple
from searcher.exports.export_formats import FORMS
from searcher.facet_values import first_words
from searcher.results import MATCH_MARK, RELAXED
from searcher.safe_text import legible
from searcher.web.page.links import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.item import CountryMention, ItemDate, NewsItem
    from searcher.results import Hit
    from searcher.web.page.links import Links
    from searcher.web.page.messages import Reader


MIN_OVERLAP: Final = 10  # minimum characters that the opening and the passage of an untitled hit share
MAX_COUNTRIES = 8  # countries of a hit; the page of the item lists all
_WAYS = {"corrected": "via_corrected", RELAXED: "relaxed_way"}


class DateView(NamedTuple):
    """A date as the page shows it.

    Attributes:
        text: The date in the reader's language.
        kind: How the date was determined, as a style class; ``none`` without a date.
        how: How the date was determined, as text; empty if the item states the date.
        iso: The day in ISO 8601, or ``None`` if the date is estimated or spans several days.
    """

    text: str
    kind: str
    how: str
    iso: str | None

    @property
    def html(self) -> Markup:
        """The date, and how it was determined, as HTML."""
        text = f'<time datetime="{self.iso}">{self.text}</time>' if self.iso else self.text
        how = f" <i>{self.how}</i>" if self.how else ""
        return Markup(f'<span class="date {self.kind}">{text}{how}</span>')  # noqa: S704 - messages and days


class HitView(NamedTuple):
    """A hit, or a near duplicate below a hit, as HTML.

    Attributes:
        href: The link to the page of the item.
        title: The title of the item, or the beginning of an untitled one.
        language: The ``lang`` attribute of the title and the passage, if their language is not that of the
            page.
        about: The date, the languages, and how the hit was found.
        passage: A paragraph with the best passage; empty if the heading of an untitled hit already shows it.
        countries: The first countries of the item.
    """

    href: Markup
    title: Markup
    language: Markup
    about: Markup
    passage: Markup
    countries: Markup


def hit_view(hit: Hit, links: Links, reader: Reader, *, is_duplicate: bool = False) -> HitView:
    """Render a hit, or a near duplicate below a hit."""
    details = hit.details
    title = escape(legible(hit.title or first_words(details.opening)) or reader.say("hit.untitled"))
    snippet = mark_matches(details.snippet or "")
    if not hit.title and details.opening and details.snippet:
        title, snippet = _split_untitled(first_words(details.opening), details.snippet)
    elif hit.title and (details.snippet or "").replace(MATCH_MARK, "") == " ".join(hit.title.split()):
        title, snippet = snippet, Markup()  # the title is its best passage
    tag = language_tag(details.language)
    language = f' lang="{tag}"' if tag not in ("", reader.language) else ""
    spoken = Markup(", ").join(map(reader.language_name, details.languages))
    about = f"{date_view(details.date, reader).html} <span>{spoken}</span>"
    if not is_duplicate and "typed" not in hit.via:
        about += "".join([f' <span class="way">{reader.say(way_message(way))}</span>' for way in hit.via])
    passage = f'<p class="snippet"{language}>{snippet}' if snippet else ""
    countries = [f"<span>{country(mention, reader)}</span> " for mention in details.countries[:MAX_COUNTRIES]]
    made = (language, about, passage, "".join(countries))
    return HitView(links.item(hit.id), title, *map(Markup, made))


def _split_untitled(opening: str, snippet: str) -> tuple[Markup, Markup]:
    """Return the heading of a hit without a title, and the rest of its passage.

    The passage omits the words of the heading.
    """
    opening = opening.rstrip(" …\N{NO-BREAK SPACE}(,;:–-")
    parts = snippet.removeprefix("…").split(MATCH_MARK)
    text = "".join(parts)
    most = min(len(opening), len(text))
    common = range(most, min(MIN_OVERLAP, most) - 1, -1)
    left = next((length for length in common if opening.endswith(text[:length])), 0)
    before = opening[: len(opening) - left]
    at = 0
    while at < len(parts) - 1 and left > len(parts[at]):
        left -= len(parts[at])
        at += 1
    inside = MATCH_MARK if at % 2 else ""
    head = MATCH_MARK.join([*parts[:at], parts[at][:left]]) + inside
    tail = MATCH_MARK.join([inside + parts[at][left:], *parts[at + 1 :]])
    rest = tail.replace(MATCH_MARK, "").strip()
    passage = mark_matches(f"…{tail.lstrip(' ,;:')}") if rest else Markup()
    return escape(legible(before)) + mark_matches(head), passage


def hit_list(
    hits: Iterable[Hit],
    links: Links,
    reader: Reader,
    *,
    boxes: bool = False,
    tags: Mapping[str, Markup] | None = None,
) -> Markup:
    """Render a list of hits.

    Args:
        hits: The hits to list.
        links: Builds links.
        reader: The reader, whose language decides dates and labels.
        boxes: Whether each hit has a box with which to select it.
        tags: The tags and collections of hits, by id.
    """
    tags = tags or {}
    made = [
        _hit_markup(hit, links, reader, tags.get(hit.id, ""), boxes=boxes) for hit in add_checkpoints(hits, 1)
    ]
    return Markup("".join(made))  # noqa: S704 - escaped there


def _hit_markup(hit: Hit, links: Links, reader: Reader, tags: Markup | str, *, boxes: bool) -> Markup:
    href, title, language, about, passage, countries = hit_view(hit, links, reader)
    untitled = "" if hit.title else ' class="untitled"'
    more = len(hit.countries) - MAX_COUNTRIES
    left = f"<span>+{more}</span> " if more > 0 else ""
    same = ""
    if hit.same:
        others = "".join([_duplicate_markup(one, links, reader) for one in hit.same])
        many = reader.many("same", len(hit.same))
        same = f'<details class="same"><summary>{many}</summary><ul>\n{others}</ul></details>'
    tags = f"<p>{tags}" if tags else ""
    place = f"{countries}{left}<small>{reader.location(hit.source)}</small>"
    tick = named = ""
    if boxes:
        named = f' id="t{hit.rank}"'
        tick = f'<input type="checkbox" name="id" value="{escape(hit.id)}" aria-labelledby="t t{hit.rank}">'
    return Markup(  # noqa: S704 - all escaped
        f'<li>{tick}<h3{named}><a href="{href}"{language}{untitled}>{title}</a></h3>\n'
        f"<p>{about}\n{passage}{tags}<p>{place}{same}\n"
    )


def _duplicate_markup(hit: Hit, links: Links, reader: Reader) -> str:
    view, date = hit_view(hit, links, reader, is_duplicate=True), date_view(hit.date, reader).html
    link = f'<a href="{view.href}"{view.language}>{view.title}</a>'
    return f"<li>{link} {date} <small>{reader.location(hit.source)}</small>\n"


def way_message(way: str) -> str:
    """Return the message key for how a hit was found, such as ``translated``."""
    return _WAYS.get(way, way)


def date_view(when: ItemDate | None, reader: Reader) -> DateView:
    """Return a date as the page shows it."""
    text = reader.date(when)
    if when is None:
        return DateView(text, "none", "", None)
    known = when.kind != "estimated" and when.start == when.end
    how = "" if when.kind == "printed" else reader.say(when.kind)
    return DateView(text, when.kind, how, when.start.isoformat() if known else None)


def mark_matches(snippet: str) -> Markup:
    """Return a snippet as HTML in which the matches are marked."""
    parts = str(escape(legible(snippet))).split(MATCH_MARK)
    for at in range(1, len(parts), 2):
        parts[at] = parts[at] and f"<mark>{parts[at]}</mark>"
    return Markup("".join(parts))  # noqa: S704 - escaped above


def country(mention: CountryMention, reader: Reader) -> Markup:
    """Return the name of a country, and the words that name it in the text if they differ."""
    name = escape(reader.country(mention.code))
    if mention.evidence and mention.evidence != name:
        return Markup(f"{name} <q>{escape(legible(mention.evidence))}</q>")  # noqa: S704 - escaped
    return name


def language_tag(code: str) -> str:
    """Return the ``lang`` attribute for a text, or an empty string for an unknown language."""
    return "" if code == "und" else code


EXPORTS: Final = tuple([(form, FORMS[form].label) for form in ("csv", "xlsx", "jsonl", "ris", "bib", "csl")])
"""The formats of exports and their names."""


def exports_of(ids: Iterable[str], base: str) -> list[tuple[str, str]]:
    """Return each export format with a link that exports the given items."""
    chosen = urlencode([("id", one) for one in ids])
    return [(name, f"{base}/export.{form}?{chosen}") for form, name in EXPORTS]


def citation(title: str, item: Hit | NewsItem, reader: Reader, author: str | None = None) -> Markup:
    """Return the citation of an item."""
    when = reader.date(item.date)
    if item.date is not None and item.date.kind != "printed":
        when = f"{when}, {reader.say(item.date.kind)}"
    parts = [reader.say("quotation", text=legible(title))]
    parts += [escape(legible(author))] if author else []
    parts += [reader.location(item.source), escape(when)]
    if item.url:
        link = Markup('<a href="{0}" rel="noreferrer">{0}</a>')
        parts.append(link.format(item.url) if safe_url(item.url) else escape(legible(item.url)))
    return Markup(". ").join([*parts, Markup("[{}]").format(legible(item.id))])
