"""Messages about missing optional libraries."""

import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from indexer.errors import install_message

ROOT = Path(__file__).parents[2]
STATED = ["click>=8", "lxml>=5.0; extra == 'html'", 'hoover>=1; sys_platform != "win32" and extra == "html"']
STATED += ["dragoman[html]; extra == 'all'", "urllib3; extra == 'html-more'"]


def test_missing_libraries_are_named_with_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command uses the running Python, and not the name of this program on a package index."""
    monkeypatch.setattr("importlib.metadata.requires", lambda _: STATED)
    *_, command = install_message("a page", "html").partition("install them with: ")
    assert shlex.split(command) == [sys.executable, "-m", "pip", "install", "lxml>=5.0", "hoover>=1"]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)  # as in an environment that uv made
    *_, command = install_message("a page", "html").partition("install them with: ")
    assert shlex.split(command)[:5] == ["uv", "pip", "install", "--python", sys.executable]


def test_an_uninstalled_program_is_installed_from_its_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without installation there is no metadata with its requirements."""

    def missing(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", missing)
    assert install_message("a page", "html").endswith("pip install '.[html]' (in a clone of Dragoman)")


def test_no_text_suggests_to_install_our_name_from_an_index() -> None:
    """The name is not on a package index yet, and may become another program there."""
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    telling = re.compile("(?:pip|pipx|tool) install .*dragoman\\[")
    found = [
        name
        for name in files.stdout.splitlines()
        if telling.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []
