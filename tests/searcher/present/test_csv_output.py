import csv
import re
from io import StringIO

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from invented_results import answer, counted, day, encoded, hit, item, written

from searcher.results import Results
from searcher.safe_text import spreadsheet_cell

ANY_TEXT = st.text(st.characters(), max_size=40)
HARMLESS = st.text(
    st.characters(categories=["L", "N", "P", "S", "M"]) | st.sampled_from(' \n",'), max_size=40
)
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def _rows(results: Results) -> list[list[str]]:
    return list(csv.reader(StringIO(written("csv", "results", results), newline=""), strict=True))


def test_hits_and_items_are_rows() -> None:
    """A row is under the documented header; a missing value is an empty cell; line breaks are kept."""
    bare = hit(rank=2, title=None, snippet=None, date=None, countries=(), score=0.0)
    results = answer(hit(date=day("2011-09-03", "estimated", "2011-11-12")), bare)
    shown = written("csv", "results", results) + written("csv", "items", [item()])
    assert shown.replace("\r\n", "\n") == (
        """\
rank,id,score,date_start,date_end,date_kind,language,countries,title,snippet,url,file,first_line,last_line,via,group,languages
1,a1b2c3,7.3142,2011-09-03,2011-11-12,estimated,en,JO TN,Pilots read ice charts,\
The **ice** pilots met in the old customs house.,,harbours.txt,12,15,typed,,en
2,a1b2c3,0.0,,,,en,,,,,harbours.txt,12,15,typed,,en
id,date_start,date_end,date_kind,language,languages,countries,title,body,url,file,first_line,last_line,author,section,fields
k1,2016-11-28,2016-11-30,inferred,en,en,JO TN,School kitchen opens,"Soup is served at noon.
Bread comes from the village.",https://kitchen.example/1,harbours.txt,12,15,,,
"""
    )


def test_near_duplicates_are_rows_below_their_hit() -> None:
    """A near duplicate is a separate row with the rank of the hit; all rows name their group."""
    same = hit(id="b2", score=None, group="a1")
    _, *rows = _rows(answer(hit(id="c3", same=(same,), group="a1"), hit(rank=2, id="z9")))
    expected = [("1", "c3", "7.3142", "a1"), ("1", "b2", "0.5", "a1"), ("2", "z9", "7.3142", "")]
    assert [(*row[:3], row[-2]) for row in rows] == expected


def test_counts_and_facts_are_rows() -> None:
    """Counts and facts are plain rows; nested names are separated by a full stop."""
    facets = {"year": [counted("2018", 3, selected=True)], "country": [counted("unknown", 1)]}
    info = {"items": 3, "names": ["a", "b"], "languages": {"en": 2}, "built": None}
    info |= {"files": [{"file": "a.txt"}, {"file": "b.txt"}]}
    shown = written("csv", "facets", answer(facets=facets)) + written("csv", "info", info)
    assert " ".join(shown.split()) == (
        "facet,value,label,count,selected year,2018,2018,3,true country,unknown,unknown,1,false "
        "key,value items,3 names,a b languages.en,2 built, files.1.file,a.txt files.2.file,b.txt"
    )


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\u200b=1", "＝1", "\n=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    """A cell that a spreadsheet would compute begins with an apostrophe, even after invisible characters."""
    assert _rows(answer(hit(title=title)))[1][8].startswith("'")


@pytest.mark.parametrize("separator", [";", "\t", "\n", "; ", ';"', "\r\n"])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_no_part_of_a_cell_is_a_formula(separator: str, formula: str) -> None:
    """In Spanish and French a spreadsheet splits cells at semicolons, and lines within quotes, too."""
    shown = _rows(answer(hit(title=f"Ice{separator}{formula}")))[1][8]
    assert shown == f"Ice{separator}'{formula}".replace("\r\n", "\n")


@given(title=ANY_TEXT, snippet=ANY_TEXT)
def test_rows_contain_any_text(title: str, snippet: str) -> None:
    """For any text, a CSV reader finds one row for each hit and the cells as written."""
    rows = _rows(answer(hit(title=title, snippet=snippet), hit(rank=2)))
    assert len(rows) == 3
    assert rows[1][8:10] == [spreadsheet_cell(title), spreadsheet_cell(snippet)]
    assert not rows[1][8].startswith(FORMULA_STARTS)


@given(text=HARMLESS)
def test_harmless_text_is_not_changed(text: str) -> None:
    """Letters, digits, quotes and line breaks are read from CSV unchanged, except for the apostrophe."""
    assume(not re.search(r"[;\n][\"' ]*[-=+@＝＋－＠]", text))
    cell = _rows(answer(hit(title=text)))[1][8]
    begins = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    assert cell == ("'" + text if begins else text)


def test_lone_surrogates_and_small_encodings_are_written() -> None:
    """A lone surrogate or a character that the stream lacks does not stop the writer."""
    assert ",A?o ?,," in encoded("ascii", "csv", "item", item(title="Año \ud83d", body=""))
