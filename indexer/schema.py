"""Define the names of the index fields and the constants of the index format."""

from __future__ import annotations

from functools import cache

ANALYZED_LANGUAGES = ("en", "es", "fr")  # languages with an analyzer
UNDETERMINED = "und"  # all other languages, whose words are not stemmed
LANGUAGES: tuple[str, ...] = (*ANALYZED_LANGUAGES, UNDETERMINED)
LANGUAGE_NUMBERS = {language: number for number, language in enumerate(LANGUAGES)}
# The bits of each document's mask in the column of languages.
LANGUAGE_BITS = {language: 1 << number for number, language in enumerate(LANGUAGES)}

# An occurrence in the title counts as so many occurrences in the body (BM25F with a merged field: Robertson,
# Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004).
TITLE_WEIGHT = 2

# The parameters of BM25 (see searcher/bm25.py), with the usual values, as in Lucene. With a higher K1,
# further occurrences of a term count more. With a higher B (0 to 1), the terms of longer texts count less.
# The stored impacts depend on both, so other values need a new format version.
K1 = 1.2
B = 0.75

# Positions between a title's last word and the body's first, so that no phrase matches across them.
TITLE_GAP = 32
LEAD = 60  # words in the lead of a text, including function words

FORMAT_VERSION = 9  # the format of the files listed in `dragoman.json`, and of Whoosh's table of contents
READABLE_FORMATS = (8, FORMAT_VERSION)  # every change of an index writes the latest format

WORDS = "words"  # unstemmed words of all languages, for prefix*, wild?card and fuzzy~
VARIANTS = "variants"  # "es policia polic": the term of a word typed without accents
COUNTRY = "country"
LANGUAGE = "language"
OWN = "own"  # values of custom fields, see indexer/custom_fields.py
SEPARATOR = "\x1f"  # between the parts of a term of `own`; white space, which no name or value contains
CONCEPTS = "/"  # the last character of concept fields (`topic/`) in `own`, not of a source's fields
ANNOTATED = ("tag", "collection", "note")  # added to items by people; fields of `own`, like concepts
COUNTRY_VIA = f"via{CONCEPTS}"  # how countries were determined, in `own`; see custom_fields.country_via_terms
COUNTRY_WAYS = ("name", "demonym", "place", "given")
ID = "id"
DATING = "dating"  # the kind of date: printed, corrected, inferred, estimated, by_hand, none
START_DAY, END_DAY = "start_day", "end_day"  # the days of dated items, as ordinals (datetime.date.toordinal)
ESTIMATED_START, ESTIMATED_END = "estimated_start", "estimated_end"  # the days of an estimated date
RECORD = "record"  # the stored item
# The index stores the position in this tuple.
DATE_KINDS = ("none", "printed", "corrected", "inferred", "estimated", "by_hand")
KIND_NUMBERS = {kind: number for number, kind in enumerate(DATE_KINDS)}
ESTIMATED = KIND_NUMBERS["estimated"]
ESTIMATED_DATE = "estimated"  # in facets by period, the items of UNKNOWN that have an estimated date
UNKNOWN = "unknown"  # the keyword of an item without countries; in facets, of items without a value


# The countries of a segment's documents are stored as ordinals: 0 is unused, 1 (NO_COUNTRY) means that there
# is none, and larger numbers are the segment's codes in order.
NO_COUNTRY = 1
FIRST_COUNTRY = 2
MAX_COUNTRIES = 256 - FIRST_COUNTRY

SKETCH_KEYS = 8  # hashes stored per document, by which documents with similar text are found


@cache
def text_field(language: str) -> str:
    """Return the name of the field with title and body in one language."""
    return f"text_{language}"


@cache
def title_field(language: str) -> str:
    """Return the name of the field with only the title in one language."""
    return f"title_{language}"
