"""Compute the postings of a document word by word, as a simple reference for the bulk build."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from indexer.analysis import analyzer
from indexer.documents import Document
from indexer.documents.document import make_document
from indexer.item import NewsItem
from indexer.schema import LANGUAGES, TITLE_GAP, TITLE_WEIGHT, VARIANTS, WORDS, text_field, title_field


class LabelledItem(NamedTuple):
    """An item with the language of its title (``None`` without a title) and of each line of its body."""

    item: NewsItem
    title_language: str | None
    paragraph_languages: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> LabelledItem:
        """Read an item and its languages from a stored record."""
        record, item = json.loads(document.record), document.item
        same = {"title": item.language, "paragraphs": [item.language] * (item.body.count("\n") + 1)}
        parts = record.get("parts", same)
        return cls(item, parts["title"] if item.title else None, tuple(parts["paragraphs"]))

    @property
    def document(self) -> Document:
        """Return the document for the bulk build."""
        return make_document(*self)


@dataclass(slots=True)
class FieldPostings:
    """The postings of a document in one field, while they are collected."""

    frequencies: defaultdict[str, int]
    positions: defaultdict[str, list[int]]
    paragraphs: list[int]
    next_position: int = 0

    @classmethod
    def empty(cls) -> FieldPostings:
        """Return a field without postings."""
        return cls(defaultdict(int), defaultdict(list), [])


def paragraph_entries(document: LabelledItem) -> list[int]:
    """Return the entries for a document in the block of paragraphs."""
    fields = _fields(document)
    begins = [
        (number, begin)
        for number, language in enumerate(LANGUAGES)
        for begin in fields[text_field(language)].paragraphs
    ]
    entries: list[int] = []
    for number, begin in begins[1:]:
        entries += [0] * (number - entries.count(0)) + [begin + 1]
    return entries


def field_postings(document: LabelledItem) -> dict[str, FieldPostings]:
    """Analyze a document into the postings of its text fields."""
    return {name: postings for name, postings in _fields(document).items() if postings.frequencies}


def _fields(document: LabelledItem) -> defaultdict[str, FieldPostings]:
    fields: defaultdict[str, FieldPostings] = defaultdict(FieldPostings.empty)
    item = document.item
    if item.title and document.title_language:
        language = document.title_language
        for term, position in _terms(item.title, language, 0, fields):
            for name, weight in ((text_field(language), TITLE_WEIGHT), (title_field(language), 1)):
                fields[name].frequencies[term] += weight
                fields[name].positions[term].append(position)
        fields[text_field(language)].next_position += TITLE_GAP
    for paragraph, language in zip(item.body.split("\n"), document.paragraph_languages, strict=True):
        text = fields[text_field(language)]
        begin = text.next_position
        for term, position in _terms(paragraph, language, text.next_position, fields):
            text.frequencies[term] += 1
            text.positions[term].append(position)
        if text.next_position > begin:
            text.paragraphs.append(begin)
    return fields


def _terms(
    text: str, language: str, position: int, fields: defaultdict[str, FieldPostings]
) -> Iterator[tuple[str, int]]:
    """Yield the terms of a text with their positions, and record words, variants and the end."""
    analyse = analyzer(language).analyse_chunk
    words, variants = fields[WORDS].frequencies, fields[VARIANTS].frequencies
    for chunk in text.split():
        for token in analyse(chunk):
            if token.term is not None:
                words[token.word] += 1
                if token.variant is not None:
                    variants[f"{language} {token.word} {token.variant}"] = 1
                yield token.term, position
            position += 1
    fields[text_field(language)].next_position = position
