"""Render the pages about the site: help, the archive, and the HTTP API."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from markupsafe import Markup

from indexer.errors import DragomanError, QueryError, message, reason
from indexer.schema import COUNTRY_WAYS, UNKNOWN
from searcher.web.page.page_frame import MOST_REQUESTED, Page, document
from searcher.web.responses import static_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.web.page.links import PageContext
    from searcher.web.parameters import SearchParams

# Examples of the query language by task, with the keys of their explanations.
FORMS: Final = {
    "help_words": {
        "form_any": "{a} {b}",
        "form_phrase": '"{a} {b}"',
        "form_must": "+{a} {b}",
        "form_not": "{a} -{c}",
        "form_or": "{a} OR {c}",
        "form_and": "{a} AND ({b} OR {c})",
    },
    "help_spelling": {
        "form_prefix": "{stem}*",
        "form_fuzzy": "{a}~",
        "form_as_written": "={a}",
        "form_regex": "/{stem}[a-z]+/",
    },
    "help_near": {"form_near": "{a} NEAR/5 {b}", "form_before": "{a} PRE/5 {b}", "form_same": "{a} SAME {b}"},
    "help_where": {"form_title": "title:{a}", "form_lead": "lead:{a}", "form_often": "atleast2({a})"},
    "help_filters": {
        "form_country": "{a} country:{country}",
        "form_lang": "{a} lang:{language}",
        "form_date": "{a} date:{year}",
        "form_everything": "*",
    },
}
MAX_SAMPLE: Final = 100  # items whose titles may provide the examples
_WORDS: Final = re.compile(r"\b([^\W\d_]{5,}) ([^\W\d_]{5,})\b")
_STEM: Final = 4  # letters of a prefix example


def words_of(page: Page) -> dict[str, str]:
    """Return words and field values of the index, with which the help page fills its examples."""
    searcher, language = page.searcher, page.reader.language
    spoken = (language,) if searcher.search(None, limit=0, languages=language, facets=()).total else ()
    hits = searcher.search(None, sort="newest", limit=MAX_SAMPLE, languages=spoken, facets=()).hits
    found = [(pair, hit) for hit in hits for pair in _WORDS.findall(hit.title or hit.details.opening)]
    if not found:
        return {"id": hits[0].id} if hits else {}
    (first, second), hit = found[0]
    a, b = first.lower(), second.lower()
    words = {"a": a, "b": b, "stem": a[:_STEM], "language": hit.language, "id": hit.id}
    words["c"] = next((pair[0].lower() for pair, _ in found if not {first, second} & {*pair}), "")
    for name, values in searcher.search(a, limit=0, facets=("country", "year")).facets.items():
        words[name] = next((one.value for one in values if one.value != UNKNOWN), "")
    return {name: word for name, word in words.items() if word}


def help_page(params: SearchParams, context: PageContext) -> str:
    """Render the help page, on which all examples have matches."""
    page = Page(params, context, "/help")
    words, say = words_of(page), page.reader.say
    tasks = [(say(task), [*_examples(forms, words, page)]) for task, forms in FORMS.items()]
    return page.render("help.html", say("help"), tasks=tasks)


def _examples(
    forms: dict[str, str], words: dict[str, str], page: Page
) -> Iterator[tuple[str, Markup, str, Markup]]:
    """Fill in the examples, and yield those that have matches."""
    for key, form in forms.items():
        with suppress(KeyError, QueryError):  # skip if a word is missing or the index has no paragraphs
            query = form.format(**words)
            found = page.searcher.search(query, limit=0, facets=(), group=False)
            if found.total and found.relaxed is None:
                count = page.reader.many("count.items", found.total)
                yield query, page.links.search(q=query), count, page.reader.say(key)


def about_page(params: SearchParams, context: PageContext) -> str:
    """Render the page about the archive."""
    page = Page(params, context, "/about")
    say, facts = page.reader.say, page.searcher.info()
    sources = sorted(facts["sources"], key=lambda one: -one["items"])
    shown, left = sources[:MOST_REQUESTED], len(sources[MOST_REQUESTED:])
    generation = page.searcher.ask(lambda answerer: answerer.engine.generation)
    dates = {kind: (kind, f"{kind}_why") for kind in facts["dates"]} | {"none": ("date.none", "nodate_why")}
    return page.render(
        "about.html",
        say("about"),
        text=context.about,
        number=page.reader.column_number,
        items=page.reader.many("count.items", facts["items"]),
        built=say("about_built", day=facts["built"][:10], generation=generation),
        sources=[(page.links.search(where=(f"source={one['file']}",)), one) for one in shown],
        left=page.reader.many("query.more_names", left) if left else "",
        tables={
            "date": [(*map(say, dates[kind]), count) for kind, count in facts["dates"].items()],
            "language": [
                (page.reader.language_name(code), "", count)
                for code, count in facts["language_codes"].items()
            ],
            "countries": [
                (say(f"via.{way}"), "", count) for way, count in _countries_by_way(page, facts["items"])
            ],
        },
    )


def _countries_by_way(page: Page, items: int) -> Iterator[tuple[str, int]]:
    """Yield each kind of evidence, and how many items have a country because of it."""
    for way in COUNTRY_WAYS:
        known: Any = {"country_via": (way,)}
        try:
            results = page.searcher.search(None, limit=0, group=False, facets=("country",), **known)
        except QueryError:
            return
        without = next((one.count for one in results.facets["country"] if one.value == UNKNOWN), 0)
        if items > without:
            yield way, items - without


def api_page(params: SearchParams, context: PageContext, described: dict[str, Any]) -> str:
    """Render the page about the HTTP API."""
    page = Page(params, context, "/api")
    shared, words = described["components"]["parameters"], words_of(page)
    routes = []
    for path, methods in described["paths"].items():
        if "text/html" in methods["get"]["responses"]["200"]["content"]:
            continue
        given = [at.get("name") or at["$ref"].rpartition("/")[2] for at in methods["get"]["parameters"]]
        address = path.replace("{id}", quote(words.get("id", ""), safe=""))
        if "q" in given and "a" in words:
            address += f"?q={quote(words['a'])}"
        routes.append((path, methods["get"]["summary"], given, address))
    values = {
        "origin": context.origin,
        "routes": routes,
        "parameters": shared.values(),
        "guarded": context.guarded,
    }
    return page.render("api.html", page.reader.say("api"), **values)


def robots_txt(_: SearchParams, context: PageContext) -> str:
    """Return ``robots.txt``, which allows crawlers only the pages about the site.

    Results pages have endless links, each of which costs a search. Also, a server that can be reached may not
    be meant to be public.
    """
    allowed = (*[f"{path}$" for path in _PUBLIC], "static/", "favicon.ico", "sitemap.xml")
    lines = [f"Allow: {context.base}/{path}\n" for path in allowed]
    listed = f"Sitemap: {context.origin}/sitemap.xml\n" if context.public else ""
    return f"User-agent: *\n{''.join(lines)}Disallow: {context.base}/\n{listed}"


_PUBLIC: Final = ("", "about", "help", "api")  # pages for crawlers


def sitemap_xml(_: SearchParams, context: PageContext) -> str:
    """Return the sitemap for crawlers."""
    day = context.searcher.ask(lambda answerer: answerer.engine.info()).built[: len("2026-12-01")]
    return document("sitemap.xml", origin=context.origin, pages=_PUBLIC, day=day) + "\n"


def favicon(_: SearchParams, __: PageContext) -> str:
    """Return the icon at the URL that browsers request by default."""
    return static_files()["favicon.svg"].content.decode()


def opensearch_xml(_: SearchParams, context: PageContext) -> str:
    """Return the description with which browsers add the archive as a search engine."""
    icon = static_files()["favicon.svg"].path
    return document("opensearch.xml", origin=context.origin, archive=context.archive, icon=icon) + "\n"


MAX_BYTES: Final = 1 << 16
_SCHEMES: Final = ("http://", "https://", "mailto:")
_RULES: Final = ("heading", "list", "fence", "backticks", "emphasis", "link", "autolink", "escape")


def read_about(file: str) -> Markup:
    """Convert the Markdown file about an archive to HTML.

    HTML, unsupported Markdown and unsafe links are shown as text.

    Raises:
        DragomanError: The file cannot be read, is too large, or is not UTF-8.
    """
    from markdown_it import MarkdownIt  # few servers have a text

    try:
        with Path(file).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise DragomanError(message("web.about_too_large", file=file, most=MAX_BYTES >> 10))
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DragomanError(message("web.cannot_read", file=file, reason=reason(error))) from None
    markdown = MarkdownIt("zero").enable(_RULES)
    setattr(markdown, "validateLink", lambda url: url.lower().startswith(_SCHEMES))  # noqa: B010 - typed
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704 - no HTML is read
