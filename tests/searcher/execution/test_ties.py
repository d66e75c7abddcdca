"""Equal scores rank by date, in whatever order they were summed."""

import pytest
from rules import Archives

from searcher.engine import Filters, ResultRequest
from searcher.opening import open_engine
from searcher.query.model import Or, Term

RISING, FALLING = (0.1, 0.2, 0.3), (0.3, 0.2, 0.1)  # whose sums differ in the sixteenth digit


@pytest.mark.usefixtures("evaluator")
@pytest.mark.parametrize("newer", ["pilot", "cargo"])
def test_equal_sums_in_another_order_are_a_tie(archives: Archives, newer: str) -> None:
    """Of two items whose words have the same weights in another order the newer one comes first."""
    texts = {"pilot quay storm": RISING, "cargo wind port": FALLING}
    years = {text: 2019 + text.startswith(newer) for text in texts}
    place = archives.of(*[f"en {text[:5]} {years[text]}-05-02: {text}" for text in texts]).place
    terms = [
        Term("text_en", word, boost)
        for text, boosts in texts.items()
        for word, boost in zip(text.split(), boosts, strict=True)
    ]
    engine = open_engine(place)
    (first, score), (_, other) = engine.execute(Or(tuple(terms)), Filters(), ResultRequest(limit=2)).top
    assert other != score == pytest.approx(other, rel=1e-15)
    assert engine.ids_and_titles([first])[0][0] == newer
