"""The option --syntax: every command that takes a query reads it as another system does, and shows how."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from command_line import Run

from searcher import QueryError, Searcher

QUERY = "boat and ferry or tug and not coal"  # OR first: the usual precedence would find c too
READ = "read as Lexis: boat AND (ferry OR tug) AND NOT coal"
ITEMS = {"a": "A boat and a ferry", "b": "A boat and a tug", "c": "A tug", "d": "A boat, a tug and coal"}


@pytest.fixture(scope="module")
def index(make_shared_index: Callable[..., Path]) -> Path:
    """Return an index of four items, two of which match."""
    return make_shared_index(*({"id": id_, "body": body} for id_, body in ITEMS.items()))


@pytest.mark.parametrize(
    "command", ["search", "facets", "timeline", "concordance", "stories", "duplicates", "export", "report"]
)
def test_each_command_shows_how_a_query_was_read(run: Run, index: Path, command: str) -> None:
    """The note is printed with the other notices."""
    output = {"export": "-o - --format csv", "report": "-o -"}.get(command, "")
    done = run(f"{command} --syntax lexis {output} --index", index, QUERY)
    assert READ in done.output


def test_json_has_the_query_as_typed(run: Run, index: Path) -> None:
    """The translation is a note of kind syntax."""
    record = run.json("search --syntax lexis --index", index, QUERY)
    assert record["query"] == QUERY
    assert [note["text"] for note in record["notes"]] == [READ]
    assert sorted(hit["id"] for hit in record["hits"]) == ["a", "b"]


def test_a_batch_reads_each_line_in_the_syntax(run: Run, index: Path, tmp_path: Path) -> None:
    """A faulty line is a row with a problem that points at the place."""
    (tmp_path / "queries.txt").write_text(f"{QUERY}\nboat w/5\n")
    good, bad = run.json("batch --syntax lexis --index", index, tmp_path / "queries.txt")["rows"]
    assert (good["total"], [note["text"] for note in good["notes"]]) == (2, [READ])
    assert bad["problem"] == "at character 9 of the query (“boat w/5▸”): a word is missing here"


def test_a_receipt_keeps_the_query_and_its_syntax(run: Run, index: Path, tmp_path: Path) -> None:
    """It is verified with the same reading; a receipt of our own syntax does not mention it."""
    receipt, own = tmp_path / "receipt.json", tmp_path / "own.json"
    run("search --syntax lexis --index", index, QUERY, "--receipt", receipt)
    record = json.loads(receipt.read_text())
    assert (record["query"], record["asked"]) == (QUERY, {"syntax": "lexis"})
    assert record["read"]["notes"] == [{"kind": "syntax", "text": READ}]
    assert run("verify", receipt).exit_code == 0
    run("search boat --index", index, "--receipt", own)
    assert json.loads(own.read_text())["asked"] == {}


def test_a_watch_keeps_the_query_and_its_syntax(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later look reads the query in the same way."""
    monkeypatch.setenv("DRAGOMAN_WATCHES", str(tmp_path / "watches"))
    index = copytree(index, tmp_path / "index")
    assert "boats: 2 items now" in run("watch boats --syntax lexis --index", index, QUERY).stdout
    (more := tmp_path / "more.jsonl").write_text('{"id": "e", "body": "A boat and an old ferry"}\n')
    run("update", more, "--index", index)
    assert run.json("watch boats")["watches"][0]["total_now"] == 3


def test_delete_reads_a_query_strictly(run: Run, index: Path) -> None:
    """It shows the translation, and refuses a part without a counterpart."""
    done = run("delete --syntax lexis --dry-run --index", index, "--query", QUERY)
    assert "2 items would be deleted" in done.stdout
    assert READ in done.stderr
    says = "“term(x)” is left out: it has no counterpart"
    run.refused("delete --query 'boat and term(x)' --syntax lexis --yes --index", index, says=says)
    says = "here, write boat NEAR/5 coal"
    run.refused("delete --query 'boat w/5 coal' --yes --index", index, says=says)


def test_python_takes_the_syntax(index: Path) -> None:
    """An unknown one is an error that lists the others."""
    with Searcher(index) as searcher:
        assert searcher.search(QUERY, syntax="lexis").total == 2
        assert searcher.search(QUERY).total > 2
        with pytest.raises(QueryError, match="syntax is one of dragoman, lucene, lexis, factiva"):
            searcher.search(QUERY, syntax="westlaw")
