"""The command `correct` and the option --corrections: manual corrections, where they apply, and mistakes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from tables import rows_by_name

from indexer import build, update
from indexer.errors import DragomanError
from indexer.store.corrections.correction_lines import Corrections
from indexer.store.corrections.corrections_file import locked
from searcher import Searcher

LAMP = {"id": "lamp", "title": "The lamp", "body": "Nobody lit the lamp of Lima", "date": "2019-03-04"}
TIDE = {"id": "tide", "title": "The tide", "body": "The tide came in", "date": "2019-03-05", "countries": []}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with an index of two items."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.jsonl", LAMP, TIDE)
    build("index_data", "a.jsonl", own_thesaurus=False)
    return tmp_path


def write(path: Path, *records: dict[str, Any]) -> None:
    """Write records as JSON lines."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def shown(run: Run, item_id: str, index: str = "index_data") -> dict[str, Any]:
    """Return the JSON that `show` prints of an item."""
    record: dict[str, Any] = run.json("show", item_id, "--index", index)
    return record


def test_a_correction_is_shown_and_survives_a_rebuild(run: Run, desk: Path) -> None:
    """Kind and via are by_hand, with who and when; filters and facets use it, and a rebuild repeats it."""
    done = run("correct la --date 2018-05 --country Jordanie --lang es --who Ann")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("1 item changed; 2 items in index_data, 1 corrected by hand")
    line = json.loads((desk / "corrections.jsonl").read_text())
    assert [line[name] for name in ("id", "title", "day")] == ["lamp", "The lamp", "2019-03-04"]
    once = shown(run, "lamp")
    assert once["date"] == {"start": "2018-05-01", "end": "2018-05-31", "kind": "by_hand"}
    assert (once["countries"][0]["code"], once["countries"][0]["via"]) == ("JO", "by_hand")
    assert (once["language"], once["corrected"]["date"]["was"]["start"]) == ("es", "2019-03-04")
    assert {one["who"] for one in once["corrected"].values()} == {"Ann"}
    table = run("show lamp").stdout
    assert "1 May" not in table
    assert "May 2018 (corrected by hand)" in table
    assert "date by Ann, 20" in table
    counted = run.json("facets --to 2018")
    assert [one["value"] for one in counted["facets"]["country"] if one["count"]] == ["JO"]
    info = run.json("info")
    assert info["corrections"] == str(desk / "corrections.jsonl")
    assert info["dates"] == {"printed": 1, "by_hand": 1}
    assert run("build a.jsonl --quiet").exit_code == 0  # the index remembers
    assert shown(run, "lamp") | {"since": 1} == once
    assert "1 corrected (" in run("build a.jsonl --index other").stdout  # the file of this folder
    assert shown(run, "lamp", "other")["corrected"] == once["corrected"]


def test_an_excluded_item_is_removed_and_can_be_restored(run: Run, desk: Path) -> None:
    """An excluded item is counted as corrected on a reread; after --undo the next update adds it again."""
    assert "1 item removed; 1 item in index_data" in run("correct lamp --none").stdout
    assert run("show lamp").exit_code == 2
    told = run("update --report report.jsonl").stdout
    assert "0 added, 0 replaced, 1 unchanged, 0 skipped; 1 item" in told
    assert "by hand    1 removed (" in told
    assert '"change": "no item", "id": "lamp"' in (desk / "report.jsonl").read_text()
    run.refused("correct lamp --date 2018", says="undo that first: dragoman correct lamp --undo")
    assert "is indexed again when its source is read" in run("correct la --undo").stdout
    assert run("update").stdout.startswith("1 added, 0 replaced, 1 unchanged")
    assert "corrected" not in shown(run, "lamp")


def test_corrections_of_other_indexes_are_summarised(run: Run, desk: Path) -> None:
    """Lines for items of other indexes are counted in one message; reports in JSON list all of them."""
    lines = [{"id": f"other{number}", "date": "2018"} for number in range(5)]
    write(desk / "corrections.jsonl", *lines)
    done = run("build a.jsonl --index new --format json")
    assert done.stderr == "corrections.jsonl: none of its 5 lines matches an item of this index\n"
    assert len(json.loads(done.stdout)["corrections"]["told"]) == 5
    write(desk / "corrections.jsonl", {"id": "lamp", "date": "2018"}, *lines)
    said = "corrections.jsonl: 5 of its 6 lines match no item of this index: 2, 3, 4 and 2 more\n"
    assert run("build a.jsonl --index new").stderr == said
    assert run("update a.jsonl --index new").stderr == said
    write(desk / "corrections.jsonl", {"id": "lamp", "date": "2018"}, *lines[:2])
    told = run("build a.jsonl --index new").stderr.splitlines()
    assert told == [f"corrections.jsonl:{number}: it matches no item of the index" for number in (2, 3)]


def test_edited_lines_are_applied_or_reported(run: Run, desk: Path) -> None:
    """Malformed, unknown or unmatched lines are reported with their number; others are applied."""
    lines = [
        {"title": "the  LAMP", "day": "2019-03-04", "date": "2017", "colour": "red"},
        {"id": "tide", "date": "2019-13-01", "countries": ["Oz"], "language": "fr"},
        {"id": "nobody", "date": "2018"},
        {"id": "tide", "language": "es", "item": "no"},
        {"date": "2018"},
    ]
    write(desk / "corrections.jsonl", *lines)
    with (desk / "corrections.jsonl").open("a") as file:
        file.write("not a JSON\n\n")
    done = run("update")
    assert [line.removeprefix("corrections.jsonl:") for line in done.stderr.splitlines()] == [
        "1: unknown key “colour”; left out",
        "2: no such day: “2019-13-01”; left out",
        "2: unknown country “Oz”, not a code such as CO; left out",
        "3: it matches no item of the index",
        "4: item is true or false, not “no”; left out",
        "5: it names no item: give its id, or its title and day; left out",
        "6: not a JSON object; left out",
    ]
    assert done.exit_code == 0
    assert "2 corrected, 2 changed now, 7 warnings about the file" in done.stdout
    assert (shown(run, "lamp")["date"]["start"], shown(run, "tide")["language"]) == ("2017-01-01", "es")
    written = (desk / "corrections.jsonl").read_text().splitlines()
    assert json.loads(written[0])["id"] == "lamp"  # now the item of the line is known
    assert written[2] == json.dumps(lines[2])  # a line whose item is unknown stays unchanged
    assert written[4:] == [json.dumps(lines[4]), "not a JSON", ""]
    write(desk / "corrections.jsonl")
    assert "2 changed now" in run("update").stdout
    assert shown(run, "lamp")["date"]["kind"] == "printed"
    write(desk / "b.jsonl", LAMP | {"id": "other", "body": "Another lamp was lit"})
    write(desk / "corrections.jsonl", {"title": "The lamp", "date": "2018"})
    told = run("update b.jsonl").stderr  # a line without an id that matches two items corrects neither
    assert "corrections.jsonl:1: 2 items have its title and day; give the id" in told
    assert {shown(run, one)["date"]["kind"] for one in ("lamp", "other")} == {"printed"}


def test_a_correction_survives_a_change_of_its_source(run: Run, desk: Path) -> None:
    """Updates compare the item as its source states it, and recognise it by its previous title and day."""
    run("correct lamp --date 2018")
    assert "0 replaced, 2 unchanged" in run("update").stdout
    write(desk / "a.jsonl", LAMP | {"title": "The lantern", "date": "2020-01-01"}, TIDE)
    assert "1 replaced, 1 unchanged" in run("update").stdout
    item = shown(run, "lamp")
    assert (item["date"]["start"], item["corrected"]["date"]["was"]["start"]) == ("2018-01-01", "2020-01-01")
    line = json.loads((desk / "corrections.jsonl").read_text())
    assert (line["title"], line["day"]) == ("The lantern", "2020-01-01")


def test_an_export_includes_corrections(run: Run, desk: Path) -> None:
    """An export reads back equal, with and without the file of corrections; its corrections can be undone."""
    run("correct lamp --date 2018 --country none")
    run("export -o all.jsonl")
    for index, file in (("with", "corrections.jsonl"), ("without", "empty.jsonl")):
        (desk / "empty.jsonl").touch()
        run("build all.jsonl --index", index, "--corrections", file, "--quiet")
        assert shown(run, "lamp", index) == shown(run, "lamp")
        assert "2 unchanged" in run("update --index", index).stdout
    run("correct lamp --date 2017 --index without --corrections empty.jsonl")
    assert shown(run, "lamp", "without")["date"]["start"] == "2017-01-01"
    assert "2 unchanged" in run("update --index without").stdout
    run("correct lamp --undo --index without")
    assert shown(run, "lamp", "without") == shown(run, "lamp")


def test_verify_explains_a_difference_by_a_correction(run: Run, desk: Path) -> None:
    """`verify` names a manual correction of an item that changed, no longer matches, or now matches."""
    run("search", "lamp OR tide", "--from", "2019", "--receipt", "r.json")
    run("correct tide --country CO --who Ann")
    run("correct lamp --date 2018")

    def differences() -> list[tuple[str, str, str]]:
        found = run("verify r.json --format json")
        return [(one["what"], one["id"], one["why"]) for one in json.loads(found.stdout)["differences"]]

    moved = "corrected by hand: date 2019-03-04 (printed) → 2018-01-01..2018-12-31 (by_hand)"
    changed = ("changed", "tide", "corrected by hand by Ann: countries none → CO (by_hand)")
    assert differences() == [("went", "lamp", moved), changed]
    with (desk / "corrections.jsonl").open("a") as file:  # by a clock that is wrong
        file.write('{"id": "tide", "language": "es", "when": "9999-12-31T23:59:59-05:00"}\n')
    run("update")
    why = "language “en” → “es”; languages “en” → “es”; countries none → CO (by_hand)"
    changed = ("changed", "tide", f"corrected by hand by Ann: {why}")
    assert differences() == [("went", "lamp", moved), changed]
    run("correct lamp --none")
    assert differences() == [("went", "lamp", "corrected by hand: it is not an item"), changed]


def test_mistakes_leave_file_and_index_unchanged(run: Run, desk: Path) -> None:
    """Each mistake ends in one line and exit code 2; a dry run writes neither file nor index."""
    os.mkfifo(desk / "pipe")
    for arguments, ((says,),) in rows_by_name(__file__, "mistakes").items():
        run.refused(f"correct {arguments}", says=says)
    rehearsed = run("correct lamp --date 2018 --dry-run")
    assert rehearsed.stdout.startswith("nothing is written; the result would be: 1 item changed")
    assert not (desk / "corrections.jsonl").exists()
    assert shown(run, "lamp")["date"]["kind"] == "printed"
    run("correct lamp --date 2018")
    says = "apply those first: dragoman update --corrections"
    run.refused("correct lamp --date 2018 --corrections other.jsonl", says=says)
    run.refused("build a.jsonl --index new --corrections no.jsonl")
    assert not (desk / "new").exists()
    (desk / "corrections.jsonl").unlink()
    run.refused("update", says="the corrections file “")
    assert shown(run, "lamp")["date"]["kind"] == "by_hand"


def test_one_process_changes_the_file_of_corrections_at_a_time(run: Run, desk: Path) -> None:
    """Another writer waits or is refused; an update writes ids the next time; links stay links."""
    file = desk / "corrections.jsonl"
    write(desk / "real.jsonl", {"id": "tide", "language": "fr"})
    file.symlink_to("real.jsonl")
    with locked(str(file)):
        run.refused("correct lamp --date 2018", says="another process is changing")
        assert run("update").exit_code == 0
        assert shown(run, "tide")["language"] == "fr"
        assert "title" not in file.read_text()
    assert run("correct lamp --date 2018").exit_code == 0
    with locked(str(file)) as held:
        file.write_bytes(before := file.read_bytes() + b"{}\n")  # as an editor, which ignores locks
        with pytest.raises(DragomanError, match="was saved by another program meanwhile"):
            held.write(Corrections(str(file), []), {})
        assert file.read_bytes() == before
    assert file.is_symlink()
    titles = [json.loads(line)["title"] for line in file.read_text().splitlines()[:2]]
    assert titles == ["The tide", "The lamp"]


def test_items_from_python_are_corrected(desk: Path) -> None:
    """Items that a program passes are corrected like those of a source, whether the index has them or not."""
    (desk / "mine.jsonl").write_text('{"id": "sea", "date": "2018"}\n{"id": "tide", "language": "fr"}\n')
    report = update(
        "index_data",
        items=[{"id": "sea", "title": "The sea", "body": "A calm sea"}],
        corrections="mine.jsonl",
    )
    assert report.corrections
    assert (report.corrections.standing, report.corrections.changed, report.corrections.told) == (2, 1, [])
    with Searcher("index_data") as searcher:
        assert [searcher.item(one).corrected[0].field for one in ("sea", "tide")] == ["date", "language"]


def test_a_damaged_index_reports_that_it_had_corrections(run: Run, desk: Path) -> None:
    """A build over it cannot know the file of corrections, so the message asks to name it."""
    run("correct lamp --country Mali --corrections mine.jsonl")
    contents = desk / "index_data" / "dragoman.json"
    contents.write_bytes(contents.read_bytes().replace(b"mine.jsonl", b"mind.jsonl"))
    told = run("search lamp")
    assert told.exit_code == 2
    assert told.stderr.strip().endswith("--corrections FILE, the file of its manual corrections")
    assert run("build a.jsonl --corrections mine.jsonl").exit_code == 0
    assert [place["code"] for place in shown(run, "lamp")["countries"]] == ["ML"]


def test_a_correction_applies_to_the_matching_archive_only(run: Run, desk: Path) -> None:
    """Archives of one folder share its file; the same id with another title and day is not corrected."""
    run("correct lamp --date 2018")
    before = (desk / "corrections.jsonl").read_text()
    write(desk / "other.jsonl", LAMP | {"title": "A tax", "body": "Salt is taxed.", "date": "1999-01-02"})
    told = run("build other.jsonl --index other").stderr
    assert "corrections.jsonl:1: the item with its id has another title and another day" in told
    assert shown(run, "lamp", "other")["date"]["start"] == "1999-01-02"
    assert (desk / "corrections.jsonl").read_text() == before
    assert run("correct lamp --lang es --index other").exit_code == 0
    for _ in range(2):
        assert shown(run, "lamp", "other")["date"]["start"] == "1999-01-02"
        assert shown(run, "lamp")["date"]["start"] == "2018-01-01"
        assert (shown(run, "lamp")["language"], shown(run, "lamp", "other")["language"]) == ("en", "es")
        run("update --index other")
        run("update")
