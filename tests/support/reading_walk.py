"""The steps from a count to a documented finding: items, lines, names, watch, receipt, correction."""

import json
import os
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from indexer.sample import sample_path
from searcher.commands.program import cli

WORDS = (
    "ferry flood school police training water boat fishing harbour market bridge teacher doctor nurse "
    "hospital court judge prison border river forest farmer crop drought rain storm earthquake fire rescue "
    "bus road train women children family health vaccine music museum library language radio newspaper "
    "election mayor union strike worker bank zeppelin"
).split()
NEW = {"id": "new-1", "title": "The last ferry", "date": "1999-05-04", "body": "It left.", "language": "en"}


class Walk:
    """Runs the steps over an index of the sample archive, in a new folder."""

    def __init__(self, folder: Path, place: str) -> None:
        self._folder = folder
        self._environment = {"DRAGOMAN_INDEX": place, "DRAGOMAN_WATCHES": str(folder / "watches")}
        with sample_path() as path:
            (folder / "archive.txt").write_bytes(path.read_bytes())
        (folder / "new.jsonl").write_text(json.dumps(NEW) + "\n")
        (folder / "names.txt").write_text("\n".join(WORDS))

    def _run(self, *words: str, code: int = 0) -> str:
        """Run a command in the folder, and return its output."""
        before = os.getcwd()  # noqa: PTH109 - put back as it was
        os.chdir(self._folder)
        try:
            done = CliRunner().invoke(cli, words, env=self._environment)
        finally:
            os.chdir(before)
        assert done.exit_code == code, (words, done.stdout, done.stderr)
        return done.stdout

    def _told(self, *words: str, code: int = 0) -> Any:
        """Return the JSON output of a command."""
        return json.loads(self._run(*words, "--format", "json", code=code))

    def findings(self) -> list[Any]:
        """Run all steps; return their results, which are the same for any index of the archive."""
        self._told("build", "archive.txt")
        found = [*self._month(), self._names(), *self._news(), *self._correction()]
        assert len(WORDS) == 50
        return found

    def _month(self) -> tuple[Any, ...]:
        """Go from a timeline to the items of its highest month, and to their lines."""
        points = self._told("timeline", "school OR ferry", "--by", "month")["points"]
        highest = max(points, key=lambda point: (point["dated"], point["period"]))
        within = ("school OR ferry", "--from", highest["period"], "--to", highest["period"])
        items = self._told("search", *within)
        assert items["total"] == highest["dated"] > 0
        lines = self._told("concordance", *within, "--all-hits")["lines"]
        assert {line["id"] for line in lines} == {hit["id"] for hit in items["hits"]}
        return highest, [hit["id"] for hit in items["hits"]], lines

    def _names(self) -> Any:
        """Search fifty names as a batch; each has the count of a search."""
        rows = self._told("batch", "names.txt", "--by", "country")["rows"]
        assert [row["query"] for row in rows] == list(WORDS)
        for row in rows[::10]:
            total = self._told("search", row["query"], code=int(not row["total"]))["total"]
            assert row["total"] in {0, total}
        return [(row["query"], row["total"], row["counts"]) for row in rows]

    def _news(self) -> tuple[Any, ...]:
        """Make a watch and a receipt; the watch reports an update, and the receipt verifies it."""
        self._told("search", "ferry", "--receipt", "ferry.json")
        self._told("verify", "ferry.json")
        self._run("watch", "boats", "ferry")
        self._told("watch", "boats", code=1)
        self._told("update", "new.jsonl")
        news = self._told("watch", "boats")["differences"]
        broken = self._told("verify", "ferry.json", code=1)
        assert [(one["what"], one["id"]) for one in news] == [("came", NEW["id"])]
        assert [(one["what"], one["id"]) for one in broken["differences"]] == [("came", NEW["id"])]
        return broken["total"], broken["total_now"]

    def _correction(self) -> tuple[Any, ...]:
        """Correct a date; it survives a rebuild, and the receipt explains the difference."""
        fiji = self._told("search", "Fiji inspects ferries", "--limit", "1")["hits"][0]["id"]
        self._told("correct", fiji, "--date", "2015-11-27", "--corrections", "by-hand.jsonl")
        self._told("build", "archive.txt", "new.jsonl")
        shown = self._told("show", fiji)
        assert shown["date"] == {"start": "2015-11-27", "end": "2015-11-27", "kind": "by_hand"}
        broken = self._told("verify", "ferry.json", code=1)["differences"]
        assert ("changed", fiji) in {(one["what"], one["id"]) for one in broken}
        return fiji, [(one["what"], one["id"]) for one in broken]
