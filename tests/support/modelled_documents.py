"""Define documents as tests describe them, independent of an index."""

from dataclasses import dataclass, field
from datetime import date

TITLE_WEIGHT = 2
LANGUAGES = {"en": 1, "es": 2, "fr": 4, "und": 8}
WORDS = ["ship", "port", "crew", "tide", "sail", "rope"]
OWN = {  # custom fields, with their values
    "desk": ["Night", "NIGHT", "day"],
    "page": ["World news"],
    "pages": ["7", "12", "-3.5", "7.0", "x7"],
}
COUNTRIES = ["AR", "BO", "CL", "EC", "PE", "PY", "UY"]


@dataclass
class Doc:
    """A document of the model, with its words by language, and its columns."""

    id: str
    title: dict[str, list[str]]
    body: dict[str, list[str]]
    start: date | None
    end: date | None
    kind: int
    countries: list[str]
    languages: list[str]
    alive: bool = True
    own: dict[str, str] = field(default_factory=dict)  # fields of its source
    number: int = field(default=-1)
    breaks: dict[str, list[int]] = field(default_factory=dict)  # by language, words that begin a paragraph

    def places(self, name: str, term: str) -> list[tuple[int, bool]]:
        """Return the position of each occurrence of a term in a field, and whether it is in the title."""
        kind, _, language = name.partition("_")
        title, body = self.title.get(language, []), self.body.get(language, [])
        if kind == "title":
            return [(at, False) for at, word in enumerate(title) if word == term]
        found = [(at, True) for at, word in enumerate(title) if word == term]
        return found + [(at + 32 + len(title), False) for at, word in enumerate(body) if word == term]

    def begins(self, language: str) -> list[int]:
        """Return the position at which each paragraph in a language begins."""
        if not self.body.get(language):
            return []
        first = 32 + len(self.title.get(language, []))
        return [first, *[first + at for at in self.breaks.get(language, []) if at < len(self.body[language])]]

    def term_frequency(self, name: str, term: str) -> int:
        """Return the frequency of a term in a field."""
        return sum(TITLE_WEIGHT if titled else 1 for _, titled in self.places(name, term))

    def length(self, name: str) -> int:
        """Return the length of a field."""
        return sum(self.term_frequency(name, word) for word in WORDS)
