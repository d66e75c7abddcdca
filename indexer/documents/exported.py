"""Records that a command of ours wrote: everything was worked out before, and is taken as given.

Such a record has its date with its kind, its countries with their evidence, all its languages, and the file
and the lines where it stands: the shape of :meth:`indexer.item.NewsItem.to_record`, which other forms are
brought into before (:mod:`indexer.sources.written`). Any other is read as records are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from indexer.documents.document import make_document
from indexer.documents.stored_record import PARTS
from indexer.item import NewsItem, Via
from indexer.schema import LANGUAGES
from indexer.sources.codes import COUNTRY_CODES
from indexer.sources.encoding import clean
from indexer.sources.limits import LONGEST_ID, too_long
from indexer.sources.record import OWN
from indexer.sources.written import COUNTRY, as_exported, is_exported

if TYPE_CHECKING:
    from indexer.documents.document import Document
    from indexer.item import CountryMention, RawItem, SourceLines
    from indexer.sources.source import JsonLine, Source

GIVEN: Final = OWN | {
    PARTS,
    "group",
    "since",
    "sources",
    "former",
    "corrected",
}  # other names somebody has added
_ANEW: Final = frozenset({"group", "since"})  # these are of one index
LONGEST_FILE: Final = 4096
LAST_LINE: Final = 1 << 53
MOST_KNOWN: Final = 1000  # former ids and other places of an item
_VIAS: Final = frozenset(get_args(Via))


def read_exported(line: JsonLine, source: Source) -> Document | None:
    """Read a record that a command of ours wrote; None for any other.

    Args:
        line: The record.
        source: The source that it stands in, which reads what was added to it.
    """
    record = as_exported(line.value)
    if not is_exported(record):
        return None
    try:
        item = NewsItem.from_record(_cleaned(record))
    except ValueError:
        return None
    paragraphs = item.body.split("\n")
    if not _is_sound(item) or too_long(item.title, paragraphs):
        return None
    if not GIVEN.issuperset(record):
        added = {name: value for name, value in record.items() if name in OWN or name not in GIVEN}
        raw = source.read_line(line._replace(value=added)) if source.read_line else None
        if raw is None:
            return None
        item = _with_others(item, raw)
    title_language, languages = _parts(record.get(PARTS), item, paragraphs)
    document = make_document(item, title_language, languages, stated=True)
    return document._replace(line=line.number)


def _cleaned(record: dict[str, Any]) -> dict[str, Any]:
    """Give a record without what no source of ours has: other names, and characters that steer a terminal."""
    known = {name: _clean(record[name]) for name in record if name in GIVEN - _ANEW}
    known["countries"] = [
        {name: mention[name] for name in mention if name in COUNTRY} for mention in known["countries"]
    ]
    return known


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
    return value


def _is_sound(item: NewsItem) -> bool:
    """Tell whether an item is one that a source of ours could have given."""
    key, day = item.id, item.date
    codes = [mention.code for mention in item.countries]
    return bool(
        all(map(_is_id, (key, *item.former)))
        and all(map(_is_place, (item.source, *item.sources)))
        and len(item.former) + len(item.sources) <= MOST_KNOWN
        and (item.title is None or item.title.strip())
        and (item.title or item.body.strip())
        and (day is None or day.start <= day.end)
        and item.languages[:1] == (item.language,)
        and len(set(item.languages)) == len(item.languages)
        and COUNTRY_CODES.issuperset(codes)
        and len(set(codes)) == len(codes)
        and all(map(_has_evidence, item.countries))
    )


def _is_id(key: str) -> bool:
    return key == key.strip() != "" and key.isprintable() and len(key) <= LONGEST_ID


def _is_place(place: SourceLines) -> bool:
    return (
        bool(place.file.strip())
        and len(place.file) <= LONGEST_FILE
        and 0 <= place.first <= place.last <= LAST_LINE
    )


def _has_evidence(mention: CountryMention) -> bool:
    return mention.via in _VIAS and bool(mention.evidence.strip()) != (mention.via in {"given", "by_hand"})


def _with_others(item: NewsItem, raw: RawItem) -> NewsItem:
    """Add what somebody has added to a record under names that exports do not have."""
    return item._replace(
        url=item.url or raw.url,
        author=item.author or raw.author,
        section=item.section or raw.section,
        fields=tuple((dict(raw.fields) | dict(item.fields)).items()),
    )


def _parts(parts: Any, item: NewsItem, paragraphs: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """Give the language of the title and of each paragraph, worked out where a record lacks them."""
    if len(item.languages) == 1:
        return (item.language if item.title else None), (item.language,) * len(paragraphs)
    if _is_parts(parts, item, len(paragraphs)):
        return parts["title"], tuple(parts["paragraphs"])
    from indexer.languages import split_by_language  # what exports write has them

    labels = split_by_language(tuple(paragraphs), item.title)
    if {*labels.languages} <= {*item.languages}:
        return labels.title, labels.paragraphs or (item.language,)
    return (item.language if item.title else None), (item.language,) * len(paragraphs)


def _is_parts(parts: Any, item: NewsItem, paragraphs: int) -> bool:
    try:
        title, languages = parts["title"], parts["paragraphs"]
        return (
            (title in item.languages if item.title else title is None or title in LANGUAGES)
            and len(languages) == paragraphs
            and {*item.languages}.issuperset(languages)
        )
    except (KeyError, TypeError):
        return False
