"""What is wrong with a request, or odd in an archive: it is told at its place, and breaks nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from indexer import build
from searcher.web.app import application
from searcher.web.serving import Serving

ODD = ("no\ufffecharacter\uffff", "bell\x07\x1b[31m", ']]>&"<b>', "over\u202eride", "two\nlines")


def client_of(index: Path, **serving: object) -> TestClient:
    return TestClient(application(Serving(str(index), access_log=False)._replace(**serving)))


@pytest.mark.parametrize("odd", ODD)
def test_odd_titles_and_questions_break_no_xml(tmp_path: Path, odd: str) -> None:
    """Feeds and drawings are well-formed whatever an archive or a question holds."""
    build(tmp_path, items=[{"id": "a", "title": odd, "text": f"ferry {odd}", "date": "2018-03-05"}])
    client = client_of(tmp_path)
    for path, more in (("search.atom", {}), ("timeline.svg", {}), ("timeline.svg", {"vs": f"boat {odd}"})):
        answer = client.get(f"/{path}", params={"q": f"ferry {odd}", **more})
        assert answer.status_code == 200
        ET.fromstring(answer.text)
