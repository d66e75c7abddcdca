"""Write the changes that watches found as a digest.

A digest is plain text, HTML, or an email with both.
"""

from __future__ import annotations

from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indexer.errors import DragomanError, message
from indexer.runtime import NamedTuple
from searcher.exports.exporting import write_whole
from searcher.facet_values import first_words
from searcher.present.catalogue import say
from searcher.present.wording import date_in_full, language_name
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.item import NewsItem
    from searcher.reading.verification import Difference

ENDINGS: Final = {".txt", ".html", ".eml"}
_EXCERPT: Final = 240  # characters of an item's text
_WEB: Final = ("http://", "https://")


class Changed(NamedTuple):
    """The changes that a watch found.

    Attributes:
        name: The name of the watch.
        heading: A description of the changes in one line.
        items: The new items.
        others: The other differences: removed and changed items.
    """

    name: str
    heading: str
    items: Sequence[NewsItem]
    others: Sequence[Difference]


def check_addresses(addresses: Iterable[str]) -> None:
    """Raise DragomanError if an email address is invalid."""
    from email.policy import default

    for one in filter(None, addresses):
        header = default.header_factory("To", one) if one.isprintable() else None
        if not header or header.defects or not all(known.domain for known in header.addresses):
            raise DragomanError(message("digest.invalid_address", address=legible(one)))


def write_digest(file: str, watches: Sequence[Changed], sender: str, receivers: Sequence[str]) -> None:
    """Write a digest to a file, in the format of the file's extension.

    Raises:
        DragomanError: The file cannot be written.
    """
    ending = Path(file).suffix.lower()
    text = to_text(watches) if ending != ".html" else ""
    html = to_html(watches) if ending != ".txt" else ""
    if ending == ".eml":
        mail = EmailMessage()
        mail["Subject"] = _subject(watches)
        for name, address in (("From", sender), ("To", ", ".join(receivers))):
            if address:
                mail[name] = address
        mail["X-Mailer"] = "Dragoman"  # a build skips files with this header
        mail.set_content(text)
        mail.add_alternative(html, subtype="html")
        data = mail.as_bytes()
    else:
        data = (text or html).encode("utf-8", "replace")
    write_whole(file, data, replace=True)


def to_text(watches: Sequence[Changed]) -> str:
    """Return the digest as plain text."""
    return "\n".join(["\n".join(_lines(one)) for one in watches])


def _lines(watch: Changed) -> Iterator[str]:
    yield legible(watch.heading)
    yield ""
    for item in watch.items:
        title, *rest = _parts(item)
        yield f"* {title}"
        yield from (f"  {line}" for line in rest if line)
        yield ""
    for other in watch.others:
        yield f"- {_describe_change(other)}"
    if watch.others:
        yield ""


def to_html(watches: Sequence[Changed]) -> str:
    """Return the digest as an HTML document."""
    body = "".join(["".join(_elements(one)) for one in watches])
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="generator" content="Dragoman">'
        f"<title>{escape(_subject(watches))}</title></head>"
        f'<body style="font-family:sans-serif;max-width:40em">\n{body}</body></html>\n'
    )


def _elements(watch: Changed) -> Iterator[str]:
    yield f"<h2>{escape(legible(watch.heading))}</h2>\n"
    for item in watch.items:
        title, about, address, excerpt = map(escape, _parts(item))
        linked = f'<a href="{address}">{title}</a>' if address.startswith(_WEB) else title
        language = f' lang="{item.language}"' if item.language != "und" else ""
        yield f"<h3{language}>{linked}</h3>\n<p>{about}</p>\n<p{language}>{excerpt}</p>\n"
    if watch.others:
        changes = [f"<li>{escape(_describe_change(one))}</li>" for one in watch.others]
        yield f"<ul>{''.join(changes)}</ul>\n"


def _subject(watches: Sequence[Changed]) -> str:
    """Return the subject of an email, with the number of new items and the watches' names."""
    return say(
        "digest.subject",
        n=sum([len(one.items) for one in watches]),
        names=", ".join([one.name for one in watches]),
    )


def _parts(item: NewsItem) -> tuple[str, str, str, str]:
    """Return the title, date, URL and first words of an item."""
    text = legible(" ".join(item.body.split()))
    about = " · ".join([date_in_full(item.date), language_name(item.language), legible(item.id)])
    excerpt = first_words(text, _EXCERPT) if item.title else ""
    return legible(item.title or first_words(text)), about, legible(item.url or ""), excerpt


def _describe_change(other: Difference) -> str:
    """Describe a removed or changed item, and the reason."""
    return legible(
        say("digest.change", what=other.what, title=other.title or other.id, id=other.id, why=other.why)
    )
