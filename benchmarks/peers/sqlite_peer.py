"""Run SQLite FTS5 of the standard library: one statement per query, with the matches materialised once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import STEMMERS, read_corpus
from benchmarks.question import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.question import Question

TABLES = """
pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-200000;
create table item(id integer primary key, day int, year int, title text, body text);
create table country(id int, code text, primary key(id, code)) without rowid;
"""
ASK = """
with matched as materialized (select rowid id, rank score from TABLE where TABLE match ?{narrowing})
select 0, item.id, -score, title
  from (select id, score from matched order by score limit 10) best join item on item.id = best.id
union all select 1, year, count(*), null from matched cross join item on item.id = matched.id group by year
union all select 2, 0, count(*), code from matched cross join country on country.id = matched.id group by code
"""

BY_DATE = " and (select day from item where item.id = TABLE.rowid) between ? and ?"
BY_COUNTRY = " and exists(select 1 from country where country.id = TABLE.rowid and code = ?)"


def build(corpus: Path, folder: Path) -> None:
    """Build the index; only English has a stemmer."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "index.db")
    connection.executescript(TABLES)
    for language in STEMMERS:
        tokenizer = ("porter " if language == "en" else "") + "unicode61 remove_diacritics 0"
        connection.execute(
            f"create virtual table text_{language} using fts5(text, content='', tokenize='{tokenizer}')"
        )
    for record in read_corpus(corpus):
        number, day = int(record["id"]), int(record["date"].replace("-", ""))
        connection.execute(
            f"insert into text_{record['language']}(rowid, text) values(?, ?)",
            (number, f"{record['title']} {record['text']}"),
        )
        row = (number, day, day // 10000, record["title"], record["text"])
        connection.execute("insert into item values(?, ?, ?, ?, ?)", row)
        connection.executemany(
            "insert into country values(?, ?)", [(number, code) for code in record["countries"]]
        )
    connection.commit()
    for language in STEMMERS:
        connection.execute(f"insert into text_{language}(text_{language}) values('optimize')")
    connection.executescript("create index by_country on country(code, id); analyze;")
    connection.commit()
    connection.close()


class SqliteIndex:
    """An open index."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(f"file:{folder}/index.db?mode=ro", uri=True)
        self._connection.executescript(
            "pragma cache_size=-500000; pragma mmap_size=8000000000; pragma temp_store=memory;"
        )

    def ask(self, question: Question) -> Answer:
        """Run one query."""
        words = [f'"{word}"' for word in question.words]
        joined = {
            "any": " OR ".join(words),
            "all": " AND ".join(words),
            "phrase": f'"{" ".join(question.words)}"',
        }[question.operator]
        table = f"text_{question.language}"
        values: list[str | int] = [joined]
        narrowing = ""
        if question.dates:
            narrowing += BY_DATE
            values += [int(day.strftime("%Y%m%d")) for day in question.dates]
        if question.country:
            narrowing += BY_COUNTRY
            values.append(question.country)
        statement = ASK.format(narrowing=narrowing).replace("TABLE", table)
        rows: list[tuple[int, int, Any, str]] = self._connection.execute(statement, values).fetchall()
        top = [(number, score, text) for kind, number, score, text in rows if kind == 0]
        years = {year: count for kind, year, count, _ in rows if kind == 1}
        countries = {text: count for kind, _, count, text in rows if kind == 2}
        return Answer(sorted(top, key=lambda hit: -hit[1]), sum(years.values()), years, countries)


open_index = SqliteIndex
