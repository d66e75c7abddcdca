"""Execution by arrays of any size, and document by document, gives the answers of brute force."""

from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from brute_force import FACETS, Model, compare, numbered
from drawn_questions import collections, filters_, leaves, many, pages, queries, trees, word_of
from hypothesis import given
from modelled_documents import Doc
from written_segments import built

from indexer.codec import segment_writer
from indexer.errors import QueryError
from searcher.engine import Execution, Filters, ResultRequest
from searcher.execution import embedded_engine as engine_module
from searcher.execution.arrays import array_evaluator, doc_sets, occurrences, posting_list, query_tree
from searcher.execution.arrays import top_docs as sieve
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.execution.query_plan import EVERY
from searcher.execution.scalar_evaluator import execute
from searcher.query import model
from searcher.query.model import And, Everything, Keyword, Node, Or, Term, Word


def check(
    segments: list[list[Doc]], query: Node, narrowed: Filters, page: tuple[Any, int, int], *, scalar: bool
) -> None:
    """Assert that a query has the model's answer."""
    with TemporaryDirectory() as folder:
        engine = built(folder, segments)
        wanted = ResultRequest(*page, FACETS)
        with pytest.MonkeyPatch.context() as patch:
            if scalar:
                patch.setattr(engine_module, "sys", SimpleNamespace(modules={}))
            execution = engine.execute(query, narrowed, wanted)
        only_arrays = any(isinstance(one, (model.Numbers, model.Positional)) for one in model.nodes(query))
        assert only_arrays or ("_arrays" in vars(engine)) != scalar
        scores = Model([doc for docs in segments for doc in docs]).evaluate(query)
        compare(segments, execution, scores, narrowed, page)


def _as_for_large_lists(patch: pytest.MonkeyPatch) -> None:
    """Use the strategies for large posting lists on small ones."""
    patch.setattr(doc_sets, "SEARCH_BELOW", 0)
    patch.setattr(doc_sets, "SEARCH_RATIO", 1e9)
    for module in (array_evaluator, query_tree):
        patch.setattr(module, "SMALL_UNION", -1)
    patch.setattr(sieve, "FIRST_SCORED", 1)
    patch.setattr(posting_list, "SMALL", 0)
    patch.setattr(occurrences, "FEW", 0)
    patch.setattr(occurrences, "SHORT", 0)


@pytest.fixture(
    params=["as they are", pytest.param("with stored counts", marks=pytest.mark.slow), "for large lists"]
)
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test again with stored counts of all words, and with the strategies for large posting lists."""
    if request.param != "as they are":
        for module in (posting_list, segment_writer):
            monkeypatch.setattr(module, "ROWS_FROM", 1)
        monkeypatch.setattr(segment_writer, "TOP", 1)
        monkeypatch.setattr(posting_list, "STORED_TOP", 1)
    if request.param == "for large lists":
        _as_for_large_lists(monkeypatch)


@pytest.mark.usefixtures("thresholds")
@many
@given(collections(), queries, filters_, pages)
def test_strategies_equal_brute_force(
    segments: list[list[Doc]], query: Node, narrowed: Filters, page: tuple[Any, int, int]
) -> None:
    """Unions, intersections, phrases and expanded words have the model's answer, whatever their size."""
    check(segments, query, narrowed, page, scalar=False)


@pytest.mark.usefixtures("thresholds")
@many
@given(collections(), trees, filters_, pages)
def test_any_tree_equals_brute_force(
    segments: list[list[Doc]], query: Node, narrowed: Filters, page: tuple[Any, int, int]
) -> None:
    """Any tree has the hits, order, scores and facets of the model, over segments and deletions."""
    check(segments, query, narrowed, page, scalar=False)


@pytest.mark.slow
@many
@given(collections(), queries | trees, filters_, pages)
def test_without_numpy_the_answers_are_the_same(
    segments: list[list[Doc]], query: Node, narrowed: Filters, page: tuple[Any, int, int]
) -> None:
    """Documents evaluated one by one have the model's answer, too, for every node."""
    check(segments, query, narrowed, page, scalar=True)


@pytest.mark.slow
@many
@given(collections(), queries, filters_)
def test_unrequested_facets_do_not_change_the_hits(
    segments: list[list[Doc]], query: Node, narrowed: Filters
) -> None:
    """Without facets, where other languages are skipped early, the hits are the same."""
    with TemporaryDirectory() as folder:
        engine = built(folder, segments)
        whole, alone = (
            engine.execute(query, narrowed, ResultRequest(limit=50, facets=facets)) for facets in (FACETS, ())
        )
        assert alone.total == whole.total
        assert [number for number, _ in alone.top] == [number for number, _ in whole.top]


@many
@given(collections(), leaves)
def test_leaf_scores_equal_those_of_the_leaf(segments: list[list[Doc]], leaf: Node) -> None:
    """A leaf scores exactly the requested documents that it matches."""
    scores = Model([doc for docs in segments for doc in docs]).evaluate(leaf)
    with TemporaryDirectory() as folder:
        engine = built(folder, segments)
        asked = list(numbered(segments).items())[::2]
        expected = {number: scores[doc.id] for number, doc in asked if doc.id in scores}
        assert engine.leaf_scores(leaf, [number for number, _ in asked]) == pytest.approx(expected)


def engine_of(folder: Path, *texts: list[str]) -> EmbeddedEngine:
    """Return an engine of English documents."""
    return built(
        str(folder),
        [[Doc(str(at), {}, {"en": text}, None, None, 0, [], ["en"]) for at, text in enumerate(texts)]],
    )


def test_a_required_word_with_two_terms_needs_one_of_them(tmp_path: Path) -> None:
    """With a required word, another required one that includes its term requires no more than the first."""
    ship, port = Term("text_en", "ship"), Term("text_en", "port")
    execution = engine_of(tmp_path, ["ship"], ["port"]).execute(
        And((Or((ship, port)), ship)), Filters(), ResultRequest(limit=5)
    )
    assert execution.total == len(execution.top) == 1


@pytest.mark.usefixtures("thresholds")
def test_a_repeated_word_is_bounded_for_each_repetition(tmp_path: Path) -> None:
    """The best document of a later segment is not skipped if a word counts several times."""
    texts = [("0", [], []), ("0x", [], ["ship"])], [("0xx", [], []), ("0xxx", ["ship"], [])]
    segments = [
        [Doc(key, {"en": title}, {"en": body}, None, None, 0, [], ["en"]) for key, title, body in part]
        for part in texts
    ]
    query = Or((word_of(("ship",)), word_of(("ship",))))
    engine = built(str(tmp_path), segments)
    best, both = (engine.execute(query, Filters(), ResultRequest(limit=limit)).top for limit in (1, 2))
    assert best == both[:1]


def test_nodes_that_cannot_be_executed_are_refused(tmp_path: Path) -> None:
    """Leaves that are not resolved, and terms of an unranked field, are errors; unknown keywords are none."""
    engine = engine_of(tmp_path, ["ship"])
    for query in (Word("ship"), And((Word("ship"),)), Term("words", "ship"), Or((Term("country", "PE"),))):
        with pytest.raises(QueryError, match=r"cannot be executed|is not scored"):
            engine.execute(query, Filters(), ResultRequest(limit=1))
    for field in ("country", "language", "dating", "id"):
        assert engine.execute(Keyword(field, "nowhere"), Filters(), ResultRequest()).total == 0


DOCUMENTS = 66_000
DESKS = ["Night", "NIGHT", "day", "", "quay"]  # the first two are spellings of one value


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    """Return an index in which the value of the desk depends on the number of the document."""
    day = date(2001, 4, 3)
    own = [{"desk": desk} if desk else {} for desk in DESKS]
    docs = [
        Doc(f"{number:05}", {}, {}, day, day, 1, [], ["en"], own=own[number % 5])
        for number in range(DOCUMENTS)
    ]
    return built(str(tmp_path_factory.mktemp("large")), [docs])


@pytest.mark.slow
@pytest.mark.parametrize("arrays", [True, False], ids=["arrays", "scalar"])
def test_values_are_counted_and_filtered(engine: EmbeddedEngine, *, arrays: bool) -> None:
    """Each document counts for its own value, whichever evaluator answers."""

    def run(filters: Filters, wanted: ResultRequest) -> Execution:
        if arrays:
            return engine.execute(Everything(), filters, wanted)
        return execute(engine._index, engine._plans[Everything(), EVERY], filters, wanted)

    facets = run(Filters(), ResultRequest(facets=("desk",))).facets["desk"]
    values = Counter(DESKS[number % 5].lower() or "unknown" for number in range(DOCUMENTS))
    assert {value.lower(): count for value, count in facets.items()} == values
    for value in values:
        found = run(Filters(where=(("desk", (value,)),)), ResultRequest("newest", DOCUMENTS))
        expected = {n for n in range(DOCUMENTS) if (DESKS[n % 5].lower() or "unknown") == value}
        assert {document for document, _ in found.top} == expected
