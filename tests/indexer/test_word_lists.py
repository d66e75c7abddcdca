"""The words of an index on a cluster: transferred lists, and their lookup in this process."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cluster import cached_lists, documents
from indexer.cluster.cached_lists import (
    WordLists,
    entry_list,
    form_entry,
    read_lists,
    split_line,
    variant_entry,
)
from indexer.cluster.cluster_manifest import ClusterManifest
from indexer.errors import ClusterError

word = st.text(st.sampled_from("abcñ丁\U00010000"), min_size=1, max_size=3)
words = st.sets(st.tuples(st.sampled_from(["en", "es", "und"]), word, word), max_size=12)


def lists(*parts: list[str]) -> WordLists:
    """Cache some lists as fetched ones."""
    found = generation("1")
    found.keep(fetched(*parts))
    assert found.is_loaded
    return found


def generation(name: str) -> WordLists:
    """Return the words of a generation of an index before they are loaded."""
    manifest = ClusterManifest._make([""] * len(ClusterManifest._fields))
    return WordLists("http://127.0.0.1:9200/news", manifest._replace(generation=name))


def fetched(*parts: list[str]) -> dict[str, Any]:
    """Return lists in the form of a cluster's answer."""
    return {"hits": {"hits": [{"_source": body} for _, body in map(entry_list, filter(None, parts))]}}


@settings(max_examples=examples(50))
@given(forms=words, variants=words, rest=words)
def test_lookups_equal_the_transferred_words(
    forms: set[tuple[str, str, str]], variants: set[tuple[str, str, str]], rest: set[tuple[str, str, str]]
) -> None:
    """Words are found by prefix, by term and without accents, ascending, whichever list has them."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_lists, "cache_folder", lambda: Path(folder))
        first = [form_entry(*one) for one in forms] + [variant_entry(*one) for one in variants]
        found = lists(first, [form_entry(*one) for one in forms | rest])
        every = forms | rest
        assert found.words_with_prefix("") == tuple(sorted({one for _, _, one in every}))
        for language, term, one in every | variants:
            begins = {other for _, _, other in every if other.startswith(one[:2])}
            assert found.words_with_prefix(one[:2]) == tuple(sorted(begins))
            same = {other for code, of, other in every if (code, of) == (language, term)}
            assert found.forms(language, term) == tuple(sorted(same))
            stand = {of for code, of, other in variants if (code, other) == (language, one)}
            assert found.variants(language, one) == tuple(sorted(stand))


def test_a_form_is_distinguished_from_a_variant() -> None:
    """A word is missing from the index if it has no form with its term; a variant belongs to its word."""
    assert split_line(form_entry("es", "polic", "policia")) == ("es", "polic", "policia")
    assert split_line(variant_entry("es", "polic", "policia")) is None


def test_processes_do_not_disturb_each_others_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cached words stay available while another process caches them, or those of another generation."""
    monkeypatch.setattr(cached_lists, "cache_folder", lambda: tmp_path)
    keep, seen = cached_lists.write_to_cache, []

    def watched(path: Path, data: bytes) -> None:
        seen.append(generation("1").is_loaded)
        keep(path, data)
        if len(seen) == 3:
            path.unlink()

    monkeypatch.setattr(cached_lists, "write_to_cache", watched)
    answer = fetched([form_entry("en", "govern", "government")])
    first, again, second = map(generation, "112")
    for one in (first, again, second):
        one.keep(answer)
    assert seen == [False, True, True]
    assert {one.forms("en", "govern") for one in (first, again, second)} == {("government",)}
    assert not generation("1").is_loaded  # older generations are deleted


def test_a_failed_cache_write_leaves_no_file(tmp_path: Path) -> None:
    """A cached file is readable by its user only; if it cannot be written, no part of it stays."""
    cached_lists.write_to_cache(kept := tmp_path / "dragoman" / "words", b"ferry")
    assert kept.read_bytes() == b"ferry"
    assert os.name == "nt" or (kept.parent.stat().st_mode | kept.stat().st_mode) & 0o77 == 0
    with pytest.raises(ClusterError, match="cannot store “dragoman” in"):
        cached_lists.write_to_cache(tmp_path / "dragoman", b"ferry")
    assert [one.name for one in tmp_path.rglob("*")] == ["dragoman", "words"]


def test_no_list_is_dropped_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that may lack some lists is an error."""
    monkeypatch.setattr(cached_lists, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(cached_lists, "_MAX_LISTS", 2)
    lists(["en a a"])
    with pytest.raises(ClusterError, match="the index has more word lists than the cluster can return"):
        lists(["en a a"], ["en b b"])


class Index:
    """An index whose searches return its state at the last refresh; sender and cluster in one."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self._found: dict[str, Any] = {}

    def index(self, _index: str, key: str, body: dict[str, Any]) -> None:
        """Add a document."""
        self.held[key] = body

    def delete(self, _index: str, key: str) -> None:
        """Delete a document."""
        del self.held[key]

    def flush(self) -> None:
        """Do nothing: no document waits."""

    def request(self, *_: str, **__: float) -> None:
        """Refresh the index."""
        self._found = dict(self.held)

    def search(self, _index: str, _body: object) -> dict[str, Any]:
        """Return all documents."""
        hits = [{"_id": key, "_source": body} for key, body in self._found.items()]
        return {"hits": {"hits": hits, "total": {"value": len(hits)}}}


def test_the_lists_of_a_build_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists after the last refresh count, and no entry is missing from the remaining ones."""
    for name, count in (("MAX_GATHERED", 10), ("MAX_SENT", 20), ("MAX_LISTS", 5)):
        monkeypatch.setattr(documents, name, count)
    index: Any = Index()
    writer = documents.VocabularyWriter(index)
    entries = [form_entry("en", f"t{number}", "w") for number in range(36)]
    for first in range(2 * len(entries)):
        writer.gathered.update((entries * 3)[first : first + 12])
        writer.send("words")
    assert len(index.held) > 5
    writer.gathered.add("en last last")
    writer.finish(index, "items", "words", ())
    index.request()
    keys, listed = read_lists(index, "words")
    assert len(keys) == 4
    assert listed == {*entries, "en last last"}
