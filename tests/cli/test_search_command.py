"""The commands that search an index: search and facets."""

from pathlib import Path

import pytest
from command_line import Run

from searcher.results import RECORD_FORMAT


def test_search_prints_a_readable_table(run: Run, sample_index: Path) -> None:
    """Hits have date and country in words, then the facets follow, all within 100 cells."""
    result = run("search 'securite peche' --lang fr --limit 1 --no-expand --index", sample_index)
    assert (result.exit_code, result.stderr) == (0, "no item has: securite\n")
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


def test_each_object_begins_with_its_format(run: Run, sample_index: Path) -> None:
    """A script can read the format version of any JSON object first."""
    for command in ("info", "check", "facets", "facets ferry", "search ferry"):
        record = run.json(f"{command} --index", sample_index)
        assert next(iter(record.items())) == ("format", RECORD_FORMAT)


@pytest.mark.parametrize("asked", ["search port --country 'los Balcanes'", "facets 'port country:Balkans'"])
def test_a_region_is_expanded_on_standard_error(run: Run, sample_index: Path, asked: str) -> None:
    """A line lists the countries of a region, whichever command and option named it."""
    result = run(f"{asked} --index", sample_index)
    told = (
        "Balkans (11 countries): Albania, Bosnia & Herzegovina, Bulgaria, Croatia, Greece, Kosovo, "
        "Montenegro, North Macedonia, Romania, Serbia and Slovenia"
    )
    assert told in result.stderr.splitlines()
    assert "Balkans" not in result.stdout.replace("country:Balkans", "")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_incomplete_rows_are_reported(run: Run, sample_index: Path, form: str) -> None:
    """Formats without a total report it on standard error, with the option for the rest."""
    arguments = (f"search 'ferry OR port OR harbour' --no-expand --format {form} --index", sample_index)
    every = run(*arguments, "--all-hits")
    total = len(every.stdout.splitlines()) - (form == "csv")
    assert every.stderr == ""
    told = run(*arguments, "--limit", 3).stderr
    assert told == f"3 of {total} items shown (--offset 3 for the next, --all-hits for every one)\n"
    last = run(*arguments, "--offset", total - 1)
    assert last.stderr == f"1 of {total} items shown (--all-hits for every one)\n"
    assert last.stdout.splitlines()[-1] == every.stdout.splitlines()[-1]


def test_facets_counts_everything_without_a_query(run: Run, sample_index: Path) -> None:
    """Without a query only counts are printed, over all matches or the whole index."""
    assert run.json("facets --index", sample_index)["total"] == 69
    counted, found = (run.json(f"{command} ferry --index", sample_index) for command in ("facets", "search"))
    assert counted == {key: found[key] for key in counted}


def test_facets_counts_only_the_named_facets(run: Run, sample_index: Path) -> None:
    """``--facet month`` has the months of all years, which are the years of ``--facet year``."""
    asked = ("facets ferry --index", sample_index, "--facet")
    months = run.json(*asked, "month")["facets"]
    assert list(months) == ["month"]
    assert {"value": "2022-05", "label": "May 2022", "count": 1, "selected": False} in months["month"]
    both = run.json(*asked, "country", "--facet", "year")["facets"]
    assert list(both) == ["year", "country"]
    counted = {value["value"][:4] for value in months["month"]}
    assert counted == {value["value"][:4] for value in both["year"]}
    run.refused(*asked, "colour")
