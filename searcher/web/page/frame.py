"""What every page has: its templates, the search box, the languages to choose from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from searcher.web.page.fields import hidden
from searcher.web.page.reader import LANGUAGES, OWN_NAMES, Reader, choose_reader
from searcher.web.static_files import static_files

if TYPE_CHECKING:
    from searcher.web.asked import Asked
    from searcher.web.page.context import PageContext
    from searcher.web.page.links import Links


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@cache
def _sentences(language: str) -> dict[str, str]:
    """Give the sentences of a language that need no number."""
    return {key: forms[0] for key, forms in choose_reader(language, ()).messages.items()}


def reader_for(asked: Asked, context: PageContext) -> Reader:
    """Give the reader of a page."""
    return choose_reader(asked.ui, context.languages)


def map_path(context: PageContext) -> str:
    """Give the address of the map."""
    return context.base + static_files()["world.svg"].path


def render(  # noqa: PLR0913, PLR0917 - what every page has
    template: str, title: str, path: str, links: Links, reader: Reader, context: PageContext, **values: Any
) -> str:
    """Make a page.

    Args:
        template: The file of its template.
        title: Its title.
        path: Its address, for the links to the same page in another language.
        links: Makes the links of its question.
        reader: Who reads it.
        context: What it is made with.
        values: What its template takes beside; or what its form keeps of the question, where that is not all.
    """
    asked = links.asked
    return (
        _templates()
        .get_template(template)
        .render(
            m=_sentences(reader.language),
            lang=reader.language,
            title=title,
            base=context.base,
            stylesheet=context.stylesheet,
            q=asked.q or "",
            uis=[(code, OWN_NAMES[code], links.to(path, ui=code)) for code in LANGUAGES],
            home_ui=f"?ui={reader.language}" if asked.ui else "",
            asked=asked,
            **{"kept": hidden(asked), **values},
        )
    )
