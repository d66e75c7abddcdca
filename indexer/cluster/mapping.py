"""Define the settings, fields and names of the indexes on a cluster.

The cluster receives terms instead of texts. Its analyzer only splits at spaces and drops a placeholder for
stop words, so positions are those of :mod:`indexer.analysis`.
"""

from __future__ import annotations

from collections import Counter
from struct import pack
from typing import TYPE_CHECKING, Any, Final

from indexer.custom_fields import MAX_VALUES, MEMBER, as_number, split_term
from indexer.errors import QueryError, message
from indexer.schema import K1, LANGUAGES, SEPARATOR, B, text_field, title_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


HOLE: Final = "-"  # placeholder for a stop word; terms have no punctuation
TOO_LONG: Final = "--"  # placeholder for a word that is too long for a cluster; it counts in lengths
BODY: Final = "="  # a term before the first word of a text, by which queries find the first words (the lead)
GAP: Final = 120_000  # positions between a title and a text, so that nothing matches across them
FORMER_GAP: Final = 100  # the gap in release 0.8; such an index has neither BODY terms nor numeric keywords
MAX_TERM_LENGTH: Final = 8000  # characters: Lucene rejects a document with a term above 32,766 bytes
WORDS_ENDING: Final = "-words"  # suffix of the index of the vocabulary
LOCKS: Final = "dragoman-locks"  # the index of the locks of all writers
MANIFEST_ID: Final = "contents"  # the document with the manifest of the index

WORD_COUNT: Final = "length"  # the number of words of all texts; release 0.9 stored no column for sums
ANNOTATIONS: Final = "annotations"  # the annotations of an item as JSON; their keywords are in own_value

RANKED: Final = tuple([name(language) for language in LANGUAGES for name in (text_field, title_field)])
_KEYWORD: Final = {"type": "keyword", "ignore_above": MAX_TERM_LENGTH}
_SOUGHT: Final = _KEYWORD | {"doc_values": False}
_ANALYSIS: Final = {
    "filter": {"holes": {"type": "stop", "stopwords": [HOLE, TOO_LONG]}},
    "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 32000}},
    "analyzer": {"terms": {"type": "custom", "tokenizer": "spaces", "filter": ["holes"]}},
}


def number_key(name: str, number: float) -> str:
    """Return the keyword for a number in a custom field; keywords sort in the order of the numbers."""
    bits = int.from_bytes(pack(">d", number + 0.0))  # -0.0 becomes 0.0
    ordered = bits ^ (1 << 63) if bits < 1 << 63 else bits ^ ((1 << 64) - 1)
    return f"{name}{SEPARATOR}{ordered:016x}"


def number_keys(terms: Iterable[str]) -> list[str]:
    """Return the keywords for the numbers among terms of custom fields."""
    values = [(name, as_number(key)) for name, key, _ in map(split_term, terms)]
    return [number_key(name, number) for name, number in values if number is not None]


def length_field(field: str) -> str:
    """Return the name of the field that stores the exact length of a ranked field."""
    return f"len_{field}"


def index_body(*, shards: int, replicas: int, version: str, norms: bool, gap: int = GAP) -> dict[str, Any]:
    """Return the settings and mapping for the index of the items.

    Args:
        shards: The number of shards of the index.
        replicas: The number of replicas.
        version: The version of the cluster, such as ``2.19.1``.
        norms: Whether the cluster's own BM25 ranks the results. Exact scores use separate length fields
            instead of Lucene's norms, which take a tenth of the node's time.
        gap: The number of positions between title and text.
    """
    # From 3.0 on, BM25 lacks the factor k1 + 1, which would give constant scores more weight.
    bm25 = "BM25" if version.startswith(("1.", "2.")) else "LegacyBM25"
    ranked = {
        name: {"type": "text", "analyzer": "terms", "similarity": "bm25", "position_increment_gap": gap}
        | ({} if norms else {"norms": False})
        for name in RANKED
    }
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",
                "similarity": {"bm25": {"type": bm25, "k1": K1, "b": B}},
            },
            "analysis": _ANALYSIS,
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"application": "dragoman"},
            "_source": {"includes": ["record", "id", "title", "digest", "group", "kind"]},
            "properties": {
                **_ranked_fields(ranked, is_former=gap < GAP),
                # One string with all words: a list of keywords would take longer to send and to read.
                "words": {"type": "text", "analyzer": "terms", "index_options": "docs", "norms": False},
                "country": _KEYWORD,
                "language": _KEYWORD,
                "dating": _KEYWORD,
                "id": _KEYWORD,
                "digest": _SOUGHT,  # a hash of day, title and text
                "sketch": {"type": "integer"},  # hashes (keys), some of which similar texts share
                "group": {"type": "integer"},  # the group of near duplicates
                "kind": {"type": "keyword", "index": False, "doc_values": False},  # the kind of the group
                "own_name": _KEYWORD,
                "own_value": _KEYWORD,
                "file": _KEYWORD,  # the file in a folder or an archive
                "start": {"type": "integer"},
                "end": {"type": "integer"},
                "day": {"type": "integer"},
                "years": {"type": "short", "index": False},
                "months": {"type": "integer", "index": False},
                "estimated_years": {"type": "short", "index": False},
                "estimated_months": {"type": "integer", "index": False},
                "title": {"type": "keyword", "index": False, "doc_values": False},
                "record": {"type": "keyword", "index": False, "doc_values": False},
            },
        },
    }


def annotations_body() -> dict[str, Any]:
    """Return the mapping for annotations, which is added with the first annotation.

    Annotations are a stored field, because the list of fields in ``_source`` cannot be extended later.
    """
    field = {"type": "keyword", "index": False, "doc_values": False, "store": True}
    return {"properties": {ANNOTATIONS: field}}


def _ranked_fields(ranked: dict[str, Any], *, is_former: bool) -> dict[str, Any]:
    """Return the mapping of the text fields and of fields that depend on the format.

    Args:
        ranked: The mapping of the text fields.
        is_former: Whether the index has an old format, which has no further fields.
    """
    found = ranked | {length_field(name): {"type": "integer", "index": False} for name in ranked}
    if not is_former:
        found |= {"own_number": _SOUGHT, WORD_COUNT: {"type": "integer"}}
    return found


def words_body() -> dict[str, Any]:
    """Return the settings and mapping for the index of the words, the register and the manifest."""
    return {
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"application": "dragoman"},
            "properties": {
                "list": _SOUGHT,  # marks a list of words
                "value": {"type": "keyword", "index": False, "doc_values": False},
                "entry": _KEYWORD,  # the key of an entry of the register
                "item": _SOUGHT,
                "former": _KEYWORD,  # a former id of the item
                "places": {"type": "object", "enabled": False},  # its other source locations
                "deleted": _SOUGHT,  # a key that identifies a deleted item
                "gone": _SOUGHT,  # the source that no longer contains the item
                "contents": {"type": "object", "enabled": False},
            },
        },
    }


_MAX_TERMS: Final = 2 * MAX_VALUES  # terms of a field that are read


def values_body(name: str, key: str = "") -> dict[str, Any]:
    """Return the aggregation that counts the values of a custom field, or the names of files."""
    if name == MEMBER:
        return {"terms": {"field": "file", "size": _MAX_TERMS}}
    prefix = "".join([_escape(sign) for sign in f"{name}{SEPARATOR}"])
    return {"terms": {"field": "own_value", "size": _MAX_TERMS, "include": f"{prefix}{key}.*"}}


def custom_query(term: str) -> dict[str, Any]:
    """Return the query for the items with a term of a custom field: its name, or its name and a value."""
    name, separator, key = term.partition(SEPARATOR)
    if not separator:
        return {"exists": {"field": "file"}} if name == MEMBER else {"term": {"own_name": name}}
    if name == MEMBER:
        return {"term": {"file": key}}
    return {"prefix": {"own_value": f"{term}{SEPARATOR}"}}  # in any spelling


def value_of(name: str, term: str) -> tuple[str, str]:
    """Split a term of a facet into its normalised value and its spelling."""
    return (term, term) if name == MEMBER else split_term(term)[1:]


def value_labels(name: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the most frequent spelling of each value of a custom field.

    Raises:
        QueryError: There are too many values to count.
    """
    written: dict[str, Counter[str]] = {}
    for bucket in answer["buckets"]:
        key, label = value_of(name, bucket["key"])
        written.setdefault(key, Counter())[label] += bucket["doc_count"]
    if len(written) > MAX_VALUES or answer.get("sum_other_doc_count"):
        raise QueryError(message("store.too_many_values", name=name, most=MAX_VALUES))
    return {key: max(counts, key=lambda label: (counts[label], label)) for key, counts in written.items()}


def _escape(sign: str) -> str:
    """Escape a character for Lucene's regular expressions."""
    return sign if sign.isalnum() or sign == "_" or ord(sign) < ord(" ") else f"\\{sign}"


# The script computes scores with exact lengths, so that they are the same on every shard. Lucene rounds
# lengths to four significant bits.
SCORE_SCRIPT: Final = (
    "double f = termFreq(params.f, params.t); return params.w * f / "
    f"(f + {K1} * ({1 - B} + {B} * doc[params.l].value / params.a));"
)


def groups_metric(unused: int) -> dict[str, Any]:
    """Return the aggregation that counts the distinct groups of near duplicates among the matches.

    ``unused`` is a number that is greater than all group numbers.
    """
    return {
        "scripted_metric": {
            "params": {"size": unused // 64 + 1},
            "init_script": "state.bits = new long[params.size]",
            "map_script": (
                "int group = (int) doc['group'].value; state.bits[group >> 6] |= 1L << (group & 63)"
            ),
            "combine_script": "return state.bits",
            "reduce_script": (
                "int count = 0; for (int at = 0; at < params.size; at++) { long bits = 0L; "
                "for (part in states) { if (part != null) { bits |= part[at]; } } "
                "count += Long.bitCount(bits); } return count"
            ),
        }
    }
