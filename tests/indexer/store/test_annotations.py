"""Tags, collections and notes: the corrections file has their changes, the index their result."""

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from corrected_desk import Desk, items, number_of, told
from examples import examples
from tables import by_table

from indexer import build, correct, delete, note, tag, update
from indexer.codec.layout import PAGE
from indexer.errors import DragomanError
from indexer.store.check import check_index
from indexer.store.manifest import Manifest
from searcher import Searcher

Annotated = dict[int, tuple[set[str], set[str], str]]
_KEYS = ("tags", "collections", "note")


class TaggedDesk(Desk):
    """A desk that also annotates its stories."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        self.annotated: Annotated = {number: (set(), set(), "") for number in self.stories}

    def step(self) -> None:
        """Make one random change, half of the time of annotations."""
        number = self.chance.choice([*self.stories])
        ids = {number_of(item): item.id for item in items(self.index)}
        if number not in ids or self.chance.random() < 0.5:
            super().step()
            return
        tags, collections, text = self.annotated[number]
        name = self.chance.choice("abc")
        match self.chance.choice(["add", "remove", "join", "leave", "note"]):
            case "add":
                tag(self.index, ids[number], add=[name, name.upper()], who="Ann")
                tags.add(name)
            case "remove":
                tag(self.index, ids[number], remove=name.upper())
                tags.discard(name)
            case "join":
                tag(self.index, ids[number], collection=name)
                collections.add(name)
            case "leave":
                tag(self.index, ids[number], leave=name)
                collections.discard(name)
            case _:
                text = self.chance.choice(["", f"see {name}"])
                note(self.index, ids[number], text)
        self.annotated[number] = tags, collections, text

    def is_of(self, line: str, number: int, ids: dict[int, str]) -> bool:
        """Return whether a line corrects a story."""
        return json.loads(line).keys().isdisjoint(_KEYS) and super().is_of(line, number, ids)


def annotated(index: str) -> Annotated:
    """Return the annotations of the stories of an index."""
    return {number_of(one): ({*one.tags}, {*one.collections}, one.note) for one in items(index)}


@pytest.mark.parametrize("seed", range(examples(3)))
def test_annotations_follow_their_items(tmp_path: Path, seed: int) -> None:
    """After any changes of sources, items, corrections and annotations, a rebuild has the same."""
    desk = TaggedDesk(tmp_path, seed)
    for _ in range(12):
        desk.step()
        expected = desk.expected()
        assert told(desk.index) == expected
        assert annotated(desk.index) == {number: desk.annotated[number] for number in expected}
        assert check_index(Path(desk.index)).findings == ()
    again = str(tmp_path / "again")
    build(again, desk.sources, corrections=desk.file)
    assert annotated(again) == annotated(desk.index)


@pytest.fixture
def index(make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an index of three items, in whose folder the corrections file is."""
    monkeypatch.chdir(tmp_path)
    return make_index(*({"title": f"Tide {number}", "body": "It came in."} for number in range(3)))


def _files(index: Path) -> dict[str, tuple[int, int]]:
    """Return the inodes and lengths of the files of segments, thesaurus and groups."""
    found = (index / "segments").iterdir()
    return {one.name: (one.stat().st_ino, one.stat().st_size) for one in found if one.suffix != ".tags"}


@pytest.mark.parametrize("times", [30, pytest.param(1000, marks=pytest.mark.slow)])
def test_tags_one_by_one_leave_all_segments(index: Path, times: int) -> None:
    """No record is rewritten, nothing is merged, and the times of items stay."""
    update(index, items=[{"id": "new", "title": "Neap tide", "body": "It went out."}])
    files, before = _files(index), Manifest.read(index)
    for number in range(times):
        tag(index, f"d{number % 3}", add=f"t{number}", remove=f"t{number - 120}")
        if number % 100 == 99:
            gc.collect()  # which tests do seldom; it closes files of earlier generations
    after = Manifest.read(index)
    assert _files(index) == files
    assert (after.segments, after.times) == (before.segments, before.times)
    assert after.generation == before.generation + times
    assert len(Path("corrections.jsonl").read_text().splitlines()) == times
    assert len(list((index / "segments").glob("*.tags"))) == 1


def test_an_index_without_annotations_has_no_trace(index: Path) -> None:
    """The last tag that is removed takes the table with it; the other files are those of before."""
    files = _files(index)
    tag(index, "d0", add="ports")
    assert [one.ending for one in Manifest.read(index).more] == ["tags"]
    tag(index, "d0", remove="Ports")
    assert Manifest.read(index).more == ()
    assert not [*(index / "segments").glob("more*")]
    assert _files(index) == files


def test_two_branches_of_a_file_can_be_merged(index: Path) -> None:
    """The lines that two people added may be merged in either order, as a merge of text files does."""
    tag(index, "d0", add="base")
    file = Path("corrections.jsonl")
    base = file.read_text()
    branches = []
    for name in ("ann", "ben"):
        tag(index, ["d0", "d1"], add=name)
        branches.append(file.read_text().removeprefix(base))
        file.write_text(base)
        update(index)
    for one, other in (branches, branches[::-1]):
        file.write_text(base + one + other)
        update(index)
        with Searcher(index) as searcher:
            assert searcher.item("d0").tags == ("ann", "base", "ben")
            assert searcher.item("d1").tags == ("ann", "ben")


def test_a_tag_that_only_the_file_has_is_removed(index: Path) -> None:
    """Its line came by git or from a killed process; without another line the next update would apply it."""
    tag(index, "d0", add="base")
    with Path("corrections.jsonl").open("a") as file:
        file.write('{"id": "d0", "tags": ["ann", "ben"], "note": "Ask Ann."}\n')
        file.write('{"id": "d0", "title": "Of another archive", "day": "2018-01-01", "tags": ["zoe"]}\n')
    assert tag(index, "d0", add="ben", dry_run=True).annotated == 1
    assert tag(index, "d0", remove="Ann").annotated == note(index, "d0", "").annotated == 1
    assert tag(index, "d0", remove="zoe").unchanged == 1
    assert tag(index, "d0", remove="ann").unchanged == note(index, "d0", "").unchanged == 1
    update(index)
    with Searcher(index) as searcher:
        assert (searcher.item("d0").tags, searcher.item("d0").note) == (("base", "ben"), "")


def test_a_line_with_too_many_tags_is_reported(index: Path) -> None:
    """Lines that were joined may add more than an item may have; the earlier ones stay."""
    tag(index, "d0", add=[f"tag {number}" for number in range(50)])
    with Path("corrections.jsonl").open("a") as file:
        file.write('{"id": "d0", "tags": ["alpha"]}\n')
    report = update(index).corrections
    assert report
    assert [(number, "51 tags" in why) for number, why in report.told] == [(2, True)]
    with Searcher(index) as searcher:
        tags = searcher.item("d0").tags
    assert (len(tags), "alpha" in tags) == (50, False)


def test_annotations_of_an_item_that_is_gone_are_kept(index: Path) -> None:
    """They are reported, and return with the item."""
    tag(index, "d1", add="ports")
    note(index, "d1", "Ask Ann.")
    assert delete(index, "d1").annotated == 1
    assert check_index(index).findings == ()
    report = update(index)
    assert report.corrections
    assert report.corrections.of_deleted == [1, 2]
    assert update(index, restore=["d1"]).added == 1
    with Searcher(index) as searcher:
        assert (searcher.item("d1").tags, searcher.item("d1").note) == (("ports",), "Ask Ann.")


def test_undoing_corrections_keeps_annotations(index: Path) -> None:
    """A line with both keeps its tags; a note in a line of a correction is a remark on the correction."""
    line: dict[str, Any] = {"id": "d0", "date": "2018", "tags": ["ports"], "note": "from the printed page"}
    Path("corrections.jsonl").write_text(json.dumps(line) + "\n")
    update(index, corrections="corrections.jsonl")
    correct(index, "d0", undo=True)
    with Searcher(index) as searcher:
        item = searcher.item("d0")
        assert (item.date, item.tags, item.note) == (None, ("ports",), "")
    with pytest.raises(DragomanError, match="nothing to undo"):
        correct(index, "d0", undo=True)


@by_table
def test_an_invalid_line_is_reported(index: Path, line: dict[str, Any], tags: list[str], reason: str) -> None:
    """The rest of the line is applied."""
    Path("corrections.jsonl").write_text(json.dumps({"id": "d0"} | line) + "\n")
    report = update(index, corrections="corrections.jsonl")
    assert report.corrections
    assert any(reason in why for _, why in report.corrections.told)
    with Searcher(index) as searcher:
        assert [*searcher.item("d0").tags] == tags


@by_table
def test_an_impossible_change_is_refused(index: Path, how: dict[str, Any], says: str) -> None:
    """One clear line names the limit, and nothing is written."""
    with pytest.raises(DragomanError, match=says) as raised:
        (note if "text" in how else tag)(index, "d0", **how)
    assert "\n" not in str(raised.value)
    assert not Path("corrections.jsonl").exists()
    assert Manifest.read(index).more == ()


def test_an_item_that_is_read_back_keeps_its_annotations(index: Path) -> None:
    """They are no fields of the item, which does not change."""
    tag(index, "d0", add="ports")
    with Searcher(index) as searcher:
        item = searcher.item("d0")
    assert update(index, items=[item._replace(title="Neap tide")]).replaced == 1
    with Searcher(index) as searcher:
        found = searcher.item("d0")
    assert (found.title, found.fields, found.tags) == ("Neap tide", (), ("ports",))


def test_a_dry_run_writes_nothing(index: Path) -> None:
    """It counts the items that would change."""
    report = tag(index, ["d0", "d1"], add="ports", dry_run=True)
    assert (report.annotated, report.unchanged) == (2, 0)
    assert not Path("corrections.jsonl").exists()
    tag(index, "d0", add="ports")
    report = tag(index, ["d0", "d1"], add="Ports", report="changes.jsonl")
    assert (report.annotated, report.unchanged) == (1, 1)
    (change,) = map(json.loads, Path("changes.jsonl").read_text().splitlines())
    assert (change["change"], change["id"], change["reason"]) == ("annotated", "d1", "+tag:Ports")


def test_a_table_of_many_pages_is_changed(index: Path) -> None:
    """A thousand tagged items are in the table, and one more tag changes only its lines."""
    rows = [{"id": f"m{number}", "title": f"Mark {number}", "language": "en"} for number in range(1000)]
    update(index, items=rows)
    tag(index, [row["id"] for row in rows], add="many" * 12)
    assert next(index.glob("segments/*.tags")).stat().st_size > 6 * PAGE
    tag(index, "m7", add="one")
    with Searcher(index) as searcher:
        assert searcher.search(f"tag:{'many' * 12}").total == 1000
        assert [hit.id for hit in searcher.search("tag:one")] == ["m7"]
    assert check_index(index).findings == ()
