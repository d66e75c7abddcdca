"""The fields of the index, by name and by type: the one place that says what can be searched."""

from __future__ import annotations

ANALYZED_LANGUAGES = ("en", "es", "fr")  # those with an analyzer of their own
UNDETERMINED = "und"  # every other language: its words stay unstemmed
LANGUAGES: tuple[str, ...] = (*ANALYZED_LANGUAGES, UNDETERMINED)
LANGUAGE_NUMBERS = {language: number for number, language in enumerate(LANGUAGES)}
# In the column of languages, a mask for each document.
LANGUAGE_BITS = {language: 1 << number for number, language in enumerate(LANGUAGES)}

# An occurrence in the title counts as this many in the body (BM25F with one merged field: Robertson, Zaragoza
# and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004).
TITLE_WEIGHT = 2

# The parameters of BM25, whose formula stands in searcher/bm25.py: how soon further occurrences stop counting
# (the higher, the later), and how much longer texts count less (0 not at all, 1 in proportion). The usual
# values, Lucene's too. Stored impacts are worked out with them: other values are another format.
K1 = 1.2
B = 0.75

# Positions between a title's last word and the body's first, so that no phrase crosses from one to the other.
TITLE_GAP = 32

FORMAT_VERSION = 9  # of what `dragoman.json` lists, Whoosh's table of contents included
READABLE_FORMATS = (8, FORMAT_VERSION)  # every change of an index writes the latest

WORDS = "words"  # unstemmed words of all languages, for prefix*, wild?card and fuzzy~
VARIANTS = "variants"  # "es policia polic": a term owed to a word typed without its accents
COUNTRY = "country"
LANGUAGE = "language"
OWN = "own"  # values of the fields that items have of their source, see indexer/custom_fields.py
SEPARATOR = "\x1f"  # between the parts of a term of `own`; white space, so that no name or value holds it
CONCEPTS = (
    "/"  # ends the names of fields of concepts (`topic/`) in `own`, as no name of a source's field does
)
ID = "id"
DATING = "dating"  # the kind of date: printed, corrected, inferred, estimated, by_hand, none
START_DAY, END_DAY = "start_day", "end_day"  # of dated items, as proleptic ordinals (datetime.date.toordinal)
ESTIMATED_START, ESTIMATED_END = "estimated_start", "estimated_end"  # likewise of estimated ones
RECORD = "record"  # the stored item
# By their numbers in the index.
DATE_KINDS = ("none", "printed", "corrected", "inferred", "estimated", "by_hand")
KIND_NUMBERS = {kind: number for number, kind in enumerate(DATE_KINDS)}
ESTIMATED = KIND_NUMBERS["estimated"]
UNKNOWN = "unknown"  # the keyword of an item that names no country; in facets, what has no value


# Countries of a segment's documents are ordinals: 0 unused, NO_COUNTRY, then the segment's codes in order.
NO_COUNTRY = 1
FIRST_COUNTRY = 2
MAX_COUNTRIES = 256 - FIRST_COUNTRY

SKETCH_KEYS = 8  # numbers of a document by which others that share much of its text are found


def text_field(language: str) -> str:
    """Name the field that holds title and body in one language."""
    return f"text_{language}"


def title_field(language: str) -> str:
    """Name the field that holds the title alone in one language."""
    return f"title_{language}"
