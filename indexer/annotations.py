"""Define annotations: the tags, the collections and the note that users give an item.

Annotations are not part of the item's record. A corrections file records the changes, and the index stores
the result.

Filters and facets find annotations by terms (keywords) of ``own``, the index field of all custom values. A
keyword has the prefix ``tag/``, ``collection/`` or ``note/``; an item may have several of each. The keywords
of a note are its words. If a source has a field ``tag``, users call this field ``fields.tag``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indexer.custom_fields import value_key
from indexer.errors import DragomanError, message
from indexer.runtime import NamedTuple
from indexer.schema import ANNOTATED, CONCEPTS, SEPARATOR, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TAGS, COLLECTIONS, NOTES = FIELDS = tuple([f"{name}{CONCEPTS}" for name in ANNOTATED])
MAX_NAMES: Final = 50  # maximum number of tags of an item, and of its collections
MAX_NAME_LENGTH: Final = 50  # characters of a tag, and of the name of a collection
MAX_NOTE_LENGTH: Final = 10_000  # characters


class Annotations(NamedTuple):
    """The annotations of an item.

    Tags and collections are sorted by their normalised spelling.
    """

    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    note: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the annotations as a JSON object, without empty values."""
        record = {"tags": [*self.tags], "collections": [*self.collections], "note": self.note}
        return {name: value for name, value in record.items() if value}

    def keywords(self) -> Iterator[tuple[str, str, str]]:
        """Yield the annotation field, normalised spelling and original spelling of each keyword."""
        for field, names in zip(FIELDS, self[:2], strict=False):
            yield from [(field, value_key(name), name) for name in names]
        yield from [(NOTES, word, word) for word in sorted({*note_words(self.note)})]


NO_ANNOTATIONS: Final = Annotations()


class AnnotationChange(NamedTuple):
    """A change to the annotations of an item.

    The note is empty to remove the item's note, and ``None`` to keep it.
    """

    tags: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    collections_removed: tuple[str, ...] = ()
    note: str | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the change as a dict, as in a line of a corrections file."""
        return {
            name: [*value] if isinstance(value, tuple) else value
            for name, value in self._asdict().items()
            if value not in {(), None}
        }

    def of(self, before: Annotations) -> Annotations:
        """Return the annotations of an item after the change."""
        tags = _change_names(before.tags, self.tags, self.tags_removed)
        collections = _change_names(before.collections, self.collections, self.collections_removed)
        return Annotations(tags, collections, before.note if self.note is None else self.note)

    def check(self, item_id: str, after: Annotations) -> None:
        """Raise DragomanError if an item would get too many tags or collections."""
        for name in ("tags", "collections"):
            count = len(getattr(after, name))
            if getattr(self, name) and count > MAX_NAMES:
                raise DragomanError(
                    message(f"annotations.too_many_{name}", id=item_id, count=count, most=MAX_NAMES)
                )


def _change_names(before: tuple[str, ...], added: Iterable[str], removed: Iterable[str]) -> tuple[str, ...]:
    """Add and remove names of tags or collections; a name that is added again keeps its first spelling."""
    names = {value_key(name): name for name in before}
    for name in removed:
        names.pop(value_key(name), None)
    for name in added:
        names.setdefault(value_key(name), name)
    return tuple([names[key] for key in sorted(names)])


def normalise_change(change: Mapping[str, Any]) -> AnnotationChange:
    """Check and normalise the values of a change to annotations.

    Raises:
        DragomanError: A value is invalid, too long, or both added and removed.
    """
    given: dict[str, Any] = {
        name: normalise_note(value) if name == "note" else tuple(map(normalise_name, value))
        for name, value in change.items()
        if value is not None
    }
    made = AnnotationChange(**given)
    for added, removed in (made[:2], made[2:4]):
        if both := {*map(value_key, added)} & {*map(value_key, removed)}:
            raise DragomanError(message("annotations.added_and_removed", name=min(both)))
    return made


def normalise_name(name: Any) -> str:
    """Return a tag, or the name of a collection, with its white space collapsed.

    Raises:
        DragomanError: The name is not a text, is empty or too long, contains a comma or a semicolon, or is
            the word that filters reserve for items without a value.
    """
    from indexer.sources.encoding import clean  # few commands write annotations

    written = " ".join(clean(name).split()) if isinstance(name, str) else ""
    if not written:
        raise DragomanError(message("annotations.empty_name"))
    if len(written) > MAX_NAME_LENGTH:
        shown, counts = f"{written[:MAX_NAME_LENGTH]}…", {"count": len(written), "most": MAX_NAME_LENGTH}
        raise DragomanError(message("annotations.long_name", name=shown, **counts))
    if {",", ";"} & {*written}:  # they separate keywords in exports
        raise DragomanError(message("annotations.several_names", name=written))
    if value_key(written) == UNKNOWN:
        raise DragomanError(message("annotations.reserved_name", name=written))
    return written


def normalise_note(note: Any) -> str:
    """Return a note without control characters and outer white space.

    Raises:
        DragomanError: The note is not a text, or is too long.
    """
    from indexer.sources.encoding import clean  # as above

    if not isinstance(note, str):
        raise DragomanError(message("annotations.no_text"))
    written = clean(note.replace("\r\n", "\n")).strip()
    if len(written) > MAX_NOTE_LENGTH:
        raise DragomanError(message("annotations.long_note", count=len(written), most=MAX_NOTE_LENGTH))
    return written


def note_words(note: str) -> list[str]:
    """Return the words of a note, in order, in lower case and without accents."""
    if not note:
        return []
    from indexer.analysis.characters import fold  # few items have a note

    folded = fold(value_key(note))
    return "".join([sign if sign.isalnum() else " " for sign in folded]).split()


def annotation_field(keyword: str) -> str:
    """Return the annotation field of a keyword, or an empty string for another keyword."""
    name = keyword.partition(SEPARATOR)[0]
    return name if name in FIELDS else ""
