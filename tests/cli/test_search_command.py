"""The commands that search an index: search and facets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_search_prints_a_readable_table(run: Run, sample_index: Path) -> None:
    """Hits have date and country in words, then the facets follow, all within 100 cells."""
    result = run(
        "search", "securite peche", "--lang", "fr", "--limit", "1", "--no-expand", "--index", sample_index
    )
    assert result.exit_code == 0
    assert result.stderr == "no item has: securite\n"
    assert result.stdout == (
        "2 items match securite peche, none with all words; showing 1\n"
        "\n"
        "1  Des gilets pour la pêche piroguière sénégalaise\n"
        "   20 Sep 2022 · Senegal · French · id e6e855bfbed8 · score 2.60\n"
        "   « Avant, le gilet restait au fond de la pirogue. Maintenant, mon fils dort avec », "
        "plaisante Mame\n"
        "   Coumba Diouf, mareyeuse à Saint-Louis. L'opération se poursuivra jusqu'en mars, partout où l'on\n"
        "   **pêche**.\n"
        "\n"
        "Year                          Country                 Language\n"
        "  2022           1 ████████     Benin    1 ████████   > French 2 ████████\n"
        "  estimated only 1 ████████     Cameroon 1 ████████\n"
        "                                Gabon    1 ████████\n"
        "                                Senegal  1 ████████\n"
    )


def test_search_prints_one_json_object(run: Run, sample_index: Path) -> None:
    """The JSON has exactly the keys and types that scripts rely on."""
    result = run("search", "ferry", "--country", "KE", "--format", "json", "--index", sample_index)
    answer = json.loads(result.stdout)
    keys = (
        "format query query_language total total_all_words groups undated_left_out took_ms generation hits "
        "facets suggestion expansions unmatched relaxed notes"
    )
    assert list(answer) == keys.split()
    assert list(answer["facets"]) == ["year", "country", "language"]
    hit = answer["hits"][0]
    keys = "rank id score title snippet date language languages via countries source url same"
    assert list(hit) == keys.split()
    assert hit["rank"] == 1
    assert hit["date"] == {"start": "2022-05-09", "end": "2022-05-11", "kind": "printed"}
    assert hit["countries"] == [{"code": "KE", "name": "Kenya", "via": "place", "evidence": "Mombasa"}]
    assert hit["source"]["file"] == "archive.txt"
    kenya = next(value for value in answer["facets"]["country"] if value["value"] == "KE")
    assert kenya == {"value": "KE", "label": "Kenya", "count": answer["total"], "selected": True} | {
        "by_place_only": 1
    }


@pytest.mark.parametrize(
    "arguments", [["search", "port", "--country", "los Balcanes"], ["facets", "port country:Balkans"]]
)
def test_a_region_is_expanded_on_standard_error(run: Run, sample_index: Path, arguments: list[str]) -> None:
    """A line lists the countries of a region, whichever command and option named it."""
    result = run(*arguments, "--index", sample_index)
    told = (
        "Balkans (11 countries): Albania, Bosnia & Herzegovina, Bulgaria, Croatia, Greece, Kosovo, "
        "Montenegro, North Macedonia, Romania, Serbia and Slovenia"
    )
    assert told in result.stderr.splitlines()
    assert "Balkans" not in result.stdout.replace("country:Balkans", "")


def test_every_format_has_the_same_hits(run: Run, sample_index: Path) -> None:
    """JSON, JSON lines and CSV have the same hits in the same order."""
    arguments = ("search", "ferry", "--limit", "4", "--index", sample_index, "--format")
    ids = [hit["id"] for hit in json.loads(run(*arguments, "json").stdout)["hits"]]
    assert len(ids) == 4
    assert [json.loads(line)["id"] for line in run(*arguments, "jsonl").stdout.splitlines()] == ids
    assert [row["id"] for row in csv.DictReader(io.StringIO(run(*arguments, "csv").stdout))] == ids


def test_a_date_filter_reports_undated_matches(run: Run, sample_index: Path) -> None:
    """Undated matches are counted on standard error, and ``--estimated`` includes them."""
    arguments = (
        "search",
        "ferry",
        "--from",
        "2013",
        "--index",
        sample_index,
        "--format",
        "json",
        "--no-expand",
    )
    printed = run(*arguments)
    left_out = json.loads(printed.stdout)["undated_left_out"]
    assert left_out > 0
    assert printed.stderr.startswith(f"{left_out} matching items without a printed date were left out")
    estimated = run(*arguments, "--estimated")
    assert json.loads(estimated.stdout)["total"] == json.loads(printed.stdout)["total"] + left_out
    assert estimated.stderr == ""


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_incomplete_rows_are_reported(run: Run, sample_index: Path, form: str) -> None:
    """Formats without a total report it on standard error, with the option for the rest."""
    arguments = (
        "search",
        "ferry OR port OR harbour",
        "--no-expand",
        "--index",
        sample_index,
        "--format",
        form,
    )
    head = form == "csv"
    every = run(*arguments, "--all-hits")
    total = len(every.stdout.splitlines()) - head
    assert every.stderr == ""
    told = run(*arguments, "--limit", 3).stderr
    assert told == f"3 of {total} items shown (--offset 3 for the next, --all-hits for every one)\n"
    last = run(*arguments, "--offset", total - 1)
    assert last.stderr == f"1 of {total} items shown (--all-hits for every one)\n"
    assert last.stdout.splitlines()[-1] == every.stdout.splitlines()[-1]


def test_facets_counts_everything_without_a_query(run: Run, sample_index: Path) -> None:
    """Without a query only counts are printed, over all matches or the whole index."""
    everything = json.loads(run("facets", "--format", "json", "--index", sample_index).stdout)
    assert everything["total"] == 69
    keys = (
        "format query total facets undated_left_out total_all_words relaxed notes generation query_language"
    )
    assert list(everything) == f"{keys} suggestion expansions unmatched".split()
    asked = json.loads(run("facets", "ferry", "--format", "json", "--index", sample_index).stdout)
    found = json.loads(run("search", "ferry", "--format", "json", "--index", sample_index).stdout)
    assert {key: asked[key] for key in asked} == {key: found[key] for key in asked}


def test_facets_counts_only_the_named_facets(run: Run, sample_index: Path) -> None:
    """``--facet month`` has the months of all years, which are the years of ``--facet year``."""
    arguments = ("facets", "ferry", "--index", sample_index, "--format", "json", "--facet")
    months = json.loads(run(*arguments, "month").stdout)["facets"]
    assert list(months) == ["month"]
    assert {"value": "2022-05", "label": "May 2022", "count": 1, "selected": False} in months["month"]
    both = json.loads(run(*arguments, "country", "--facet", "year").stdout)["facets"]
    assert list(both) == ["year", "country"]
    counted = {value["value"][:4]: 0 for value in months["month"]}
    assert set(counted) == {value["value"][:4] for value in both["year"]}
    assert run(*arguments, "colour").exit_code == 2


def test_the_index_may_be_named_by_the_environment(
    run: Run, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``DRAGOMAN_INDEX`` is used without ``--index``."""
    monkeypatch.setenv("DRAGOMAN_INDEX", str(sample_index))
    assert run("search", "ferry").exit_code == 0
    assert run("search", "ferry", "--index", sample_index.parent / "none").exit_code == 2
