"""The languages of an item, from its paragraphs and its title."""

from command_line import python
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer.languages import split_by_language

ENGLISH = "The new school opened its doors to two hundred children, who had waited for it since the spring."
SPANISH = "La nueva escuela abrió sus puertas a doscientos niños, que la esperaban desde la primavera."
FRENCH = "La nouvelle école a ouvert ses portes à deux cents enfants, qui l'attendaient depuis des mois."
PORTUGUESE = "A nova escola abriu as portas a duzentas crianças, que não esperavam por ela há muito tempo."


@by_table
def test_the_language_of_most_text_is_the_main_one(paragraphs: str, title: str | None, expected: str) -> None:
    """Of two versions of about the same length, the language of the first one is the main language."""
    written = paragraphs.format(ENGLISH=ENGLISH, SPANISH=SPANISH, FRENCH=FRENCH, PORTUGUESE=PORTUGUESE)
    assert " ".join(split_by_language(written.split("|"), title).languages) == expected


@by_table
def test_a_short_part_adds_no_language(scrap: str) -> None:
    """A closing line, a quotation or names of another language count as text in the main one."""
    labels = split_by_language([ENGLISH, ENGLISH, scrap], "School opens")
    assert labels.languages == ("en",)
    assert labels.paragraphs == ("en", "en", "en")


def test_each_part_is_labelled() -> None:
    """Every paragraph and the title get the language under which they are indexed."""
    labels = split_by_language([ENGLISH, "Nueva escuela en el barrio del puerto", SPANISH], "School opens")
    assert labels.paragraphs == ("en", "es", "es")
    assert labels.title in labels.languages


@by_table
def test_an_item_of_only_a_title_has_its_language(title: str, expected: str) -> None:
    """Without a body, the title decides as well as it can; without a word there is no language."""
    labels = split_by_language([], title)
    assert (labels.languages, labels.paragraphs, labels.title) == ((expected,), (), expected)


@by_table
def test_a_stated_language_applies_to_names_only(title: str, stated: str, expected: str) -> None:
    """Names are in the language stated for the whole source; function words of another one override it."""
    assert split_by_language([], title, stated).languages == (expected,)
    assert split_by_language([ENGLISH], title, stated).languages[0] == "en"


def test_a_short_title_follows_the_body() -> None:
    """A title of names gets the language of the text below it."""
    assert split_by_language([FRENCH], "Amina Okafor").title == "fr"


def test_no_title_has_no_label() -> None:
    """A missing title is not labelled, an empty item is und."""
    labels = split_by_language([])
    assert (labels.languages, labels.paragraphs, labels.title) == (("und",), (), None)


@settings(max_examples=examples(30), deadline=None)  # some examples need langdetect
@given(
    st.lists(
        st.one_of(st.text(max_size=60), st.sampled_from([ENGLISH, SPANISH, FRENCH, PORTUGUESE])), max_size=5
    ),
    st.none() | st.text(max_size=30),
)
def test_any_item_gets_consistent_labels(paragraphs: list[str], title: str | None) -> None:
    """The main language is first, none is repeated, every part has one of them, and labels are repeatable."""
    labels = split_by_language(paragraphs, title)
    assert len(set(labels.languages)) == len(labels.languages)
    assert set(labels.languages) <= {"en", "es", "fr", "und"}
    assert len(labels.paragraphs) == len(paragraphs)
    assert {*labels.paragraphs, labels.title or labels.languages[0]} <= set(labels.languages)
    assert (labels.title is None) == (title is None)
    assert split_by_language(paragraphs, title) == labels


def test_clear_text_does_not_load_langdetect() -> None:
    """The vote alone labels ordinary prose, so that langdetect is imported only if it is needed."""
    code = (
        "import sys; from indexer.languages import split_by_language; "
        f"print(split_by_language([{ENGLISH!r}], 'School opens').languages, 'langdetect' in sys.modules)"
    )
    assert python("-c", code).stdout.strip() == "('en',) False"
