"""Define the kinds of source, and open sources.

The kind of a source is detected from its first bytes, or from its suffix if they could begin any text.
Readers are imported on first use, because a search needs none and a build only some of them.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.data_tables import rows
from indexer.errors import SourceError, message
from indexer.runtime import NamedTuple
from indexer.sources import recognition
from indexer.sources.encoding import is_binary
from indexer.sources.recognition import DATABASE, begins, has_names, has_root, is_own_output, matches
from indexer.sources.source import AS_THEY_ARE, ReadContext, ReadOptions, Skipped, missing_extra, reason_of
from indexer.sources.stream import Blob, file_blob, peek
from indexer.sources.web_address import is_address, remove_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from indexer.item import RawItem
    from indexer.sources.source import OnSkip, Source

T = TypeVar("T")
DEEPEST: Final = 4  # maximum nesting depth of archives and folders


class SourceKind(NamedTuple):
    """A supported kind of source.

    Attributes:
        name: The value of ``--as``.
        what: The description of such a file in messages.
        recognises: Returns whether the first bytes and the suffix of a blob indicate this kind.
        module: The reader, ``module`` or ``module:function`` in ``indexer.sources``; the default function is
            ``read``. Its signature is ``read(stream, context) -> Source``, or for a container ``members(blob,
            on_skip, options) -> Iterator[Blob]``.
        suffixes: The suffixes that identify this kind if the content could be any text.
        extra: The name of the optional dependencies that its reader needs; empty if it needs none.
        holds: ``many`` for a container of files (blobs); ``one`` for a container of a single file, such as a
            compressed file, whose errors are reported for the container; empty for a file with items.
    """

    name: str
    what: str
    recognises: Callable[[bytes, str], bool]
    module: str
    suffixes: tuple[str, ...] = ()
    extra: str = ""
    holds: str = ""


_RIS: Final = (
    r"(?:[^\n]{0,200}\n){0,5}?TY {0,2}- {0,2}[A-Z]{2,7}\s*\n(?:[A-Z][A-Z0-9] {0,2}-|\s)"  # a type, a tag
)
_BIBTEX: Final = (  # an entry with a key, perhaps behind comments
    r"\s*(?:%[^\n]*\n\s*)*@\s*(?:[A-Za-z]{3,30}\s*[{(]\s*[^\s,{}]*\s*[,=]|(?i:comment|preamble)\s*[{(])"
)
_COMPRESSED: Final = begins(b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_OBJECT: Final = r'\{[ \t]*(?:"|\}[ \t]*\r?(?:\n|\Z))'  # the first line; it may be longer, or broken
_NINJS: Final = r'"(?:version[cC]reated|pub[sS]tatus|body_xhtml|ninjs)"\s*[:,}]'
_CSL: Final = r'"(?:issued"\s*:\s*\{|container-title"|type"\s*:\s*"article-(?:newspaper|magazine|journal)")'
_WORDPRESS: Final = has_root("rss", "wordpress.org/export/ <wp:wxr_version>")
_XML: Final = [
    SourceKind(name, what, has_root(roots, marks), module, (f".{name}",))
    for name, what, module, roots, marks in rows(__file__, "xml_kinds.tsv")
]
# The first kind that recognises the content is used.
KINDS: Final = (
    SourceKind("sheet", "a spreadsheet", recognition.is_sheet, "spreadsheet", extra="sheets"),
    SourceKind("docx", "a document of Word", recognition.is_docx, "docx"),
    SourceKind("zip", "a zip archive", recognition.is_zip, "containers:zip_members", (".zip",), holds="many"),
    SourceKind("compressed", "a compressed file", _COMPRESSED, "containers:sole_member", holds="one"),
    SourceKind("sqlite", "an SQLite database", begins(DATABASE), "sqlite_export"),
    SourceKind("press", "an export of a press database", recognition.is_press, "press.press_export"),
    SourceKind("rtf", "a document in RTF", begins(b"{\\rtf"), "press.press_export:read_rtf"),
    SourceKind("warc", "a web archive", begins(b"WARC/"), "warc", (".warc",), extra="html"),
    *_XML,
    SourceKind("wordpress", "an export of WordPress", _WORDPRESS, "feed:read_wordpress"),
    SourceKind("feed", "a feed", recognition.is_feed, "feed:read_feed"),
    SourceKind("sitemap", "a sitemap", has_root("urlset sitemapindex", ""), "feed:read_sitemap"),
    SourceKind("mbox", "a mailbox", recognition.is_mailbox, "mail:read_mailbox", (".mbox",)),
    SourceKind("eml", "a mail", recognition.is_message, "mail:read_message", (".eml", ".emlx")),
    SourceKind("pdf", "a PDF", recognition.is_pdf, "pdf", extra="pdf"),
    SourceKind("html", "a web page", recognition.is_html, "html.page", (".html", ".htm"), extra="html"),
    SourceKind("listing", "a web page of headlines", begins(), "html.page", extra="html"),
    SourceKind("ninjs", "ninjs", has_names('"uri"', pattern=_NINJS), "xml_records:read_ninjs"),
    SourceKind("csl", "CSL-JSON", has_names('"type"', '"id"', pattern=_CSL), "references:read_csl"),
    SourceKind("json", "a JSON document", recognition.is_json, "json_source:read_document", (".json",)),
    SourceKind("jsonl", "JSON Lines", matches(_OBJECT), "json_source:read_lines", (".jsonl", ".ndjson")),
    SourceKind("ris", "RIS", matches(_RIS), "references:read_ris", (".ris",)),
    SourceKind("bibtex", "BibTeX", matches(_BIBTEX), "references:read_bibtex", (".bib", ".bibtex")),
    SourceKind("csv", "a table in text", recognition.is_table, "csv_source", (".csv", ".tsv", ".tab")),
    SourceKind("text", "a text that is one article", recognition.is_article, "article"),
    SourceKind("headlines", "a text of headlines, one a line", begins(), "page.page_items"),
)
# Any text may be a page: it is separate and comes last.
PAGE: Final = SourceKind("page", "a page saved as text", begins(), "page.page_items", (".txt", ".md"))
# An address is fetched, and its content decides the kind.
WEB: Final = SourceKind("web", "a URL", begins(), "web", extra="web")
_EXPORTS: Final = [kind for kind in KINDS if kind in _XML or kind.name in {"ninjs", "csl", "ris", "bibtex"}]
BY_NAME: Final = {kind.name: kind for kind in (*KINDS, PAGE)}


def open_sources(
    path: str | Path | Blob, on_skip: OnSkip | None = None, options: ReadOptions = AS_THEY_ARE
) -> Iterator[Source]:
    """Open a source, or each file of a folder or archive.

    Args:
        path: A file, a folder, a member of a folder, a URL, or ``-`` for standard input.
        on_skip: Called with each skipped record, line or member.
        options: The options for reading.

    Yields:
        The sources. Each must be read before the next is requested. A URL yields no source if its server
        responds that the page has not changed since the last update.

    Raises:
        SourceError: The source is missing, unreadable, empty, or of an unsupported kind. Faults that are
            found while a source is read are raised by the iteration over its items. Unreadable members are
            skipped and reported.
    """
    skip = on_skip or (lambda _skipped: None)
    if options.kind is not None and options.kind not in BY_NAME:
        raise SourceError(message("sources.unknown_kind", kind=options.kind, by_name=", ".join(BY_NAME)))
    if isinstance(path, Blob):
        yield from _open_members(iter([path]), skip, options, 1)
    elif is_address(path):
        fetch = load_reader(WEB, remove_credentials(path), "fetch_url")
        with fetch(path, options) as blob:
            if blob is not None:
                yield from _open_sources(blob, skip, options, 0)
    elif str(path) not in {"-", ""} and Path(path).is_dir():
        from indexer.sources.containers import folder_members

        yield from _open_members(folder_members(Path(path), skip, options), skip, options, 1)
    else:
        yield from _open_sources(file_blob(path, options.meter, options.within), skip, options, 0)


def _open_sources(blob: Blob, on_skip: OnSkip, options: ReadOptions, depth: int) -> Iterator[Source]:
    if depth > DEEPEST:
        raise SourceError(message("sources.nested_archives", label=blob.label, deepest=DEEPEST))
    stream, head = peek(blob)
    if blob.in_folder and is_own_output(head):
        stream.close()
        is_database = head.startswith(DATABASE)
        why = message("skip.database") if is_database else message("skip.own_output")
        on_skip(Skipped(blob.name, 0, why))
        return
    try:
        kind = _kind_of(blob, head, options)
        read = load_reader(kind, blob.label)
    except BaseException:
        stream.close()
        raise
    if kind.holds == "one":
        stream.close()
        for member in read(blob, on_skip, options):
            yield from _open_sources(member, on_skip, options, depth + 1)
    elif kind.holds:
        stream.close()
        yield from _open_members(read(blob, on_skip, options), on_skip, options, depth + 1)
    else:
        field_names: dict[str, None] = {}
        options = options._replace(base=blob.url, field_names=field_names, sibling=blob.sibling)
        source = read(stream, ReadContext(blob.name, on_skip, options))
        if options.recognised and kind in _EXPORTS:
            source = replace(source, items=_report_count(source, kind.what, options.recognised))
        if options.columns:
            source = replace(source, items=_report_unmapped(source, options.columns, field_names, on_skip))
        yield load_reader(WEB, blob.label, "set_url")(source, blob.url) if blob.url else source


def _report_count(
    source: Source, what: str, recognised: Callable[[str, str, int], None]
) -> Iterator[RawItem]:
    """Yield the items of a source, then report their number and the format.

    Args:
        source: The source.
        what: The name of the format.
        recognised: Called with the name of the source, the format and the number of items.
    """
    count = 0
    for item in source.items:
        count += 1
        yield item
    recognised(source.name, what, count)


def _report_unmapped(
    source: Source, columns: Iterable[tuple[str, str]], names: Collection[str], on_skip: OnSkip
) -> Iterator[RawItem]:
    """Yield the items of a source, then report the fields in ``--map`` that the source does not have."""
    yield from source.items
    from indexer.sources.stated_values import names_in_words  # few users map names

    for name, field in columns:
        if name not in names:
            there = message("skip.there_are", names=names_in_words([*names])) if names else ""
            if field in names:
                there = message("skip.other_way_round", there=there, name=name, field=field)
            reason = message("skip.unmapped", name=name, field=field, there=there)
            on_skip(Skipped(source.name, 0, reason, field=True, once=True, missing_field=name))


def _open_members(
    folder_members: Iterator[Blob], on_skip: OnSkip, options: ReadOptions, depth: int
) -> Iterator[Source]:
    for member in folder_members:

        def notify(error: SourceError, member: Blob = member) -> None:
            reason = reason_of(error, member.label, member.name)
            on_skip(Skipped(member.name, 0, reason, unread=True))

        try:
            for source in _open_sources(member, on_skip, options, depth):
                items, lines = _stop_at_fault(source.items, notify), source.lines
                yield replace(source, items=items, lines=lines and _stop_at_fault(lines, notify))
        except SourceError as error:
            notify(error)


def _stop_at_fault(found: Iterator[T], notify: Callable[[SourceError], None]) -> Iterator[T]:
    """Yield values up to the first error, and report the error."""
    try:
        yield from found
    except SourceError as error:
        notify(error)


def _kind_of(blob: Blob, head: bytes, options: ReadOptions) -> SourceKind:
    """Return the kind of a source: the requested kind, or the kind recognised from the content.

    Raises:
        SourceError: The kind is not supported.
    """
    suffix = blob.suffix  # parsed once: an archive may have many members
    found = next((kind for kind in KINDS if kind.recognises(head, suffix)), None)
    if options.kind is not None and not (found and found.holds):
        return BY_NAME[options.kind]
    if found is not None:
        return found
    if refused := recognition.why_not_read(head, suffix):
        raise SourceError(message("sources.refused", label=blob.label, refused=refused))
    if is_binary(head):
        raise SourceError(message("sources.not_text", label=blob.label))
    return next((kind for kind in KINDS if suffix in kind.suffixes), PAGE)


def load_reader(kind: SourceKind, label: str = "a source", name: str = "read") -> Any:
    """Import the function that reads sources of a kind.

    Args:
        kind: The kind of source; its ``module`` may name the function after a colon.
        label: The name of the source in messages.
        name: The function to import if ``module`` names none.

    Raises:
        SourceError: A library that the reader needs is not installed.
    """
    module, _, function = kind.module.partition(":")
    try:
        return getattr(import_module(f"indexer.sources.{module}"), function or name)
    except ImportError as error:
        if not kind.extra or (error.name or "").partition(".")[0] == "indexer":
            raise
        raise missing_extra(label, kind.what, kind.extra) from None
