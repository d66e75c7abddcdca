"""Fields with other names: their meaning, and the treatment of unknown ones."""

from typing import Any

import pytest

from indexer.data_tables import rows
from indexer.item import RawItem
from indexer.sources import ReadOptions, Skipped, stated_values
from indexer.sources.foreign_record import ForeignReader, SourceDefaults
from indexer.sources.source import AS_THEY_ARE, ReadContext
from indexer.sources.stated_values import TARGET_FIELDS, StatedIds, is_understood, meaning_of, paragraphs


def read(
    values: dict[str, Any], options: ReadOptions = AS_THEY_ARE, defaults: SourceDefaults | None = None
) -> tuple[RawItem, list[str]]:
    """Read one item, and the reasons that are reported."""
    told: list[Skipped] = []
    item = ForeignReader(ReadContext("x.json", told.append, options), defaults=defaults).read(values, 4)
    assert item is not None
    assert item.source == ("x.json", 4, 4)
    return item, [skip.reason for skip in told]


@pytest.mark.parametrize("body", ["<h1>A quay</h1><p>It opens.</p>", "A quay\nIt opens."])
def test_a_title_above_its_text_is_no_paragraph(body: str) -> None:
    """A title that the text repeats is left out of the text, unless it is all of the text."""
    item, _ = read({"title": "A quay", "body": body})
    assert item.paragraphs == ("It opens.",)
    item, _ = read({"title": "A quay", "body": "A quay"})
    assert item.paragraphs == ("A quay",)


def test_ambiguous_numeric_dates_are_reported() -> None:
    """12/03/2018 is a date once another item shows the order of day and month."""
    told: list[Skipped] = []
    reader = ForeignReader(ReadContext("x.csv", told.append))
    reader.learn([{"title": "a", "date": "12/03/2018"}])
    assert reader.read({"title": "a", "date": "12/03/2018"}, 1).date is None  # type: ignore[union-attr]
    assert told == [
        Skipped(
            "x.csv",
            1,
            "ambiguous date “12/03/2018” (day and month cannot be distinguished); ignored",
            field=True,
        )
    ]
    reader.learn([{"title": "a", "date": "12/03/2018"}, {"title": "b", "date": "25/03/2018"}])
    assert reader.read({"title": "a", "date": "12/03/2018"}, 1).date.start.day == 12  # type: ignore[union-attr]


def test_columns_can_be_mapped() -> None:
    """A mapping overrides the standard table, and one to another name renames a field."""
    item, _ = read(
        {"kop": "Tide", "title": "x1", "wijk": "Quay"},
        options=ReadOptions(columns=(("kop", "Title"), ("wijk", "district"))),
    )
    assert item.title == "Tide"
    assert dict(item.fields) == {"title": "x1", "district": "Quay"}


def test_items_with_the_same_link_have_different_ids() -> None:
    """Both items are kept; with `once`, a repeated item is skipped and reported."""
    told: list[Skipped] = []
    values = [{"title": title, "url": "https://x.example/list"} for title in ("Tide", "Ebb", "Tide")]
    reader = ForeignReader(ReadContext("x.json", told.append))
    assert len({item.id for value in values if (item := reader.read(value, 1))}) == 3
    reader = ForeignReader(ReadContext("x.json", told.append), once=True)
    assert [reader.read(value, 1) is not None for value in values] == [True, True, False]
    assert told[0].reason == "an earlier item of this source is identical"


def test_values_of_the_whole_source_are_defaults() -> None:
    """Relative links are resolved; language and author of the source apply if the item states none."""
    defaults = SourceDefaults("https://quay.example/feed", "fr-FR", "Luc Caron")
    item, _ = read({"title": "Bac", "url": "/1", "creator": "3"}, defaults=defaults)
    assert (item.url, item.likely_language, item.author) == ("https://quay.example/1", "fr", "Luc Caron")


def test_names_of_languages_and_countries_are_read() -> None:
    """Codes and names in three languages, several countries in one value; regions and the world are none."""
    languages = ["es_MX", "Français", "inglés", "Deutsch", "x"]
    assert [stated_values.read_language_name(name) for name in languages] == ["es", "fr", "en", "und", None]
    assert stated_values.read_countries("Côte d'Ivoire") == (["CI"], [])
    assert stated_values.read_countries(["fra", "Haití", "fr", "World"]) == (["FR", "HT"], ["World"])
    assert stated_values.read_countries("Bosnia and Herzegovina | Peru") == (["BA", "PE"], [])


def test_each_field_name_has_one_meaning() -> None:
    """Each name of the table occurs once and maps to one field, with any case and punctuation."""
    names = [
        name
        for _, *cells in rows(stated_values.__file__, "field_names.tsv")
        for name in " ".join(cells).split()
    ]
    assert len(names) == len(set(names))
    fields = {found.field for name in names if (found := meaning_of(name))}
    assert fields - TARGET_FIELDS == {"changed", "never"}
    for name in tuple(
        "Published At | published_at | _source.publishedAt | fields.publishedat | publishedAt.iso".split(
            " | "
        )
    ):
        assert meaning_of(name) == meaning_of("publishedat")
    for name in ["", *"author.url image.url _links thumbnail_link source.name likes scraped_at".split()]:
        assert meaning_of(name) is None


def test_a_table_without_news_fields_is_refused() -> None:
    """A name, an id and numbers make no item; a title or a text does, or a name with a date or a link."""
    assert not is_understood(["id", "name", "population"])
    assert is_understood(["", "Titular"])
    assert is_understood(["name", "date"])
    assert not is_understood(["date", "url", "author"])


def test_each_line_of_a_text_is_a_paragraph() -> None:
    """Every line separator separates paragraphs; a control character does not, escaped or not."""
    text = "The ferry\r\nsails\x0bat noon\x85from\u2028Lima.\n\nIt re\x1cturns&#28; at&#10;night."
    lines = ("The ferry", "sails", "at noon", "from", "Lima.", "It returns at", "night.")
    assert paragraphs(text) == lines


def test_an_id_does_not_depend_on_the_text() -> None:
    """A corrected text keeps its id in the next dump, wherever the item is there."""
    first, second = StatedIds(), StatedIds()
    before = first.of("https://news.example/1", "Fery sails", ())
    second.of("https://news.example/2", "Another", ())
    assert second.of("https://news.example/1", "Ferry sails", ()) == before
    assert len(before) == 12


def test_items_without_a_link_have_ids_from_their_text() -> None:
    """White space does not count; a repetition is numbered."""
    ids = StatedIds()
    first = ids.of(None, "The ferry sails", ())
    assert ids.of("", "The  ferry", ["sails"]) == f"{first}-2"
    assert ids.of(None, "The ferry stays", ()) not in {first, f"{first}-2"}
