"""Expansions of a query can be dropped individually."""

from pathlib import Path

from searcher import Searcher

QUESTIONS = "ferry safety,coral reefs,migrant smuggling,flood schools,juezes sentencia,labor union".split(",")


def test_dropping_a_label_removes_nothing_else(sample_index: Path) -> None:
    """Without a label all others are still searched; without all of them only the typed words."""
    joined = 0
    with Searcher(sample_index) as searcher:
        for query in QUESTIONS:
            whole = searcher.search(query, limit=None, group=False)
            labels = [label for one in whole.expansions for label in one["to"]]
            joined += len(labels)
            found = {hit.id: hit.via for hit in whole}
            for label in labels:
                less = searcher.search(query, limit=None, group=False, drop=label.upper())
                assert [other for one in less.expansions for other in one["to"]] == [
                    other for other in labels if other != label
                ]
                assert {hit.id for hit in less} <= found.keys()
                assert {item for item, via in found.items() if "typed" in via} <= {hit.id for hit in less}
                assert not any(note.kind == "not_dropped" for note in less.notes)
            none = searcher.search(query, limit=None, group=False, drop=labels, facets=())
            assert not none.expansions
            if none.relaxed is None:
                assert {hit.via for hit in none} <= {("typed",)}
                assert {hit.id for hit in none} == {item for item, via in found.items() if "typed" in via}
    assert joined > len(QUESTIONS)


def test_dropping_an_unused_label_is_reported(sample_index: Path) -> None:
    """A label that is no expansion is named in a note, and changes nothing."""
    with Searcher(sample_index) as searcher:
        with_note = searcher.search("ferry", drop="boat")
        assert [note.kind for note in with_note.notes] == ["not_dropped"]
        assert [hit.id for hit in with_note] == [hit.id for hit in searcher.search("ferry")]


def test_a_dropped_label_removes_no_other_spelling(sample_index: Path) -> None:
    """An expansion in a text of unknown language is only dropped by its exact spelling."""
    with Searcher(sample_index) as searcher:
        joined = searcher.search("null")
        assert joined.hits
        assert [hit.id for hit in searcher.search("null", drop="abc")] == [hit.id for hit in joined]
