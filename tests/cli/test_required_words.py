"""Commands that count, keep or collect require all words of a query; `--any` counts any word."""

import shutil
from pathlib import Path

import pytest
from command_line import Run

from indexer import build
from searcher import Searcher
from searcher.reading.batch import batch, read_queries
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance
from searcher.reading.over_time import over_time
from searcher.reading.receipt import make_receipt
from searcher.reading.stories import stories
from searcher.reading.watch import Watch

WRITTEN = Path(__file__).parents[1] / "contract" / "written_by_f8d6544"
TEXTS = (
    "The copper heron landed near the weir in Quito.",
    "Divers raised a copper kettle from the weir.",
    "A heron nested below the weir.",
    "The copper heron left for Lima.",
)
ITEMS: list[dict[str, object]] = [
    {"id": f"i{at}", "title": f"Weir notes {at}", "body": text, "date": f"{2018 + at}-03-04"}
    | {"language": "en"}
    for at, text in enumerate(TEXTS)
]
QUERY = "copper heron"


@pytest.fixture(scope="module")
def weir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weir") / "index"
    build(folder, items=ITEMS)
    return folder


@pytest.mark.parametrize(("options", "total"), [({}, 2), ({"all_words": False}, 4)])
def test_python_tools_require_all_words(
    weir: Path, tmp_path: Path, options: dict[str, bool], total: int
) -> None:
    """Each tool counts the items with all words, or with any word if that is requested."""
    with Searcher(weir) as searcher:
        found = [
            batch(searcher, [QUERY], **options).rows[0].total,
            over_time(searcher, QUERY, **options)[0].results.total,
            concordance(searcher, QUERY, **options).results.total,
            collocates(searcher, QUERY, **options).results.total,
            stories(searcher, QUERY, **options).results.total,
            searcher.duplicates(QUERY, **options).results.total,
            searcher.export(tmp_path / "all.jsonl", QUERY, **options).total,
            Watch.begin("weir", searcher, QUERY, **options).receipt.total,
        ]
        assert found == [total] * len(found)
        assert searcher.search(QUERY).total == make_receipt(searcher, QUERY).total == 4


@pytest.mark.parametrize(
    "command",
    ["timeline", "concordance", "stories", "duplicates", "export -o - --format jsonl", "report -o -"],
)
def test_commands_report_the_required_words(run: Run, weir: Path, command: str) -> None:
    """A command says that all words are required, or any word and how many items have all."""
    command = f"{command} 'copper heron' --index"
    assert "2 items with all words (--any counts any word)" in run(command, weir).stderr
    assert "4 items with any word, 2 with all words" in run(command, weir, "--any").stderr


def test_json_has_the_mode_and_both_numbers(run: Run, weir: Path) -> None:
    """The head of a result has `all_words` and `total_all_words`, for each series where there are several."""
    for name in ("concordance", "stories"):
        head = run.json(name, QUERY, "--any", "--index", weir)
        assert (head["all_words"], head["total"], head["total_all_words"]) == (False, 4, 2)
    head = run.json("timeline", QUERY, "--vs", "heron weir", "--index", weir)
    assert head["totals"] == head["total_all_words"] == {QUERY: 2, "heron weir": 3}


def test_a_batch_has_a_column_for_all_words(run: Run, weir: Path, tmp_path: Path) -> None:
    """With `--any` a table shows how many items have all words; the last line says which are required."""
    (tmp_path / "q.txt").write_text(f"{QUERY}\n", encoding="utf-8")
    plain, wide = (run("batch", tmp_path / "q.txt", "--index", weir, *more) for more in ((), ("--any",)))
    assert plain.stdout.split() == ["items", "copper", "heron", "2"]
    assert "1 of 1 queries have matches (all words)" in plain.stderr
    assert wide.stdout.split() == ["items", "all", "words", "copper", "heron", "4", "2"]
    assert "(any word)" in wide.stderr


def test_a_quoted_cell_is_a_phrase(tmp_path: Path) -> None:
    """Quotation marks around a cell make its question a phrase, unless it has marks of its own."""
    table = tmp_path / "q.csv"
    table.write_text(
        '"name","why"\n"copper heron","a, b"\ncopper heron,c\n"weir, ""red kite""",d\n', encoding="utf-8"
    )
    assert read_queries(table) == ['"copper heron"', "copper heron", 'weir, "red kite"']
    assert read_queries(table, "why") == ['"a, b"', "c", "d"]


def test_a_batch_lists_the_commonest_values_first(weir: Path) -> None:
    """Countries are in the order of their counts over all questions, with `unknown` last."""
    with Searcher(weir) as searcher:
        found = batch(searcher, ["heron", "weir", "lima"], by="country")
    assert list(found.values) == ["PE", "EC", "unknown"]


def test_a_setting_makes_any_word_the_default(
    run: Run, weir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`all = false` in a file of settings applies to commands that count, not to kept watches."""
    watches = ("--watches", tmp_path / "watches")
    assert "2 items now, all words" in run("watch w", QUERY, "--index", weir, *watches).stdout
    monkeypatch.chdir(tmp_path)
    Path("dragoman.toml").write_text("all = false\n", encoding="utf-8")
    assert "4 items with any word" in run("timeline", QUERY, "--index", weir).stderr
    assert "nothing new; 2 items, all words" in run("watch w", *watches).stdout


def test_files_of_f8d6544_keep_any_word(run: Run, tmp_path: Path) -> None:
    """`verify` and `watch` run stored questions with any word, and say so with the number that have all."""
    shutil.copytree(WRITTEN, folder := tmp_path / "written")
    holds = run("verify", folder / "receipt.json", "--index", folder / "index")
    assert "3 now, any word, 3 with all words" in holds.stdout
    moved = run("watch aurora --watches", folder / "watches", "--index", folder / "index")
    assert "4 items, any word, 4 with all words" in moved.stdout


def test_verify_names_what_went_and_what_changed(run: Run, tmp_path: Path) -> None:
    """A removed item keeps its title; a changed one has the old and the new value of each field."""
    index, receipt = tmp_path / "index", tmp_path / "r.json"
    build(index, items=ITEMS)
    run("search", QUERY, "--limit", "0", "--receipt", receipt, "--index", index)
    build(index, items=[ITEMS[0] | {"date": "2018-04-05"}, ITEMS[1] | {"title": "Kettle"}, ITEMS[2]])
    found = run.json("verify", receipt)["differences"]
    assert [(one["what"], one["id"], one["title"], one["why"]) for one in found[1:]] == [
        ("changed", "i0", "Weir notes 0", "date 2018-03-04 (printed) → 2018-04-05 (printed)"),
        ("changed", "i1", "Kettle", "its text was changed: title “Weir notes 1” → “Kettle”"),
    ]
    assert (found[0]["what"], found[0]["id"], found[0]["title"]) == ("went", "i3", "Weir notes 3")
    assert found[2]["changes"] == [{"field": "title", "before": "Weir notes 1", "after": "Kettle"}]
