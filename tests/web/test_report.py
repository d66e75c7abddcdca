"""A report is self-contained, and has the answers of the searcher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from page_reading import client_of, page_of, words

from searcher import Searcher
from searcher.commands.program import cli
from searcher.reading.receipt import read_receipt
from searcher.web import routes
from searcher.web.page.messages import reader_of


def test_a_report_is_self_contained_and_has_the_right_counts(sample_index: Path, tmp_path: Path) -> None:
    """The file has its style and charts, loads nothing, and has the counts and all the hits."""
    file = tmp_path / "report.html"
    told = [
        "report",
        "ferry harbour",
        "--lang",
        "en",
        "--ui",
        "es",
        "--index",
        str(sample_index),
        "-o",
        str(file),
        "--receipt",
        str(tmp_path / "receipt.json"),
    ]
    assert CliRunner().invoke(cli, told).exit_code == 0
    page = html.fromstring(file.read_text("utf-8"))
    assert page.get("lang") == "es"
    assert not page.xpath("//script | //link | //img | //iframe | //form | //*[@style] | //use")
    assert all(link.startswith(("http://", "https://")) for link in page.xpath("//@href | //@src"))
    with Searcher(sample_index) as searcher:
        results = searcher.search("ferry harbour", languages="en", limit=100, all_words=True)
        generation = searcher.ask(lambda answerer: answerer.engine.generation)
    cited = [words(one).rpartition("[")[2].rstrip("]") for one in page.xpath("//p[@class='cited']")]
    assert cited == [hit.id for hit in results]
    tables = page.xpath("//section//table")
    shown = [[words(row.xpath("./td")[0]) for row in table.xpath("./tbody/tr")] for table in tables]
    assert shown == [
        [str(value.count) for value in results.facets["country"] if value.count],
        [str(results.total)],  # the only filter is a language
    ]
    facts = words(page.xpath("//dl")[0])
    assert f"generación {generation}" in facts
    assert read_receipt(tmp_path / "receipt.json").hash in facts
    assert "harbour → " in facts


def test_a_report_of_a_country_counts_only_its_matches(make_index: Callable[..., Path]) -> None:
    """No country has more items than matches, no link of the page is a filter, other years are marked."""
    items = [
        {"id": f"{code}{year}", "body": f"A ferry of {year}", "countries": [code], "date": f"{year}-03-01"}
        for code, years in {"KE": (2014, 2016), "FJ": (2015, 2016, 2017)}.items()
        for year in years
    ]
    client = client_of(make_index(*items))
    page = page_of(client, "/report?q=ferry&group=0&country=KE&from=2016")
    filters = page.xpath("//dl[@class='known']/dd[2]/div")
    assert [words(one) for one in filters] == ["Kenya", "2016 – …"]
    (country, language) = page.xpath("//div[@class='counts']//tbody")
    assert [words(row) for row in country] == ["Kenya1100.0%"]
    assert [words(row) for row in language] == ["English1100.0%"]
    assert words(page.xpath("//figure[@class='where']/figcaption")[0]) == "Countries 1 country named."
    years = {words(row): row.get("class") for row in page.xpath("(//figure[@class='time']//tbody)[1]/tr")}
    assert years == {"20141": "out", "20161": None}
    nothing = page_of(client, "/report?q=ferry&country=KE&from=2019")
    assert nothing.xpath("//tbody") == nothing.xpath("//figure[@class='time']//tbody")


def test_a_served_report_has_the_receipt_of_the_command(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page at /report has the hash that the command writes for the same query, if it can be read."""
    file, receipt = tmp_path / "report.html", tmp_path / "receipt.json"
    told = ["report", "ferry harbour", "--lang", "en", "--from", "2016", "--index", str(sample_index)]
    assert CliRunner().invoke(cli, [*told, "-o", str(file), "--receipt", str(receipt)]).exit_code == 0
    client = client_of(sample_index)
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016")
    assert read_receipt(receipt).hash in words(page.xpath("//dl")[0])
    monkeypatch.setattr(routes, "MAX_ITEMS", 3)
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016&all=0&limit=10")
    assert "Receipt" not in words(page.xpath("//dl")[0])


@pytest.mark.parametrize("ui", ["en", "es", "fr"])
def test_a_report_describes_how_its_query_was_restricted(sample_index: Path, ui: str) -> None:
    """A report states whether all words were required, dropped labels, and if there was no expansion."""
    client, reader = client_of(sample_index), reader_of(ui)
    for params, said in {
        "all=0": f"{reader.say('any_on')}.",
        "drop=port": f"{reader.headed(reader.say('dropped'), 'port')}",
        "expand=0": f"{reader.say('expand_again')}",
    }.items():
        plain, narrowed = (
            words(page_of(client, f"/report?q=ferry+harbour&ui={ui}{more}").xpath("//dl[@class='known']")[0])
            for more in ("", f"&{params}")
        )
        assert " ".join(said.split()) in narrowed
        assert " ".join(said.split()) not in plain
    one = page_of(client, f"/report?q=ferry+harbour&limit=1&ui={ui}")
    items = reader.many("items", Searcher(sample_index).search("ferry harbour", all_words=True).groups)
    assert words(one.xpath("//p[@class='soft']")[0]) == reader.many("report_shown", 1, items=items)


def test_a_report_has_no_dropped_expansion(sample_index: Path, tmp_path: Path) -> None:
    """A dropped label is not searched, as in `search --drop`."""
    file = tmp_path / "report.html"
    told = ["report", "ferry", "--index", str(sample_index), "-o", str(file)]
    with Searcher(sample_index) as searcher:
        label = searcher.search("ferry").expansions[0]["to"][0]
        hits = [hit.id for hit in searcher.search("ferry", drop=label, limit=100)]
    assert CliRunner().invoke(cli, [*told, "--drop", label]).exit_code == 0
    page = html.fromstring(file.read_text("utf-8"))
    cited = [words(one).rpartition("[")[2].rstrip("]") for one in page.xpath("//p[@class='cited']")]
    assert cited == hits


@pytest.mark.parametrize(("params", "code"), [("ferry", 0), ("xyzzy", 1), ("(ferry --strict", 2)])
def test_a_report_exits_like_a_search_and_overwrites_nothing(
    sample_index: Path, tmp_path: Path, params: str, code: int
) -> None:
    """Exit 0 with results, 1 without, 2 for a mistake; an existing file stays."""
    file = tmp_path / "report.html"
    told = ["report", *params.split(), "--index", str(sample_index), "-o", str(file)]
    assert CliRunner().invoke(cli, told).exit_code == code
    assert file.exists() == (code < 2)
    file.write_text("mine")
    assert CliRunner().invoke(cli, told).exit_code == 2
    assert file.read_text() == "mine"


def test_a_report_needs_an_html_file_name(sample_index: Path, tmp_path: Path) -> None:
    """A page with the name of a PDF cannot be opened; options that a report lacks are not suggested."""
    told = ["report", "ferry", "--index", str(sample_index), "--limit", "2", "-o"]
    wrong = CliRunner().invoke(cli, [*told, str(tmp_path / "report.pdf")])
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "report.pdf”; name it .html" in wrong.stderr
    assert list(tmp_path.iterdir()) == []
    done = CliRunner().invoke(cli, [*told, str(tmp_path / "report.html")])
    assert "2 of 6 pieces of news listed (--limit)\n" in done.stderr
    assert "--offset" not in done.stderr
