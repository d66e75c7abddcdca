"""Plain fields are read by a fast path with the same result."""

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.sources.foreign_record import ForeignFields, PlainReader
from indexer.sources.stated_values import meaning_of

NAMES = st.sampled_from("headline updated url id id author author tags image seo".split())
WORDS = tuple(
    "Harbour opens | null | N/A | n | é | œ’s | <p> | &amp; | AT&T | 1 < 2 | … [+12 chars] | ]".split(" | ")
)
PIECES = st.sampled_from(
    [*[""] * 90, *WORDS, *" \n\r\t\u00a0\u200b\u00ad\x07\x1c\x85\u2028\ufeff", "  ", "\r\n"]
)
TITLES = st.sampled_from(["Harbour opens again", " Harbour opens ", "Ships came to A", "null     "])
TEXTS = st.sampled_from(
    ["The harbour opened.\nShips came. ", "Ships \r\n\r\ncame.", "Ships came.", "\n" * 9 + "null"]
)
DATES = st.sampled_from(
    ["2018-03-05", "12/03/2018", "13/03/2018", "2018", "5 mars 2018", "2018-03", "", "soon"]
)
OTHERS = st.sampled_from(
    [None, 7, 8.5, "Another", "By Ana", "12", "", True, 0, {"title": "Another"}, ["a", "b"]]
)


def disturbed(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw a text, with an unusual piece now and then."""
    return st.builds(
        lambda text, at, piece: f"{text[:at]}{piece}{text[at:]}", texts, st.integers(0, 9), PIECES
    )


ITEMS = st.builds(
    lambda title, body, date, others: {"title": title, "body": body, "date": date, **others},
    disturbed(TITLES),
    disturbed(TEXTS),
    disturbed(DATES),
    st.dictionaries(NAMES, OTHERS, max_size=2),
)


@settings(max_examples=examples(400), deadline=None)
@given(values=ITEMS, day_first=st.sampled_from([None, True, False]))
def test_the_fast_path_equals_the_general_reader(
    *, values: dict[str, object], day_first: bool | None
) -> None:
    """If fields are read by the fast path, the general reader gives the same, and reports nothing."""
    plain = PlainReader(meaning_of).read(values, day_first=day_first)
    if plain is None:
        return
    told: list[str] = []
    kinds = (values, plain.others)
    whole, rest = (ForeignFields(given, meaning_of, told.append, told.append) for given in kinds)
    told.clear()
    assert plain[:3] == (whole.title(), whole.texts(), whole.date(day_first))
    assert not told
    assert (whole.url(""), whole.key(None), whole.author()) == (rest.url(""), rest.key(None), rest.author())
    assert whole.remaining_fields() == rest.remaining_fields()


def test_ordinary_fields_are_plain() -> None:
    """A title, a text of some lines and a day are plain, whatever other fields there are."""
    values = {
        "title": "Harbour opens",
        "body": "The harbour opened.\nShips came.",
        "date": "2018-03-05",
        "tags": "a",
    }
    plain = PlainReader(meaning_of).read(values, day_first=None)
    assert plain is not None
    assert plain.paragraphs == ("The harbour opened.", "Ships came.")
    assert plain.others == {"tags": "a"}
