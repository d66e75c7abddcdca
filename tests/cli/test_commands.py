"""The commands on the sample archive: what they print, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import Result

from indexer.countries.names import country_name
from indexer.sample import sample_path
from indexer.schema import FORMAT_VERSION
from searcher import Searcher
from searcher.commands.program import cli

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def test_search_prints_a_table_that_people_read(run: Run, sample_index: Path) -> None:
    """Hits with date and country in words, then the facets, all within 100 cells."""
    result = run(
        "search", "securite peche", "--lang", "fr", "--limit", "1", "--no-expand", "--index", sample_index
    )
    assert result.exit_code == 0
    assert result.stderr == "no item has: securite\n"
    assert result.stdout == (
        "2 items match securite peche, none with all words; showing 1-1\n"
        "\n"
        "1  Des gilets pour la pêche piroguière sénégalaise\n"
        "   20 Sep 2022 · Senegal · French · id e6e855bfbed8 · score 2.27\n"
        "   « Avant, le gilet restait au fond de la pirogue. Maintenant, mon fils dort avec », "
        "plaisante Mame\n"
        "   Coumba Diouf, mareyeuse à Saint-Louis. L'opération se poursuivra jusqu'en mars, partout où l'on\n"
        "   **pêche**.\n"
        "\n"
        "Year                   Country                 Language\n"
        "  2022    1 ████████     Benin    1 ████████   > French 2 ████████\n"
        "  no date 1 ████████     Cameroon 1 ████████\n"
        "                         Gabon    1 ████████\n"
        "                         Senegal  1 ████████\n"
    )


def test_search_prints_one_json_object(run: Run, sample_index: Path) -> None:
    """The JSON has exactly the keys and types that scripts rely on."""
    result = run("search", "ferry", "--country", "KE", "--format", "json", "--index", sample_index)
    answer = json.loads(result.stdout)
    keys = (
        "format query query_language total total_all_words undated_left_out took_ms hits facets suggestion "
        "expansions unmatched relaxed notes"
    )
    assert list(answer) == keys.split()
    assert list(answer["facets"]) == ["year", "country", "language"]
    hit = answer["hits"][0]
    keys = "rank id score title snippet date language languages via countries source url"
    assert list(hit) == keys.split()
    assert hit["rank"] == 1
    assert hit["date"] == {"start": "2022-05-09", "end": "2022-05-11", "kind": "printed"}
    assert hit["countries"] == [{"code": "KE", "name": "Kenya", "via": "place", "evidence": "Mombasa"}]
    assert hit["source"]["file"] == "archive.txt"
    kenya = next(value for value in answer["facets"]["country"] if value["value"] == "KE")
    assert kenya == {"value": "KE", "label": "Kenya", "count": answer["total"], "selected": True}


@pytest.mark.parametrize(
    "arguments", [["search", "port", "--country", "los Balcanes"], ["facets", "port country:Balkans"]]
)
def test_a_region_is_told_on_standard_error(run: Run, sample_index: Path, arguments: list[str]) -> None:
    """A line names the countries that a region stands for, whichever command and option it came by."""
    result = run(*arguments, "--index", sample_index)
    told = (
        "Balkans (11 countries): Albania, Bosnia & Herzegovina, Bulgaria, Croatia, Greece, Kosovo, "
        "Montenegro, North Macedonia, Romania, Serbia and Slovenia"
    )
    assert told in result.stderr.splitlines()
    assert "Balkans" not in result.stdout.replace("country:Balkans", "")


def test_every_format_tells_of_the_same_hits(run: Run, sample_index: Path) -> None:
    """JSON, JSON lines and CSV hold the same hits in the same order."""
    arguments = ("search", "ferry", "--limit", "4", "--index", sample_index, "--format")
    ids = [hit["id"] for hit in json.loads(run(*arguments, "json").stdout)["hits"]]
    assert len(ids) == 4
    assert [json.loads(line)["id"] for line in run(*arguments, "jsonl").stdout.splitlines()] == ids
    assert [row["id"] for row in csv.DictReader(io.StringIO(run(*arguments, "csv").stdout))] == ids


def test_a_date_filter_says_what_it_left_out(run: Run, sample_index: Path) -> None:
    """Undated matches are told on standard error, and ``--estimated`` brings them in."""
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


def test_evaluate_takes_a_format_like_the_others(run: Run, sample_index: Path, tmp_path: Path) -> None:
    """``--json`` is short for ``--format json``; where the output is rows, the comparison goes to stderr."""
    pytest.importorskip("ir_measures")
    topics, grades = tmp_path / "topics.tsv", tmp_path / "grades.txt"
    topics.write_text("1\tferry\n", encoding="utf-8")
    grades.write_text("1 0 archive.txt:2 1\n", encoding="utf-8")
    arguments = ("evaluate", topics, grades, "--index", sample_index, "--compare", "--strict")
    assert json.loads(run(*arguments, "--json").stdout) == json.loads(
        run(*arguments, "--format", "json").stdout
    )
    rows = run(*arguments, "--format", "csv")
    assert rows.stdout.startswith("topic,nDCG@10,")
    assert rows.stderr.startswith("nDCG@10: ")


def test_judged_items_that_are_not_in_the_index_are_told(
    run: Run, sample_index: Path, tmp_path: Path
) -> None:
    """How many and which, in every form; where none is there, there is nothing to measure."""
    pytest.importorskip("ir_measures")
    with Searcher(sample_index) as searcher:
        item = searcher.item(searcher.search("ferry").hits[0].id)
    topics, grades = tmp_path / "topics.tsv", tmp_path / "grades.txt"
    topics.write_text("1\tferry\n", encoding="utf-8")
    known = (item.id, f"archive.txt:{item.source.first}", str(item.source.first))
    lines = [f"1 0 {name} 1" for name in (*known, "nobody", "archive.txt:1")]
    grades.write_text("\n".join([*lines, "2 0 elsewhere 1"]), encoding="utf-8")
    arguments = ("evaluate", topics, grades, "--index", sample_index)
    told = "2 of 5 judged items are not in the index: archive.txt:1, nobody"
    assert told in run(*arguments).stdout
    assert run(*arguments, "--format", "csv").stderr == f"{told}\n"
    record = json.loads(run(*arguments, "--format", "json").stdout)
    assert (record["judged_items"], record["not_in_index"]) == (5, ["archive.txt:1", "nobody"])
    grades.write_text("1 0 nobody 1\n", encoding="utf-8")
    nothing = run(*arguments)
    assert (nothing.exit_code, nothing.stdout, nothing.stderr.count("\n")) == (2, "", 1)
    assert "none of the 1 judged items is in" in nothing.stderr


def test_facets_counts_everything_without_a_query(run: Run, sample_index: Path) -> None:
    """Counts alone, over all matches or over the whole index."""
    everything = json.loads(run("facets", "--format", "json", "--index", sample_index).stdout)
    assert everything["total"] == 69
    keys = "query total facets undated_left_out total_all_words relaxed notes"
    assert list(everything) == keys.split()
    asked = json.loads(run("facets", "ferry", "--format", "json", "--index", sample_index).stdout)
    found = json.loads(run("search", "ferry", "--format", "json", "--index", sample_index).stdout)
    assert asked["facets"] == found["facets"]


def test_facets_counts_by_what_is_named_alone(run: Run, sample_index: Path) -> None:
    """``--facet month`` has the months of all years, whose items are those of the years."""
    arguments = ("facets", "ferry", "--index", sample_index, "--format", "json", "--facet")
    months = json.loads(run(*arguments, "month").stdout)["facets"]
    assert list(months) == ["month"]
    assert {"value": "2022-05", "label": "May 2022", "count": 1, "selected": False} in months["month"]
    both = json.loads(run(*arguments, "country", "--facet", "year").stdout)["facets"]
    assert list(both) == ["year", "country"]
    counted = {value["value"][:4]: 0 for value in months["month"]}
    assert set(counted) == {value["value"][:4] for value in both["year"]}
    assert run(*arguments, "colour").exit_code == 2


def test_show_gives_an_item_whole(run: Run, sample_index: Path) -> None:
    """``show`` finds by id, and its JSON is the item's record with the names of its countries."""
    item_id = json.loads(run("search", "ferry", "--format", "json", "--index", sample_index).stdout)["hits"][
        0
    ]["id"]
    shown = json.loads(run("show", item_id, "--format", "json", "--index", sample_index).stdout)
    with Searcher(sample_index) as searcher:
        record = searcher.item(item_id).to_record()
    assert shown["countries"]
    assert [country.pop("name") for country in shown["countries"]] == [
        country_name(country["code"]) for country in record["countries"]
    ]
    assert shown == record
    table = run("show", item_id, "--index", sample_index)
    assert table.exit_code == 0
    assert shown["title"] in table.stdout


def test_show_takes_several_ids_and_their_beginnings(run: Run, sample_index: Path) -> None:
    """Of several ids the JSON is an array; a beginning that several ids have is told in a line with them."""
    hits = json.loads(run("search", "ferry", "--format", "json", "--index", sample_index).stdout)["hits"]
    ids = [hit["id"] for hit in hits[:2]]
    beginnings = [item_id[:6] for item_id in ids]
    shown = run("show", *beginnings, "--format", "json", "--index", sample_index)
    assert [item["id"] for item in json.loads(shown.stdout)] == ids
    lines = run("show", *beginnings, "--format", "jsonl", "--index", sample_index).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    table = run("show", *beginnings, "--index", sample_index).stdout
    assert table.index(ids[0]) < table.index("─" * 100) < table.index(ids[1])
    with Searcher(sample_index) as searcher:
        every = sorted(hit.id for hit in searcher.search(None, limit=None))
    several = next(first for first, second in pairwise(every) if first[0] == second[0])
    told = run("show", ids[0], several[0], "--index", sample_index)
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    alike = [item_id for item_id in every if item_id.startswith(several[0])]
    assert f"several ids begin with “{several[0]}”: {', '.join(alike[:8])}" in told.stderr
    for nobody in ("", "zz"):
        assert "no item has the id" in run("show", nobody, "--index", sample_index).stderr


def test_similar_narrows_as_search_does(run: Run, sample_index: Path) -> None:
    """Filters and a page; the item itself never counts, whether it passes the filters or not."""
    with Searcher(sample_index) as searcher:
        item_id = searcher.search("ferry", limit=1).hits[0].id
        everything = searcher.similar(item_id, limit=None)
        expected = [hit.id for hit in everything if hit.language == "es"]
    assert item_id not in {hit.id for hit in everything}
    assert len(everything) == everything.total
    arguments = ("similar", item_id[:8], "--lang", "es", "--index", sample_index)
    narrowed = json.loads(run(*arguments, "--format", "json", "--limit", 3, "--offset", 1).stdout)
    found = json.loads(run(*arguments, "--format", "json", "--all-hits").stdout)
    assert set(expected) <= {hit["id"] for hit in found["hits"]}
    assert found["total"] == narrowed["total"] == len(found["hits"])
    assert [hit["rank"] for hit in narrowed["hits"]] == [2, 3, 4]
    assert narrowed["hits"] == found["hits"][1:4]
    dated = run("similar", item_id, "--from", "2015", "--index", sample_index)
    assert "without a printed date were left out by --from/--to" in dated.stderr
    assert run("similar", item_id, "--country", "Narnia", "--index", sample_index).exit_code == 2


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_rows_that_are_not_all_say_so(run: Run, sample_index: Path, form: str) -> None:
    """Where rows have no total, standard error has it, with what shows the rest; ``--all-hits`` shows all."""
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


def test_items_prints_what_would_be_indexed(run: Run) -> None:
    """``items`` reads a file or standard input, prints every item, and reports what it left out."""
    with sample_path() as path:
        from_file = run("items", path, "--format", "jsonl")
        from_pipe = run("items", "-", "--format", "jsonl", data=path.read_bytes())
    records = [json.loads(line) for line in from_file.stdout.splitlines()]
    assert len(records) == 69
    assert from_file.stderr.count("skipped archive.txt:") == 3
    piped = [json.loads(line) for line in from_pipe.stdout.splitlines()]
    assert [record["id"] for record in piped] == [record["id"] for record in records]


def test_info_tells_what_is_in_the_index(run: Run, sample_index: Path) -> None:
    """Its counts are the index's own."""
    facts = json.loads(run("info", "--format", "json", "--index", sample_index).stdout)
    assert facts["items"] == 69
    assert sum(facts["dates"].values()) == 69
    assert [[*one.values()][:3] for one in facts["sources"]] == [["archive.txt", 69, 3]]
    assert facts["languages"]["English"] == 45


def test_the_index_may_be_named_by_the_environment(
    run: Run, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``DRAGOMAN_INDEX`` stands in for ``--index``."""
    monkeypatch.setenv("DRAGOMAN_INDEX", str(sample_index))
    assert run("search", "ferry").exit_code == 0
    assert run("search", "ferry", "--index", sample_index.parent / "none").exit_code == 2


def test_the_demo_builds_and_searches(run: Run, tmp_path: Path) -> None:
    """``demo`` shows a ranked search, may be run again, and never replaces an index of the user's own."""
    folder = tmp_path / "demo"
    for _ in range(2):
        result = run("demo", "--index", folder)
        assert result.exit_code == 0
        assert "69 items indexed" in result.stdout
        assert "items match ferry safety training, 2 with all words; showing 1-3" in result.stdout
    page = tmp_path / "page.txt"
    page.write_text("3 May 2021\nFerry back\nThe ferry sails again.\n", encoding="utf-8")
    assert run("build", page, "--index", folder).exit_code == 0
    refused = run("demo", "--index", folder)
    assert refused.exit_code == 2
    assert "an index of your own" in refused.stderr


@pytest.mark.parametrize("state", ["older", "damaged"])
def test_the_demo_never_replaces_what_it_cannot_read(
    run: Run, sample_index: Path, tmp_path: Path, state: str
) -> None:
    """An index of another format, or a damaged one, may be the user's own: it stays as it is."""
    folder = tmp_path / "index"
    shutil.copytree(sample_index, folder)
    table = folder / "dragoman.json"
    if state == "older":
        record = json.loads(table.read_bytes())
        del record["crc32"]
        table.write_text(json.dumps(record | {"format": FORMAT_VERSION - 1}))
    else:
        table.write_bytes(table.read_bytes()[:-20])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = run("demo", "--index", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "another folder" in result.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_building_again_replaces_the_index(run: Run, tmp_path: Path) -> None:
    """A second build needs no flag; the old items are gone, and so are the old files."""
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("3 May 2021\nFerry back\nThe ferry sails again.\n", encoding="utf-8")
    second.write_text("4 May 2021\nMarket moves\nThe market moves to the quay.\n", encoding="utf-8")
    folder = tmp_path / "index"
    assert run("build", first, "--index", folder).exit_code == 0
    files = len(list(folder.iterdir()))
    assert run("build", second, "--index", folder).exit_code == 0
    assert run("search", "ferry", "--index", folder).exit_code == 1
    assert run("search", "market", "--index", folder).exit_code == 0
    assert len(list(folder.iterdir())) == files


def test_several_sources_make_one_index(run: Run, tmp_path: Path) -> None:
    """Sources may be of different kinds; an item that stands in two of them is indexed once and told."""
    page, records = tmp_path / "page.txt", tmp_path / "records.jsonl"
    page.write_text("3 May 2021\nFerry back\nThe ferry sails again.\n", encoding="utf-8")
    records.write_text('{"title": "Market moves", "body": "To the quay."}\nnot json\n', encoding="utf-8")
    result = run("build", page, records, page, "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 items indexed")
    assert "records.jsonl:2" in result.stderr
    assert "is taken by an earlier item" in result.stderr


def _on_terminal(arguments: list[str], env: dict[str, str], *, errors: bool = False) -> str:
    """Run a command whose standard output, and perhaps error, is a terminal; return what it wrote there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        stdout=follower,
        stderr=follower if errors else subprocess.DEVNULL,
        env=env,
    )
    os.close(follower)
    written = b""
    try:
        while block := os.read(leader, 65536):
            written += block
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(leader)
    assert process.wait() == 0
    return written.decode()


def test_colour_is_for_terminals_that_want_it(sample_index: Path) -> None:
    """A terminal gets colour unless NO_COLOR is set; a pipe never does."""
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    arguments = ["search", "ferry", "--index", str(sample_index)]
    assert "\x1b[" in _on_terminal(arguments, env)
    assert "\x1b[" not in _on_terminal(arguments, env | {"NO_COLOR": "1"})


def test_a_page_on_a_terminal_tells_how_the_next_is_shown(sample_index: Path) -> None:
    """The line stands below the answer, where it is seen; a table in a pipe has the headline alone."""
    arguments = ["search", "ferry", "--limit", "2", "--index", str(sample_index)]
    env = dict(os.environ)
    assert "2 of 6 items shown (--offset 2 for the next" in _on_terminal(arguments, env, errors=True)
    piped = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments], capture_output=True, text=True, check=True
    )
    assert "showing 1-2" in piped.stdout
    assert "--offset" not in piped.stderr


def test_every_command_and_option_is_documented() -> None:
    """The command reference names every command and every option."""
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        section = re.search(rf"## dragoman {name}\n(.*?)(?=\n## |\Z)", reference, re.DOTALL)
        assert section, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(option in section.group(1) for option in parameter.opts), (name, parameter.opts)


def test_the_table_of_commands_names_each_as_it_is_called() -> None:
    """Each entry of the table leads to the command of that name, and what is not in it is no command."""
    assert {name: command.name for name, command in cli.commands.items()} == {
        name: name for name in cli.commands
    }
    assert cli.commands.get("options") is None


def test_the_console_script_stands_on_cli_main() -> None:
    """What installs as ``dragoman`` starts what ``cli.py`` starts."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dragoman = "searcher.commands.launch:main"' in pyproject


def test_a_build_sums_up_what_it_read(run: Run, tmp_path: Path) -> None:
    """How dates are known, languages, countries, and how many were left out for which reason; or nothing."""
    source = tmp_path / "a.jsonl"
    source.write_text(
        '{"id": "a", "body": "x", "language": "en", "countries": ["KE"], "date": "2020-01-01"}\n'
        '{"id": "b", "body": "y", "language": "fr", "countries": []}\n'
        + '{"id": "a", "body": "z", "language": "fr", "countries": []}\n'
        * 11,
        encoding="utf-8",
    )
    result = run("build", source, "--index", tmp_path / "index")
    head, *lines = result.stdout.splitlines()
    assert head.startswith("2 items indexed")
    assert lines[:3] == [
        "  dates      1 printed, 1 without a date",
        "  languages  English 1, French 1",
        "  countries  Kenya 1",
    ]
    assert lines[3] == "  skipped    11 the id “…” is taken by an earlier item"
    quiet = run("build", source, "--index", tmp_path / "index", "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
