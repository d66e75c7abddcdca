"""A stock Whoosh index, used as in its manual; writes one if run as a program.

Run it with::

    python benchmarks/contrast/stock.py FOLDER SOURCE...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.qparser import OrGroup, QueryParser

QUERIES = ("harbour", "ferry pilot", "school OR clinic", '"harbour ferry"', "vio*", "crane AND goal")


def write(folder: Path, source: Path) -> None:
    """Add the items of a file of JSON lines, replacing those with existing ids."""
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True), title=fields.TEXT(stored=True), body=fields.TEXT
    )
    if index.exists_in(str(folder)):
        opened = index.open_dir(str(folder))
    else:
        folder.mkdir(parents=True, exist_ok=True)
        opened = index.create_in(str(folder), schema)
    writer = opened.writer()
    for line in source.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        writer.update_document(id=item["id"], title=item["title"], body=item["body"])
    writer.commit()


def answers(folder: Path) -> list[Any]:
    """Return the answers of the index in a folder to fixed queries."""
    opened = index.open_dir(str(folder))
    with opened.searcher() as searcher:
        return answers_of(searcher)


def answers_of(searcher: Any) -> list[Any]:
    """Return the answers of a searcher to fixed queries: ids, titles and rounded scores."""
    found: list[Any] = [searcher.doc_count()]
    for query in QUERIES:
        tree = QueryParser("body", None, group=OrGroup).parse(query)
        hits = searcher.search(tree, limit=None)
        found.append(sorted((hit["id"], hit["title"], round(hit.score, 9)) for hit in hits))
    return found


if __name__ == "__main__":
    for name in sys.argv[2:]:
        write(Path(sys.argv[1]), Path(name))
