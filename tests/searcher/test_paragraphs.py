"""Words in one paragraph: a SAME b."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace

import pytest
from faults.forged_index import SEGMENT, forge_file, forge_manifest
from rule_files import rules_next_to
from rules import Archives, Rule, read_items

from indexer.api import build, delete, update
from indexer.codec.optional_parts import PARAGRAPHS, PARAGRAPHS_AT
from indexer.errors import DragomanError, IndexFolderError, QueryError
from indexer.store import writer
from indexer.store.check import check_index
from searcher import Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.opening import open_engine
from searcher.query.whoosh_tree import to_whoosh
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance

LINES_OF_ITEMS = """
- two: Night ferry | The strike closed the port of the town today.\\nA captain said that the crew was tired.
- one: The captain left the port, and the strike was over for the crew.
- mixed: Storm | El informe nombra el puerto y la huelga que están en el lugar más viejo de la ciudad.\\n\
The report says that the captain was seen with them at the old place of that town.\\n\
And the strike was over for all of them in the evening of the next day.
- title: Crew strike |
"""
ITEMS = read_items(LINES_OF_ITEMS.strip().split("\n"))


@pytest.fixture
def searcher(archives: Archives) -> Searcher:
    """Return a searcher of a few items, whose languages are detected for each paragraph."""
    return archives.of(LINES_OF_ITEMS)


def found(searcher: Searcher, query: str) -> set[str]:
    """Return the ids of the hits of a query as typed, which is never relaxed."""
    return {hit.id for hit in searcher.search(query, strict=True, expand=False, facets=()).hits}


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("rule", rules_next_to(__file__))
def test_a_rule_of_paragraphs_holds(searcher: Searcher, rule: Rule) -> None:
    """Lines and titles are paragraphs, in each language, in either evaluator."""
    with Searcher(searcher.place) as opened:
        rule.check(opened)


WRAPPED = """The captain of the night ferry waited for the crew, who had gone to see the old
town and its harbour, and nobody knew when the train with the spare parts would
come.

A minister said that the talks about the new port will go on in the town hall
until Monday."""
LINES = [" ".join(block.split()) for block in WRAPPED.split("\n\n")]
FORMATS = {
    "a.txt": f"The ferry waits\n\n{WRAPPED}\n",
    "a.md": f"# The ferry waits\n\n{WRAPPED}\n",
    "a.eml": f"From: a@example.com\nSubject: The ferry waits\n\n{WRAPPED}\n",
    "own.jsonl": json.dumps({"id": "x", "title": "The ferry waits", "body": WRAPPED}),
    "plain.jsonl": json.dumps({"id": "x", "date": "2019-05-04", "body": WRAPPED}),
    "lines.jsonl": json.dumps({"id": "x", "date": "2019-05-04", "body": "\n".join(LINES)}),
    "other.json": json.dumps([{"headline": "The ferry waits", "content": WRAPPED}]),
    "markup.json": json.dumps([{"headline": "The ferry waits", "content": "<br>".join(LINES)}]),
    "list.json": json.dumps([{"headline": "Waits", "content": "<ul><li>" + "<li>".join(LINES) + "</ul>"}]),
    "a.csv": f'title,text\nThe ferry waits,"{WRAPPED}"\n',
    "a.html": "<html><title>The ferry waits</title><body><article><h1>The ferry waits</h1>"
    f"<p>{LINES[0]}</p><div>{LINES[1]}</div></article></body></html>",
    "a.rtf": "{\\rtf1\\ansi The ferry waits\\par " + "\\par ".join(LINES) + "\\par}",
    "a.xml": "<nitf><head><title>The ferry waits</title></head><body><body.content>"
    + "".join(f"<p>{line}</p>" for line in LINES)
    + "</body.content></body></nitf>",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_paragraph_is_kept_in_each_format(tmp_path: Path, name: str) -> None:
    """It ends at a blank line or a block element, else at each line; a hard-wrapped line does not end it."""
    source = tmp_path / name
    source.write_text(FORMATS[name], encoding="utf-8")
    build(tmp_path / "index", source, own_thesaurus=False)
    with Searcher(tmp_path / "index") as searcher:
        (item,) = searcher.search("*").hits
        assert searcher.item(item.id).body.split("\n") == LINES
        assert len(found(searcher, "ferry SAME parts")) == 1
        assert found(searcher, "parts SAME minister") == set()
        assert len(found(searcher, "minister SAME monday")) == 1


def test_updates_and_deletions_keep_paragraphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaced, deleted and merged items answer as in a new index, and the check finds no difference."""
    monkeypatch.setattr(writer, "NEWEST", 0)
    sources = []
    for at, item in enumerate([*ITEMS, ITEMS[0] | {"body": "The captain\nand the port and the strike."}]):
        source = tmp_path / f"{at}.jsonl"
        source.write_text(json.dumps(item) + "\n")
        sources.append(source)
    index = tmp_path / "index"
    build(index, sources[:2], own_thesaurus=False)
    for source in sources[2:]:
        update(index, source)
    with Searcher(index) as searcher:
        assert found(searcher, "captain SAME strike") == {"one"}
        assert found(searcher, "port SAME strike") == {"two", "one"}
        assert found(searcher, "evening SAME strike") == {"mixed"}
    delete(index, "one")
    assert check_index(index).findings == ()
    with Searcher(index) as searcher:
        assert found(searcher, "port SAME strike") == {"two"}
        assert searcher.info()["one_paragraph"] == 1


def forge(index: Path, blocks: dict[str, bytes | None]) -> None:
    """Replace blocks of 16-bit numbers of the segment of an index, or remove them."""

    def change(stored: dict[str, tuple[str, bytes]], _: object) -> None:
        for name, content in blocks.items():
            if content is None:
                del stored[name]
            else:
                stored[name] = ("u2", content)

    forge_file(index / SEGMENT, change)
    forge_manifest(index, lambda _: None)


def test_an_index_without_paragraphs_names_them(tmp_path: Path, make_index: Callable[..., Path]) -> None:
    """It answers other questions; SAME is refused in one line, until its items are written again."""
    index = make_index(*ITEMS)
    forge(index, {PARAGRAPHS_AT: None, PARAGRAPHS: None})
    assert check_index(index).findings == ()
    with Searcher(index) as searcher:
        assert found(searcher, "captain NEAR/200 strike") == {"two", "one", "mixed"}
        assert "one_paragraph" not in searcher.info()
        with pytest.raises(QueryError, match=r"SAME needs the paragraphs .* build the index again"):
            searcher.search("captain SAME strike")
    source = tmp_path / "new.jsonl"
    source.write_text(json.dumps({"id": "new", "body": "Nothing happened."}))
    update(index, source)  # writes the few items of the index again
    with Searcher(index) as searcher:
        assert found(searcher, "captain SAME strike") == {"one"}
        assert searcher.info()["one_paragraph"] == 3


def entries(*numbers: int) -> bytes:
    """Return numbers of 16 bits."""
    return b"".join(number.to_bytes(2, "little") for number in numbers)


@pytest.mark.parametrize(
    ("blocks", "part"),
    [
        ({PARAGRAPHS_AT: None}, PARAGRAPHS),
        ({PARAGRAPHS: None}, PARAGRAPHS_AT),
        ({PARAGRAPHS_AT: entries(0, 1)}, PARAGRAPHS_AT),
        ({PARAGRAPHS_AT: entries(0, 0, 0, 0, 2)}, PARAGRAPHS_AT),
        ({PARAGRAPHS_AT: entries(0, 9, 0, 9, 4)}, PARAGRAPHS_AT),
        ({PARAGRAPHS_AT: entries(3, 2, 1, 0, 4)}, PARAGRAPHS_AT),
        ({PARAGRAPHS: entries(2, 1, 0, 7)}, PARAGRAPHS),
        ({PARAGRAPHS: entries(0, 0, 0, 0)}, PARAGRAPHS),
        ({PARAGRAPHS: entries(60000, 60000, 60000, 60000)}, PARAGRAPHS),
    ],
)
def test_forged_paragraphs_are_found(
    searcher: Searcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    blocks: dict[str, bytes | None],
    part: str,
) -> None:
    """The check names the block; a search has some answer, or ends in one line, by either evaluator."""
    index = copytree(searcher.place, tmp_path / "index")
    forge(index, blocks)
    assert [finding.part for finding in check_index(index).findings] == [part]
    for modules in (sys.modules, {}):
        monkeypatch.setattr("searcher.execution.embedded_engine.sys", SimpleNamespace(modules=modules))
        with Searcher(index) as opened:
            assert found(opened, "captain NEAR/200 strike") == {"two", "one", "mixed"}
            try:
                assert found(opened, "captain SAME strike") <= {"two", "one", "mixed"}
            except DragomanError as error:
                assert "\n" not in str(error)  # noqa: PT017 - either is right


def test_damaged_paragraphs_are_refused(make_index: Callable[..., Path]) -> None:
    """A changed byte is found before it is used."""
    index = make_index(*[item | {"id": f"{at}"} for at in range(99) for item in ITEMS[:1]])
    path = index / SEGMENT
    content = path.read_bytes()
    with Searcher(index) as searcher:
        block = searcher._engine._index.segments[0].container.raw_view(PARAGRAPHS).tobytes()
    path.write_bytes(content.replace(block, bytes(len(block))))
    with Searcher(index) as searcher, pytest.raises(IndexFolderError, match="is damaged"):
        searcher.search("captain SAME crew")


def test_only_words_in_one_paragraph_are_marked(searcher: Searcher) -> None:
    """Snippets, concordances and collocates leave occurrences in other paragraphs out."""
    results = searcher.search("strike SAME port", expand=False)
    assert {hit.id: hit.snippet for hit in results.hits} == {
        "two": "The **strike** closed the **port** of the town today.",
        "one": "The captain left the **port**, and the **strike** was over for the crew.",
    }
    lines = concordance(searcher, "crew SAME captain")
    assert sorted((line.id, line.match) for line in lines) == [
        *(("one", "captain"), ("one", "crew"), ("two", "captain"), ("two", "crew"))
    ]
    assert collocates(searcher, "crew SAME strike").matches == 4
    excluded = searcher.search("captain NOT SAME strike", expand=False)
    assert {hit.id: hit.snippet.count("**captain**") for hit in excluded.hits} == {"two": 1, "mixed": 1}
    lines = concordance(searcher, "port NOT SAME captain")
    assert [(line.id, line.match) for line in lines] == [("mixed", "puerto"), ("two", "port")]


def test_explanations_and_provenance_name_same(searcher: Searcher) -> None:
    """An explanation adds up; words related to the sides are found too, except as typed."""
    results = searcher.search("captain SAME strike", expand=False, explain=True)
    (explained,) = results.explanations
    assert explained.what == "in one paragraph, sum of required parts"
    assert explained.score == pytest.approx(results.hits[0].score)
    (excluding,) = searcher.search("port NOT SAME captain", expand=False, explain=True).explanations
    assert excluding.what == "not in the same paragraph as the excluded part"
    translated = searcher.search("port SAME huelga", via="translated").hits
    assert {hit.id for hit in translated} == {"two", "one", "mixed"}
    assert not searcher.search("port SAME huelga", via="typed").hits


def test_whoosh_cannot_search_one_paragraph(searcher: Searcher) -> None:
    """The conversion is refused in one line."""
    engine = open_engine(searcher.place)
    for query in (
        "captain SAME strike",
        "captain NOT SAME strike",
        "ferry OR (captain SAME strike) NEAR/3 crew",
    ):
        meant = Interpreter(engine).interpret(query, Filters(), expand=False).query
        with pytest.raises(
            QueryError, match="SAME needs paragraphs, which Whoosh does not support; use NEAR/50"
        ):
            to_whoosh(meant)
