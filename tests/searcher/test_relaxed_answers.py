"""If nothing matches, the reason is reported and the nearest query answered, marked as such."""

import pytest
from rules import Archives, Rule, rules

RULES = f"""
A phrase becomes near words, a word its related ones, a required part an optional one
  en near FR: The harbour has a new and much taller lighthouse.
  en apart: The lighthouse keeper is ill. {"He sleeps. " * 20} The harbour is shut.
  en bribe 2016-03-05: Officials were tried for corruption in the capital.
  en ship PT: The seafarers came home with the evening tide.
  en titled 2017-04-01: Tide tables | They are printed each spring.
  ? "harbour lighthouse" -> near; relaxed = "harbour lighthouse"~10; notes has relaxed
  ? "tide lighthouse" -> near apart ship titled; relaxed = tide lighthouse; notes has relaxed
  ? tide AND lighthouse -> near apart ship titled; relaxed = tide lighthouse; notes has relaxed
  ? +tide lighthouse +harbour -> near apart ship titled; relaxed = tide harbour lighthouse
  ? tide AND lighthouse -"new and" -> apart ship titled; relaxed = (tide lighthouse) -"new and"
  ? title:corruption -> bribe; relaxed = corruption
  ? taller-keeper -> near apart; relaxed = taller keeper
  ? ask tide-keeper -> apart ship titled; relaxed = ask tide keeper
  ? what?tide -> ship titled; relaxed = what AND tide
  ? tide?s -> ship titled; relaxed = tide
  ? tide*lighthouse -> near apart ship titled; relaxed = tide lighthouse
  ? embezzlement / détournement de fonds -> bribe; relaxed = corruption; via = bribe:relaxed
  ? fishermen -> ship; relaxed = seafarer; via = ship:relaxed
  ? embezzlement AND capital -> bribe; relaxed = corruption AND capital
  ? country:PT AND tide AND lighthouse -> ship; relaxed = country:PT AND (tide lighthouse)
A strict query without matches has an empty answer
  ? "harbour lighthouse" / tide AND lighthouse / embezzlement / xyzzy {{strict=True}} -> nothing; total = 0
Without expansion a word is not answered by other concepts; operators are still relaxed
  ? embezzlement {{expand=False}} -> ; relaxed =
  ? tide AND lighthouse {{expand=False}} -> ; relaxed = tide lighthouse
A filter that removes all matches is named, and never relaxed
  ? tide {{countries=["FR"]}} -> nothing; note = without the filter by country 2 items match
  ? corruption {{date_from="2018"}} -> nothing; note has without the filter by date 1 item matches
  ? tide {{languages=["es"]}} -> nothing; note = without the filter by language 2 items match
  ? tide country:FR -> nothing; note = without country:FR 2 items match
  ? tide -tide -> nothing; note = without the exclusion of tide 2 items match
  ? corruption {{countries=["FR"], date_from="2018"}} -> nothing; note has without its filters together 1 item
  ? embezzlement {{via=["typed"]}} -> nothing; notes lacks filter
A capitalised word within a query is a name, which has no related words
  ? Xyzzy Embezzlement -> ; relaxed =
  ? Embezzlement -> ; relaxed = corruption
A word is unmatched if neither it nor its expansions occur in any item
  ? tide embezzlement xyzzy -> ; total = 2; unmatched = embezzlement xyzzy
  ? bribery corruption tide -> ; unmatched = bribery
  ? sin papeles {{query_language="es"}} -> ; unmatched = papeles
With other words a date only ranks their matches; alone it matches the items of the date
  ? lighthouse 2016 -> near apart
  ? lighthouse 1950 -> near apart; notes =
  ? 2016 -> bribe
The separate words of a label have other meanings: sea and level, far from each other
  en a: The sea is calm. The lift stops on each level as it rises; a rise of one metre.
  ? climate change -> ; relaxed =
"""
ITEMS = rules(RULES)[0].values[0].items


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_relaxed_answers_holds(archives: Archives, rule: Rule) -> None:
    """Each question is answered, perhaps by the query that is named."""
    archives.check(rule)


def test_an_answer_equals_that_of_the_relaxed_query(archives: Archives) -> None:
    """Hits, totals, facets and pages are those of the query that the answer names."""
    searcher = archives.of(*ITEMS)
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


@pytest.mark.parametrize(
    ("query", "first", "period"),
    [
        ("officials March 2016", "bribe", "2016-03"),
        ("March 2016", "bribe", "2016-03"),
        ("en mars 2016", "bribe", "2016-03"),
        ("marzo de 2016", "bribe", "2016-03"),
        ("2017", "titled", "2017"),
        ("tide April, 2017", "titled", "2017-04"),
    ],
)
def test_a_date_in_words_is_optional(archives: Archives, query: str, first: str, period: str) -> None:
    """Items of the date rank higher by an explained part of the score, and the filter is suggested."""
    searcher = archives.of(*ITEMS)
    results = searcher.search(query, explain=True)
    assert results.hits[0].id == first
    assert any("items of “" in line for line in results.explanations[0].lines())
    assert any(f"date:{period}" in note.text for note in results.notes if note.kind == "date")
    strict = searcher.search(query, strict=True, explain=True)
    assert not any("items of “" in line for why in strict.explanations for line in why.lines())
    assert not strict.notes
