"""The pages about the site: help with queries, the description of the archive, and the HTTP API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from indexer.errors import QueryError
from indexer.runtime import NamedTuple
from indexer.schema import COUNTRY_WAYS, UNKNOWN
from searcher.web.openapi import description
from searcher.web.page.about_text import to_html
from searcher.web.page.page_frame import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from searcher.web.page.links import PageContext
    from searcher.web.page.messages import Reader
    from searcher.web.parameters import SearchParams

# Examples of the query language by task; their explanations are the messages "form_..." .
FORMS: Final = {
    "help_words": {
        "any": "{a} {b}",
        "phrase": '"{a} {b}"',
        "must": "+{a} {b}",
        "not": "{a} -{c}",
        "or": "{a} OR {c}",
        "and": "{a} AND ({b} OR {c})",
    },
    "help_spelling": {"prefix": "{stem}*", "fuzzy": "{a}~", "as_written": "={a}", "regex": "/{stem}[a-z]+/"},
    "help_near": {"near": "{a} NEAR/5 {b}", "before": "{a} PRE/5 {b}", "same": "{a} SAME {b}"},
    "help_where": {"title": "title:{a}", "lead": "lead:{a}", "often": "atleast2({a})"},
    "help_filters": {
        "country": "{a} country:{country}",
        "lang": "{a} lang:{language}",
        "date": "{a} date:{year}",
        "everything": "*",
    },
}
SAMPLED: Final = 100  # items whose titles may give the examples
_WORDS: Final = re.compile(r"\b([^\W\d_]{5,}) ([^\W\d_]{5,})\b")
_STEM: Final = 4  # letters


class Sample(NamedTuple):
    """Words and values of the index, for examples.

    Attributes:
        words: The variable parts of :data:`FORMS`.
        item_id: The id of the item that has them.
    """

    words: dict[str, str]
    item_id: str


def sample_of(page: Page) -> Sample:
    """Choose the words of examples: two adjacent ones of a title, and one of another title."""
    searcher, language = page.searcher, page.reader.language
    spoken = (language,) if searcher.search(None, limit=0, languages=language, facets=()).total else ()
    hits = searcher.search(None, sort="newest", limit=SAMPLED, languages=spoken, facets=()).hits
    found = [(pair, hit) for hit in hits for pair in _WORDS.findall(hit.title or hit.details.opening)]
    if not found:
        return Sample({}, hits[0].id if hits else "")
    (first, second), hit = found[0]
    words = {"a": first.lower(), "b": second.lower(), "stem": first.lower()[:_STEM], "language": hit.language}
    words["c"] = next((pair[0].lower() for pair, _ in found if not {first, second} & {*pair}), "")
    facets = searcher.search(words["a"], limit=0).facets
    for name in ("country", "year"):
        words[name] = next((one.value for one in facets[name] if one.value != UNKNOWN), "")
    return Sample(words, hit.id)


def help_page(params: SearchParams, context: PageContext) -> str:
    """Return the page of ``/help``: the query language by task, with examples that have matches."""
    page = _page(params, context)
    words = sample_of(page).words
    tasks = []
    for task, forms in FORMS.items():
        filled = {key: form.format_map(_Known(words)) for key, form in forms.items()}
        rows = [(form, *_linked(form, page), page.reader.say(f"form_{key}")) for key, form in filled.items()]
        tasks.append((page.reader.say(task), [row for row in rows if row[2]]))
    return page.render("help.html", page.reader.say("help"), "/help", tasks=tasks)


class _Known(dict[str, str]):
    """Words by name; a name that is not known stays, and matches nothing."""

    def __missing__(self, name: str) -> str:
        return name


def _linked(query: str, page: Page) -> tuple[Markup, str]:
    """Return the link of an example and its number of items; no number without any."""
    results = page.searcher.search(query, limit=0, facets=(), group=False)
    count = page.reader.many("items", results.total) if results.total and results.relaxed is None else ""
    return page.links.search(q=query), count


def about_page(params: SearchParams, context: PageContext) -> str:
    """Return the page of ``/about``: the text of its operator, and counts by what is known of the items."""
    page = _page(params, context)
    reader, facts = page.reader, page.searcher.info()
    generation = page.searcher.ask(lambda answerer: answerer.engine.generation)
    number, items = reader.number, facts["items"]
    return page.render(
        "about.html",
        reader.say("about"),
        "/about",
        text=to_html(context.about),
        summary=[
            reader.many("items", items),
            reader.say("about_built", day=facts["built"][:10], generation=generation),
        ],
        sources=[
            (one["file"], page.links.search(where=(f"source={one['file']}",)), number(one["items"]))
            for one in facts["sources"]
        ],
        tables=[
            (reader.say("date"), [(*_dated(kind, reader), number(n)) for kind, n in facts["dates"].items()]),
            (
                reader.say("language"),
                [(reader.spoken(code), "", number(n)) for code, n in facts["language_codes"].items()],
            ),
            (
                reader.say("countries"),
                [(reader.say(way), "", number(n)) for way, n in _countries_by_way(page, items)],
            ),
        ],
    )


def _dated(kind: str, reader: Reader) -> tuple[Markup, Markup]:
    """Return the name of a kind of date, and how such a date is known."""
    if kind == "none":
        return reader.say("no_date"), reader.say("nodate_why")
    return reader.say(kind), reader.say(f"{kind}_why")


def _countries_by_way(page: Page, items: int) -> Iterator[tuple[str, int]]:
    """Yield the number of items with a country that is known in each way; nothing if the index lacks it."""
    for way in COUNTRY_WAYS:
        known: Any = {"country_via": (way,)}
        try:
            results = page.searcher.search(None, limit=0, group=False, facets=("country",), **known)
        except QueryError:
            return
        without = next((one.count for one in results.facets["country"] if one.value == UNKNOWN), 0)
        if items > without:
            yield way, items - without


def api_page(params: SearchParams, context: PageContext) -> str:
    """Return the page of ``/api``: the addresses of the OpenAPI description, with examples of this index."""
    page = _page(params, context)
    described = description(context.origin, context.archive)
    shared = described["components"]["parameters"]
    sample = sample_of(page)
    routes = []
    for path, one in described["paths"].items():
        operation = one["get"]
        given = [
            shared[at["$ref"].rpartition("/")[2]] if "$ref" in at else at for at in operation["parameters"]
        ]
        taken = {parameter["name"] for parameter in given}
        address = path.replace("{id}", quote(sample.item_id, safe=""))
        if "q" in taken and "a" in sample.words:
            address += f"?q={quote(sample.words['a'])}"
        routes.append((path, operation["summary"], sorted(taken), address))
    parameters = [(one["name"], one["description"]) for one in shared.values()]
    return page.render(
        "api.html",
        page.reader.say("api"),
        "/api",
        origin=context.origin,
        routes=routes,
        parameters=parameters,
    )


def _page(params: SearchParams, context: PageContext) -> Page:
    """Return a page without a question."""
    return Page(type(params)(ui=params.ui), context)


def robots_txt(_: SearchParams, context: PageContext) -> str:
    """Return the rules for crawlers: the pages about the site only.

    Each item and each link of a page of results is a search, and there is no end of questions; an archive
    is not made public by a server that can be reached.
    """
    allowed: Any = ("$", "about$", "help$", "api$", "static/", "favicon.ico")
    lines = [f"Allow: {context.base}/{path}" for path in allowed]
    return "\n".join(["User-agent: *", *lines, f"Disallow: {context.base}/", ""])
