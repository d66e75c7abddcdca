"""Writers that are killed, or suspended until another one took over, leave one complete index only."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cluster.nodes import Node

import indexer
from indexer.cluster import lock
from indexer.cluster.address import parse_address
from indexer.cluster.check import check_on_cluster
from indexer.cluster.client import Cluster
from searcher import Searcher

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
EXPIRES, LASTS = 3.0, 60.0  # seconds: too short to wait long for a dead writer, too long for a living one
PROGRAM = f"""
import importlib, os, sys
sys.path.insert(0, {str(ROOT)!r})
import indexer
from indexer.cluster import lock
from indexer.errors import DragomanError

address, source, sign, place, expires = sys.argv[1:]
lock.EXPIRES, lock._RENEWED = float(expires), float(expires) / 4
if place:
    module, _, name = place.rpartition(".")
    owner = importlib.import_module(module)
    real = getattr(owner, name)

    def reached(*args, **settings):
        setattr(owner, name, real)
        os.kill(os.getpid(), int(sign))
        return real(*args, **settings)

    setattr(owner, name, reached)
try:
    indexer.update(address, [source], mirror=True, sure=True, wait=60)
except DragomanError as error:
    sys.exit(f"dragoman: {{error}}")
"""
BEFORE = (  # where the old index is still current
    "indexer.cluster.writer.find_manifest",
    "indexer.cluster.new_indexes.clone",
    "indexer.cluster.writer.write_register",
    "indexer.cluster.new_indexes.switch",
)
AFTER = "indexer.cluster.new_indexes.delete"  # the new one is current, the old one is not deleted yet


class Archive(NamedTuple):
    """An index with two items, and a changed source of them."""

    address: str
    source: Path
    write: Callable[..., Path]

    def begin(self, sign: int, place: str, expires: float = EXPIRES) -> subprocess.Popen[str]:
        """Start a writer that gets a signal at a place, and whose lock expires after some seconds."""
        arguments = [self.address, str(self.source), str(int(sign)), place, str(expires)]
        command = [sys.executable, "-c", PROGRAM, *arguments]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def words(self) -> set[str]:
        """Return the ids of all items that match."""
        with Searcher(self.address) as searcher:
            results = searcher.search("came", limit=100)
            assert results.total == len(results.hits) == searcher.info()["items"]
            return {hit.id for hit in results.hits}

    def require_tidy(self) -> None:
        """Assert that nothing is damaged, and no index is left over."""
        assert check_on_cluster(self.address)[3:] == ((), ())
        cluster = Cluster(parse_address(self.address))
        assert len(cluster.get(f"/{cluster.address.name}-*/_settings")) == 2


@pytest.fixture
def archive(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Return an index whose source has one new item and lacks one of its items."""
    monkeypatch.setattr(lock, "EXPIRES", EXPIRES)
    monkeypatch.setattr(lock, "_RENEWED", EXPIRES / 4)

    def write(name: str, *words: str) -> Path:
        path = tmp_path / name
        lines = [json.dumps({"id": word, "body": f"The {word} came in.", "language": "en"}) for word in words]
        path.write_text("\n".join(lines))
        return path

    address = f"{node.url}/w{os.urandom(4).hex()}"
    indexer.build(address, [write("one.jsonl", "tide", "storm")], own_thesaurus=False)
    return Archive(address, write("one.jsonl", "storm", "flood"), write)


@pytest.mark.parametrize("place", [*BEFORE, AFTER])
def test_a_suspended_writer_changes_nothing_later(archive: Archive, place: str) -> None:
    """Another writer takes over; the first one, when it resumes, changes nothing and reports why."""
    paused = archive.begin(signal.SIGSTOP, place)
    try:
        os.waitpid(paused.pid, os.WUNTRACED)
        assert archive.words() == ({"storm", "flood"} if place == AFTER else {"tide", "storm"})
        indexer.update(archive.address, [archive.write("two.jsonl", "ebb")], wait=60)
        whole = archive.words()
        assert whole == ({"storm", "flood", "ebb"} if place == AFTER else {"tide", "storm", "ebb"})
    finally:
        os.kill(paused.pid, signal.SIGCONT)
    _, said = paused.communicate(timeout=60)
    if place == AFTER:
        assert paused.returncode == 0, said
    else:
        assert "another process took over writing" in said
        assert said.count("\n") == 1
    assert archive.words() == whole
    archive.require_tidy()


@pytest.mark.parametrize("place", ["indexer.cluster.new_indexes.switch", AFTER, ""])
def test_a_killed_writer_leaves_a_complete_state(archive: Archive, place: str) -> None:
    """One of two complete states remains; the next writer waits for the lock to expire, and cleans up."""
    killed = archive.begin(signal.SIGKILL, place)
    if not place:  # at any moment
        try:
            killed.wait(random.uniform(0.5, 3))
        except subprocess.TimeoutExpired:
            killed.kill()
    killed.communicate(timeout=60)
    old, new = {"tide", "storm"}, {"storm", "flood"}
    left = archive.words()
    assert left in (old, new)
    assert not place or left == (new if place == AFTER else old)
    indexer.update(archive.address, [archive.write("two.jsonl", "ebb")], wait=60)
    # A switch that was sent when the writer died may be executed after its death.
    assert archive.words() in ([left | {"ebb"}] if place else [left | {"ebb"}, new | {"ebb"}])
    archive.require_tidy()


def test_concurrent_writers_wait_for_each_other(archive: Archive) -> None:
    """Each waits for the others, and no change is lost."""
    sources = [archive.write(f"{word}.jsonl", word) for word in ("ebb", "surf", "swell")]
    running = [archive._replace(source=source).begin(0, "", LASTS) for source in sources]
    for one in running:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said
    assert archive.words() == {"tide", "storm", "ebb", "surf", "swell"}
    archive.require_tidy()
