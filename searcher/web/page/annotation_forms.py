"""The tags, the collections and the note of an item, as displayed, and the forms that change them.

Only a server with ``--write`` has the forms. They need no script; their fields are read by
:mod:`searcher.web.write`.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from indexer.annotations import MAX_NAME_LENGTH, MAX_NOTE_LENGTH, checked_note
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from searcher.safe_text import legible
from searcher.web.page.links import USUAL, Links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.item import NewsItem
    from searcher.results import Hit
    from searcher.searcher import Searcher
    from searcher.web.page.page_frame import Page

COUNTED_KINDS: Final = ("tag", "collection")  # of annotations
MAX_LISTED: Final = 200  # names that a field of a form completes
_NAMED_LINK: Final = Markup('<a class="tag" href="{}" dir="auto">{}</a>')


class Name(NamedTuple):
    """A tag, or a collection.

    Attributes:
        value: Its name as it is stored.
        shown: The same for readers.
        link: The link to all of its items.
    """

    value: str
    shown: str
    link: Markup


class Form(NamedTuple):
    """A form that changes annotations.

    Attributes:
        action: The address that it is sent to.
        token: The form token of the reader.
        tags, collections: The names that the fields complete: those of the archive, the most frequent first.
        note: The digests of the note as it is stored and as it is shown, by which a change of it is known, so
            that nobody overwrites the note of another; None if notes are not shown.
        longest_name, longest_note: The numbers of characters that are stored.
    """

    action: Markup
    token: str
    tags: list[str]
    collections: list[str]
    note: str | None
    longest_name: int = MAX_NAME_LENGTH
    longest_note: int = MAX_NOTE_LENGTH


class AnnotationView(NamedTuple):
    """The annotations of an item as displayed.

    Attributes:
        tags, collections: Their names.
        note: The note; empty for none, or if notes are not shown.
        form: The form that changes them; None if readers may not.
    """

    tags: list[Name]
    collections: list[Name]
    note: str
    form: Form | None


def note_digest(note: str) -> str:
    """Return the digest by which a form knows the note that it changes."""
    return blake2b(note.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def named_links(field: str, names: Iterable[str], base: str, ui: str | None) -> list[Name]:
    """Return tags or collections with links to all of their items."""
    links = Links(USUAL._replace(ui=ui), base)
    return [Name(name, legible(name), links.search(where=(f"{field}={name}",))) for name in names]


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


def annotation_view(item: NewsItem, page: Page, path: str) -> AnnotationView:
    """Return the annotations of an item as displayed on its page, at an address."""
    base, ui = page.context.base, page.params.ui
    notes = page.context.notes
    note = legible(item.note, keep="\n") if notes else ""
    return AnnotationView(
        named_links("tag", item.tags, base, ui),
        named_links("collection", item.collections, base, ui),
        note,
        form_of(page, path, f"{note_digest(item.note)}-{note_digest(checked_note(note))}" if notes else None),
    )


def form_of(page: Page, path: str, note: str | None = None) -> Form | None:
    """Return the form of a page at an address; None if readers may change nothing."""
    writing = page.context.writing
    if writing is None:
        return None
    tags, collections = _known(page)
    return Form(page.links.to(path), writing.token, tags, collections, note)


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
