"""A program that uses every public function, as mypy checks it: each error that it expects is marked."""

import datetime as dt

import dragoman
from dragoman import (
    Batch,
    Concordance,
    DragomanError,
    DuplicateGroup,
    ExportReport,
    Hit,
    IndexFolderError,
    MissingItemError,
    NewsItem,
    QueryError,
    Results,
    Searcher,
    Series,
    Stories,
    WriteReport,
)


def write(index: str) -> list[WriteReport]:
    """Build, update, correct and delete."""
    item = {"id": "tide", "title": "Spring tide", "date": dt.date(2024, 3, 11)}
    return [
        dragoman.build(index, items=[item], source="wire-a", facets=["section"], jobs=1),
        dragoman.update(index, ["a.jsonl"], kind="jsonl", mirror=True, sure=True),
        dragoman.correct(index, "tide", date="2024-03-10", countries=["FR"], who="Ann"),
        dragoman.delete(index, ["tide"], dry_run=True),
        dragoman.build(index, itms=[item]),  # type: ignore[call-arg]
        dragoman.update(index, source=5),  # type: ignore[arg-type]
        dragoman.delete(index, 5),  # type: ignore[arg-type]
    ]


def search(searcher: Searcher) -> list[str | None]:
    """Search, and use the results."""
    results: Results = searcher.search(
        "ferry",
        countries="FJ",
        country_via=["name", "place"],
        languages=["en", "es"],
        date_from=2018,
        date_to=dt.date(2024, 1, 1),
        sort="newest",
        limit=None,
        via="typed",
        where={"section": "News", "source": ["a", "b"]},
        facets=("year", "section"),
        group=False,
        strict=True,
    )
    searcher.search("ferry", sort="best")  # type: ignore[arg-type]
    searcher.search("ferry", via="luck")  # type: ignore[arg-type]
    searcher.search("ferry", country_via=["luck"])  # type: ignore[list-item]
    searcher.search("ferry", limt=5)  # type: ignore[call-arg]
    searcher.search(5)  # type: ignore[arg-type]
    hit: Hit = results[0]
    hit.titel  # type: ignore[attr-defined]  # noqa: B018
    some: list[Hit] = [*results[1:3], *results, *reversed(results)]
    items: list[NewsItem] = [searcher.item(hit.id), *searcher.items([hit.id])]
    alike: Results = searcher.similar(hit.id, limit=3, languages="es")
    return [one.title for one in (*some, *items, *alike)]


def read(searcher: Searcher) -> tuple[list[Series], Concordance, Batch, Stories, list[DuplicateGroup]]:
    """Use the reading tools."""
    searcher.timeline("ferry", by="day")  # type: ignore[arg-type]
    searcher.concordance("ferry", sort="up")  # type: ignore[arg-type]
    searcher.batch("ferry", phrase=True)  # type: ignore[call-arg]
    return (
        searcher.timeline("ferry", versus=["flood"], by="month", languages="en"),
        searcher.concordance("ferry", sort="left", context=30, limit=5, all_words=False),
        searcher.batch(["ferry", "flood"], by="country", phrases=True),
        searcher.stories("ferry", window=7, min_items=2, limit=3, date_from="2018"),
        [
            *searcher.duplicates("ferry", changes=True, limit=5),
            *dragoman.duplicates("index_data", changes=True),
        ],
    )


def export(searcher: Searcher) -> list[ExportReport]:
    """Export in each way."""
    return [
        searcher.export("a.csv", "ferry", replace=True, sort="oldest", limit=5),
        dragoman.export("index_data", "a.data", format="sqlite"),
        searcher.export("a.data", format="docx"),  # type: ignore[arg-type]
        dragoman.export("index_data", "a.csv", sort="best"),  # type: ignore[arg-type]
    ]


def fail() -> str:
    """Handle each error."""
    try:
        Searcher("nowhere").close()
    except MissingItemError as error:
        missing: QueryError = error
        return str(missing)
    except (IndexFolderError, QueryError) as error:
        general: DragomanError = error
        return str(general)
    return dragoman.__version__
