"""A new option is one attribute and one help text, used by all interfaces and stored questions."""

import ast
import inspect
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, python
from page_reading import client_of
from tables import by_table

from indexer import build, option_tables, update
from indexer.errors import QueryError
from indexer.option_tables import BUILD, READ, UPDATE, WRITE, Option, WriteOptions
from searcher import Searcher, search_arguments
from searcher.reading.receipt import Receipt, stored_options
from searcher.search_options import FILTER, PAGE, QUERY, SHOWN, SearchOptions

ROOT = Path(__file__).parents[2]
TABLE = "class SearchOptions(OptionTable):"
TEXT = "Fold letters of the query."
ADDED = 'folded = Option("flag", QUERY, "--folded", "folded", stored=False)'
WRITE_TABLE = "class WriteOptions(OptionTable):"
WRITE_TEXT = "Merge all segments into one."
WRITE_ADDED = 'merged = Option("flag", WRITE, "--merged")'
HELP = "".join(
    [
        f"{option}\t" + "\t".join([text] * 3) + "\n"
        for option, text in (("--folded", TEXT), ("--merged", WRITE_TEXT))
    ]
)
PROGRAM = """
import indexer, inspect, json, sys
from pathlib import Path
from click.testing import CliRunner
from starlette.testclient import TestClient
from docs.command_reference import pages
from indexer.store import indexing
from searcher import Searcher
from searcher.commands.program import cli
from searcher.web.app import application
from searcher.web.generations import Serving

index = sys.argv[1]

def run(*words):
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output

run("search", "ferry", "--index", index, "--folded", "--receipt", "with.json")
run("search", "ferry", "--index", index, "--receipt", "without.json")
run("watch", "boats", "ferry", "--folded", "--index", index, "--watches", "watches")
Path("items.jsonl").write_text(json.dumps({"id": "a", "title": "Ferry", "body": "It sails."}))
requests = []
write_sources = indexing.write_sources
indexing.write_sources = lambda request, *rest, **named: (
    requests.append(request.merged), write_sources(request, *rest, **named)
)[1]
for name in ("build", "update"):
    run(name, "items.jsonl", "--index", "written", "--merged")
    getattr(indexer, name)("written", "items.jsonl", merged=True)
    run(name, "items.jsonl", "--index", "written")
written = [getattr(indexer, name) for name in ("build", "update")]
client = TestClient(application(Serving(index, seconds=600.0, access_log=False)), base_url="http://127.0.0.1:8017")
print(json.dumps({
    "help": {name: run(name, "--help") for name in ("search", "facets", "timeline", "export", "watch")},
    "default": inspect.signature(Searcher.search).parameters["folded"].default,
    "docstring": Searcher.search.__doc__,
    "parameter": client.get("/search.json?q=ferry&folded=1").json()["total"],
    "refused": client.get("/search.json?q=ferry&folded=maybe").json()["detail"],
    "page": client.get("/search?q=ferry&folded=1").text,
    "described": client.get("/openapi.json").json()["components"]["parameters"]["folded"],
    "receipt": json.loads(Path("with.json").read_text())["asked"],
    "plain receipt": json.loads(Path("without.json").read_text())["asked"],
    "watch": json.loads(Path("watches/boats.json").read_text())["receipt"]["asked"],
    "pages": {page.name: text for page, text in pages().items()},
    "verified": [run("verify", one) for one in ("with.json", "without.json")],
    "write help": [run(name, "--help") for name in ("build", "update")],
    "write defaults": [inspect.signature(one).parameters["merged"].default for one in written],
    "write docstrings": [one.__doc__ for one in written],
    "write requests": requests,
}))
"""


def add_option(module: Path, table: str, option: str) -> None:
    """Insert an option as the first one of a table."""
    before, rest = module.read_text(encoding="utf-8").split(table)
    docstring, _, rest = rest.partition("\n\n")
    module.write_text(f"{before}{table}{docstring}\n\n    {option}\n{rest}", encoding="utf-8")


@pytest.fixture(scope="module")
def extended(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the output of each interface for an option added to a copy of each table."""
    pytest.importorskip("starlette.testclient")
    root = tmp_path_factory.mktemp("extended")
    for name in ("searcher", "indexer"):
        shutil.copytree(ROOT / name, root / name)  # with compiled modules, which are valid by time and size
    for name in ("command_reference.py", "man_page.py", "reference/http-api.md", "reference/python.md"):
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / name, root / "docs" / name)
    add_option(root / "searcher" / "search_options.py", TABLE, ADDED)
    add_option(root / "indexer" / "option_tables.py", WRITE_TABLE, WRITE_ADDED)
    with (root / "indexer" / "help.tsv").open("a", encoding="utf-8") as file:
        file.write(HELP)
    done = python("-c", PROGRAM, sample_index, cwd=root, env={"PYTHONPATH": str(root)})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_option_is_in_every_interface(extended: dict[str, Any]) -> None:
    """One line in the table gives an option to commands, Python, HTTP, OpenAPI and the reference pages."""
    pages = extended["pages"]
    for shown in (*extended["help"].values(), pages["commands.md"]):
        assert "--folded" in shown
        assert TEXT in shown
    assert f"| `folded` | `1` or `0` | {TEXT} | `--folded` |" in pages["http-api.md"]
    assert "| `folded` | `True` or `False` | `--folded` |" in pages["python.md"]
    assert "folded" in pages["dragoman.1"]
    assert '<input type="hidden" name="folded" value="1">' in extended["page"]
    assert extended["default"] is False
    assert f"folded: {TEXT}" in extended["docstring"]
    assert extended["parameter"] == 6
    assert extended["refused"] == "folded must be 1 or 0, not “maybe”"
    assert extended["described"]["description"] == TEXT
    assert extended["described"]["schema"]["enum"] == ["", "0", "1", "false", "true"]


def test_a_new_option_is_stored_where_given(extended: dict[str, Any]) -> None:
    """Receipts and watches store and restore it, only if it is given."""
    assert extended["receipt"] == {"folded": True}
    assert extended["watch"] == {"folded": True, "all_words": True}
    assert extended["plain receipt"] == {}
    assert all(said.startswith("verified: ") for said in extended["verified"])


def test_a_new_write_option_is_in_every_interface(extended: dict[str, Any]) -> None:
    """One line in the table gives an option to commands, Python, the reference and the writer."""
    for shown in (*extended["write help"], extended["pages"]["commands.md"]):
        assert "--merged" in shown
        assert WRITE_TEXT in shown
    assert extended["write defaults"] == [False, False]
    assert all(f"merged: {WRITE_TEXT}" in text for text in extended["write docstrings"])
    assert extended["write requests"] == 2 * [True, True, False]


def test_a_stored_question_keeps_its_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new default does not change stored questions, and is stored with new ones."""
    other = SearchOptions.all_words._replace(default=True)
    monkeypatch.setitem(SearchOptions.options, "all_words", other)
    old = Receipt("0.1", "2024-03-11T12:00:00+00:00", "1", "", "ferry", {"countries": ["KE"]}, {}, 0, ())
    assert (old.arguments["all_words"], old.arguments["countries"]) == (False, ["KE"])
    assert stored_options({}) == stored_options({"all_words": True}) == {"all_words": True}
    assert stored_options(old.arguments) == {"countries": ["KE"]}


def fields(module: Any, name: str) -> set[str]:
    """Return the names of a typed dictionary in a module's source, with those of its bases."""
    classes = {
        one.name: one
        for one in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(one, ast.ClassDef)
    }
    found = {one.target.id for one in classes[name].body if isinstance(one, ast.AnnAssign)}  # type: ignore[union-attr] # a name
    bases = [one.id for one in classes[name].bases if isinstance(one, ast.Name) and one.id in classes]
    return found.union(*[fields(module, base) for base in bases])


@pytest.mark.parametrize(
    ("module", "name", "options"),
    [
        (search_arguments, "FilterArguments", SearchOptions.of(FILTER)),
        (search_arguments, "QueryArguments", SearchOptions.of(FILTER, QUERY)),
        (search_arguments, "SearchArguments", SearchOptions.of(FILTER, QUERY, PAGE, SHOWN)),
        (option_tables, "BuildArguments", WriteOptions.of(READ, WRITE, BUILD)),
        (option_tables, "UpdateArguments", WriteOptions.of(READ, WRITE, UPDATE)),
    ],
)
def test_types_list_the_options_of_the_tables(module: Any, name: str, options: dict[str, Option]) -> None:
    """The typed dictionaries of arguments have exactly the options of the table."""
    assert fields(module, name) == options.keys()


def test_every_option_has_a_description() -> None:
    """Each option of the tables has a description for Python and HTTP."""
    for option in (*SearchOptions.options.values(), *WriteOptions.options.values()):
        assert option.description, option


@by_table
def test_a_wrong_value_has_one_wording(
    run: Run, sample_index: Path, option: str, value: Any, takes: str
) -> None:
    """Commands, HTTP and Python name the option, its possible values, and the wrong value."""
    over_http = client_of(sample_index).get(f"/search.json?{option}={value}").json()["detail"]
    with Searcher(sample_index) as searcher, pytest.raises(QueryError) as in_python:
        searcher.search("ferry", **{option: value})
    typed = run.refused(f"search ferry --{option} {value} --index", sample_index)
    for message in (over_http, str(in_python.value), typed.removeprefix("dragoman: --")):
        assert re.match(f"{option} must be {takes}.*, not “{value}”", message)


def test_an_unknown_argument_is_refused(tmp_path: Path, sample_index: Path) -> None:
    """A misspelt argument is an error in every function, before anything is read or written."""
    with Searcher(sample_index) as searcher:
        for ask in (searcher.search, searcher.duplicates):
            with pytest.raises(TypeError, match="unexpected keyword argument 'country'"):
                ask("ferry", country="KE")  # type: ignore[call-arg]  # the mistake
    for write in (build, update):
        with pytest.raises(TypeError, match="unexpected keyword argument 'colums'"):
            write(tmp_path / "index", "a.csv", colums={})  # type: ignore[call-arg]  # the same mistake
    assert not (tmp_path / "index").exists()
