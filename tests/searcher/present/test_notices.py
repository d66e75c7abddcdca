from __future__ import annotations

from invented_results import answer

from indexer.countries.country_names import resolve_countries
from searcher.present.notices import notices
from searcher.query.notes import Note, region_note


def test_nothing_to_say() -> None:
    """A plain answer has no notices."""
    assert notices(answer()) == []


def test_everything_to_say() -> None:
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
        "also searched for: hielo → ice, frost; mer → sea (--no-expand turns this off)",
    ]


def test_one_undated_item() -> None:
    """One item is spoken of in the singular."""
    assert notices(answer(count_left_out=lambda: 1)) == [
        "1 matching item without a printed date was left out by the dates; --estimated includes it"
    ]


def test_notices_stay_on_their_line() -> None:
    """What is echoed from a query cannot steer a terminal."""
    lines = notices(answer(notes=(Note("skipped", "a\x1b[2J\nb"),), suggestion="\x9bc"))
    assert lines == ["a\N{REPLACEMENT CHARACTER}[2J b", "did you mean: \N{REPLACEMENT CHARACTER}c"]


def test_countries_of_a_region_are_named_up_to_a_dozen() -> None:
    """A region names its countries; of a large one the first few, and how many there are beside them."""
    told = {name: region_note(resolve_countries(name)).text for name in ("Benelux", "Western Balkans", "UE")}
    assert told == {
        "Benelux": "Benelux (3 countries): Belgium, Luxembourg and Netherlands",
        "Western Balkans": (
            "Western Balkans (6 countries): Albania, Bosnia & Herzegovina, Kosovo, Montenegro, "
            "North Macedonia and Serbia"
        ),
        "UE": "European Union (27 countries): Austria, Belgium, Bulgaria, Croatia, Cyprus and 22 more",
    }
