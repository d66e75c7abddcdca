"""The groups of near duplicates, kept correct by builds and updates."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from planted import planted
from tables import by_table
from written_groups import write_chosen

from indexer.bulk import run
from indexer.bulk.sketches import sketch
from indexer.codec.duplicate_sets import Groups, Member
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import IndexFolderError
from indexer.store.check import check_index
from indexer.store.duplicate_candidates import MAX_EXHAUSTIVE_ITEMS, Candidates
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest

CHANCE = Random(11)
Item = dict[str, Any]


def archive() -> list[Item]:
    """Return planted items of both halves in random order; the id shows which belong together."""
    items = [
        {
            "id": f"{item.group}/{number}",
            "title": item.title,
            "body": item.body,
            "date": date.fromordinal(item.day).isoformat(),
            "language": item.language,
            "countries": [],
        }
        for number, item in enumerate(planted())
    ]
    CHANCE.shuffle(items)
    return items


def groups(folder: Path) -> set[tuple[str, frozenset[str]]]:
    """Return the groups of an index as kinds and ids."""
    manifest = Manifest.read(folder)
    if manifest.groups is None:
        return set()
    files = folder / SEGMENTS_FOLDER
    segments = {entry.name: entry.open(files) for entry in manifest.segments}
    found = Groups(manifest.groups.open(files))
    for name, segment in segments.items():
        assert {*found.of_segment(name)[0]}.isdisjoint(segment.deleted)
    return {
        (found.kind(number), frozenset(segments[name].head(doc)[0] for name, doc in found.members(number)))
        for number in range(len(found))
    }


def test_planted_duplicates_are_found(tmp_path: Path) -> None:
    """The precision of pairs of items is .98, their recall .92."""
    items = archive()
    build([], tmp_path / "a", items=items)
    found = {
        (one, other)
        for _, members in groups(tmp_path / "a")
        for one in members
        for other in members
        if one < other
    }
    story = {item["id"]: item["id"].rpartition("/")[0] for item in items}
    wanted = {(one, other) for one in story for other in story if one < other and story[one] == story[other]}
    assert len(found & wanted) >= 0.98 * len(found)
    assert len(found & wanted) >= 0.92 * len(wanted)
    assert check_index(tmp_path / "a").findings == ()


def test_rewritten_versions_of_short_news_are_found(tmp_path: Path) -> None:
    """Versions with some other words and a sentence less are grouped with their story."""
    chance = Random(5)
    words = ["".join(chance.choices("abdeilmnoprstu", k=6)) for _ in range(3000)]
    items: list[Item] = []
    for number in range(200):
        sentences = [[*chance.choices(words, k=9)] for _ in range(4)]
        kept = [[*one] for one in sentences]
        del kept[chance.randrange(4)]
        for _ in range(2):
            chance.choice(kept)[chance.randrange(9)] = chance.choice(words)
        for name, text in (("first", sentences), ("later", kept)):
            body = " ".join(f"{' '.join(one)}." for one in text)
            items.append({"id": f"{number}/{name}", "title": name, "body": body, "language": "en"})
    build([], tmp_path / "a", items=items)
    found = groups(tmp_path / "a")
    assert all(len({one.partition("/")[0] for one in ids}) == 1 for _, ids in found)
    assert len(found) >= 0.95 * 200


@pytest.mark.slow
def test_groups_do_not_depend_on_the_order_of_updates(tmp_path: Path) -> None:
    """A build of all items has the groups of a build of some and updates with the rest, in any parts."""
    items = archive()
    build([], tmp_path / "whole", items=items)
    expected = groups(tmp_path / "whole")
    for trial in range(2):
        folder = tmp_path / str(trial)
        CHANCE.shuffle(items)
        cuts = sorted(CHANCE.sample(range(1, len(items)), 1 + 3 * trial))
        build([], folder, items=items[: cuts[0]])
        for first, last in zip(cuts, [*cuts[1:], len(items)], strict=True):
            update([], folder, items=items[first:last])
        assert groups(folder) == expected
        assert check_index(folder).findings == ()


def test_a_changed_member_leaves_its_group(tmp_path: Path) -> None:
    """Groups change with their members, and end when one is left."""
    body = " ".join(f"word{number}" for number in range(40))
    items = [{"id": name, "body": body, "date": "2020-03-03", "language": "en"} for name in "abc"]
    others = [
        {"id": str(number), "body": f"{number} other", "date": "2020-03-03", "language": "en"}
        for number in range(40)
    ]
    build([], tmp_path / "a", items=items + others)
    assert groups(tmp_path / "a") == {("copy", frozenset("abc"))}
    update([], tmp_path / "a", items=[{**items[0], "body": body + " and more"}])
    assert groups(tmp_path / "a") == {("reprint", frozenset("abc"))}
    update([], tmp_path / "a", items=[{**items[0], "body": " ".join(body.split()[::-1])}])
    assert groups(tmp_path / "a") == {("copy", frozenset("bc"))}
    same = Manifest.read(tmp_path / "a").groups
    update([], tmp_path / "a", items=[{**others[0], "body": "something else"}])
    assert Manifest.read(tmp_path / "a").groups == same
    update([], tmp_path / "a", items=[{**items[1], "body": "nothing"}])
    assert groups(tmp_path / "a") == set()
    assert Manifest.read(tmp_path / "a").groups is None


def test_bulletins_with_one_template_need_few_comparisons(tmp_path: Path) -> None:
    """A template shared by a thousand items causes a few comparisons for each, not a million."""
    form = "the governor of the bank wrote that rates of today remain at percent crowns for loans of a year"
    items = [
        {"id": str(n), "body": f"{form} {n} {n * n} {form} {n + 7}", "date": "2020-03-03", "language": "en"}
        for n in range(1000)
    ]
    build([], tmp_path / "a", items=items)
    segments = [
        entry.open(tmp_path / "a" / SEGMENTS_FOLDER) for entry in Manifest.read(tmp_path / "a").segments
    ]
    pairs = Candidates(segments, [()]).pairs()
    assert 0 < len(pairs) < MAX_EXHAUSTIVE_ITEMS * len(items)
    some = Candidates(segments, [()]).pairs(np.array([3, 500]))
    assert {*map(tuple, some.tolist())} <= {*map(tuple, pairs.tolist())}


def test_shared_sentences_need_few_comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles of an agency share sentences: of few pairs the names are compared."""
    chance = Random(5)
    words = ["".join(chance.choices("aeioulmnrst", k=6)) for _ in range(900)]

    def sentences(count: int) -> list[str]:
        return [f"{' '.join(chance.choices(words, k=13)).capitalize()}." for _ in range(count)]

    shared = sentences(5)
    items: list[Item] = [
        {"id": str(n), "body": " ".join([*sentences(2), *shared]), "date": "2020-03-03", "language": "en"}
        for n in range(700)
    ]
    items.append(items[7] | {"id": "again", "body": f"{items[7]['body']} Nothing more is known."})
    similarity = import_module("indexer.duplicates.similarity")
    compared: Counter[str] = Counter()
    for name in ("_overlap", "_compare_names"):
        monkeypatch.setattr(similarity, name, partial(_count, compared, name, getattr(similarity, name)))
    build([], tmp_path / "a", items=items)
    assert {"7", "again"} in [{*members} & {"7", "again"} for _, members in groups(tmp_path / "a")]
    assert len(items) < compared["_overlap"] <= MAX_EXHAUSTIVE_ITEMS * len(items)
    assert 0 < compared["_compare_names"] < len(items) / 100


def _count(calls: Counter[str], name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    calls[name] += 1
    return function(*arguments)


@by_table
def test_invalid_groups_are_found_by_the_check(
    tmp_path: Path, members: list[tuple[str, int]], part: str
) -> None:
    """The check reports groups of nonexistent documents, and groups of one."""
    entry = write_chosen(
        tmp_path, "groups1", [("copy", [Member(*one) for one in members])], ["segment1", "segment2"]
    )
    assert Groups(entry.open(tmp_path)).check({"segment1": 3}) == part


def test_a_foreign_file_of_groups_is_refused(tmp_path: Path) -> None:
    """A file whose ranges do not fit its blocks ends in one line."""
    entry = write_chosen(tmp_path, "groups1", [("copy", [Member("a", 0), Member("a", 1)])], ["a"])
    assert [*Groups(entry.open(tmp_path)).of_segment("a")[1]] == [0, 0]
    assert Groups(entry.open(tmp_path)).group_of("a", 1) == 0
    assert Groups(entry.open(tmp_path)).group_of("b", 1) == -1
    path = tmp_path / entry.file
    path.write_bytes(path.read_bytes().replace(b"[0,2]", b"[0,9]"))
    with pytest.raises(IndexFolderError):
        Groups(entry.open(tmp_path))
    assert len(Groups(None)) == 0


def test_forged_sketches_are_found_by_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check computes the sketches of the texts again."""
    monkeypatch.setattr(run, "sketch", lambda *args: sketch(*args) + np.uint32(1))
    build([], tmp_path / "a", items=[{"id": "a", "body": "the tide comes in and goes out", "language": "en"}])
    monkeypatch.undo()
    assert [finding.part for finding in check_index(tmp_path / "a").findings] == ["sketches"]
