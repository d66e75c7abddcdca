"""Words and phrases typical of the matches: counts, scores, and what they are compared with."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from command_line import Run
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from dragoman import Searcher, build, delete, update
from indexer.analysis import analyzer
from searcher.engine import TermCounts
from searcher.reading.typical_terms import TypicalTerm, log_likelihood

Make = Callable[..., Path]
WORDS = {
    "en": ("ferry", "quay", "storm", "the", "of", "harbour"),
    "es": ("barco", "niebla", "niños", "el", "de", "países"),
    "fr": ("bac", "tempête", "l’orage", "le", "du", "élève"),
}


def found(index: Path, query: str | None, **options: Any) -> dict[str, TypicalTerm]:
    """Return the typical terms of a query, by their form."""
    with Searcher(index) as searcher:
        return {one.term: one for one in searcher.terms(query, **options).found}


@by_table
def test_the_score_equals_published_values(cells: tuple[int, int, int, int], score: float) -> None:
    """The scores of four phrases are those of Dunning (1993), table 1."""
    assert log_likelihood(*cells) == pytest.approx(score, abs=0.01)


def phrases_of(
    texts: list[str], language: str, *, any_between: bool = True
) -> dict[tuple[str, ...], list[int]]:
    """Count words and phrases by analyzing texts: the occurrences, and the texts that have any.

    An empty word is any word, or a function word.
    """
    counts: dict[tuple[str, ...], list[int]] = {}
    for text in texts:
        own: Counter[tuple[str, ...]] = Counter()
        analyse = analyzer(language).analyse_chunk
        terms = [token.term or "" for chunk in text.split() for token in analyse(chunk)]
        for at in range(len(terms)):
            for size in (1, 2, 3):
                phrase = tuple(terms[at : at + size])
                if len(phrase) == size and phrase[0] and phrase[-1]:
                    own[phrase] += 1
                    if size == 3 and phrase[1] and any_between:
                        own[phrase[0], "", phrase[2]] += 1
        for phrase, count in own.items():
            sums = counts.setdefault(phrase, [0, 0])
            sums[0] += count
            sums[1] += 1
    return counts


@pytest.fixture(scope="module")
def random_index(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[str, str]]]:
    """Return an index of random texts in three segments, some deleted, and its texts by id."""
    folder = tmp_path_factory.mktemp("random") / "index"
    draw = Random(7)
    spoken = {f"i{at}": draw.choice([*WORDS]) for at in range(60)}
    texts = {one: " ".join(draw.choices(WORDS[of], k=draw.randint(1, 20))) for one, of in spoken.items()}
    items = [
        {"id": one, "body": text, "language": spoken[one], "countries": []} for one, text in texts.items()
    ]
    build(folder, items=items[:25])
    update(folder, items=items[25:45], source="second")
    update(folder, items=items[45:], source="third")
    gone = ["i3", "i30", "i31", "i50"]
    delete(folder, ids=gone)
    return folder, {one: (spoken[one], text) for one, text in texts.items() if one not in gone}


SIDES = st.lists(st.sampled_from(("x", "y", "")), min_size=60, max_size=60)


@settings(max_examples=examples(50))
@given(sides=SIDES, language=st.sampled_from([*WORDS]), least=st.sampled_from((1, 3)))
def test_counts_equal_those_of_the_texts(
    random_index: tuple[Path, dict[str, tuple[str, str]]], sides: list[str], language: str, least: int
) -> None:
    """The oracle analyzes the texts of both sets."""
    folder, texts = random_index
    ids = {side: [one for one, own in zip(texts, sides, strict=False) if own == side] for side in "xy"}
    mine_texts, other_texts = (
        [texts[one][1] for one in ids[side] if texts[one][0] == language] for side in "xy"
    )
    mine, others = phrases_of(mine_texts, language), phrases_of(other_texts, language)
    with Searcher(folder) as searcher:

        def sets(answerer: Any) -> TermCounts:
            engine = answerer.engine
            own, other = ([engine.find(one) for one in ids[side]] for side in "xy")
            counts: TermCounts = engine.term_counts(own, other)
            return counts

        counts = searcher.ask(sets)
        terms, table, total = counts.terms(language, least)
        assert {(term,): row for term, row in zip(terms, table[:, :2].tolist(), strict=True)} == {
            phrase: count for phrase, count in mine.items() if len(phrase) == 1 and count[0] >= least
        }
        words = [count[0] for phrase, count in others.items() if len(phrase) == 1]
        assert total.other_occurrences == sum(words)
        listed = {}
        for phrase, count in counts.phrases(language, least):
            key = phrase.terms if phrase.offsets != (0, 2) else (phrase.terms[0], "", phrase.terms[1])
            listed[key] = own = counts.count(language, phrase)
            assert own.occurrences == count
            assert counts.sample_other_count(language, phrase) <= own.other_occurrences
        twice = [pair for pair in counts.phrases(language, 1) if pair[1] > 1]
        assert [*counts.phrases(language, 1, 2)] == twice
        around = phrases_of(mine_texts, language, any_between=False)
        assert {key: [*one[:2]] for key, one in listed.items()} == {
            phrase: count
            for phrase, count in mine.items()
            if len(phrase) > 1 and (count if all(phrase) else around.get(phrase, [0]))[0] >= least
        }
        assert all([*one[2:]] == others.get(key, [0, 0]) for key, one in listed.items())


def news(*bodies: str, day: str = "2020-05-01") -> list[dict[str, Any]]:
    """Return items with these texts."""
    return [{"title": "News", "body": body, "date": day} for body in bodies]


@pytest.fixture(scope="module")
def archive(make_shared_index: Make) -> Path:
    """Return an index of items about a ferry, in two years, and about a market."""
    fogs = ["The ferry met fog", "The states of emergency in the fog: a ferry", "Fog! A state of emergency"]
    return make_shared_index(
        *news(*fogs * 4),
        *news(*["The ferry and the apples", "Apples: a ferry"] * 5, day="2019-05-01"),
        *news(*["The market sold a ferry of apples and pears"] * 40, day="2018-05-01"),
        {"body": "Le bac du port de Brest", "language": "fr"},
    )


def test_terms_of_the_query_and_parts_of_terms_are_left_out(archive: Path) -> None:
    """Of a longer typical term its parts are left out, and so are terms that only the query has."""
    assert found(archive, "fog").keys() == {"state of emergency", "ferry met fog"}


def test_a_term_is_written_in_its_most_common_form(archive: Path) -> None:
    """Of equally common forms, such as *states* and *state of emergency*, the first by letters is used."""
    term = found(archive, "fog")["state of emergency"]
    assert term[1:7] == ("en", 3, 8, 8, 0, 0)
    assert term.log_ratio > 1


def test_matches_are_compared_with_those_of_another_query(archive: Path) -> None:
    """Items that match both queries belong to the first one."""
    with Searcher(archive) as searcher:
        assert searcher.terms("fog", versus="ferry").compared == 51
        assert searcher.terms("fog", versus="zebra").compared == 0


def test_matches_are_compared_with_those_of_other_years(archive: Path) -> None:
    """The query for both sets of years is the same."""
    with Searcher(archive) as searcher:
        found = searcher.terms("ferry", versus_years=("2018", "2019"), date_from="2020")
    assert (found.results.total, found.compared) == (8, 50)
    assert "fog" in {one.term for one in found.found}


@by_table
def test_an_invalid_comparison_ends_in_one_line(run: Run, archive: Path, options: str, error: str) -> None:
    """The line names the remedy."""
    run.refused(f"terms fog {options} --index {archive}", says=error)


def test_command_prints_the_number_of_compared_items(run: Run, archive: Path) -> None:
    """Exit code 1 if no term is typical."""
    done = run(f"terms fog --limit 1 --index {archive} --format csv")
    (line,) = done.stdout.splitlines()[1:]
    assert line.startswith("state of emergency,en,3,8,8,0,0,")
    assert "compared 12 items with 51 items" in done.stderr
    assert run(f"terms pears --index {archive} --vs pears").exit_code == 1


def test_words_of_the_query_are_left_out_unstemmed_too(make_index: Make) -> None:
    """Other words with the same stem are compared as written, and a title is a part of an item."""
    index = make_index(
        *news(*["police officers met"] * 4, *["policing of the fen"] * 4, *["a quay"] * 30),
        *[{"title": "Fog", "body": f"the boat: {at}"} for at in range(4)],
    )
    assert found(index, "police").keys() == {"police officers met"}
    assert found(index, "title:fog").keys() == {"boat"}


def test_a_typical_term_occurs_three_times(make_index: Make) -> None:
    """Two occurrences are too few, whatever their score; those of all segments count."""
    index = make_index(*news("fog: yak", *["fog: zebra"] * 2, *["a quay"] * 90))
    update(index, items=news("fog: yak", "fog: zebra", day="2021-05-01"), source="second")
    assert found(index, "fog").keys() == {"zebra"}


def test_overlapping_phrases_are_merged(make_index: Make) -> None:
    """Only those that mostly occur together, and none across punctuation."""
    name = "The Ministry of Home Affairs and Border Security"
    index = make_index(
        *news(*[f"{name}, Lilongwe: fog." for _ in range(6)], *["a quay"] * 30),
        *news(*["fog in the Border Town", "A Border Town in fog"] * 3),
    )
    forms = {one for one in found(index, "fog") if " " in one}
    assert forms == {"Ministry of Home Affairs and Border Security", "Border Town"}


def test_a_comparison_without_items_is_reported(run: Run, archive: Path) -> None:
    """No other item, or a word of the other query that no item has; a limit of zero claims nothing."""
    assert "no other items to compare with" in run(f"terms fog --vs fog --index {archive}").stderr
    assert "no item contains: zebra" in run(f"terms fog --vs zebra --index {archive}").stderr
    assert "typical" not in run(f"terms fog --limit 0 --index {archive}").stderr


def test_filters_do_not_rank_after_their_typical_terms(archive: Path) -> None:
    """Looking up a language that a query lacks adds nothing to highlights that later questions share."""
    with Searcher(archive) as searcher:
        assert searcher.terms("date:2018").found
        assert not searcher.search("date:2018", sort="oldest").ranked
