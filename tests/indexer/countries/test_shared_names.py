"""Rules for names that several countries share, on invented sentences and as typed in a search."""

import pytest

from indexer.countries.country_mentions import find_countries, gazetteer
from indexer.countries.country_names import find_country
from indexer.countries.shared_names import NO_COUNTRY
from indexer.data_tables import country_rows


def found(sentence: str) -> dict[str, str]:
    """Return the codes found, each with its evidence."""
    return {mention.code: mention.evidence for mention in find_countries([sentence])}


@pytest.mark.parametrize(
    ("sentence", "code", "evidence"),
    [
        ("A harbour clerk for D R Congo", "CD", "D R Congo"),
        ("Pilote de barge, R.D. du Congo", "CD", "R.D. du Congo"),
        ("Un pont en RD. Congo", "CD", "RD. Congo"),
        ("Ferries of the D. R. of Congo", "CD", "D. R. of Congo"),
        ("Bakers of the Democratic republic of Congo", "CD", "Democratic republic of Congo"),
        ("Les écoles de la Republique Democratique du Congo", "CD", "Republique Democratique du Congo"),
        ("OUVERTURE EN REPUBLIQUE DEMOCRATIQUE DU CONGO", "CD", "REPUBLIQUE DEMOCRATIQUE DU CONGO"),
        ("Puertos de la Republica Democratica del Congo", "CD", "Republica Democratica del Congo"),
        ("Potters of eastern Congo", "CD", "eastern Congo"),
        ("Les potiers du Congo oriental reviennent", "CD", "Congo oriental"),
        ("Congo (Dem. Rep. of the): imports of glass", "CD", "Congo (Dem. Rep. of the)"),
        ("Congo, Dem. Rep.: imports of glass", "CD", "Congo, Dem. Rep."),
        ("Trams in the Democratic Peoples Republic of Korea", "KP", "Democratic Peoples Republic of Korea"),
        ("N. Korea opens a swimming pool", "KP", "N. Korea"),
        ("A N Korean choir", "KP", "N Korean"),
        ("Korea (North) sends a choir", "KP", "Korea (North)"),
        ("El coro de Corea del norte", "KP", "Corea del norte"),
        ("S. Sudan and its ferries", "SS", "S. Sudan"),
        ("S.Sudan and its ferries", "SS", "S.Sudan"),
        ("Un coro de Sudán del sur", "SS", "Sudán del sur"),
        ("Sud-Soudan : le marché rouvre", "SS", "Sud-Soudan"),
        ("The Southern Sudan choir", "SS", "Southern Sudan"),
        ("La Guinea ecuatorial canta", "GQ", "Guinea ecuatorial"),
        ("Papua N. Guinea: the bakers", "PG", "Papua N. Guinea"),
        ("Potters of N. Ireland", "GB", "N. Ireland"),
        ("Trains of South Jersey", "US", "South Jersey"),
    ],
)
def test_qualifiers_determine_the_country_of_a_shared_name(sentence: str, code: str, evidence: str) -> None:
    """Spelt out or abbreviated, with or without accents, points and capitals, before or after the name."""
    assert found(sentence) == {code: evidence}


@pytest.mark.parametrize("sentence", ["Bakers of S. America", "A north American wood", "W. Indian sailors"])
def test_a_part_of_a_continent_is_no_country(sentence: str) -> None:
    """A qualifier may turn a name into one that is no country's."""
    assert found(sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Sudan, South Kordofan and its wells", {"SD"}),
        ("Sudan, South Sudan and Chad sing", {"SD", "SS", "TD"}),
        ("The choir went south. Sudan stayed.", {"SD"}),
        ("Africa's Sudan choir; AFRICA'S SUDAN CHOIR", {"SD"}),
        ("The U.S. Sudan choir", {"US", "SD"}),
        ("Afrique du Sud Soudan Tchad", {"ZA", "SD", "TD"}),
        ("Wells in southern Sudan", {"SD"}),
        ("Bakers of northern South Korea", {"KR"}),
        ("Congo's democratic elections", {"CG"}),
        ("Congo Democratic voters", {"CG"}),
        ("The People's Republic of Congo", {"CG"}),
        ("Roads in the Republic of the Congo", {"CG"}),
    ],
)
def test_unrelated_qualifiers_do_not_change_a_shared_name(sentence: str, codes: set[str]) -> None:
    """A qualifier of another word, sentence or name has no effect."""
    assert found(sentence).keys() == codes


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Wells in the south of Sudan", {"SD"}),
        ("Chad, which lies west of the Sudan, bakes", {"TD", "SD"}),
        ("Une chorale du sud du Soudan, près de Khartoum", {"SD"}),
        ("Un coro del norte de Irlanda", {"IE"}),
        ("Une chorale du nord de l'Irlande", {"IE"}),
        ("Potters to the east of Congo", {"CG"}),
        ("Bakers North of Korea", {"KR"}),
        ("Potiers de l'est de la République democratique du Congo", {"CD"}),
        ("Potters of the Republic of the southern Sudan", {"SD"}),
        ("Potters of the Republic of Southern Sudan", {"SS"}),
        ("Ferries north of Jersey", {"JE"}),
    ],
)
def test_a_direction_from_a_country_is_no_part_of_its_name(sentence: str, codes: set[str]) -> None:
    """A name after "of" may be a republic, not the north or south of another country."""
    assert found(sentence).keys() == codes


def test_meanings_of_qualified_names_are_in_the_tables() -> None:
    """Every name that the table of shared names makes is a form of another table."""
    made = {row[3] for row in country_rows("shared") if row[0] == "shared"} - {NO_COUNTRY}
    assert made
    assert made <= gazetteer().by_form.keys()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("RD Congo", "CD"),
        ("R.D. du Congo", "CD"),
        ("d r congo", "CD"),
        ("rep. dem. du congo", "CD"),
        ("n. korea", "KP"),
        ("Korea (North)", "KP"),
        ("S Sudan", "SS"),
        ("democratic peoples republic of korea", "KP"),
        ("guinea ecuatorial", "GQ"),
        ("North of Korea", None),
        ("Korea (North", "KP"),
        ("North Congo", None),
        ("N. America", None),
        ("sudan south kordofan", None),
    ],
)
def test_qualified_names_resolve_as_typed(typed: str, code: str | None) -> None:
    """The rules for texts also apply to a typed name, in any case, if nothing else is typed."""
    assert find_country(typed) == code
