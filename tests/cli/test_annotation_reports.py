"""Annotations check their arguments, and read-only folders are reported."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from page_reading import client_of, page_of

from dragoman import note, tag
from indexer.errors import DragomanError

Make = Callable[..., Path]
ITEMS = [{"id": f"f{number}", "body": f"The ferry met fog {number}."} for number in range(3)]


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the corrections file of a test apart."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("given", [{"wait": -1}, {"who": 3}])
def test_annotations_check_their_arguments(make_index: Make, given: dict[str, Any]) -> None:
    """A time to wait is not negative, and a name is a text."""
    index = make_index(*ITEMS)
    for call in (lambda: tag(index, "f1", add="a", **given), lambda: note(index, "f1", "a", **given)):
        with pytest.raises((DragomanError, TypeError), match="|".join(given)):
            call()


def test_read_only_index_names_the_remedy(
    run: Run, make_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy can be changed."""
    index, real = make_index(*ITEMS), os.open

    def refuse(path: Any, *rest: Any, **options: Any) -> int:
        if str(path).endswith("dragoman.lock"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    run.refused(f"delete f1 --yes --index {index}", says="work on a copy of its folder, or ask its owner")


def test_a_limit_of_zero_does_not_deny_typical_words(make_index: Make) -> None:
    """A page without rows does not claim that no words are typical."""
    client = client_of(make_index(*ITEMS, {"id": "q", "body": "A quay"}))
    assert "typical of these" not in page_of(client, "/terms?q=ferry&limit=0").text_content()
    assert "typical of these" in page_of(client, "/terms?q=ferry").text_content()
