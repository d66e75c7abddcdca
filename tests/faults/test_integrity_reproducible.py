"""The same sources give the same bytes, on every run; only the time of the build differs."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import python
from faults.sealed_index import items

from indexer.codec.stored import StoredRecords
from indexer.store.manifest import MANIFEST, Manifest

# A process with a limit on its cores, whose sets have another order.
PROGRAM = """
import os, sys
cores, source, folder, memory = sys.argv[1:]
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(cores)])
from pathlib import Path
from indexer.store.indexing import build
from indexer.sample import sample_path
with sample_path() as sample:
    build([sample, source], Path(folder), memory_mb=int(memory))
"""


def digest(path: Path) -> str:
    """Return the digest of a file; of records, decompressed: isal once compressed equal ones in two ways."""
    packed = path.suffix == ".text"
    content = repr([*StoredRecords(path).walk()]).encode() if packed else path.read_bytes()
    return sha256(content).hexdigest()


def table(folder: Path) -> Manifest:
    """Read a manifest, without its time and the checksums of compressed records."""
    found = Manifest.read(folder)
    segments = [
        entry._replace(checksums=tuple([one for one in entry.checksums if one[0] != "text"]))
        for entry in found.segments
    ]
    return found._replace(built=None, times=None, segments=tuple(segments))


def digests(source: Path, folder: Path, *, seed: str, cores: int = 2, memory: int = 512) -> dict[str, str]:
    """Build an index in a separate process; return the digest of each of its files."""
    env = {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
    done = python("-c", PROGRAM, cores, source, folder, memory, env=env)
    assert done.returncode == 0, done.stderr
    return {
        str(path.relative_to(folder)): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {MANIFEST, "dragoman.lock"}
    }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a source of records of all kinds, in addition to the sample archive."""
    path = tmp_path_factory.mktemp("source") / "quays.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items()), encoding="utf-8")
    return path


@pytest.mark.slow
def test_every_run_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    """With any order of sets, with one core or two, with little memory or much, the files are equal."""
    first = digests(source, tmp_path / "first", seed="0")
    assert len(first) == 5
    assert digests(source, tmp_path / "one_core", seed="11", cores=1) == first
    assert digests(source, tmp_path / "little_memory", seed="3", memory=64) == first
    assert len({table(tmp_path / name) for name in ("first", "one_core", "little_memory")}) == 1
