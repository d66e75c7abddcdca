"""How an item is cited: as text for people, and for programs that keep references."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from indexer.named_tuple import NamedTuple
from searcher.exports.citations import write_csl, write_ris
from searcher.exports.rows import Row
from searcher.legible import legible
from searcher.shown import beginning
from searcher.web.page.links import safe_url

if TYPE_CHECKING:
    from indexer.item import ItemDate, NewsItem, SourceLines
    from searcher.web.page.reader import Reader

LONGEST_ABSTRACT: Final = 2_000  # characters; the page has each citation twice, as text and as a file
_FORMS: Final = (
    ("RIS", "ris", "application/x-research-info-systems", write_ris),
    ("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", write_csl),
)


class Download(NamedTuple):
    """A citation that a program reads.

    Attributes:
        form: What the form is called.
        file: The name of its file.
        href: The file itself, as a link that needs no server.
        text: The same as text.
    """

    form: str
    file: str
    href: str
    text: str


def downloads(record: bytes, item: NewsItem) -> list[Download]:
    """Make the citations of an item for programs; the beginning of its text is the abstract.

    Args:
        record: Its stored record.
        item: The item.
    """
    made = []
    row = Row(record, {"body": beginning(item.body, LONGEST_ABSTRACT)})
    name = "".join([sign if sign.isalnum() else "-" for sign in item.id])[:60]
    for form, ending, kind, write in _FORMS:
        stream = BytesIO()
        write([row], stream)
        content = stream.getvalue()
        href = f"data:{kind};base64,{b64encode(content).decode()}"
        made.append(Download(form, f"{name}.{ending}", href, legible(content.decode(), keep="\n")))
    return made


def citation(  # noqa: PLR0913, PLR0917 - what a citation is made of
    title: str,
    author: str | None,
    date: ItemDate | None,
    source: SourceLines,
    url: str | None,
    item_id: str,
    reader: Reader,
) -> Markup:
    """Cite an item as text; no date says more than is known."""
    when = reader.date(date)
    if date is not None and date.kind != "printed":
        when = f"{when}, {reader.say(date.kind)}"
    parts = [reader.say("quotation", text=legible(title))]
    parts += [escape(legible(author))] if author else []
    parts += [reader.stands(source), escape(when)]
    if url:
        parts.append(
            Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(url)
            if safe_url(url)
            else escape(legible(url))
        )
    return Markup(". ").join([*parts, Markup("[{}]").format(legible(item_id))])
