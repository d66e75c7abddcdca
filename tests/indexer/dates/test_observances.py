import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates.date_grammar import fold
from indexer.dates.expressions import _patterns, find_observances


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Schools marked Human Rights Day", (12, 10)),
        ("the International Day for the Abolition of Slavery", (12, 2)),
        ("On International Women's Day the club", (3, 8)),
        ("International Women’s Day", (3, 8)),
        ("the World Day against Trafficking in Persons", (7, 30)),
        ("World Refugee Day", (6, 20)),
        ("International Migrants Day", (12, 18)),
        ("World Tourism Day", (9, 27)),
        ("International Day for the Elimination of Violence against Women", (11, 25)),
        ("Día Internacional de la Mujer", (3, 8)),
        ("el Día Mundial contra la Trata de Personas", (7, 30)),
        ("Día de los Derechos Humanos", (12, 10)),
        ("Día Internacional del Migrante", (12, 18)),
        ("Día Mundial del Turismo", (9, 27)),
        ("la Journée internationale des femmes", (3, 8)),
        ("la Journée mondiale de la lutte contre la traite d’êtres humains", (7, 30)),
        ("Journée internationale pour l’abolition de l’esclavage", (12, 2)),
        ("EU Anti-Trafficking Day", (10, 18)),
        ("Día Europeo contra la Trata de Seres Humanos", (10, 18)),
        ("Journée européenne contre la traite des êtres humains", (10, 18)),
        ("Journée mondiale des réfugiés", (6, 20)),
        ("Journée des droits de l'homme", (12, 10)),
    ],
)
def test_an_international_day_is_known_by_its_name(text: str, day: tuple[int, int]) -> None:
    """The usual English, Spanish and French names give the fixed date."""
    found = find_observances(fold(text))
    assert [(one.start_month, one.start_day) for one, _, _ in found] == [day]


@pytest.mark.parametrize(
    "text",
    ["a day of water and mud", "every working day", "el día siguiente", "une journée de pêche", "daylight"],
)
def test_an_ordinary_day_is_no_observance(text: str) -> None:
    """The word "day", alone or with other words, is the name of no international day."""
    assert find_observances(fold(text)) == []


@pytest.mark.slow
@given(st.data())
def test_the_prefilter_of_a_day_occurs_in_each_of_its_names(data: st.DataObject) -> None:
    """No name is missed because a text lacks the letters that are searched first."""
    _, held, pattern = data.draw(st.sampled_from(_patterns()))
    alphabet = st.sampled_from("abcdefghijklmnopqrstuvwxyz '-")
    name = data.draw(
        st.from_regex(re.sub(r"\(\?<?[!=][^()]*\)", "", pattern.pattern), fullmatch=True, alphabet=alphabet)
    )
    assert all(held)
    assert any(letters in name for letters in held)
