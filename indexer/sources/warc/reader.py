"""Web archives (WARC): each page that a server sent is an item."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.errors import SourceError
from indexer.sources.encoding import in_utf8, stated_charset
from indexer.sources.html.page import read_page
from indexer.sources.html.tree import LARGEST
from indexer.sources.recognise import is_html
from indexer.sources.source import OnSkip, Skipped, Source
from indexer.sources.stated_id import StatedIds
from indexer.sources.warc.answer import read_answer
from indexer.sources.warc.records import Record, records

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import RawItem
    from indexer.sources.source import ReadOptions

_KINDS: Final = frozenset({"response", "resource"})
_KNOWN: Final = frozenset({"warcinfo", "request", "metadata", "revisit", "conversion", "continuation"})
_LOOKED_AT: Final = 1 << 16


def read(stream: io.BufferedReader, name: str, on_skip: OnSkip, _options: ReadOptions) -> Source:
    """Open a web archive, of which one page is held at a time.

    Args:
        stream: The bytes, from the first on.
        name: The source's name.
        on_skip: Called with each page that is no article, and once for each kind of record that is no page.

    Raises:
        SourceError: It holds no article.
    """
    items = _items(stream, name, on_skip)
    first = next(items, None)
    if first is None:
        raise SourceError(f"{name} is a web archive without articles")
    return Source(name, ordered=False, items=chain((first,), items))


def _items(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    passed: Counter[str] = Counter()
    ids = StatedIds()
    seen: set[int] = set()
    with stream:
        for record in records(stream, _KINDS, LARGEST + _LOOKED_AT):
            if record.is_cut:
                on_skip(Skipped(name, record.number, "the archive ends within this record", unread=True))
            page, reason = _page_of(record)
            if reason:
                passed[reason] += 1
                continue
            item = read_page(page, record.url or None, name, record.number, on_skip)
            if item is None:
                continue
            text = "\n".join((item.title or "", *item.paragraphs))
            if (digest := hash((item.url, text))) in seen:
                passed["pages that were kept before, with the same text"] += 1
                continue
            seen.add(digest)
            kept = (("captured", record.date),) if record.date else ()
            yield item._replace(id=ids.of(item.url, text), fields=(*item.fields, *kept))
    for reason, count in sorted(passed.items()):
        on_skip(Skipped(name, 0, f"{reason}, left out: {count:,}"))


def _page_of(record: Record) -> tuple[bytes, str]:
    """Take the page out of a record; else say in words for people what it is."""
    if record.kind not in _KINDS:
        return b"", f"records of the kind {record.kind}" if record.kind in _KNOWN else "damaged records"
    body, kind = record.block, record.type
    if record.kind == "response":
        if not record.url.lower().startswith(("http:", "https:")):
            return b"", "answers to other than http"
        answer = read_answer(body, LARGEST)
        if not 200 <= answer.status < 300:
            return b"", "redirections and errors" if answer.status else "damaged records"
        if answer.packing:
            return b"", "pages packed in a way that is not read"
        body, kind = answer.body, answer.type
    if not (("html" in kind) if kind else is_html(body[:_LOOKED_AT], "")):
        return b"", "what is no web page"
    return in_utf8(body, stated_charset(kind)), "" if body.strip() else "empty pages"
