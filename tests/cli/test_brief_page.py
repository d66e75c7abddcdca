"""The answer that the page docs/how-to/brief.md quotes."""

import re
from pathlib import Path

import pytest
from command_line import ROOT

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
    assert f"receipt {found['hash'][:12]} of 3 items" in PAGE
