"""Custom fields in a segment whose document numbers do not fit into two bytes."""

from collections import Counter
from datetime import date

import pytest
from modelled_documents import Doc
from written_segments import built

from searcher.engine import Execution, Filters, ResultRequest
from searcher.execution.embedded_engine import EmbeddedEngine
from searcher.execution.query_plan import EVERY
from searcher.execution.scalar_evaluator import execute
from searcher.query.model import Everything

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
