"""The fields of the index as Whoosh's schema; their postings are analysed before Whoosh sees a word."""

from __future__ import annotations

from whoosh import fields, formats

from indexer import schema as names


class PostingsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose postings the bulk build makes; Whoosh only searches it."""

    def __init__(self, *, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Frequency()
        self.positions = positions
        self.analyzer = None
        self.scorable = True
        self.stored = False
        self.unique = False
        self.indexed = True
        self.vector = None
        self.spelling = False
        self.column_type = None
        self.multitoken_query = "default"


def whoosh_schema() -> fields.Schema:
    """Make the Whoosh schema of the index."""
    types: dict[str, object] = {}
    for language in names.LANGUAGES:
        types[names.text_field(language)] = PostingsField(positions=True)
        types[names.title_field(language)] = PostingsField(positions=True)
    for name in (names.WORDS, names.VARIANTS, names.COUNTRY, names.LANGUAGE, names.DATING, names.OWN):
        types[name] = PostingsField(positions=False)
    for name in (names.START_DAY, names.END_DAY, names.ESTIMATED_START, names.ESTIMATED_END):
        types[name] = fields.NUMERIC(numtype=int, bits=32, signed=False)
    types[names.ID] = fields.ID(unique=True)
    types[names.RECORD] = fields.STORED()
    return fields.Schema(**types)
