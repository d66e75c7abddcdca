"""Damage of any kind to any file: every query is answered correctly or reports a damaged index."""

import errno
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shared_finder
from examples import examples
from faults.sealed_index import ALL, DAMAGED, PAGE, WAYS, answers, ask, changed, make, small_pages
from faults.tally import tell
from hypothesis import given, settings
from hypothesis import strategies as st

import indexer.codec.layout
from indexer.codec.layout import HEADER_BYTES, Container
from indexer.errors import OutOfReachError
from indexer.store.check import check_index
from indexer.store.manifest import MANIFEST
from indexer.thesaurus.table import Table
from searcher import Searcher


@pytest.fixture(autouse=True)
def _own_concepts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the concepts of a damaged thesaurus from its file, not from that of another index."""
    for name, read in shared_finder.READ_FROM_FILES.items():
        monkeypatch.setattr(Table, name, read)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the small index, in small pages; each test restores it."""
    with small_pages():
        folder = make(tmp_path_factory.mktemp("integrity") / "index")
        assert len(list((folder / "segments").glob("*.del"))) == 1
        assert check_index(folder).findings == ()
        yield folder


@pytest.fixture(scope="module")
def right(index: Path) -> list[object]:
    """Return the answers of the undamaged index."""
    found = answers(index)
    assert not any(answer[0] == DAMAGED for answer in found if isinstance(answer, tuple))
    assert sum(answer["total"] > 0 for answer in found) >= 18
    return found


def files(index: Path) -> list[Path]:
    """Return every file of the index that our commands read."""
    return [index / MANIFEST, *sorted((index / "segments").iterdir())]


def outcomes(index: Path, right: list[object], name: str, some: slice = ALL) -> Counter[str]:
    """Run queries on a damaged index; return how many were answered and how many reported the damage."""
    found: Counter[str] = Counter()
    for answer, expected in zip(answers(index, some), right[some], strict=True):
        if isinstance(answer, tuple):
            assert name in answer[1], answer[1]
            found["told"] += 1
        else:
            assert answer == expected
            found["right"] += 1
    return found


def found_by_check(index: Path, name: str) -> set[str]:
    """Return the parts of a file that the check names."""
    return {finding.part for finding in check_index(index).findings if Path(finding.file).name == name}


@pytest.mark.slow
@pytest.mark.parametrize("step", [23, pytest.param(1, marks=pytest.mark.faults)])
def test_a_flipped_bit_in_any_page_is_detected(index: Path, right: list[object], step: int) -> None:
    """One bit of each page: queries that read it report it, others are correct, and the check names it."""
    chance = random.Random(4)
    found: Counter[str] = Counter()
    tried = 0
    for path in files(index):
        size = path.stat().st_size
        starts = [0, *range(HEADER_BYTES, size, PAGE)] if path.suffix != ".json" else range(0, size, 64)
        for start in starts:
            at = min(start + chance.randrange(HEADER_BYTES), size - 1)
            before = changed(path, lambda content, at=at: content.__setitem__(at, content[at] ^ 1 << at % 8))
            found += outcomes(index, right, path.name, slice(tried % step, None, step))
            assert found_by_check(index, path.name), (path.name, at)
            path.write_bytes(before)
            tried += 1
    assert answers(index) == right
    assert found["told"] > 1000 // step
    assert found["right"] > 500 // step  # queries that read no damaged page still work
    tell("a flipped bit in each page of each file", found, lost=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("zeroed", 11),
        *(pytest.param(kind, 1, marks=pytest.mark.faults) for kind in ("zeroed", "shifted", "random")),
    ],
)
def test_the_check_names_a_damaged_block(index: Path, right: list[object], kind: str, step: int) -> None:
    """A block that is zeroed, moved by a byte or overwritten is named; no query gets a wrong answer."""
    chance = random.Random(kind)
    tried = 0
    found: Counter[str] = Counter()
    for path in sorted((index / "segments").iterdir()):
        container = Container(path)
        for name in container.names():
            _, offset, length = container._blocks[name]
            whole = path.read_bytes()
            block = whole[offset : offset + length]
            other = {
                "zeroed": bytes(length),
                "shifted": block[1:] + block[:1],
                "random": chance.randbytes(length),
            }[kind]
            if other == block:
                continue
            path.write_bytes(whole[:offset] + other + whole[offset + length :])
            found += outcomes(index, right, path.name, slice(tried % step, None, step))
            assert name in found_by_check(index, path.name)
            path.write_bytes(whole)
            tried += 1
    assert found["told"]
    tell(f"a {kind} block, each of each file", found, lost=0)


@pytest.mark.parametrize("step", [23, pytest.param(1, marks=pytest.mark.faults)])
def test_a_truncated_or_longer_file_is_detected(index: Path, right: list[object], step: int) -> None:
    """A file that is truncated anywhere, or has extra bytes, is reported when the index is opened."""
    tried = 0
    for path in files(index):
        whole = path.read_bytes()
        sizes = {0, 1, HEADER_BYTES - 1, HEADER_BYTES, len(whole) // 2, len(whole) - PAGE, len(whole) - 1}
        manifest = [*(whole[:size] for size in sizes), whole + b"\0", whole + whole, b"\n" + whole]
        for content in manifest[tried % 3 :: 3] if step > 1 else manifest:
            path.write_bytes(content)
            assert set(outcomes(index, right, path.name, slice(tried % step, None, step))) == {"told"}
            assert found_by_check(index, path.name)
            tried += 1
        path.write_bytes(whole)
    tell("a file cut or lengthened", {"told": tried}, lost=0)


def test_a_missing_file_is_detected(index: Path, right: list[object]) -> None:
    """A missing file is named by every search and by the check."""
    for path in sorted((index / "segments").iterdir()):
        whole = path.read_bytes()
        path.unlink()
        assert set(outcomes(index, right, path.name, slice(0, None, 6))) == {"told"}
        assert found_by_check(index, path.name) == {"header"}
        path.write_bytes(whole)


def test_a_file_of_another_index_is_detected(index: Path, right: list[object], tmp_path: Path) -> None:
    """A valid file of the same name from another index, or from an earlier state of this one, is refused."""
    others = [make(tmp_path / "other", first=1), make(tmp_path / "earlier", changed=False)]
    swapped = 0
    for path in sorted((index / "segments").iterdir()):
        whole = path.read_bytes()
        for other in others:
            foreign = other / "segments" / path.name
            if not foreign.exists() or foreign.read_bytes() == whole:
                continue  # the first segment is the same before and after the update
            path.write_bytes(foreign.read_bytes())
            assert set(outcomes(index, right, path.name, slice(swapped, None, 6))) == {"told"}
            assert found_by_check(index, path.name) == {"header"}
            swapped += 1
        path.write_bytes(whole)
    assert swapped >= 5
    tell("a file swapped for another index's", {"told": swapped}, lost=0)


def test_manifest_of_another_generation_are_detected(index: Path, tmp_path: Path) -> None:
    """The manifest of an earlier generation is never combined with the files of a later one."""
    mixed = tmp_path / "mixed"
    shutil.copytree(index, mixed)
    fresh = make(tmp_path / "other", first=2)
    shutil.copy(fresh / MANIFEST, mixed / MANIFEST)
    answer = ask(mixed, ("anchor", {}))
    assert isinstance(answer, tuple)
    assert check_index(mixed).findings


@settings(deadline=None, max_examples=examples(20, 2_000))
@given(data=st.data())
def test_random_damage_never_gives_a_wrong_answer(
    index: Path, right: list[object], data: st.DataObject
) -> None:
    """Overwritten bytes anywhere in any file: correct answers or reported damage, found by the check."""
    path = data.draw(st.sampled_from(files(index)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=40))
    content = whole[:at] + piece + whole[at + len(piece) :]
    try:
        path.write_bytes(content)
        outcomes(index, right, path.name, slice(data.draw(st.integers(0, 4)), None, 5))
        if content != whole:
            assert found_by_check(index, path.name)
    finally:
        path.write_bytes(whole)


def flipped(path: Path, at: int) -> bytes:
    """Flip one bit of a byte of a file, counted over and over; return its old contents."""
    at %= path.stat().st_size
    return changed(path, lambda content: content.__setitem__(at, content[at] ^ 1 << at % 8))


EVERY_BYTE = pytest.mark.parametrize("first", range(4))  # of every fourth byte, for several workers


@pytest.mark.faults
@EVERY_BYTE
def test_a_flipped_bit_in_any_byte_is_detected(index: Path, right: list[object], first: int) -> None:
    """Every byte, one bit each: no wrong answer."""
    found: Counter[str] = Counter()
    for path in files(index):
        for at in range(first, path.stat().st_size, 4):
            before = flipped(path, at)
            question = at % len(right)
            asked, numpy = WAYS[question]
            answer = ask(index, asked, numpy=numpy)
            told = isinstance(answer, tuple)
            assert told or answer == right[question]
            found["told" if told else "right"] += 1
            path.write_bytes(before)
    tell("a flipped bit in each byte of each file, asked", found, lost=0)


@pytest.mark.faults
@EVERY_BYTE
def test_the_check_names_the_file_of_any_flipped_bit(index: Path, first: int) -> None:
    """Every byte, one bit each: of the manifest alone, and of all other files together."""
    manifest, *sealed = files(index)
    found = 0
    for together in ([manifest], sealed):
        for at in range(first, max(path.stat().st_size for path in together) + 3, 4):
            before = {path: flipped(path, at) for path in together}
            assert {Path(one.file).name for one in check_index(index).findings} == {
                path.name for path in together
            }
            for path, content in before.items():
                path.write_bytes(content)
                found += at < len(content)
    assert found == sum(len(range(first, path.stat().st_size, 4)) for path in files(index))
    tell("a flipped bit in each byte of each file, checked", {"found": found}, lost=0)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EMFILE])
def test_a_file_that_cannot_be_opened_is_no_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Missing permissions and too many open files are reported as such by searches and by the check."""

    def refuse(path: Path) -> tuple[int, int]:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(indexer.codec.layout, "open_plain", refuse)
    for ask_it in (Searcher, check_index):
        with pytest.raises(OutOfReachError, match=os.strerror(number)) as told:
            ask_it(index)
        assert "build" not in str(told.value)
