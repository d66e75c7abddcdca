"""Each system, format and language of press databases: every article is an item with its own fields."""

import re
from pathlib import Path

import pytest
from press_samples import EXPORTS, STORIES, export

from indexer.item import ItemDate, RawItem
from indexer.sources import ReadOptions, Skipped, open_sources


def read(path: Path, data: bytes) -> tuple[list[RawItem], list[Skipped], list[tuple[str, str, int]]]:
    """Return the items of a file, the skipped parts, and the recognised exports."""
    path.write_bytes(data)
    skipped: list[Skipped] = []
    recognised: list[tuple[str, str, int]] = []
    options = ReadOptions(recognised=lambda *export: recognised.append(export))
    items = [item for source in open_sources(path, skipped.append, options) for item in source.items]
    return items, skipped, recognised


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("name", EXPORTS)
def test_each_article_of_an_export_is_an_item(name: str, language: str, tmp_path: Path) -> None:
    """Title, day, author, section, page, publication, language, country and text are those of the article."""
    stories = STORIES[language]
    items, skipped, recognised = read(tmp_path / "export", export(name, language))
    assert skipped == []
    assert recognised == [("export", name.partition(")")[0] + ")", len(stories))]
    for item, story in zip(items, stories, strict=True):
        assert item.title == story.title
        assert item.paragraphs == story.body
        assert item.date == ItemDate(story.day, story.day, "printed")
        assert item.author == story.author
        assert item.section == story.section
        fields = dict(item.fields)
        assert (fields["publication"], fields["page"]) == (story.publication, story.page)
        if not name.startswith("Europresse"):  # which states neither
            assert item.likely_language == language
        if not name.startswith("Europresse") and "without codes" not in name:
            assert item.countries == (story.country,)


def test_each_row_of_the_documentation_has_a_sample() -> None:
    """The table of origins lists the systems and formats that are tested, and mail."""
    page = (Path(__file__).parents[4] / "indexer/sources/press/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][\w ]+) \| ([\w ]+) \| ", page, re.MULTILINE)
    exports = {tuple(re.sub(r" \(([^)]+)\)", r"|\1", name).split("|")) for name in EXPORTS}
    assert {*rows} == exports | {("Google Alerts", "mail")}
