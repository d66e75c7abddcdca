"""The example in ARCHITECTURE.md agrees with an index of the two items, and with the answer to its query."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from indexer.analysis import Analyzer
from indexer.codec.postings import IMPACT_STEPS, FieldPostings
from indexer.codec.segment import Segment
from indexer.schema import K1, TITLE_GAP, TITLE_WEIGHT
from indexer.store.indexing import build
from searcher import Searcher
from searcher.bm25 import idf, length_norm, score
from searcher.query.model import Term, leaves

TITLE, BODY = "Ferry strike", "The ferries stay in port."
OTHER_TITLE, OTHER_BODY = "Storm over", "A ferry left the port at noon, and the ferry of the night sails too."
FIELD: Final = "text_en"
NAMES: Final = ("a", "b")
EXAMPLE: Final = (
    (Path(__file__).parents[3] / "ARCHITECTURE.md")
    .read_text("utf-8")
    .split("## An example")[1]
    .split("\n## ")[0]
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Return a searcher of the two items."""
    folder = tmp_path_factory.mktemp("example")
    items = [
        {"id": "a", "title": TITLE, "body": BODY, "date": "2024-03-02"},
        {"id": "b", "title": OTHER_TITLE, "body": OTHER_BODY, "date": "2024-03-01"},
    ]
    lines = [json.dumps({**item, "language": "en", "countries": []}) for item in items]
    (folder / "items.jsonl").write_text("\n".join(lines), "utf-8")
    build([folder / "items.jsonl"], folder / "index")
    with Searcher(folder / "index") as opened:
        yield opened


@pytest.fixture(scope="module")
def segment(searcher: Searcher) -> Segment:
    """Return the only segment."""
    [only] = searcher._engine._index.segments  # type: ignore[attr-defined]  # of the embedded engine
    assert [item_id for item_id, _ in only.ids_and_titles((0, 1))] == [*NAMES]
    return only


def row(*cells: object) -> str:
    """Return a row of a table."""
    return "".join(f"| {cell} " if cell != "" else "| " for cell in cells) + "|"


def norm_of(segment: Segment, document: int) -> float:
    """Return the norm of a document's text."""
    meta = segment.fields[FIELD]
    return float(
        length_norm(segment.postings(FIELD).lengths_view[document], meta["total_length"] / meta["documents"])
    )


def postings_of(segment: Segment, term: str) -> tuple[int, FieldPostings, dict[int, int]]:
    """Return the rank of a term, and the posting of each of its documents."""
    rank, postings = segment.find_term(FIELD, term), segment.postings(FIELD)
    first, last = postings.bounds(rank)
    return rank, postings, dict(zip(postings.ids_of(first, last), range(first, last), strict=True))


def test_chunks_terms_and_positions_match_the_example(segment: Segment) -> None:
    """Each chunk has its term at its position; a stop word takes one, too, and a body begins after a gap."""
    title, body = TITLE.split(), BODY.split()
    positions = [*range(len(title)), *(len(title) + TITLE_GAP + at for at in range(len(body)))]
    terms = [token.term for chunk in (*title, *body) for token in Analyzer("en").analyse_chunk(chunk)]
    for term, position in zip(terms, positions, strict=True):
        if term is not None:
            _, postings, of_document = postings_of(segment, term)
            assert position in postings.positions_of(of_document[0])
    assert row("chunk", *title, *body) in EXAMPLE
    assert row("term", *(term or "–" for term in terms)) in EXAMPLE
    assert row("position", *positions) in EXAMPLE
    assert f"`TITLE_GAP` = {TITLE_GAP} positions" in EXAMPLE


@pytest.mark.parametrize("term", ["ferri", "strike"])
def test_postings_match_the_example(segment: Segment, term: str) -> None:
    """Each posting has the numbers of its row, and the impact is the least upper bound of its share."""
    rank, postings, of_document = postings_of(segment, term)
    assert len(of_document) == postings.document_frequency(rank)
    for document, posting in of_document.items():
        tf, occurrences = postings.count_of(posting)
        norm = norm_of(segment, document)
        impact = int(postings.impacts[posting])
        assert impact - 1 < IMPACT_STEPS * tf / (tf + norm) <= impact
        positions = ", ".join(map(str, postings.positions_of(posting)))
        in_title = (tf - occurrences) // (TITLE_WEIGHT - 1)
        length = postings.lengths_view[document]
        where = f"{document} (*{NAMES[document]}*)"
        cells = (len(of_document), where, occurrences, in_title, tf, positions, length, f"{norm:.4f}", impact)
        assert row(term, rank, *cells) in EXAMPLE
    meta = segment.fields[FIELD]
    assert f"a mean length of {meta['total_length'] / meta['documents']:g}, " in EXAMPLE


def _boost(term: str) -> float:
    """Return the weight of a word of the query: the commoner one counts less."""
    boost = (idf(2, 2) / idf(2, 1)) ** 0.25
    assert f"`boost` is {boost:.4f} for *ferri*" in EXAMPLE
    return boost if term == "ferri" else 1.0


def test_scores_match_the_example(searcher: Searcher, segment: Segment) -> None:
    """The terms of the query add the values of their rows, and the sums are the scores of the hits."""
    results = searcher.search("ferry strike", explain=True)
    assert not results.expansions
    plans = searcher._engine._plans  # type: ignore[attr-defined]  # of the embedded engine
    [(resolved, plan)] = [(key[0], plan) for key, plan in plans.items()]
    asked = [f"{leaf.field}:{leaf.text}" for leaf in leaves(resolved) if isinstance(leaf, Term)]
    assert all(f"`{one}`" in EXAMPLE for one in asked)
    assert {leaf.field for leaf in leaves(plan.node)} == {FIELD}
    sums = [0.0, 0.0]
    for term in ("ferri", "strike"):
        _, postings, of_document = postings_of(segment, term)
        rarity = idf(segment.fields[FIELD]["documents"], len(of_document))
        weight, cells = _boost(term) * rarity * (K1 + 1), ["", "", "", ""]
        for document, posting in of_document.items():
            tf, norm = postings.count_of(posting)[0], norm_of(segment, document)
            added = score(weight, tf, norm)
            sums[document] += added
            cells[2 * document : 2 * document + 2] = [f"{tf} / {tf + norm:.4f}", f"{added:.4f}"]
        assert row(term, f"{rarity:.4f}", f"{weight:.4f}", *cells) in EXAMPLE
    assert row("every word, which counts twice", "", "", "", f"{sums[0]:.4f}", "", "") in EXAMPLE
    sums[0] *= 2
    assert [(hit.id, hit.score) for hit in results.hits] == [
        (name, pytest.approx(score)) for name, score in zip(NAMES, sums, strict=True)
    ]
    assert row("score", "", "", "", f"{sums[0]:.4f}", "", f"{sums[1]:.4f}") in EXAMPLE


def test_the_upper_bound_matches_the_example(segment: Segment) -> None:
    """An impact is a share in 255ths, rounded up; that of the second item bounds its score."""
    _, postings, of_document = postings_of(segment, "ferri")
    tf, weight = postings.count_of(of_document[0])[0], _boost("ferri") * idf(2, len(of_document)) * (K1 + 1)
    impact = int(postings.impacts[of_document[1]])
    bound = impact / IMPACT_STEPS * weight
    assert f"*ferri* has {IMPACT_STEPS * tf / (tf + norm_of(segment, 0)):.1f} in *a*" in EXAMPLE
    assert f"by {impact} / {IMPACT_STEPS} of {weight:.4f}, which is {bound:.4f}." in EXAMPLE
