"""Links between pages, and the pages that code and messages name, exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED = re.compile(r"\bdocs/[\w/-]+\.(?:md|1|py)\b")
CODE = re.compile(r"```.*?```", re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    """A renamed page or heading breaks no link."""
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" in link or link.startswith("mailto:"):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_pages_that_files_name_exist() -> None:
    """A comment, message or build file that names a page of docs gives its current path."""
    files = [ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("docs/**/*.*")]
    files += [
        path for part in ("indexer", "searcher", "benchmarks", "tests") for path in ROOT.glob(f"{part}/**/*")
    ]
    stale = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        if path.suffix in {"", ".py", ".tsv", ".toml", ".md", ".service"} and path.is_file()
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert stale == set()


def test_tests_that_pages_name_exist() -> None:
    """A page names a test by its function."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    pages = [*PAGES, ROOT / "tests" / "contract" / "README.md"]
    named = re.findall(r"`(test_\w+)`", "\n".join(page.read_text(encoding="utf-8") for page in pages))
    assert [name for name in named if f"def {name}(" not in tests] == []
    assert named
