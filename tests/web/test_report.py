"""A report is self-contained, and has the results of the searcher."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from lxml import html
from page_reading import client_of, page_of, words
from starlette.testclient import TestClient

from searcher import Searcher
from searcher.reading.receipt import read_receipt
from searcher.web import routes
from searcher.web.page.messages import reader_of


def test_a_report_is_self_contained_and_has_the_right_counts(
    run: Run, sample_index: Path, searcher: Searcher, tmp_path: Path
) -> None:
    """The file has its style and charts, loads nothing, and has the counts and all the hits."""
    file, receipt = tmp_path / "report.html", tmp_path / "receipt.json"
    asked = ("report 'ferry harbour' --lang en --ui es --index", sample_index, "-o", file)
    assert run(*asked, "--receipt", receipt).exit_code == 0
    page = html.fromstring(file.read_text("utf-8"))
    assert page.get("lang") == "es"
    assert not page.xpath("//script | //link | //img | //iframe | //form | //*[@style] | //use")
    assert all(link.startswith(("http://", "https://")) for link in page.xpath("//@href | //@src"))
    results = searcher.search("ferry harbour", languages="en", limit=100, all_words=True)
    generation = searcher.ask(lambda answerer: answerer.engine.generation)
    assert cited(page) == [hit.id for hit in results]
    tables = page.xpath("//section//table")
    shown = [[words(row.xpath("./td")[0]) for row in table.xpath("./tbody/tr")] for table in tables]
    countries = [str(value.count) for value in results.facets["country"] if value.count]
    assert shown == [countries, [str(results.total)]]  # the only filter is a language
    facts = words(page.xpath("//dl")[0])
    for text in (f"generación {generation}", read_receipt(receipt).hash, "harbour → "):
        assert text in facts


def cited(page: Any) -> list[str]:
    """Return the ids of the items that a report cites."""
    return [words(one).rpartition("[")[2].rstrip("]") for one in page.xpath("//p[@class='cited']")]


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
    run: Run, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page at /report has the hash that the command writes for the same query, if it can be read."""
    receipt, client = tmp_path / "receipt.json", client_of(sample_index)
    asked = ("report 'ferry harbour' --lang en --from 2016 -o - --index", sample_index)
    assert run(*asked, "--receipt", receipt).exit_code == 0
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016")
    assert read_receipt(receipt).hash in words(page.xpath("//dl")[0])
    monkeypatch.setattr(routes, "MAX_ITEMS", 3)
    page = page_of(client, "/report?q=ferry+harbour&lang=en&from=2016&all=0&limit=10")
    assert "Receipt" not in words(page.xpath("//dl")[0])


@pytest.mark.parametrize("ui", ["en", "es", "fr"])
def test_a_report_describes_how_its_query_was_restricted(
    client: TestClient, searcher: Searcher, ui: str
) -> None:
    """A report states whether all words were required, dropped labels, and if there was no expansion."""
    reader, address = reader_of(ui), f"/report?q=ferry+harbour&ui={ui}"
    plain = words(page_of(client, address).xpath("//dl[@class='known']")[0])
    for params, said in {
        "all=0": f"{reader.say('any_on')}.",
        "drop=port": f"{reader.headed(reader.say('dropped'), 'port')}",
        "expand=0": f"{reader.say('expand_again')}",
    }.items():
        narrowed = words(page_of(client, f"{address}&{params}").xpath("//dl[@class='known']")[0])
        assert " ".join(said.split()) in narrowed
        assert " ".join(said.split()) not in plain
    one = page_of(client, f"{address}&limit=1")
    items = reader.many("items", searcher.search("ferry harbour", all_words=True).groups)
    assert words(one.xpath("//p[@class='soft']")[0]) == reader.many("report_shown", 1, items=items)


def test_a_report_has_no_dropped_expansion(run: Run, sample_index: Path, searcher: Searcher) -> None:
    """A dropped label is not searched, as in `search --drop`."""
    label = searcher.search("ferry").expansions[0]["to"][0]
    hits = [hit.id for hit in searcher.search("ferry", drop=label, limit=100)]
    done = run("report ferry -o - --index", sample_index, "--drop", label)
    assert (done.exit_code, cited(html.fromstring(done.stdout))) == (0, hits)


@pytest.mark.parametrize(("params", "code"), [("ferry", 0), ("xyzzy", 1), ("'(ferry' --strict", 2)])
def test_a_report_exits_like_a_search_and_overwrites_nothing(
    run: Run, sample_index: Path, tmp_path: Path, params: str, code: int
) -> None:
    """Exit 0 with results, 1 without, 2 for a mistake; an existing file stays."""
    file = tmp_path / "report.html"
    asked = (f"report {params} --index", sample_index, "-o", file)
    assert (run(*asked).exit_code, file.exists()) == (code, code < 2)
    file.write_text("mine")
    assert (run(*asked).exit_code, file.read_text()) == (2, "mine")


def test_a_report_needs_an_html_file_name(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """A page with the name of a PDF cannot be opened; options that a report lacks are not suggested."""
    asked = ("report ferry --limit 2 --index", sample_index, "-o")
    run.refused(*asked, tmp_path / "report.pdf", says="report.pdf”; name it .html")
    assert list(tmp_path.iterdir()) == []
    told = run(*asked, tmp_path / "report.html").stderr
    assert "2 of 6 pieces of news listed (--limit)\n" in told
    assert "--offset" not in told
