"""Whoosh's parser and searcher match as many items in a field as a search as typed."""

import json
import re
from pathlib import Path
from random import Random

import pytest
from whoosh import index
from whoosh.qparser.default import QueryParser

from indexer import build, delete, update
from indexer.analysis import analyzer, is_function_word
from indexer.schema import ANALYZED_LANGUAGES
from searcher import Searcher

# Words that share a stem, have accents, are stop words in capitals or not, or have punctuation.
WORDS = {
    "en": "office official officials united unit joint jointly forced forces communiqué communique US us "
    "judge’s judges court of the and port ships 1,000 co-operation response responsible responsibility",
    "es": "policía policia puerto puerta puertos niño nino años anos jueces de la el los más EE.UU.",
    "fr": "été ete port porte l'Est d'eau marché marche marchés juge juges de la les qu’un",
}


def is_whole(word: str, language: str) -> bool:
    """Return whether a word is one content word, of which both parsers make one term."""
    is_word = re.fullmatch(r"[^\W\d_]+", word) is not None
    return is_word and not is_function_word(word) and len(analyzer(language).terms(word)) == 1


def line(random: Random, language: str) -> str:
    """Draw a line of a language's words."""
    return " ".join(random.choices(WORDS[language].split(), k=random.randint(1, 7)))


def question_of(random: Random, words: list[str], phrase: str) -> str:
    """Draw a query that both parsers read equally."""
    first, second, third = random.sample([*words, f'"{phrase}"'], 3)
    forms = (
        first,
        f"{first} AND {second}",
        f"{first} OR {second} OR {third}",
        f"{first} AND NOT {second}",
        f"({first} OR {second}) AND NOT {third}",
    )
    return random.choice(forms)


@pytest.mark.parametrize("share", [1, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("language", ANALYZED_LANGUAGES)
def test_totals_equal_those_of_a_search_as_typed(language: str, tmp_path: Path, share: int) -> None:
    """Words, phrases and operators are compared, over two segments with deletions."""
    random = Random(language)
    items = [{"id": f"i{n}", "body": line(random, language), "language": language} for n in range(60)]
    items += [{**item, "id": f"t{n}", "title": line(random, language)} for n, item in enumerate(items[::2])]
    sources = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    for source, part in zip(sources, (items[:70], items[70:]), strict=True):
        source.write_text("".join(json.dumps(item) + "\n" for item in part))
    build(tmp_path / "index", sources[:1])
    update(tmp_path / "index", sources[1:])
    delete(tmp_path / "index", ["i1", "i7", "t20"])
    folder = tmp_path / "index"
    with index.open_dir(str(folder)).searcher() as whoosh, Searcher(folder) as searcher:
        assert whoosh.doc_count() == len(items) - 3
        for _ in range(40 * share):
            words = [word for word in WORDS[language].split() if is_whole(word, language)]
            question = question_of(random, words, f"{line(random, language)} {random.choice(words)}")
            parsed = QueryParser(f"text_{language}", whoosh.schema).parse(question)
            found = searcher.search(question, expand=False, query_language=language, strict=True, limit=0)
            assert len(whoosh.search(parsed, limit=None)) == found.total, question
