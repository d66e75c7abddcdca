"""If nothing matches, the reason is reported and the nearest query answered, marked as such."""

from rule_files import archive_of
from rules import Archives
from tables import by_table


def test_an_answer_equals_that_of_the_relaxed_query(archives: Archives) -> None:
    """Hits, totals, facets and pages are those of the query that the answer names."""
    searcher = archive_of(archives, "relaxed_answers")
    for query in ('"tide lighthouse"', "embezzlement", "tide AND lighthouse"):
        for options in ({}, {"limit": 1, "offset": 1}, {"countries": ["FR", "PT"]}, {"all_words": True}):
            relaxed = searcher.search(query, **options)
            if relaxed.relaxed is None:
                assert relaxed.total == 0
                continue
            assert all(hit.via == ("relaxed",) for hit in relaxed)
            assert relaxed.to_record()["relaxed"] == {"from": query, "to": relaxed.relaxed}
            plain = searcher.search(relaxed.relaxed, **options)
            answers = [[(hit.id, hit.rank, hit.score) for hit in one] for one in (relaxed, plain)]
            assert answers[0] == answers[1]
            assert (relaxed.total, relaxed.total_all_words) == (plain.total, plain.total_all_words)
            assert relaxed.facets == plain.facets


@by_table
def test_a_date_in_words_is_optional(archives: Archives, query: str, first: str, period: str) -> None:
    """Items of the date rank higher by an explained part of the score, and the filter is suggested."""
    searcher = archive_of(archives, "relaxed_answers")
    results = searcher.search(query, explain=True)
    assert results.hits[0].id == first
    assert "items dated “" in repr(results.explanations[0])
    assert any(f"date:{period}" in note.text for note in results.notes if note.kind == "date")
    strict = searcher.search(query, strict=True, explain=True)
    assert "items dated “" not in repr(strict.explanations)
    assert not strict.notes
