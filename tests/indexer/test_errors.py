"""Why a file cannot be read is reported in plain words, with its path once."""

from pathlib import Path

import pytest

from indexer.codec.layout import Container
from indexer.errors import DragomanError
from indexer.thesaurus.thesaurus_files import read_freedict
from searcher.evaluation import read_topics


def test_messages_have_no_numbers_of_errors(tmp_path: Path) -> None:
    """A message has neither the number of an error nor the name of a codec, which help no user."""
    missing = tmp_path / "freedict-spa-eng.dict"
    for reading in (Container, read_topics, read_freedict):
        with pytest.raises(DragomanError, match="No such file or directory") as told:
            reading(missing)
        assert "Errno" not in str(told.value)
        assert str(told.value).count(missing.name) == 1
    missing.write_bytes(b"\xff\xfe\xfd")
    for reading in (read_topics, read_freedict):
        with pytest.raises(DragomanError, match="the file is not UTF-8"):
            reading(missing)
