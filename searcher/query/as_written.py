"""Compare exact phrases (``="the US"``) with stored texts.

Terms are folded and stemmed, so an index only finds candidates for an exact phrase. The
stored texts of the candidates are then searched.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import is_function_word
from indexer.errors import QueryError, message
from indexer.item import decode_record
from searcher.query import model
from searcher.query.limits import FEW, MAX_COMPARED_TEXTS, PUNCTUATION_AROUND, shorten_line
from searcher.query.model import join, kept_parts, leaves, map_parts, simplify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from searcher.query.model import Node

_MARKS: Final = "\u0300-\u036f"  # combining accents
_APOSTROPHES: Final = "'’"
_JOINED: Final = r"([^\W\d_]{1,2}(?:[&+][^\W\d_]{1,2})+)(?:['’]s)?"


@lru_cache(256)
def joined_spellings(chunk: str) -> tuple[str, ...]:
    """Return the spellings of an abbreviation with ``&`` or ``+``: *at&t* and *AT&T*.

    The result is empty for other words, and if no part is a function word. Texts in a language in which *at*
    or *t* is a function word are indexed without it, so that only their stored text shows whether they have
    *AT&T*.
    """
    found = re.fullmatch(_JOINED, chunk.strip(PUNCTUATION_AROUND))
    if found is None or not any(map(is_function_word, re.split("[&+]", found[1]))):
        return ()
    return tuple(dict.fromkeys((found[1], found[1].upper())))


@lru_cache(256)
def exact_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the regular expression for an exact phrase."""
    first, *others = map(_spellings, words)
    # A lookbehind after the first word, since a pattern with a literal prefix is faster.
    written = "|".join([rf"{one}(?<!\w{one})" for one in first])
    written = written if len(first) == 1 else f"(?:{written})"
    for spellings in others:
        written += rf"\s+(?:{'|'.join(spellings)})"
    return re.compile(rf"{written}(?![\w{_MARKS}])")


def _spellings(word: str) -> list[str]:
    """Return regular expressions for the spellings of a word.

    They differ in composed or decomposed accents and in apostrophes.
    """
    forms = dict.fromkeys([unicodedata.normalize(form, word) for form in ("NFC", "NFD")])
    return [re.escape(form).replace("’", "'").replace("'", f"[{_APOSTROPHES}]") for form in forms]


def find_places(text: str, exact: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield each occurrence of the exact phrases in a text: its start, end and words."""
    for words in exact:
        for found in exact_pattern(words).finditer(text):
            yield *found.span(), words


def exact_leaves(query: Node) -> list[model.Exact]:
    """Return the distinct exact phrases of a query."""
    return [*dict.fromkeys(leaf for leaf in leaves(query) if isinstance(leaf, model.Exact))]


def candidates(query: Node, compared: Sequence[Node]) -> Node:
    """Return a query for the documents whose stored texts must be read.

    The texts decide which documents match the parts ``compared``: exact phrases, and on a cluster also
    proximity queries. A candidate may match the query, depending on its text, and contains the words of at
    least one of these parts at any position.
    """
    may_match, having = (
        _bounding_query(query, compared, upper=True),
        join(model.Or, [*map(_query_anywhere, compared)]),
    )
    return may_match if having in {None, may_match} else model.And((may_match, having))


def _bounding_query(node: Node, compared: Collection[Node], *, upper: bool) -> Node:
    """Return a query that needs no stored texts and matches more or fewer documents than a node.

    If ``upper`` is true, the query matches at least the documents that the node matches. If false, it matches
    at most these documents. ``compared`` are the parts of the node that need stored texts; the query lacks
    them.
    """
    if node in compared:
        return _query_anywhere(node) if upper else model.NOTHING
    match node:
        case model.Not():
            return model.Not(_bounding_query(node.part, compared, upper=not upper))
        case model.AndNot():
            kept = _bounding_query(node.kept, compared, upper=upper)
            return simplify(model.AndNot(kept, _bounding_query(node.excluded, compared, upper=not upper)))
    return simplify(map_parts(node, lambda part: _bounding_query(part, compared, upper=upper)))


def _query_anywhere(node: Node) -> Node:
    """Return a query for the documents that contain a node's words at any position."""
    match node:
        case model.Exact():
            return node.part or model.NOTHING
        case model.Positional():
            return join(model.And, [*map(_query_anywhere, kept_parts(node))]) or model.NOTHING
    return simplify(map_parts(node, _query_anywhere))


def check_candidates(compared: Sequence[Node], count: int) -> None:
    """Raise QueryError if too many texts must be compared."""
    most = MAX_COMPARED_TEXTS if len(compared) <= FEW else MAX_COMPARED_TEXTS * FEW // len(compared)
    if count > most:
        first = compared[0]
        if not isinstance(first, model.Exact):
            raise QueryError(message("cluster.too_many_to_compare", most=most, count=count))
        words = shorten_line(" ".join(first.words))
        raise QueryError(message("query.exact_in_too_many", most=most, count=count, words=words))


def find_exact(exact: Sequence[model.Exact], records: Iterable[bytes]) -> list[list[bool]]:
    """Return whether each stored record contains each exact phrase.

    Returns:
        A row for each record, with a value for each phrase.
    """
    patterns = [exact_pattern(leaf.words) for leaf in exact]
    inner = [_bytes_of(leaf.words) for leaf in exact]
    found = []
    for record in records:
        possible = [all(part in record for part in parts) for parts in inner]
        if any(possible):
            fields = decode_record(record)
            title, body = fields["title"] or "", fields["body"]
            for at, (leaf, pattern) in enumerate(zip(exact, patterns, strict=True)):
                texts = {"title": (title,), "body": (body,)}.get(leaf.field, (title, body))
                possible[at] = possible[at] and any(map(pattern.search, texts))
        found.append(possible)
    return found


def _bytes_of(words: Sequence[str]) -> list[bytes]:
    """Return byte strings that the stored record of a text with the words must contain."""
    return [json.dumps(word)[1:-1].encode() for word in words if word.isascii() and "'" not in word]
