"""Small invented answers and items about harbours, schools and football, for tests of output."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any, NamedTuple

from indexer.item import CountryMention, ItemDate, NewsItem, SourceLines
from searcher.facet_values import FacetValue, HitDetails
from searcher.present import open_writer
from searcher.results import Hit, Results

NAMES = {"JO": "Jordan", "TN": "Tunisia", "CL": "Chile"}
SOURCE = SourceLines("harbours.txt", 12, 15)


def day(text: str, kind: str = "printed", end: str | None = None) -> ItemDate:
    """Return a date from ISO days."""
    return ItemDate(date.fromisoformat(text), date.fromisoformat(end or text), kind)  # type: ignore[arg-type] # a word of the test


def named(*codes: str) -> tuple[CountryMention, ...]:
    """Return mentions of countries by their names."""
    return tuple(CountryMention(code, "name", NAMES.get(code, code)) for code in codes)


class InventedAside(NamedTuple):
    """Details of one hit that are rarely used."""

    via: tuple[str, ...]
    beneath: tuple[Hit, ...]
    named: str | None

    def provenance(self, _: int) -> tuple[str, ...]:
        """Return its provenance."""
        return self.via

    def score(self, _: int) -> float:
        """Return its score as a near duplicate."""
        return 0.5

    def same(self, _: int, __: Sequence[int]) -> tuple[Hit, ...]:
        """Return its near duplicates."""
        return self.beneath

    def group(self, _: int) -> str | None:
        """Return its group."""
        return self.named

    def annotations(self, _: str) -> dict[str, Any]:
        """Return no tags."""
        return {}


def hit(**changes: Any) -> Hit:
    """Return a hit about a harbour, with changes."""
    values: dict[str, Any] = {
        "rank": 1,
        "id": "a1b2c3",
        "score": 7.314159,
        "title": "Pilots read ice charts",
        "snippet": "The **ice** pilots met in the old customs house.",
        "date": day("2018-03-14"),
        "language": "en",
        "languages": ("en",),
        "countries": named("JO", "TN"),
        "country_names": NAMES,
        "source": SOURCE,
        "url": None,
    }
    values |= changes
    rank, item_id, score, title = (values.pop(name) for name in ("rank", "id", "score", "title"))
    via = values.pop("via", ("typed",))
    same, group = values.pop("same", ()), values.pop("group", None)
    aside = InventedAside(via, same, group)
    details = HitDetails(**values)
    return Hit(rank, item_id, score, title, 0, lambda _: details, lambda: aside, range(len(same)))


def item(**changes: Any) -> NewsItem:
    """Return an item about a school kitchen, with changes."""
    values: dict[str, Any] = {
        "id": "k1",
        "title": "School kitchen opens",
        "body": "Soup is served at noon.\nBread comes from the village.",
        "url": "https://kitchen.example/1",
        "date": day("2016-11-28", "inferred", "2016-11-30"),
        "language": "en",
        "languages": ("en",),
        "countries": (CountryMention("JO", "demonym", "Jordanian"), CountryMention("TN", "place", "Sfax")),
        "source": SOURCE,
    }
    return NewsItem(**values | changes)


def counted(value: str, count: int, label: str | None = None, *, selected: bool = False) -> FacetValue:
    """Return a facet value whose label is the value unless given."""
    return FacetValue(value, label or value, count, selected)


def answer(*hits: Hit, **changes: Any) -> Results:
    """Return an answer with only these hits, with changes."""
    values: dict[str, Any] = {
        "query": "ice",
        "total": len(hits),
        "took_ms": 1.234,
        "hits": list(hits),
        "facets": {},
    }
    values |= changes
    return Results(**{"groups": values["total"]} | values)


def written(form: str, what: str, *given: Any, color: bool = False, width: int = 80) -> str:
    """Return what a writer writes: ``results``, ``facets``, ``items``, ``item`` or ``info``."""
    stream = StringIO(newline="")
    getattr(open_writer(form, stream, color=color, width=width), f"write_{what}")(*given)
    return stream.getvalue()


def encoded(encoding: str, form: str, what: str, given: Any) -> str:
    """Return what a writer writes to a stream of an encoding, decoded."""
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding, newline="")
    getattr(open_writer(form, stream, color=False, width=80), f"write_{what}")(given)
    stream.flush()
    return raw.getvalue().decode(encoding)


def table(results: Results, *, color: bool = False, width: int = 100) -> str:
    """Return an answer as a table."""
    return written("table", "results", results, color=color, width=width)


def chart(facets: dict[str, list[FacetValue]], *, color: bool = False, width: int = 100) -> str:
    """Return facets as a table, without the headline."""
    return written("table", "facets", answer(facets=facets), color=color, width=width).split("\n", 1)[1]
