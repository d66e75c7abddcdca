"""The tags, the collections and the note of an item, as displayed, and the forms that change them.

Only a server with ``--write`` has the forms. They need no script; their fields are read by
:mod:`searcher.web.write`.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from indexer.annotations import MAX_NAME_LENGTH, MAX_NOTE_LENGTH, checked_note
from indexer.schema import UNKNOWN
from searcher.safe_text import legible
from searcher.web.page.links import Links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.item import NewsItem
    from searcher.results import Hit
    from searcher.searcher import Searcher
    from searcher.web.page.page_frame import Page

COUNTED_KINDS: Final = ("tag", "collection")  # of annotations
MAX_LISTED: Final = 200  # names that a field of a form completes
_NAMED_LINK: Final = Markup('<a class="tag" href="{}" dir="auto">{}</a>')


def note_digest(note: str) -> str:
    """Return the digest by which a form knows the note that it changes."""
    return blake2b(note.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def named_links(field: str, names: Iterable[str], page: Page) -> list[dict[str, Any]]:
    """Return tags or collections with links to all of their items."""
    links = Links(page.params.appearance(), page.context.base)
    return [
        {"value": name, "shown": legible(name), "link": links.search(where=(f"{field}={name}",))}
        for name in names
    ]


def links_by_hit(hits: Iterable[Hit], page: Page) -> dict[str, Markup]:
    """Return the tags and collections of hits by id, as links that narrow the question to them."""
    ids = [hit.id for hit in hits]
    found = page.searcher.ask(lambda answerer: answerer.engine.annotations(ids))
    links, where = page.links, page.params.where
    return {
        item_id: Markup(" ").join(
            [
                _NAMED_LINK.format(links.search(where=tuple(dict.fromkeys((*where, pair)))), legible(name))
                for field, names in zip(COUNTED_KINDS, one[:2], strict=True)
                for name in names
                for pair in [f"{field}={name}"]
            ]
        )
        for item_id, one in found.items()
    }


def annotation_view(item: NewsItem, page: Page, path: str) -> dict[str, Any]:
    """Return the annotations of an item as displayed on its page, at an address."""
    notes = page.context.notes
    note = legible(item.note, keep="\n") if notes else ""
    digests = f"{note_digest(item.note)}-{note_digest(checked_note(note))}" if notes else None
    return {
        "tags": named_links("tag", item.tags, page),
        "collections": named_links("collection", item.collections, page),
        "note": note,
        "form": form_of(page, path, digests),
    }


def form_of(page: Page, path: str, note: str | None = None) -> dict[str, Any] | None:
    """Return the form of a page at an address; None if readers may change nothing.

    ``note`` has the digests of the note as it is stored and as it is shown, by which a change of it is known,
    so that nobody overwrites the note of another; None if notes are not shown.
    """
    if (writing := page.context.writing) is None:
        return None
    tags, collections = _known(page)
    return {
        "action": page.links.to(path),
        "token": writing.token,
        "tags": tags,
        "collections": collections,
        "note": note,
        "longest_name": MAX_NAME_LENGTH,
        "longest_note": MAX_NOTE_LENGTH,
    }


def annotated_fields(searcher: Searcher) -> list[str]:
    """Return the facets of annotations that any item has."""
    found = searcher.ask(lambda answerer: answerer.engine.annotated())
    return [name for name in COUNTED_KINDS if name in found]


def _known(page: Page) -> list[list[str]]:
    """Return the tags and the collections of the archive, the most frequent first, from one search."""
    kinds = annotated_fields(page.searcher)
    facets = page.searcher.search(None, limit=0, facets=kinds, group=False).facets if kinds else {}
    return [
        [one.label for one in facets.get(kind, ()) if one.value != UNKNOWN][:MAX_LISTED]
        for kind in COUNTED_KINDS
    ]


def confirmation(page: Page) -> Markup | str:
    """Return the sentence on the change after which a page is shown; empty if it follows none."""
    writing, reader = page.context.writing, page.reader
    if writing is None or writing.saved is None:
        return ""
    return reader.many("saved", writing.saved) if writing.saved else reader.say("saved_nothing")
