"""The package `dragoman`: its names, and the methods and results that only Python has."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import dragoman
import indexer
import searcher as searcher_package
from dragoman import DragomanError, MissingItemError, QueryError, Searcher
from searcher.reading.batch import batch
from searcher.reading.concordance import concordance
from searcher.reading.over_time import over_time
from searcher.reading.stories import stories


def test_every_public_name_can_be_imported() -> None:
    """The listed names exist, and include those of the two inner packages, as the same objects."""
    assert dragoman.__version__ == searcher_package.__version__
    assert {*dir(dragoman)} == {*dragoman.__all__, "__version__"}
    for package in (searcher_package, indexer):
        for name in package.__all__:
            assert getattr(dragoman, name) is getattr(package, name)
    assert all(getattr(dragoman, name) for name in dragoman.__all__)
    assert set(dragoman.__all__) == set(dragoman._MODULES)
    with pytest.raises(AttributeError, match="module 'dragoman' has no attribute 'serch'"):
        _ = dragoman.serch


def test_type_hints_of_the_functions_are_known() -> None:
    """Programs that check arguments resolve them."""
    named = [getattr(dragoman, name) for name in dragoman.__all__]
    methods = [getattr(Searcher, name) for name in dir(Searcher) if name[0] != "_"]
    for function in filter(inspect.isroutine, named + methods):
        assert "return" in get_type_hints(function), function


def test_importing_the_package_loads_only_the_late_imports() -> None:
    """`import dragoman` loads the small module of late imports; a name loads its own."""
    loaded = "[name for name in sys.modules if name.startswith(('searcher.', 'indexer.', 'numpy', 'whoosh'))]"
    program = f"import sys, dragoman; print({loaded}); dragoman.QueryError; print({loaded})"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.splitlines() == ["['indexer.runtime']", "['indexer.runtime', 'indexer.errors']"]


def test_results_can_be_indexed_and_sliced(searcher: Searcher) -> None:
    """Results are a sequence of hits, also those with all hits, and flat records that fit a table."""
    for limit in (5, None):
        results = searcher.search("ferry", limit=limit)
        ids = [hit.id for hit in results]
        assert results[0].id == ids[0]
        assert results[-1].id == ids[-1]
        assert [hit.id for hit in results[1:3]] == ids[1:3]
        assert [hit.id for hit in reversed(results)] == ids[::-1]
        with pytest.raises(IndexError):
            _ = results[len(results)]
        rows = results.to_records()
        assert [row["id"] for row in rows] == ids
        assert {type(value) for row in rows for value in row.values()} <= {str, int, float, type(None)}


def test_the_repr_of_results_shows_a_relaxed_query(searcher: Searcher) -> None:
    """A program that prints results sees that they answer another query."""
    found, relaxed = searcher.search("ferry"), searcher.search('"ferry zebra crossing"')
    assert repr(found) == f"Results(query='ferry', total={found.total}, hits={len(found)})"
    assert relaxed.relaxed
    assert repr(relaxed).endswith(f", hits={len(relaxed)}, relaxed={relaxed.relaxed!r})")


@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.item("nothing"),
        lambda one: one.items(["nothing"]),
        lambda one: one.similar("nothing"),
        lambda one: one.full_id("nothing"),
        lambda one: dragoman.delete(one.place, "nothing", dry_run=True),
        lambda one: dragoman.correct(one.place, "nothing", language="fr", dry_run=True),
    ],
)
def test_an_unknown_id_is_a_missing_item(
    searcher: Searcher, ask: Callable[[Any], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every function that takes an id raises one error for an id that no item has."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingItemError, match="no item has the id “nothing”") as error:
        ask(searcher)
    assert isinstance(error.value, QueryError)
    assert isinstance(error.value, DragomanError)


def test_items_are_read_in_the_order_of_their_ids(searcher: Searcher) -> None:
    """A single id is a list of one; other types are refused."""
    ids = [hit.id for hit in searcher.search("ferry", limit=3)][::-1]
    assert [item.id for item in searcher.items(ids)] == ids
    assert searcher.items(iter(ids)) == [searcher.item(one) for one in ids]
    assert searcher.items(ids[0]) == [searcher.item(ids[0])]
    assert searcher.items([]) == []
    with pytest.raises(TypeError, match="ids must be a string or a list of strings, not an int"):
        searcher.items([5])  # type: ignore[list-item] # the mistake


def test_methods_call_the_reading_tools(searcher: Searcher) -> None:
    """Each method passes all of its arguments to the function of the same purpose."""
    given = {"languages": "en", "date_from": 2015}
    for method, tool, query, options, shown in (
        (
            "timeline",
            over_time,
            "ferry",
            {"versus": ["flood"], "by": "month"},
            lambda one: [s.points for s in one],
        ),
        ("timeline", over_time, "ferry", {"facet": "language"}, lambda one: [s.label for s in one]),
        ("concordance", concordance, "ferry", {"sort": "right", "context": 30, "limit": 4}, list),
        ("batch", batch, ["ferry", "flood"], {"by": "country", "phrases": True}, lambda one: one),
        ("stories", stories, "flood", {"window": 30, "min_items": 2, "limit": 1}, lambda one: one.stories),
    ):
        ours = getattr(searcher, method)(query, **options, **given)
        assert shown(ours) == shown(tool(searcher, query, **options, **given))


def test_objects_of_the_interface_have_short_reprs(searcher: Searcher) -> None:
    """An interactive session shows the index, or the query and its numbers."""
    assert repr(searcher) == f"Searcher({searcher.place!r})"
    lines, groups = searcher.concordance("ferry"), searcher.duplicates("ferry")
    assert repr(lines) == f"Concordance(query='ferry', items={lines.results.total})"
    assert repr(groups) == f"Duplicates(query='ferry', total={groups.total}, groups={len(groups)})"
