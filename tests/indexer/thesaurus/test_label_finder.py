"""The arrays of a build find the same labels as the rules of labels, applied word by word."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import by_table, rows_by_name

from indexer.analysis import analyzer
from indexer.analysis.characters import plain
from indexer.analysis.word_forms import are_forms, distance
from indexer.bulk.tokens import TokenTable, number_texts
from indexer.bulk.vocabulary import TokenLabels
from indexer.codec.layout import Container
from indexer.custom_fields import concept_term
from indexer.schema import LANGUAGE_NUMBERS
from indexer.thesaurus.compiler import write_table
from indexer.thesaurus.concept import TOPIC, Concept, Label, acronym_of, analyse_label, bare_word
from indexer.thesaurus.finder import ConceptFinder, WordLabel, open_finder
from indexer.thesaurus.label_arrays import make_arrays, match_lines
from indexer.thesaurus.table import ConceptLabel, Table, is_in_capitals


def concept(name: str, kind: str = TOPIC, broader: tuple[str, ...] = (), **labels: str) -> Concept:
    """Return a concept with labels by language, separated by commas."""
    found = [
        Label(language, text)
        for language, texts in labels.items()
        for text in filter(None, texts.split(", "))
    ]
    return Concept(name, tuple(found), broader=broader, kind=kind)


CONCEPTS = [
    concept(name, kind, tuple(broader.split()), en=en, es=es, fr=fr)
    for name, ((kind, broader, en, es, fr),) in rows_by_name(__file__, "concepts").items()
]
SPOKEN = {"en": "the of and to in", "es": "de la el del al y", "fr": "de la le du et en"}
FORMS = {
    "en": "ports trains trained training pilot votes voting doors tip mar nights",
    "es": "puertos puertas trenes formar formado piloto votos marea maridos tdp formacion",
    "fr": "ports portes marée mere mari trains formateurs votes voté droit opp l'OPP nuits",
}
LABELS = {
    language: [label.text for one in CONCEPTS for label in one.labels if label.language == language]
    for language in SPOKEN
}
ENDINGS = ("", "", "", "", "", "s", "'s", ".", ",", "-")
WRITTEN = (str, str, str, str.lower, str.capitalize, str.upper)
TEXTS = 15  # of one example
Text = tuple[str, str, str]
"""A language, a title and a body."""


def drawn_text(chance: random.Random) -> Text:
    """Draw labels of one language and other words, some of them in another case or with an ending."""
    language = chance.choice([*SPOKEN])
    pieces = [*LABELS[language], *LABELS[language], *FORMS[language].split(), *SPOKEN[language].split()]

    def passage(most: int) -> str:
        words = " ".join(chance.choices(pieces, k=chance.randint(0, most))).split()
        changed = " ".join([chance.choice(WRITTEN)(word) + chance.choice(ENDINGS) for word in words])
        return changed.upper() if chance.random() < 0.1 else changed

    return language, passage(2), passage(8)


class LabelByLabel:
    """Finds concepts of a table one label and one word at a time, by the rules of the module ``finder``."""

    def __init__(self, table: Table) -> None:
        self._counted = table.counted
        self._labels = [(number, label) for number in self._counted for label in table.concept(number)[1]]
        self._words: dict[
            tuple[str, str], list[list[str]]
        ] = {}  # of longer labels: forms of one word together
        for _, label in self._labels:
            for term, word in zip(label.terms, written_words(label), strict=True) if label.terms[1:] else ():
                words = self._words.setdefault((label.language, term), [])
                same = [one for one in words if any(are_forms(label.language, word, other) for other in one)]
                words[:] = [one for one in words if one not in same]
                words.append([word, *(other for one in same for other in one)])

    def terms(self, language: str, text: str) -> set[str]:
        """Return the terms of the concepts in a text, and of their broader concepts."""
        words = {
            token.position: (
                token.term,
                text[token.start : token.end].lower() if text.isupper() else text[token.start : token.end],
            )
            for token in analyzer(language).tokens(text)
        }
        met = {
            number for term, written in words.values() for number in self._nearest(language, term, written)
        }
        for number, label in self._labels:
            for at in words if label.language == language and label.terms[1:] else ():
                found = [words.get(at + offset, ("", "")) for offset in label.offsets]
                if label.terms == tuple([term for term, _ in found]) and self._is_there(number, label, found):
                    met.add(number)
        names = {one.name: number for number, one in self._counted.items()}
        assert len(names) == len(self._counted)
        reached = [*met]
        for number in reached:
            reached += [
                other
                for other in self._counted[number].broader
                if other in self._counted and other not in reached
            ]
        return {concept_term(self._counted[number].kind, self._counted[number].name) for number in reached}

    def _nearest(self, language: str, term: str, written: str) -> set[int]:
        """Return the concepts of the one-word labels nearest to a word."""
        far: dict[int, set[int]] = {}
        for number, label in self._labels:
            if (label.language, label.terms) == (language, (term,)):
                acronym, word = acronym_of(label.text), bare_word(label.text)
                name = self._counted[number].kind != TOPIC or word != label.text
                sort = "acronym" if acronym else "name" if name and not word.islower() else "word"
                sort = "" if sort == "word" and not is_in_capitals(word.upper()) else sort
                text = word if acronym else plain(word)
                between = WordLabel(number, sort, text).distance(language, written)
                if between is not None:
                    far.setdefault(between, set()).add(number)
        return far[min(far)] if far else set()

    def _is_there(self, number: int, label: ConceptLabel, found: list[tuple[str, str]]) -> bool:
        """Return whether words with the terms of a longer label are its words, with its capitals."""
        if self._counted[number].kind != TOPIC:
            for place in (0, -1):
                if label.text.split()[place][0].isupper() and not found[place][1][0].isupper():
                    return False
        for (term, written), word in zip(found, written_words(label), strict=True):
            words = self._words[label.language, term]
            far = [
                (between, at)
                for at, same in enumerate(words)
                for other in same
                if (between := distance(label.language, plain(written), other, within=True)) is not None
            ]
            if len(words) > 1 and not (far and word in words[min(far)[1]]):
                return False
        return True


def written_words(label: ConceptLabel) -> tuple[str, ...]:
    """Return the words of a label in lower case."""
    analysed = analyse_label(label.language, label.text)
    assert analysed is not None
    return analysed.written


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    """Return the compiled thesaurus."""
    path = tmp_path_factory.mktemp("labels") / "table"
    return Container(path, write_table(CONCEPTS, path))


def found_by_arrays(finder: ConceptFinder, drawn: Sequence[Text]) -> list[set[str]]:
    """Return the terms of the concepts of each text, found in batches by language as a build does."""
    found: list[set[str]] = [set() for _ in drawn]
    table = TokenTable(TokenLabels(finder))
    assert table.labels is not None
    for language in SPOKEN:
        numbers = [number for number, text in enumerate(drawn) if text[0] == language]
        written = [text for number in numbers for text in drawn[number][1:]]
        if written:
            tokens, ends = number_texts(table, LANGUAGE_NUMBERS[language], written, [0] * len(written))
            parts = {"document": np.array(numbers), "title_end": ends[0::2], "end": ends[1::2]}
            in_capitals = np.array([*map(str.isupper, written)])
            for document, place in zip(*table.labels.concepts(tokens, parts, in_capitals), strict=True):
                found[document].add(finder.term(place))
    return found


@given(st.integers(0, 1 << 32))
def test_labels_found_in_batches_equal_those_found_singly(container: Container, seed: int) -> None:
    """In texts of three languages a build finds the same concepts as a comparison label by label."""
    chance = random.Random(seed)
    drawn = [drawn_text(chance) for _ in range(TEXTS)]
    finder, rules = open_finder(container), LabelByLabel(Table(container))
    assert finder is not None
    found = found_by_arrays(finder, drawn)
    for text, of_text in zip(drawn, found, strict=True):
        language, title, body = text
        assert of_text == rules.terms(language, title) | rules.terms(language, body), text


def test_every_label_is_found(container: Container) -> None:
    """Each label is found by itself, so that the test above does not compare empty sets."""
    finder = open_finder(container)
    assert finder is not None
    labels = [
        (label.language, "", f"{label.text} de") for one in CONCEPTS if one.kind for label in one.labels
    ]
    assert all(found_by_arrays(finder, labels))


@by_table
def test_articles_and_possessives_may_be_missing(
    tmp_path: Path, label: str, text: str, *, is_found: bool
) -> None:
    """A name is found without its article and its "'s", in capitals, and a verb without "to"."""
    container = Container(tmp_path / "table", write_table([concept("one", en=label)], tmp_path / "table"))
    finder = open_finder(container)
    assert finder is not None
    assert found_by_arrays(finder, [("en", "", text)]) == [
        {concept_term(TOPIC, "one")} if is_found else set()
    ]


def test_tables_of_earlier_versions_are_sound(tmp_path: Path) -> None:
    """The check accepts arrays in which labels kept their articles, but no other ones."""
    container = Container(
        tmp_path / "table", write_table([concept("one", en="the Shallows")], tmp_path / "table")
    )
    lines = [*Table(container).read_lines()]
    earlier = make_arrays(lines, version=0)
    assert [row.split("\t")[-1] for row in earlier.alone] == ["the Shallows"]
    assert match_lines(earlier, lines)
    assert match_lines(make_arrays(lines), lines)
    assert not match_lines(earlier._replace(alone=[row + "s" for row in earlier.alone]), lines)
