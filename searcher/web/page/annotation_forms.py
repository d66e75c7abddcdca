"""Render the tags, collections and note of an item, and the forms that change them.

Only a server with ``--write`` has the forms, which need no script; :mod:`searcher.web.write` reads their
fields.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from indexer.annotations import MAX_NAME_LENGTH, MAX_NOTE_LENGTH, normalise_note
from indexer.schema import UNKNOWN
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.item import NewsItem
    from searcher.results import Hit
    from searcher.searcher import Searcher
    from searcher.web.page.page_frame import Page

COUNTED_KINDS: Final = ("tag", "collection")  # kinds of annotations that are facets
MAX_LISTED: Final = 200  # maximum names that a form field suggests
_NAMED_LINK: Final = Markup('<a class="tag" href="{}" dir="auto">{}</a>')


def note_digest(note: str) -> str:
    """Return the digest by which a form identifies the note that it changes."""
    return blake2b(note.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def links_by_hit(hits: Iterable[Hit], page: Page) -> dict[str, Markup]:
    """Return the tags and collections of hits as links, by id."""
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


def note_digests(item: NewsItem, shown: str) -> str:
    """Return digests of the stored note and of the displayed note: ``stored-shown``."""
    return f"{note_digest(item.note)}-{note_digest(normalise_note(shown))}"


def form_of(page: Page) -> dict[str, Any] | None:
    """Return the data of the form for tags, collections and notes.

    Returns:
        The existing tags and collections to suggest, and the maximum lengths; None if readers may not change
        annotations.
    """
    if page.context.writing is None:
        return None
    kinds = annotated_fields(page.searcher)
    facets = page.searcher.search(None, limit=0, facets=kinds, group=False).facets if kinds else {}
    known = {
        kind: [one.label for one in facets.get(kind, ()) if one.value != UNKNOWN][:MAX_LISTED]
        for kind in COUNTED_KINDS
    }
    return {"known": known, "longest_name": MAX_NAME_LENGTH, "longest_note": MAX_NOTE_LENGTH}


def annotated_fields(searcher: Searcher) -> list[str]:
    """Return the kinds of annotations (tags, collections) that at least one item has."""
    found = searcher.ask(lambda answerer: answerer.engine.annotation_kinds())
    return [name for name in COUNTED_KINDS if name in found]
