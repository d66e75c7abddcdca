"""The common parts of all pages: templates, search box, filters, and the choice of languages."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from indexer.schema import UNKNOWN
from searcher.facet_values import ConceptValue, FacetValue
from searcher.facets import containing
from searcher.present.catalogue import LANGUAGES
from searcher.safe_text import legible
from searcher.web.page.links import Links, pairs
from searcher.web.page.messages import NATIVE_NAMES, Reader, choose_reader, reader_of
from searcher.web.parameters import APPEARANCE, COUNTING, FILTERS, FORM_FIELDS, HIDDEN_FIELDS, READING
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.results import Results
    from searcher.web.page.links import PageContext
    from searcher.web.parameters import SearchParams


FIRST: Final = 10  # values that are shown; the others are collapsed
MOST: Final = 10  # collapsed values; more are listed only if the request names the field as a facet
MOST_REQUESTED: Final = 400


_LINK: Final = Markup('<a href="{}" rel="nofollow">{}</a>')
# The other pages of a question have no order, pages and additional facets of hits.
OF_ALL: Final[dict[str, Any]] = {"sort": "relevance", "limit": 10, "group": True, "facet": ()}
_LIMITS: Final = {"/concordance": {"limit": 50}, "/terms": {"limit": 20}}
_TABS: Final = {
    "results": "/search",
    "over_time": "/timeline",
    "countries": "/countries",
    "tab_lines": "/concordance",
    "stories": "/stories",
    "typical_words": "/terms",
}
_THEMES: Final = {"light": "theme_light", "dark": "theme_dark", None: "theme_system"}
_OF_WORDS: Final = ("/concordance", "/terms")  # pages of a query; typical words of filters, too


def fields(results: Results, page: Page) -> list[dict[str, Any]]:
    """Return the fieldsets of results: countries, languages, then custom fields."""
    found = {
        name: containing(name, values, page.params.match)
        for name, values in results.facets.items()
        if name not in ("year", "month")
    }
    return [_field(name, values, page) for name, values in found.items() if values]


def uncounted(results: Results, page: Page) -> list[tuple[str, Markup]]:
    """Return the kinds of concepts that are not counted, each with a link to count it."""
    return [
        (page.reader.field(kind), page.links.search(facet=(*page.params.facet, kind)))
        for kind in page.concept_kinds()
        if kind not in results.facets
    ]


def _field(name: str, values: Sequence[FacetValue], page: Page) -> dict[str, Any]:
    """Return a fieldset: rows that are always shown, collapsed rows, and a note on unlisted values."""
    reader, requested = page.reader, page.params.facet
    values = reader.ranked(name, values)
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
    title = reader.say(name) if name in ("country", "language") else reader.field(name)
    return {
        "title": title,
        "first": _rows(name, [*first, *unknown], reader),
        "more": _rows(name, listed, reader),
        "unfolds": reader.many("more_values", len(listed)) if rest else "",
        "left": note,
    }


def _rows(name: str, values: Iterable[FacetValue], reader: Reader) -> Markup:
    language, number = reader.language, reader.counted
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
    """Return a checkbox up to its count; cached, since the same ones recur."""
    shown = escape(reader_of(language).label(name, FacetValue(value, label, 0, selected)))
    parameter, given = {"country": ("country", value), "language": ("lang", value)}.get(
        name, ("where", f"{name}={value}")
    )
    if name == "language" and value == UNKNOWN:  # no filter takes it
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


@cache
def _sentences(language: str) -> dict[str, str]:
    """Return the messages of a language that need no number."""
    return {key: forms[0] for key, forms in choose_reader(language, ()).messages.items()}


class Page:
    """A page: the question of a request, the language of its reader, and its links.

    Links begin with ``base``, by default that of the context.
    """

    def __init__(self, params: SearchParams, context: PageContext, base: str | None = None) -> None:
        self.params = params
        self.context = context
        self.searcher = context.searcher
        self.reader = choose_reader(params.ui, context.languages)
        self.links = Links(params, context.base if base is None else base)

    def static(self, name: str) -> str:
        """Return the address of a static file, which changes with its content."""
        return self.context.base + static_files()[name].path

    def concept_kinds(self) -> Sequence[str]:
        """Return the kinds of concepts that the thesaurus of the index has."""
        return self.searcher.ask(lambda answerer: answerer.engine.thesaurus.kinds)

    def tabs(self, path: str) -> list[tuple[Markup, Markup, bool]]:
        """Return the pages of the question: the name of each, its link, and whether it is the current one."""
        links = self.links.alongside()
        narrowed = any(getattr(self.params, name) for name in FILTERS)
        return [
            (self.reader.say(name), links.search(path=to, **OF_ALL | _LIMITS.get(to, {})), to == path)
            for name, to in _TABS.items()
            if self.params.q or to not in _OF_WORDS or (narrowed and to == "/terms")
        ]

    def render(self, template: str, title: str, path: str, **values: Any) -> str:
        """Return the HTML document of a template; the variable ``kept`` replaces hidden fields of the form.

        ``path`` is the address of the page, for the links to it in another language.
        """
        params, reader, language = self.params, self.reader, self.reader.language
        address, today = Links(params, self.context.origin).to(path), datetime.now().astimezone().date()
        generation = self.searcher.ask(lambda answerer: answerer.engine.generation)
        # The form of a page without fields for the filters keeps them, and the parameters of its tool.
        kept = (*FORM_FIELDS, *HIDDEN_FIELDS, *READING) if path in COUNTING else HIDDEN_FIELDS
        common = {
            "m": _sentences(language),
            "lang": language,
            "title": title,
            "archive_name": self.context.archive,
            "base": self.context.base,
            "printed": reader.say(
                "printed_page", address=str(address), day=reader.period(today, today), generation=generation
            ),
            "static": self.static,
            "description": reader.say("site_description", archive=self.context.archive),
            "q": params.q or "",
            "uis": [(code, NATIVE_NAMES[code], self.links.to(path, ui=code)) for code in LANGUAGES],
            "alike": escape(f"?{alike}") if (alike := params.appearance().query_string()) else "",
            "appearance": pairs(params, APPEARANCE),
            "themes": [
                (reader.say(key), self.links.to(path, theme=theme))
                for theme, key in _THEMES.items()
                if theme != params.theme and not self.links.is_long
            ],
            "marking": None if self.links.is_long else self.links.to(path, marks=not params.marks),
            "params": params,
            "action": path if path in COUNTING else "/search",
            "tabs": self.tabs(path),
            "kept": pairs(params, kept, path),
        }
        return _templates().get_template(template).render(common | values)
