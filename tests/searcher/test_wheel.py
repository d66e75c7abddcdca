"""The wheel and the sdist: both have the package `dragoman` and its types, and a program can use them."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import dragoman, searcher, indexer
folder = {folder!r}
assert all(one.__file__.startswith(folder) for one in (dragoman, searcher, indexer))
dragoman.build("index", items=[{{"id": "tide", "title": "Spring tide", "body": "The tide came in."}}])
with dragoman.Searcher("index") as opened:
    print(opened.search("tide")[0].title)
from searcher import Searcher
from indexer import build, correct, delete, update
assert Searcher is dragoman.Searcher and build is dragoman.build
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and the sdist from the checkout, and return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """Unpack the wheel, and return the folder."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(built / "site")
    return built / "site"


@pytest.mark.slow
def test_the_sdist_contains_the_package(built: Path) -> None:
    """A distribution of Linux builds from it: it has the three packages with their types."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for package in ("dragoman", "indexer", "searcher"):
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= names


@pytest.mark.slow
def test_a_program_uses_the_installed_package(installed: Path, tmp_path: Path) -> None:
    """Outside of the checkout, the wheel alone builds and searches an index; old imports work too."""
    command = [sys.executable, "-c", PROGRAM.format(folder=str(installed))]
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("Spring tide\n", "")


@pytest.mark.slow
def test_types_of_the_public_interface_are_checked(tmp_path: Path) -> None:
    """Mypy accepts a program that uses all of the interface, and finds each of its marked mistakes."""
    script = tmp_path / "program.py"
    script.write_text(Path(__file__).with_name("public_api_user.py").read_text(encoding="utf-8"))
    options = ["--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "Success: no issues found in 1 source file\n"
