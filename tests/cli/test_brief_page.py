"""The page docs/how-to/brief.md: the answer that it quotes, and its steps with many articles."""

import os
import re
from pathlib import Path

import pytest
from command_line import ROOT

from benchmarks.brief import CITED, TAGGED, Desk, follow, write_exports
from dragoman import Searcher, build, tag
from searcher.commands.assistant_tools import call

PAGE = (ROOT / "docs" / "how-to" / "brief.md").read_text("utf-8")


def test_quoted_answer_is_that_of_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool cites the items and the hash of the page, which is that of the report."""
    monkeypatch.chdir(tmp_path)
    files = dict(re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, re.DOTALL))
    for name, text in files.items():
        Path(name).write_text(text, "utf-8")
    build("press", list(files))
    with Searcher("press") as searcher:
        tag("press", [hit.id for hit in searcher.search("strike", date_from="2023")], add="brief")
        found = call(searcher, "search", {"query": "tag:brief"})
    quoted = PAGE[PAGE.rindex("\n> ") :]
    assert {hit["id"] for hit in found["hits"]} | {found["hash"][:12]} == set(
        re.findall(r"[0-9a-f]{12}", quoted)
    )
    assert f"receipt {found['hash'][:12]} of {CITED} items" in PAGE


@pytest.mark.slow
def test_steps_of_the_page_hold_for_5000_articles(tmp_path: Path) -> None:
    """Three press databases lead to tagged items, typical words, rates, a report and a cited answer."""
    desk = Desk(tmp_path, {**os.environ, "PYTHONPATH": str(ROOT)})
    found = follow(desk, write_exports(tmp_path, 5_000))
    assert found["built"].startswith("5000 items")
    assert f"{TAGGED} items changed" in found["tagged"]
    assert {"strike against automatic cranes", "grues automatiques"} <= {
        one["term"] for one in found["terms"]
    }
    assert [*found["rates"]] == ["2021", "2022", "2023"]
    assert found["verified"].startswith(f"holds: {TAGGED} items")
    assert found["cited"] == found["read"]
    assert len({*found["cited"]} & {*found["ids"]}) == CITED
    assert len({*found["hashes"]}) == 1
