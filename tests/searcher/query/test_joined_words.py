"""Plain words with what joins them: the short way and the query tree give the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.store.build import build
from searcher import QueryError, Searcher
from searcher.request import make_request

BODIES = (
    ("en", "The ministry of health checks each lifeboat in the harbour of Lima"),
    ("en", "Public health first: a ship and its crew wait in the port. Health insurance for fishermen"),
    ("en", "Police officers and the court of justice on drug trafficking; anti-smoking laws in Brazil"),
    ("es", "El puerto recibe barcos de pesca; el ministerio de salud y la policía los controlan"),
    ("es", "Seguro de salud para pescadores, tribunal de justicia y tráfico de drogas en Colombia"),
    ("fr", "Le ministère de la santé contrôle les navires au port, la police et le tribunal aussi"),
    ("fr", "Assurance maladie des pêcheurs ; trafic de drogue au Brésil, cour de justice"),
    ("fr", "Le droit de la mer, la pêche et les bateaux de sauvetage"),
)
WORDS = [
    *(
        "health",
        "ministry",
        "salud",
        "ministerio",
        "de",
        "la",
        "santé",
        "sante",
        "ministère",
        "port",
        "puerto",
    ),
    *("ship", "barco", "pêche", "police", "Brazil", "Brésil", "drug", "trafficking", "tráfico", "drogas"),
    *("court", "of", "justice", "tribunal", "the", "lifeboat", "harbour", "antismoking", "Colombie", "xqz"),
]
DATES = ("2017-02-03", "2018-05-01", "2018-11-20", "2019-01-09")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """An archive in three languages on a few concepts."""
    import json

    folder = tmp_path_factory.mktemp("joined")
    source = folder / "archive.jsonl"
    records: list[dict[str, Any]] = [
        {
            "id": f"d{at}",
            "language": language,
            "body": body,
            "date": DATES[at % 4],
            "countries": ["PE", "CO"][: at % 3],
        }
        for at, (language, body) in enumerate(BODIES)
    ]
    # Many more in which single words stand, so that lists are of all lengths.
    records += [
        {
            "id": f"w{at}",
            "language": "en",
            "body": " ".join(WORDS[at % 7 :: 1 + at % 5]),
            "date": DATES[at % 4],
        }
        for at in range(60)
    ]
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    build([source], folder / "index")
    with Searcher(folder / "index") as opened:
        yield opened


narrowed = st.fixed_dictionaries(
    {},
    optional={
        "languages": st.lists(st.sampled_from(["en", "es", "fr"]), min_size=1, max_size=2),
        "countries": st.just(["PE"]),
        "date_from": st.just("2018-03"),
        "date_to": st.just("2018"),
        "sort": st.sampled_from(["newest", "oldest"]),
        "limit": st.sampled_from([0, 3, 100]),
        "facets": st.just(("year", "country")),
    },
)


@settings(
    deadline=None, max_examples=examples(50), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), narrowed)
def test_the_short_way_and_the_tree_agree(searcher: Searcher, query: str, narrowing: dict[str, Any]) -> None:
    """Documents, order, scores, facets, reports and highlights are the same, whichever way plain words go."""
    request = make_request(query, **narrowing)
    interpreter = searcher._interpreter
    try:
        tree = interpreter._by_tree(request, expand=True, patterns=True)
    except QueryError:
        return
    meant = interpreter.interpret(request, expand=True)
    if meant.tree is not None:
        return
    execution, expected = meant.execute(), tree.execute()
    assert execution.total == expected.total
    assert execution.facets == expected.facets
    assert execution.undated_left_out == expected.undated_left_out
    assert [number for number, _ in execution.top] == [number for number, _ in expected.top]
    assert [score for _, score in execution.top] == pytest.approx(
        [score for _, score in expected.top], abs=1e-9
    )
    assert list(meant.expansions) == list(tree.expansions)
    terms = meant.highlights().terms
    assert {key: value for key, value in terms.items() if value} == {
        key: value for key, value in tree.highlights().terms.items() if value
    }


@pytest.mark.parametrize("query", ["ministerio de salud", "Brésil", "ship harbour", "drug trafficking court"])
def test_words_that_others_join_go_the_short_way(searcher: Searcher, query: str) -> None:
    """Known words need no tree when labels join them."""
    meant = searcher._interpreter.interpret(make_request(query), expand=True)
    assert meant.tree is None
    assert meant.expansions
