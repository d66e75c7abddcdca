"""Write the same invented articles as exports in the published layout of each press database."""

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tables import rows_by_name

FOLDER = Path(__file__).parents[1] / "indexer" / "sources" / "press" / "exports"
EXPORTS = {name: file for name, ((file,),) in rows_by_name(__file__, "exports").items()}
"""The file of each system, format and layout, in the folder of each language."""


class Story(NamedTuple):
    """An invented article, with the values that its exports state."""

    title: str
    publication: str
    day: date
    author: str
    section: str
    page: str
    country: str
    body: tuple[str, ...]


def _stories() -> dict[str, list[Story]]:
    stories: dict[str, list[Story]] = {}
    for line in FOLDER.with_name("stories.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        row |= {"day": date.fromisoformat(row["day"]), "body": tuple(row["body"])}
        stories.setdefault(row["language"], []).append(Story(*[row[name] for name in Story._fields]))
    return stories


STORIES = _stories()
"""Articles by language."""


def export(name: str, language: str = "en") -> bytes:
    """Return an export of the articles in a language."""
    return (FOLDER / language / EXPORTS[name]).read_bytes()
