"""The pipeline: a source becomes items, items become documents, documents become a new index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from indexer.countries import find_countries
from indexer.dates import resolve_dates
from indexer.errors import SourceError
from indexer.identity import assign_ids
from indexer.index.document import Document
from indexer.index.folder import Manifest, SourceSummary, claim_folder
from indexer.index.writer import open_writer
from indexer.item import CountryMention, NewsItem
from indexer.languages import split_by_language
from indexer.sources import Skipped, read_source
from indexer.thesaurus import gather_concepts
from indexer.thesaurus.table import write_table

if TYPE_CHECKING:
    from indexer.item import ItemDate, RawItem

STREAM_BATCH = 500  # records of an unordered source that are held at once

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        items: Items in the new index.
        sources: What each source gave.
        skipped: Every record or line left out, with the reason.
        seconds: How long it took.
    """

    items: int
    sources: list[SourceSummary]
    skipped: list[Skipped] = field(default_factory=list)
    seconds: float = 0.0


def read_documents(path: str | Path, on_skip: Callable[[Skipped], None]) -> Iterator[Document]:
    """Read a source into documents, with whatever it does not give worked out.

    Args:
        path: A file, or ``-`` for standard input.
        on_skip: Called with every record or line that is left out.

    Yields:
        The documents in the order of the source.

    Raises:
        SourceError: The source cannot be read at all.
    """
    source = read_source(path, on_skip=on_skip)
    if source.ordered:
        # A page is read whole: a date is judged by its neighbours, above and below.
        yield from _prepare(list(source.items), ordered=True)
        return
    records = iter(source.items)
    while batch := list(islice(records, STREAM_BATCH)):
        yield from _prepare(batch, ordered=False)


def read_items(path: str | Path, on_skip: Callable[[Skipped], None] | None = None) -> Iterator[NewsItem]:
    """Read a source into items, as ``dragoman items`` prints them.

    Raises:
        SourceError: The source cannot be read at all.
    """
    return (document.item for document in read_documents(path, on_skip or (lambda _: None)))


def build(
    sources: Sequence[str | Path],
    folder: Path,
    progress: Progress = lambda _source, _items: None,
    *,
    thesauri: Sequence[str | Path] = (),
    own_thesaurus: bool = True,
) -> BuildReport:
    """Build the index of some sources; one that was there is replaced when the new one is complete.

    Args:
        sources: Files, or ``-`` for standard input.
        folder: Where the index lives; made when it is not there.
        progress: Called with the source's name and the number of items read so far, from all sources.
        thesauri: Thesauri in SKOS Turtle and dictionaries of FreeDict, for the expansion of queries.
        own_thesaurus: Whether Dragoman's own thesaurus stands beside them.

    Returns:
        What was indexed and what was left out.

    Raises:
        SourceError: A source cannot be read, or none of them holds an item.
        IndexFolderError: The folder holds something else, cannot be written, or is in use by another build.
    """
    started = perf_counter()
    concepts = gather_concepts(thesauri, own=own_thesaurus)
    claim_folder(folder)
    writer = open_writer(folder)
    try:
        skipped: list[Skipped] = []
        taken: set[str] = set()
        summaries = [_add_source(path, writer.add, taken, skipped, progress) for path in sources]
        _require_items(taken, sources)
        write_table(concepts, folder)
        writer.commit()
    except BaseException:
        writer.cancel()
        raise
    built = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    Manifest(codec=writer.codec, built=built, items=len(taken), sources=summaries).write(folder)
    return BuildReport(len(taken), summaries, skipped, perf_counter() - started)


def _require_items(taken: set[str], sources: Sequence[str | Path]) -> None:
    if not taken:
        names = ", ".join(map(str, sources))
        raise SourceError(
            f"no item found in {names}; see what is read of a source with: dragoman items SOURCE"
        )


def _add_source(
    path: str | Path,
    add: Callable[[Document], None],
    taken: set[str],
    skipped: list[Skipped],
    progress: Progress,
) -> SourceSummary:
    before, skipped_before = len(taken), len(skipped)
    name = "stdin" if str(path) == "-" else Path(path).name
    progress(name, before)
    for document in read_documents(path, skipped.append):
        item = document.item
        if item.id in taken:
            reason = f"the id “{item.id}” is taken by an earlier item"
            skipped.append(Skipped(item.source.file, item.source.first, reason))
            continue
        taken.add(item.id)
        add(document)
        progress(name, len(taken))
    return SourceSummary(name, len(taken) - before, len(skipped) - skipped_before)


def _prepare(raw_items: list[RawItem], *, ordered: bool) -> Iterator[Document]:
    dates: Iterable[ItemDate | None] = resolve_dates(raw_items, ordered=ordered)
    for raw, item_date, item_id in zip(raw_items, dates, assign_ids(raw_items), strict=True):
        yield _document(raw, item_date, item_id)


def _document(raw: RawItem, item_date: ItemDate | None, item_id: str) -> Document:
    if raw.language is not None:
        languages: tuple[str, ...] = (raw.language,)
        title_language: str | None = raw.language
        paragraph_languages = (raw.language,) * len(raw.paragraphs)
    else:
        labels = split_by_language(raw.paragraphs, raw.title)
        languages, title_language, paragraph_languages = labels.languages, labels.title, labels.paragraphs
    if raw.countries is not None:
        countries = tuple(CountryMention(code, "given", "") for code in dict.fromkeys(raw.countries))
    else:
        countries = find_countries(raw.paragraphs, raw.title)
    item = NewsItem(
        id=item_id,
        title=raw.title,
        body="\n".join(raw.paragraphs),
        url=raw.url,
        date=item_date,
        language=languages[0],
        languages=languages,
        countries=countries,
        source=raw.source,
    )
    return Document(item, title_language, paragraph_languages or (languages[0],))
