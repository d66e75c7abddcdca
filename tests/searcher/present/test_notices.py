from invented_results import answer

from indexer.countries.country_names import resolve_countries
from searcher.present.notices import joined, notices
from searcher.query.notes import Note, region_note


def test_each_notice_is_one_line() -> None:
    """Notes, undated items, a suggestion and expansions make one line each."""
    results = answer(
        notes=(Note("skipped", "no word of the query is in the index"),),
        count_left_out=lambda: 17,
        suggestion="ice harbour",
        expansions=({"from": "hielo", "to": ["ice", "frost"]}, {"from": "mer", "to": ["sea"]}),
    )
    assert notices(results) == [
        "no word of the query is in the index",
        "17 matching items without a printed date were left out by the dates; --estimated includes them",
        "did you mean: ice harbour",
    ]
    assert joined(results.expansions) == [
        "also searched for: hielo → ice, frost; mer → sea (--no-expand turns this off)"
    ]


def test_undated_items_are_counted() -> None:
    """The notice about one item is in the singular; a plain answer has no notices."""
    assert notices(answer()) == []
    assert notices(answer(count_left_out=lambda: 1)) == [
        "1 matching item without a printed date was left out by the dates; --estimated includes it"
    ]


def test_notices_contain_no_control_characters() -> None:
    """Text quoted from a query is escaped, and stays on its line."""
    lines = notices(answer(notes=(Note("skipped", "a\x1b[2J\nb"),), suggestion="\x9bc"))
    assert lines == ["a\N{REPLACEMENT CHARACTER}[2J b", "did you mean: \N{REPLACEMENT CHARACTER}c"]


def test_a_region_lists_up_to_a_dozen_countries() -> None:
    """A region lists its countries; a large one lists the first few, and how many more there are."""
    told = {name: region_note(resolve_countries(name)).text for name in ("Benelux", "Western Balkans", "UE")}
    assert told == {
        "Benelux": "Benelux (3 countries): Belgium, Luxembourg and Netherlands",
        "Western Balkans": (
            "Western Balkans (6 countries): Albania, Bosnia & Herzegovina, Kosovo, Montenegro, "
            "North Macedonia and Serbia"
        ),
        "UE": "European Union (27 countries): Austria, Belgium, Bulgaria, Croatia, Cyprus and 22 more",
    }
