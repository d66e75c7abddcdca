"""Commands print the same with a cluster as with a folder, except for place, generation, times and sizes."""

import re
import runpy
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from cluster.conftest import Pair
from cluster.nodes import Node
from tables import by_table

from indexer.location import build
from indexer.store.indexing import build as build_in_folder
from searcher import Searcher
from searcher.commands.program import cli

pytestmark = pytest.mark.cluster

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
TOUR = runpy.run_path(str(ROOT / "docs" / "tour.py"))
OTHER = re.compile(
    r'"?(?:took_ms|since|index|codec|generation|group|built)"?: ?[^,}\n]+|\d{4}-\d\d-\d\dT[\d:]+[+-][\d:]+|'
    r"(?<= of )\d{4}-\d\d-\d\d \d\d:\d\d|"  # when the replaced index was built
    r"\b\d+(?:\.\d+)? (?:s|ms|bytes|[KMG]B)\b|^(?:Index|Codec|Built|Generation) .*|"
    # a cluster does not know paragraphs, so its table is narrower
    r'\n *"one_paragraph": \d+,|\nSingle-paragraph items .*|(?<=\nItems) +|(?<=\nYears) +|(?<=\nCountries) +',
    re.MULTILINE,
)


@pytest.fixture(scope="module", params=["sample", "feed"])
def archive(request: pytest.FixtureRequest, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return the sample archive, and the feed if it is available, in a folder and on the cluster."""
    from cluster.conftest import Pair

    source = request.getfixturevalue("feed") if request.param == "feed" else ROOT / TOUR["SAMPLE"]
    folder, address = tmp_path_factory.mktemp("same") / "index", f"{node.url}/same-{request.param}"
    build_in_folder([source], folder)
    build([source], address)
    return Pair(Searcher(folder), Searcher(address))


# A cluster has scores in 32 bits: one between two numbers of four digits may round to the other one.
SCORE = re.compile(r"(?<=\"score\": )\d+\.\d+")
LAST_DIGIT = 1.01e-4


def told(command: str, place: str, others: str = "OTHER") -> tuple[str, str, int]:
    """Return the output of a command, without the parts that depend on the index, and its exit code."""
    done = CliRunner().invoke(cli, shlex.split(command), env={"DRAGOMAN_INDEX": place})
    text, errors = [
        OTHER.sub("", part.replace(others, "OTHER").replace(place, "PLACE"))
        for part in (done.stdout, done.stderr)
    ]
    return text, errors, done.exit_code


@by_table
def test_commands_print_the_same(archive: Pair, command: str, tmp_path: Path) -> None:
    """Standard output, standard error and the exit code are those of a folder."""
    hits = archive.folder.search("women police", limit=2).hits
    questions = tmp_path / "questions.csv"
    questions.write_text("name\nwomen\npolice training\nzyxwvut\n", encoding="utf-8")
    written = command.format(
        words="women police",
        misspelt="wommen polcie",
        prefix="traffic",
        country="KE",
        id=hits[0].id,
        other=hits[1].id,
        questions=questions,
        topics=TESTS / "sample" / "topics.jsonl",
        qrels=TESTS / "sample" / "qrels.tsv",
    )
    one, other = (told(written, searcher.place) for searcher in archive)
    texts = [SCORE.sub("SCORE", text) for text, *_ in (one, other)]
    scores = [list(map(float, SCORE.findall(text))) for text, *_ in (one, other)]
    assert texts[0] == texts[1]
    assert scores[0] == pytest.approx(scores[1], rel=0, abs=LAST_DIGIT)
    assert one[1:] == other[1:]
    assert one[2] in {0, 1, 2}


EXAMPLES = {page: TOUR["BLOCK"].findall((ROOT / page).read_text(encoding="utf-8")) for page in TOUR["PAGES"]}
PAGES = [page for page, blocks in EXAMPLES.items() if any(not file for file, _ in blocks)]
PAGES.remove("docs/how-to/brief.md")  # an index on a cluster has no tags yet


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_docs_print_the_same(
    page: str, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of a page of docs, run in order as in a clone, print the same; other indexes, too."""
    shown: list[list[tuple[str, str, int]]] = []
    name = re.sub(r"\W", "-", page.lower()).strip("-")
    for kind, index, others in (
        ("folder", "index_data", str(tmp_path / "other-")),
        ("cluster", f"{node.url}/{name}", f"{node.url}/{name}-other-"),
    ):
        (folder := tmp_path / kind).mkdir()
        monkeypatch.chdir(folder)
        (archive := folder / TOUR["SAMPLE"]).parent.mkdir(parents=True)
        archive.write_bytes((ROOT / TOUR["SAMPLE"]).read_bytes())
        told(f"build {TOUR['SAMPLE']}", index)
        shown.append([])
        for file, text in EXAMPLES[page]:
            if file:
                Path(file).write_text(text, encoding="utf-8")
                continue
            for words, _ in TOUR["COMMAND"].findall(text):
                shown[-1].append(told(words.replace("--index ", f"--index {others}"), index, others))
    assert shown[0] == shown[1]
    assert shown[0]
