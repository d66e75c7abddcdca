"""The Python examples of the pages run as printed."""

import re
from pathlib import Path
from shutil import copytree

import pytest

import dragoman
from searcher import Searcher

ROOT = Path(__file__).parents[2]
ARCHIVE = Path("indexer/sample/archive.txt")
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [
    page.relative_to(ROOT).as_posix()
    for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/*/*.md"))]
    if BLOCK.search(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_a_page_run(
    page: str,
    sample_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each example of a page runs after those above it, in a new clone or an empty folder, and prints."""
    monkeypatch.chdir(tmp_path)
    if page != "docs/reference/python.md":
        archive = tmp_path / ARCHIVE
        archive.parent.mkdir(parents=True)
        archive.write_bytes((ROOT / ARCHIVE).read_bytes())
        copytree(sample_index, "index_data")
    examples = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert examples
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, page, "exec"), names)
        printed = capsys.readouterr().out
        assert printed
        assert not re.search(r"^0\b|\[\]", printed, re.MULTILINE), example


def test_the_page_lists_every_public_name_and_attribute() -> None:
    """docs/reference/python.md names what `import dragoman` has, and the attributes of each type."""
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    assert not [name for name in dragoman.__all__ if not re.search(rf"`{name}`|dragoman\.{name}\(", page)]
    for name in dragoman.__all__:
        one = getattr(dragoman, name)
        fields = getattr(one, "_fields", ()) or getattr(one, "__dataclass_fields__", ())
        (row,) = (
            [line for line in page.splitlines() if re.match(rf"\|.*`{name}`.*\| .*\|$", line)]
            if fields
            else [""]
        )
        assert {field for field in fields if f"`{field}`" not in row} <= {
            "once",
            "missing_field",
        }  # of readers


def test_the_table_of_results_is_complete(sample_index: Path) -> None:
    """docs/reference/python.md names every field of results and of hits."""
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    with Searcher(sample_index) as searcher:
        results = searcher.search("flood")
        names = {name for one in (results, results.hits[0]) for name in dir(one) if not name.startswith("_")}
    assert not {name for name in names - {"query", "took_ms", "details"} if f"`{name}" not in page}
