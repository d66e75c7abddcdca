"""What an item of a feed says beside its title, text, date, link, author and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.sources.html_text import line_of

if TYPE_CHECKING:
    from indexer.sources.feed.elements import Element

# Read elsewhere, or of use only to the programs that fetch feeds.
_READ: Final = frozenset(
    {
        *(
            "title",
            "dc:title",
            "news:title",
            "link",
            "guid",
            "id",
            "loc",
            "author",
            "dc:creator",
            "itunes:author",
            "dc:author",
        ),
        *(
            "content:encoded",
            "content",
            "body",
            "yandex:full-text",
            "fulltext",
            "category",
            "dc:subject",
            "section",
        ),
        *("media:category", "description", "summary", "dc:description", "itunes:summary", "excerpt:encoded"),
        *(
            "pubDate",
            "published",
            "issued",
            "dcterms:issued",
            "dcterms:created",
            "created",
            "dc:date",
            "date",
        ),
        *(
            "publication_date",
            "wp:post_date",
            "language",
            "dc:language",
            "feedburner:origLink",
            "feedburner:origlink",
        ),
    }
)
_ADDRESSES: Final = ("url", "href", "resource", "rdf:resource")
_DEEPEST: Final = 4


def fields_of(item: Element) -> dict[str, str]:
    """Read the other fields of an item: texts, and the addresses that elements without text lead to.

    Args:
        item: Its element.

    Returns:
        Names and values; that of an element within another is its name behind that one's and a dot. Values of
        one name are joined by commas.
    """
    found: dict[str, list[str]] = {}
    for element in item.elements:
        if element.name == "link":
            if (kind := element.attributes.get("rel", "alternate")) not in {"alternate", "self", "edit"}:
                found.setdefault(f"link.{kind}", []).append(element.attributes.get("href", ""))
        elif element.name not in _READ:
            _gather(element, _name(element), found, _DEEPEST)
    values = {name: ", ".join(dict.fromkeys(filter(None, texts))) for name, texts in found.items()}
    return {name: value for name, value in values.items() if value}


def _gather(element: Element, name: str, found: dict[str, list[str]], depth: int) -> None:
    address = next((element.attributes[one] for one in _ADDRESSES if one in element.attributes), "")
    if text := line_of(element.text):
        found.setdefault(name, []).append(text)
        name_of_address = f"{name}.url"
    else:
        name_of_address = name
    found.setdefault(name_of_address, []).append(address)
    for part in element.elements:
        if depth:
            _gather(part, f"{name}.{_name(part)}", found, depth - 1)


def _name(element: Element) -> str:
    """Give the name of a field: a colon in it would part it from its value in a query."""
    name = element.name.replace(":", ".")
    return "origin" if name == "source" else name  # the index calls something else the source
