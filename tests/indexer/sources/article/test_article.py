"""A text that is one article: one item; title, day and author from front matter, its head or its name."""

from pathlib import Path

import pytest
from tables import by_table

from indexer.documents import read_items
from indexer.item import NewsItem
from indexer.sources import AS_THEY_ARE, ReadOptions, Skipped

QUAY = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon, they said."
)
MONEY = "A third quay is planned, but nobody at the ceremony wanted to say who would pay for it, or when."
STORM = (
    "The town had waited for it since the storm, which took the first one away and half of the fleet with it."
)


def read(path: Path, options: ReadOptions = AS_THEY_ARE) -> tuple[list[NewsItem], list[Skipped]]:
    """Read the items of a text, and the skipped ones."""
    skipped: list[Skipped] = []
    return list(read_items(path, skipped.append, options)), skipped


def read_one(path: Path, text: str) -> NewsItem:
    """Read a text that is one item, with nothing skipped."""
    path.write_text(text, encoding="utf-8")
    (item,), skipped = read(path)
    assert not skipped
    return item


def facts(item: NewsItem) -> tuple[str | None, str | None, str | None]:
    """Return title, stated day and author."""
    day = item.date.start.isoformat() if item.date and item.date.kind == "printed" else None
    return item.title, day, item.author


@by_table
def test_the_head_has_title_day_and_author(
    tmp_path: Path, head: str, found: tuple[str | None, str | None, str | None]
) -> None:
    """In three languages, in any order; lines of the head are no part of the text."""
    item = read_one(tmp_path / "quay.txt", f"{head}{QUAY}\n\n{STORM}\n\nWho pays\n\n{MONEY}\n")
    assert facts(item) == found
    assert item.body.split("\n") == [QUAY, STORM, "Who pays", MONEY]
    assert item.source.first == 1


def test_a_short_line_in_capitals_above_a_title_is_text(tmp_path: Path) -> None:
    """The name of a publication above the title is not the title; a title in capitals alone is one."""
    item = read_one(tmp_path / "a.txt", f"ALTA POST\n\nA second quay\n\n3 March 2018\n\n{QUAY}\n\n{STORM}\n")
    assert facts(item) == ("A second quay", "2018-03-03", None)
    assert item.body.split("\n") == ["ALTA POST", QUAY, STORM]
    item = read_one(tmp_path / "b.txt", f"SECOND QUAY\n\n3 March 2018\n\n{QUAY}\n\n{STORM}\n")
    assert facts(item) == ("SECOND QUAY", "2018-03-03", None)


def test_front_matter_is_read(tmp_path: Path) -> None:
    """Front matter takes precedence over the head; names may be foreign, and other fields are kept."""
    text = (
        '---\ntitle: "Quays: a second one"\nfecha: 2018-03-05T23:10:00+01:00\n'
        "autor: Ana Prieto\nlang: en\n"
        "url: https://alta.example/quay\ntags: [harbour, 'the town']\n"
        "mood:\n  - calm\n  - grey\ndraft: false\n---\n\n"
        f"# Another heading\n\n{QUAY}\n"
    )
    item = read_one(tmp_path / "2001-01-01-quay.md", text)
    assert facts(item) == ("Quays: a second one", "2018-03-05", "Ana Prieto")
    assert item.url == "https://alta.example/quay"
    assert item.body.split("\n") == ["Another heading", QUAY]
    assert dict(item.fields) == {"tags": "harbour, the town", "mood": "calm, grey", "draft": "false"}


def test_front_matter_may_be_toml(tmp_path: Path) -> None:
    """Fields between lines of plus signs are read, and invalid TOML stays text."""
    fields = 'title = "A second quay"\ndate = 2018-03-03\ntags = ["port"]\n[extra]\ndraft = false'
    item = read_one(tmp_path / "quay.md", f"+++\n{fields}\n+++\n\n{QUAY}\n")
    assert (facts(item), item.body) == (("A second quay", "2018-03-03", None), QUAY)
    assert read_one(tmp_path / "no.md", f"+++\n= 1\n+++\n\n{QUAY}\n\n{STORM}\n").title == "+++ = 1 +++"


@pytest.mark.parametrize(
    "names",
    [("Title", "Date", "Source"), ("TITULAR", "FECHA", "MEDIO"), ("Titre ", "Date de parution ", "Éditeur ")],
)
def test_labels_above_a_text_are_fields(names: tuple[str, str, str], tmp_path: Path) -> None:
    """Lines with labels before the first blank line are fields; not if they return later."""
    title, day, source = names
    head = f"{title}: A second quay\n{day}: 3/3/2018\n{source}: The Post\n\n"
    item = read_one(tmp_path / "quay.txt", f"{head}{QUAY}\n{STORM}\n")
    assert (facts(item), item.body) == (("A second quay", "2018-03-03", None), f"{QUAY}\n{STORM}")
    assert [value for _, value in item.fields] == ["The Post"]
    (tmp_path / "two.txt").write_text(f"{head}{QUAY}\n\n{head}{STORM}\n", encoding="utf-8")
    assert "The Post" in read(tmp_path / "two.txt")[0][0].body


@pytest.mark.parametrize("end", ["", "\n\nIt rained.\n"])
def test_short_text_keeps_the_title_above_its_date(tmp_path: Path, end: str) -> None:
    """A title, a date line and a paragraph are one article, even if it is short."""
    item = read_one(
        tmp_path / "note.txt",
        f"A second quay\n3 March 2018\n\nThe quay was opened by a band on Saturday.{end}",
    )
    assert facts(item) == ("A second quay", "2018-03-03", None)


def test_an_unreadable_field_is_reported(tmp_path: Path) -> None:
    """The field is left out, and the item stays."""
    (tmp_path / "a.md").write_text(f"---\ntitle: A second quay\ndate: soon\n---\n{QUAY}\n")
    (item,), skipped = read(tmp_path / "a.md")
    assert facts(item) == ("A second quay", None, None)
    assert [skip.reason for skip in skipped] == ["the date “soon” is none; left out"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2018-03-05-quay.md", "2018-03-05"),
        ("quay_20180305.md", "2018-03-05"),
        ("quay-2018-13-05.md", None),
        ("q.md", None),
    ],
)
def test_the_file_name_has_the_day_if_nothing_else_does(tmp_path: Path, name: str, day: str | None) -> None:
    """The name begins with the year, in digits; an impossible day is ignored."""
    assert facts(read_one(tmp_path / name, f"# A second quay\n\n{QUAY}\n")) == ("A second quay", day, None)


def test_markdown_becomes_clean_text(tmp_path: Path) -> None:
    """Links, emphasis, pictures, rules and lists leave the visible text; wrapped lines become paragraphs."""
    text = (
        "A second quay — 2018.03.05 edition\n====\n\n"
        "*The harbour*, __the storm__ and\nthe [mayor](https://a.example/m_(x)).\n\n![a ship](ship.png)\n\n"
        "- One [ferry][1] `now`\n* Two \\*ferries\\*[^1]\n\n"
        "> Said [h/t [@ana](https://a.example)] <https://b.example/x>\n\n"
        "## Money\n\n| a | b |\n|---|---|\n| c_d_e | 2 * 3 |\n\n---\n\n"
        "[1]: https://a.example\n[^1]: A note &amp; <b>more</b>\n"
    )
    item = read_one(tmp_path / "a.md", text)
    assert facts(item)[:2] == ("A second quay — 2018.03.05 edition", "2018-03-05")
    assert item.body.split("\n") == (
        "The harbour, the storm and the mayor. | One ferry now | Two *ferries* | "
        "Said [h/t @ana] https://b.example/x | Money | a b | c_d_e 2 * 3 | A note & more"
    ).split(" | ")


def test_wrapped_lines_become_paragraphs(tmp_path: Path) -> None:
    """A text wrapped at seventy characters gets its paragraphs back."""
    import textwrap

    wrapped = "\n\n".join(textwrap.fill(part, 70) for part in (QUAY, STORM, MONEY))
    assert read_one(tmp_path / "a.txt", wrapped).body.split("\n") == [QUAY, STORM, MONEY]


@pytest.mark.parametrize(
    "page",
    [
        f"3 March 2018\nA second quay\n{QUAY}\n2 March 2018\nThe storm\n{STORM}\n",
        f"3 March 2018\n\nA second quay\n\n{QUAY}\n\n2 March\n\nThe storm\n\n{STORM}\n",
        f"A second quay\n\n{QUAY}\n\nRead more here.\n\nThe storm\n\n{STORM}\n",
        f"Subscribe to our newsletter\n\nA second quay\n\n{QUAY}\n\nThe storm\n\n{STORM}\n",
        f"A second quay\n\n{QUAY}\n\nThe storm of the year\n\n{STORM}\n\nWho is to pay\n\n{MONEY}\n",
        f"A second quay\n{QUAY}\nThe storm\n{STORM}\n",
    ],
)
def test_a_page_of_several_items_is_no_article(tmp_path: Path, page: str) -> None:
    """Date lines, closings, navigation, or a title for each paragraph show a page, whose order counts."""
    (tmp_path / "page.txt").write_text(page)
    (tmp_path / "copy.txt").write_text(page)
    items, _ = read(tmp_path / "page.txt")
    expected, _ = read(tmp_path / "copy.txt", ReadOptions(kind="page"))
    assert [item.id for item in items] == [item.id for item in expected]
    assert len(items) > 1
    (whole,), _ = read(tmp_path / "page.txt", ReadOptions(kind="text"))
    assert STORM in whole.body


def test_an_article_may_be_read_as_a_page(tmp_path: Path) -> None:
    """``--as page`` overrides the detection."""
    (tmp_path / "a.md").write_text(f"# A second quay\n\n{QUAY}\n\nA storm comes\n\n{STORM}\n")
    items, _ = read(tmp_path / "a.md", ReadOptions(kind="page"))
    assert len(items) == 2


@pytest.mark.parametrize(
    "text",
    ["---\n", "---\na: b\n", "---\n: x\n---\n", "# \n", "#\n\n#\n", "[" * 5000, "*_" * 5000, "](" * 9000],
)
def test_no_markdown_is_an_error(tmp_path: Path, text: str) -> None:
    """Text that only resembles Markdown is read."""
    (tmp_path / "a.md").write_text(f"{text}\n{QUAY}\n\n{STORM}\n\n{MONEY}\n")
    items, _ = read(tmp_path / "a.md")
    assert "harbour" in " ".join(item.body for item in items)
