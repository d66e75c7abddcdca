"""Render the parts of all pages: search box, filters, and choice of language."""

from __future__ import annotations

from datetime import datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from indexer.schema import UNKNOWN
from searcher.facet_values import ConceptValue, FacetValue
from searcher.facets import filter_facets
from searcher.safe_text import legible
from searcher.web.page.links import Links
from searcher.web.page.messages import NATIVE_NAMES, reader_of
from searcher.web.parameters import COUNTING, FILTERS, FORM_FIELDS
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.results import Results
    from searcher.web.page.links import PageContext
    from searcher.web.page.messages import Reader
    from searcher.web.parameters import SearchParams


FIRST: Final = 10  # visible values; further ones are collapsed
MOST: Final = 10  # collapsed values; all are listed if the request names the facet
MOST_REQUESTED: Final = 400


_LINK: Final = Markup('<a href="{}" rel="nofollow">{}</a>')
_TABS: Final = {
    "results": "/search",
    "over_time": "/timeline",
    "countries": "/countries",
    "tab_lines": "/concordance",
    "stories": "/stories",
    "typical_words": "/terms",
}
_LINES: Final = 50  # lines on the concordance tab
_THEMES: Final = {"light": "theme_light", "dark": "theme_dark", None: "theme_system"}
_OF_WORDS: Final = ("/concordance", "/terms")  # pages that need a query; typical words also accept filters


def fields(results: Results, page: Page) -> list[dict[str, Any]]:
    """Return a filter list for each field: countries, languages, custom fields."""
    listed = {name: values for name, values in results.facets.items() if name not in ("year", "month")}
    found = filter_facets(listed, page.params.match)
    return [_field(name, values, page) for name, values in found.items() if values]


def uncounted_kinds(results: Results, page: Page) -> list[tuple[str, Markup]]:
    """Return the kinds of concepts that the page does not count.

    Each comes with a link to a page that counts them.
    """
    return [
        (page.reader.field(kind), page.links.search(facet=(*page.params.facet, kind)))
        for kind in page.concept_kinds()
        if kind not in results.facets
    ]


def _field(name: str, values: Sequence[FacetValue], page: Page) -> dict[str, Any]:
    """Return the filter list of a field, as values for the template."""
    reader, requested = page.reader, page.params.facet
    values = reader.sort_values(name, values)
    chosen = [value for value in values if value.selected]
    others = [value for value in values if not value.selected]
    most = MOST_REQUESTED if page.params.match else FIRST
    first = [*chosen, *others[: max(most - len(chosen), 3)]]
    unknown = [value for value in others if value.value == UNKNOWN and value not in first]
    rest = [value for value in others[len(first) - len(chosen) :] if value.value != UNKNOWN]
    if len(rest) == 1:
        first, rest = first + rest, []
    listed = rest[:MOST_REQUESTED] if name in requested or len(rest) <= MOST else []
    left = reader.number(len(rest) - len(listed)) if len(rest) > len(listed) else ""
    note: Markup | str = ""
    if left and name in requested:
        note = reader.say("too_many", n=left)
    elif left:
        href = f"{page.links.search(facet=(*requested, name))}#narrow"
        note = _LINK.format(Markup(href), reader.say("show_more", n=left))  # noqa: S704 - escaped
    return {
        "title": reader.field(name),
        "first": _rows(name, [*first, *unknown], reader),
        "more": _rows(name, listed, reader),
        "unfolds": reader.many("query.more_names", len(listed)) if rest else "",
        "left": note,
    }


def _rows(name: str, values: Iterable[FacetValue], reader: Reader) -> Markup:
    language, number = reader.language, reader.column_number
    rows = []
    for value in values:
        label = value.label
        if isinstance(value, ConceptValue):
            label = dict(value.labels).get(language, label)
        row = _row(name, value.value, label, value.selected, language)
        rows.append(f"{row}{number(value.count)}</b>")
    return Markup("".join(rows))  # noqa: S704 - escaped there


@lru_cache(1 << 11)
def _row(name: str, value: str, label: str, selected: bool, language: str) -> str:  # noqa: FBT001 - a key
    """Return a checkbox for a value of a filter."""
    shown = escape(reader_of(language).label(name, FacetValue(value, label, 0, selected)))
    parameter, given = {"country": ("country", value), "language": ("lang", value)}.get(
        name, ("where", f"{name}={value}")
    )
    if name == "language" and value == UNKNOWN:  # cannot be filtered by
        return f"<li><span>{shown}</span> <b>"
    checked = " checked" if selected else ""
    return (
        f'<li><label><input form="f" type="checkbox" name="{parameter}" value="{escape(given)}"{checked}> '
        f"{shown}</label> <b>"
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["legible"] = legible
    return environment


def document(template: str, **values: Any) -> str:
    """Render a template with the given values."""
    return _templates().get_template(template).render(values)


@cache
def _sentences(language: str) -> dict[str, str]:
    """Return the messages of a language that do not depend on a number."""
    return {key: forms[0] for key, forms in reader_of(language).messages.items()}


class Page:
    """A page to render, with its request, language and links.

    Links begin with ``base``, which by default is that of the context.
    """

    def __init__(
        self, params: SearchParams, context: PageContext, path: str = "/search", base: str | None = None
    ) -> None:
        self.params = params
        self.context = context
        self.path = path
        self.searcher = context.searcher
        self.reader = reader_of(params.ui or context.languages[0])
        self.links = Links(params, context.base if base is None else base, path)

    @cached_property
    def plain(self) -> Links:
        """Links that do not contain the search."""
        return Links(self.params.appearance(), self.context.base)

    @property
    def action(self) -> str:
        """The URL to which the search form is sent."""
        return self.path if self.path in COUNTING else "/search"

    def hidden_fields(self, *shown: str) -> list[tuple[str, str]]:
        """Return hidden fields for the parameters that the search form does not show.

        ``shown`` are the parameters that the form shows: by default the filters on the page of a search, none
        on the page of a tool.
        """
        return self.links.fields(self.action, shown or (FORM_FIELDS if self.action == "/search" else ()))

    def static(self, name: str) -> str:
        """Return the URL of a static file, which changes with the file's content."""
        return self.context.base + static_files()[name].path

    def concept_kinds(self) -> Sequence[str]:
        """Return the kinds of concepts that the thesaurus of the index has."""
        return self.searcher.ask(lambda answerer: answerer.engine.thesaurus.kinds)

    def tabs(self) -> list[tuple[Markup, Markup, bool]]:
        """Return the tabs: for each its name, its link, and whether it is open."""
        narrowed = any(getattr(self.params, name) for name in FILTERS)
        lines = {"/concordance": {"limit": _LINES}}
        return [
            (
                self.reader.say(name),
                self.links.search(path=to, facet=(), **lines.get(to, {})),
                to == self.path,
            )
            for name, to in _TABS.items()
            if self.params.q or to not in _OF_WORDS or (narrowed and to == "/terms")
        ]

    def render(self, template: str, title: str, **values: Any) -> str:
        """Return the HTML of the page."""
        params, reader, context = self.params, self.reader, self.context
        address = Links(params, context.origin, self.path).to(self.path)
        today = datetime.now().astimezone().date()
        generation = self.searcher.ask(lambda answerer: answerer.engine.generation)
        common = {
            "page": self,
            "params": params,
            "links": self.links,
            "base": context.base,
            "static": self.static,
            "m": _sentences(reader.language),
            "reader": reader,
            "say": reader.say,
            "many": reader.many,
            "lang": reader.language,
            "native_names": NATIVE_NAMES,
            "themes": _THEMES,
            "title": title,
            "archive_name": context.archive,
            "description": reader.say("site_description", archive=context.archive),
            "printed": reader.say(
                "printed_page", address=str(address), day=reader.period(today, today), generation=generation
            ),
        }
        values.setdefault("kept", None)
        return document(template, **common | values)
