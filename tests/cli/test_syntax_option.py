"""The option --syntax: every command that takes a query reads it as another system does, and shows how."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from searcher import QueryError, Searcher

QUERY = "boat and ferry or tug and not coal"  # OR first: the usual precedence would find c too
READ = "read as Lexis: boat AND (ferry OR tug) AND NOT coal"
ITEMS = {"a": "A boat and a ferry", "b": "A boat and a tug", "c": "A tug", "d": "A boat, a tug and coal"}


@pytest.fixture
def index(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an index of four items, two of which match."""
    monkeypatch.setenv("DRAGOMAN_WATCHES", str(tmp_path / "watches"))
    source, folder = tmp_path / "boats.jsonl", tmp_path / "index"
    records = [{"id": id_, "body": body, "language": "en", "countries": []} for id_, body in ITEMS.items()]
    source.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert run("build", source, "--index", folder, "--quiet").exit_code == 0
    return folder


@pytest.mark.parametrize(
    "command", ["search", "facets", "timeline", "concordance", "stories", "duplicates", "export", "report"]
)
def test_each_command_shows_how_a_query_was_read(run: Run, index: Path, tmp_path: Path, command: str) -> None:
    """The note is printed with the other notices."""
    output = {"export": ["-o", tmp_path / "o.csv"], "report": ["-o", tmp_path / "o.html"]}.get(command, [])
    done = run(command, QUERY, "--syntax", "lexis", "--index", index, *output)
    shown = (tmp_path / "o.html").read_text() if command == "report" else done.stdout + done.stderr
    assert READ in shown


def test_json_has_the_query_as_typed(run: Run, index: Path) -> None:
    """The translation is a note of kind syntax."""
    record = json.loads(
        run("search", QUERY, "--syntax", "lexis", "--index", index, "--format", "json").stdout
    )
    assert record["query"] == QUERY
    assert [note["text"] for note in record["notes"]] == [READ]
    assert sorted(hit["id"] for hit in record["hits"]) == ["a", "b"]


def test_a_batch_reads_each_line_in_the_syntax(run: Run, index: Path, tmp_path: Path) -> None:
    """A faulty line is a row with a problem that points at the place."""
    (tmp_path / "queries.txt").write_text(f"{QUERY}\nboat w/5\n")
    done = run("batch", tmp_path / "queries.txt", "--syntax", "lexis", "--index", index, "--format", "json")
    good, bad = json.loads(done.stdout)["rows"]
    assert (good["total"], [note["text"] for note in good["notes"]]) == (2, [READ])
    assert bad["problem"] == "at character 9 of the query (“boat w/5▸”): a word is missing here"


def test_a_receipt_keeps_the_query_and_its_syntax(run: Run, index: Path, tmp_path: Path) -> None:
    """It is verified with the same reading; a receipt of our own syntax does not mention it."""
    receipt = tmp_path / "receipt.json"
    run("search", QUERY, "--syntax", "lexis", "--index", index, "--receipt", receipt)
    record = json.loads(receipt.read_text())
    assert (record["query"], record["asked"]) == (QUERY, {"syntax": "lexis"})
    assert record["read"]["notes"] == [{"kind": "syntax", "text": READ}]
    assert run("verify", receipt).exit_code == 0
    run("search boat --index", index, "--receipt", tmp_path / "own.json")
    assert json.loads((tmp_path / "own.json").read_text())["asked"] == {}


def test_a_watch_keeps_the_query_and_its_syntax(run: Run, index: Path, tmp_path: Path) -> None:
    """A later look reads the query in the same way."""
    assert "boats: 2 items now" in run("watch boats", QUERY, "--syntax", "lexis", "--index", index).stdout
    more = tmp_path / "more.jsonl"
    more.write_text('{"id": "e", "body": "A boat and an old ferry", "language": "en"}\n')
    run("update", more, "--index", index)
    look = run.json("watch boats")
    assert look["watches"][0]["total_now"] == 3


def test_delete_reads_a_query_strictly(run: Run, index: Path) -> None:
    """It shows the translation, and refuses a part without a counterpart."""
    done = run("delete --query", QUERY, "--syntax", "lexis", "--index", index, "--dry-run")
    assert "2 items would be deleted" in done.stdout
    assert READ in done.stderr
    refused = run("delete --query", "boat and term(x)", "--syntax", "lexis", "--index", index, "--yes")
    assert refused.exit_code == 2
    assert "“term(x)” is left out: it has no counterpart" in refused.output
    unread = run("delete --query", "boat w/5 coal", "--index", index, "--yes")
    assert unread.exit_code == 2
    assert "here the query is written boat NEAR/5 coal" in unread.output


def test_python_takes_the_syntax(index: Path) -> None:
    """An unknown one is an error that lists the others."""
    with Searcher(index) as searcher:
        assert searcher.search(QUERY, syntax="lexis").total == 2
        assert searcher.search(QUERY).total > 2
        with pytest.raises(QueryError, match="syntax is one of dragoman, lucene, lexis, factiva"):
            searcher.search(QUERY, syntax="westlaw")
