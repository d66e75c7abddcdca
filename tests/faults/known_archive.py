"""Archives whose items are known, and the answers of an index in a form that can be compared."""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from searcher import Searcher

ENGLISH = ("harbour", "ferry", "pilot", "crane", "school", "clinic", "bridge", "market", "goal", "violin")
SPANISH = ("puerto", "barco", "escuela", "puente", "mercado", "violín", "policía", "montaña")
FRENCH = ("bateau", "école", "marché", "hôpital", "équipe", "forêt", "musique")
COUNTRIES = ("CO", "JO", "FR", "KE", "PE")
QUERIES = (
    'harbour | ferry pilot | +school -bridge | "harbour ferry" | puente escuela | '
    "marché OR école | vio* | title:market | country:CO crane"
).split(" | ")
Item = dict[str, Any]


def make_item(random_: random.Random, key: str) -> Item:
    """Return an item: some fields given, some left to be worked out, in one language or several."""
    item: Item = {
        "id": key,
        "title": " ".join(random_.choices(ENGLISH, k=3)),
        "date": f"20{random_.randint(10, 24)}-{random_.randint(1, 12):02}-{random_.randint(1, 28):02}",
    }
    english = f"The {{}} of the {{}} was seen at the {{}} and it is {random_.randint(0, 99)} years old"
    if random_.random() < 0.7:
        item["language"] = "en"
        item["countries"] = random_.sample(COUNTRIES, random_.randint(0, 2))
        item["body"] = " ".join(random_.choices(ENGLISH, k=random_.randint(3, 12)))
    else:
        item["body"] = "\n".join(
            (
                english.format(*random_.choices(ENGLISH, k=3))
                + " as the people of the town said in the evening.",
                "La {} de los {} que está en la {} es más grande que la de los otros pueblos.".format(
                    *random_.choices(SPANISH, k=3)
                ),
                "La {} et le {} sont dans la {} pour les enfants qui habitent près de la rivière.".format(
                    *random_.choices(FRENCH, k=3)
                ),
            )[: random_.randint(1, 3)]
        )
    if random_.random() < 0.2:
        del item["date"]
    return item


def make_items(seed: int, count: int, prefix: str = "d") -> dict[str, Item]:
    """Return ``count`` items by id, the same for the same seed."""
    random_ = random.Random(seed)
    return {f"{prefix}{number}": make_item(random_, f"{prefix}{number}") for number in range(count)}


def make_versions(story: str, versions: Iterable[int]) -> list[Item]:
    """Return near duplicates, a day apart: one story repeated, with another figure in each version."""
    random_ = random.Random(story)
    words = [f"{random_.choice(ENGLISH)}{''.join(random_.choices('aeiourst', k=4))}" for _ in range(28)]
    words[4::5] = map(str.title, words[4::5])  # other figures are compared with the names, which stay
    told = " ".join([*words[:9], "in front of {} people", *words[9:]])
    return [
        {
            "id": f"{story}{version}",
            "title": f"The {words[0]} falls",
            "body": told.format(3 + version),
            "date": f"2019-05-{5 + version:02}",
            "language": "en",
        }
        for version in versions
    ]


def write_source(path: Path, items: Iterable[Item]) -> Path:
    """Write items as JSON lines."""
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def answers(folder: Path, queries: Sequence[str] = QUERIES) -> dict[str, Any]:
    """Return the answers of an index to known queries, and every item in it."""
    with Searcher(folder) as searcher:
        return answers_of(searcher, queries)


def answers_of(searcher: Searcher, queries: Sequence[str] = QUERIES) -> dict[str, Any]:
    """Return the answers of a searcher to known queries, without scores, and all its items and groups."""
    found: dict[str, Any] = {}
    for query in (None, *queries):
        results = searcher.search(query, limit=1000, sort="newest", expand=False)
        hits = [(hit.id, [one.id for one in hit.same]) for hit in results.hits]
        found[query or "*"] = results.total, results.groups, hits, results.facets
    ids = sorted(item_id for hit, same in found["*"][2] for item_id in (hit, *same))
    items = map(searcher.item, ids)
    found["items"] = [(one.id, one.title, one.body, one.languages, one.date, one.countries) for one in items]
    found["grouped"] = groups_of(searcher)
    return found


def groups_of(searcher: Searcher) -> set[frozenset[str]]:
    """Return the ids of each group of near duplicates."""
    return {frozenset(item.id for item in group.items) for group in searcher.duplicates()}
