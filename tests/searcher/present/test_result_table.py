import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from expected_outputs import expected_output
from hypothesis import given
from hypothesis import strategies as st
from invented_results import answer, chart, counted, day, hit, item, named, table, written
from tables import by_table

from indexer.item import CountryMention, SourceLines
from searcher.present import open_writer
from searcher.present.terminal_layout import cells

ANY_TEXT = st.text(st.characters(), max_size=60)
HOSTILE = st.text(
    st.sampled_from("\x1b[31m\x07\x9b\x85\r\n\t\x00\x01\x05\u202e\u2066\ud800*a 日é\u0301"), max_size=60
)
OBEYED = {"Cc", "Cs", "Zl", "Zp"}
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Collector:
    """A stream that keeps written text, whatever its characters."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)


def test_a_page_has_hits_and_facets() -> None:
    """A page has rank, title, date, countries by name, language, passage, id, score, then facets."""
    spanish = {"rank": 2, "id": "ff00", "score": 5.2, "title": None, "countries": named("CL")}
    spanish |= {"snippet": "Los pilotos del **puerto** leen cartas.", "languages": ("es", "en")}
    spanish |= {"date": day("2011-09-03", "estimated", "2011-11-12"), "language": "es"}
    french = {"rank": 3, "id": "0009", "score": 1.0, "title": "Bateau", "snippet": None, "date": None}
    french |= {"languages": ("fr",), "countries": ()}
    rows = """
        year 2011 8 2011, year 2018 16 2018, year unknown 4 no date, country CL 3 Chile, country JO 12 Jordan,
        country unknown 6 no country named, language en 40 English, language es 2 Spanish
    """
    facets: dict[str, Any] = {}
    for row in rows.split(","):
        name, value, count, label = row.split(maxsplit=3)
        counts = facets.setdefault(name, [])
        counts.append(counted(value, int(count), label.strip(), selected=value == "2018"))
    page = answer(hit(), hit(**spanish), hit(**french), query="ice harbour", total=42, facets=facets)
    assert table(page) == expected_output(__file__, "page")


def test_the_first_words_replace_a_missing_title() -> None:
    """The first words are one line, not bold, unless the passage begins with them."""
    opening = "Los pilotos del puerto leen " + "cartas " * 20
    later = table(answer(hit(title=None, opening=opening, snippet="…y el **hielo** llega.")), width=60)
    assert later.splitlines()[2:] == [
        "1  Los pilotos del puerto leen cartas cartas cartas cartas…",
        "   14 Mar 2018 · Jordan, Tunisia · id a1b2c3 · score 7.31",
        "   …y el **hielo** llega.",
    ]
    itself = table(
        answer(hit(title=None, opening=opening, snippet="Los **pilotos** del puerto leen cartas…"))
    )
    assert itself.splitlines()[2] == "1  Los **pilotos** del puerto leen cartas…"
    assert "Los" not in "".join(itself.splitlines()[3:])


def test_a_hit_has_its_link() -> None:
    """The address is below the facts of the item, and is never broken, so that it can be copied."""
    long = "https://harbour.example/" + "ice-" * 40
    assert f"   {long}" in table(answer(hit(url=long)), width=60).splitlines()
    shown = table(answer(hit(url="https://harbour.example/ice\x1b[2J"))).splitlines()
    assert shown[4] == "   https://harbour.example/ice�[2J"


def test_colour_highlights_matches() -> None:
    """Titles, the query and matches are emphasised without asterisks, id and score are dim."""
    assert (
        table(answer(hit()), color=True)
        == """\
1 item matches \x1b[1mice\x1b[0m

1  \x1b[1mPilots read ice charts\x1b[0m
   14 Mar 2018 · Jordan, Tunisia · \x1b[2mid a1b2c3 · score 7.31\x1b[0m
   The \x1b[1;31mice\x1b[0m pilots met in the old customs house.
"""
    )


def test_colour_does_not_change_words() -> None:
    """Without its codes, a coloured page differs from the plain one only by the marks of matches."""
    results = answer(hit(), facets={"year": [counted("2018", 3, selected=True)]})
    assert re.sub(r"\x1b\[[0-9;]*m", "", table(results, color=True)) == table(results).replace("**", "")


@by_table
def test_the_headline_counts_matches(total: int, shown: list[int], query: str, headline: str) -> None:
    """The first line has the number of matches, the query, and the range of this page."""
    results = answer(*(hit(rank=rank) for rank in shown), total=total, query=query)
    assert table(results).splitlines()[0] == headline


def test_odd_texts_of_hits_are_printed_as_text() -> None:
    """Brackets and asterisks that mark no match are kept; long titles and many countries are cut."""
    assert "1  [bold red]Goal[/] [link=x]\n" in table(answer(hit(title="[bold red]Goal[/] [link=x]")))
    shown = table(answer(hit(snippet="**ice** rated ** by pilots")), color=True)
    assert "\x1b[1;31mice\x1b[0m rated ** by pilots" in shown
    assert "A, B, C, D, E, F and 2 more" in table(answer(hit(countries=named(*"ABCDEFGH"))))
    shown = table(answer(hit(title="ice " * 100_000)))
    assert len(shown.splitlines()) < 12
    assert "…" in shown


@given(
    title=ANY_TEXT | HOSTILE, snippet=ANY_TEXT | HOSTILE, other=ANY_TEXT | HOSTILE, width=st.integers(30, 120)
)
def test_results_contain_no_control_characters(title: str, snippet: str, other: str, width: int) -> None:
    """No text of an archive brings a control character or a direction override to a terminal."""
    own = {"countries": (CountryMention(other, "name", other),), "languages": (other,)}
    facets = {"country": [counted("JO", 1, other)], other: [counted("x", 1, title)]}
    results = answer(hit(title=title, snippet=snippet, id=other, **own), query=title, facets=facets)
    shown = item(title=title, body=snippet, id=other, url=title, languages=(other,))
    stream = _Collector()
    open_writer("table", stream, color=False, width=width).write_results(results)  # type: ignore[arg-type] # writes suffice
    open_writer("table", stream, color=False, width=width).write_items([shown])  # type: ignore[arg-type] # likewise
    open_writer("table", stream, color=False, width=width).write_item(shown)  # type: ignore[arg-type] # likewise
    text = stream.text.replace("\n", "")
    assert not [char for char in text if unicodedata.category(char) in OBEYED or char in OVERRIDES]


@given(title=ANY_TEXT | HOSTILE, snippet=ANY_TEXT | HOSTILE, color=st.booleans(), width=st.integers(30, 120))
def test_lines_fit_the_terminal(title: str, snippet: str, *, color: bool, width: int) -> None:
    """No line is wider than the terminal, nor than a hundred cells, in any alphabet."""
    results = answer(
        hit(title=title, snippet=snippet),
        query=title,
        facets={"year": [counted("2018", 9)], "country": [counted("JO", 1, title)]},
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", table(results, color=color, width=width))
    assert max(map(cells, plain.split("\n"))) <= min(max(width, 30), 100)


def test_latin_pages_load_no_table_library() -> None:
    """A page in English, Spanish or French is printed without loading rich, which costs a search 30 ms."""
    code = (
        "import io, sys; sys.path.insert(0, sys.argv[1])\n"
        "from invented_results import answer, counted, day, hit, table\n"
        "page = table(answer(hit(title='Événement à l’école – año', date=day('2011-01-01', 'estimated')),"
        " facets={'year': [counted('2011', 3)]}), color=True)\n"
        "assert 'Événement' in page\n"
        "assert not any(name.split('.')[0] == 'rich' for name in sys.modules)\n"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(here)]
    run = subprocess.run(command, cwd=here.parents[2], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_near_duplicates_are_listed_below_their_hit() -> None:
    """Two are listed with date, source and id, the others counted; the headline counts both."""
    same = tuple(
        hit(id=f"s{at}", date=day(f"2018-03-1{at}"), source=SourceLines(f"agency{at}.xml", at, at))
        for at in range(1, 5)
    )
    printed = table(answer(hit(same=same), total=9, groups=3))
    assert "9 items match ice, 3 distinct items; showing 1" in printed
    assert printed.endswith(
        "   also: 11 Mar 2018 · agency1.xml, line 1 · id s1\n"
        "   also: 12 Mar 2018 · agency2.xml, line 2 · id s2\n"
        "   and 2 more (--no-group shows all)\n"
    )
    assert "more" not in table(answer(hit(same=same[:2]), total=3, groups=1))


TWENTY = [counted(f"{number:02}", 40 - number, f"Land {number:02}") for number in range(20)]


def test_a_long_tail_is_summed_up_next_to_hits() -> None:
    """Hits come with the twelve largest countries, the selected one, the unknown, and how many others."""
    chosen, unknown = counted("zz", 1, "Chosen", selected=True), counted("unknown", 5, "no country named")
    values = [*TWENTY[:17], chosen, unknown]
    lines = table(answer(facets={"country": values})).splitlines()
    assert [line.split("█")[0].rstrip("▏▎▍▌▋▊▉ ") for line in lines[3:]] == [
        *(f"  Land {number:02}          {40 - number}" for number in range(12)),
        "> Chosen            1",
        "  no country named  5",
        "  and 5 more",
    ]


def test_a_region_is_displayed_by_its_largest_countries() -> None:
    """Of many selected countries, empty ones are left out, and hits come with the twelve largest."""
    empty = [counted(f"z{number}", 0, "Empty", selected=True) for number in range(40)]
    chosen = [counted(f"c{number:02}", 1, f"Own {number:02}", selected=True) for number in range(15)]
    lines = table(answer(facets={"country": [*TWENTY, *chosen, *empty]})).splitlines()
    shown = [line.split("█")[0].rstrip("▏▎▍▌▋▊▉ 0123456789") for line in lines[3:]]
    assert shown == [*["  Land"] * 12, *["> Own"] * 12, "  and 11 more"]
    assert "Empty" not in chart({"country": [*TWENTY, *chosen, *empty]})
    assert chart({"country": empty}) == ""


def test_the_facets_command_displays_all_counts() -> None:
    """The command displays every country, the most frequent first in any given order."""
    lines = chart({"country": TWENTY[::-1]}).splitlines()
    assert [line.split()[1] for line in lines[2:]] == [f"{number:02}" for number in range(20)]


def test_years_keep_their_order_and_the_unknown_is_last() -> None:
    """Years are in order of time; items without a date follow under a plain label."""
    shown = chart({"year": [counted("unknown", 2, "no date"), counted("2001", 1), counted("2002", 4)]})
    assert shown == expected_output(__file__, "years")


def test_facets_are_stacked_on_a_narrow_terminal() -> None:
    """Facets that do not fit next to each other are printed one below the other."""
    facets = {"year": [counted("2001", 1)], "language": [counted("es", 0, "Spanish", selected=True)]}
    assert chart(facets, width=30) == expected_output(__file__, "stacked")


def test_small_counts_have_a_bar_and_empty_facets_nothing() -> None:
    """A count above zero has a bar, however large its neighbours; a facet without values prints nothing."""
    assert "  b    1 ▏\n" in chart({"language": [counted("a", 9999), counted("b", 1)]})
    assert chart({"month": [], "year": []}) == ""


def test_wide_labels_are_clipped_between_characters() -> None:
    """A label that is too long for the page ends in an ellipsis, and the counts stay aligned."""
    values = [counted("a", 2, "港" * 20), counted("b", 1, "Short")]
    lines = chart({"country": values}, width=45).splitlines()
    assert lines[2:] == [f"  {'港' * 15}… 2 ████████", f"  {'Short':<31} 1 ████"]


def test_colour_marks_the_selected_value() -> None:
    """A selected value is bold as well as marked, headings are bold, bars have a colour."""
    assert chart({"year": [counted("2001", 1, selected=True)]}, color=True) == (
        "\n\x1b[1mYear\x1b[0m\n\x1b[1m> 2001 1\x1b[0m \x1b[36m████████\x1b[0m\n"
    )


def test_columns_that_do_not_fit_wrap_their_names_or_are_listed() -> None:
    """No line is wider than the page."""
    columns = ("term", "other_documents", "score")
    for name, width, size in (("columns", 60, 1), ("wrapped", 31, 3), ("listed", 30, 6)):
        rows = [{"term": "quay" * size, "other_documents": 12, "score": 2.5}] * 2
        assert written("table", "rows", {}, "terms", columns, rows, width=width) == expected_output(
            __file__, name
        )
