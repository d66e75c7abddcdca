"""The dictionary of a field, in the blocks of format 9 and in format 8."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from indexer.codec.layout import PAGE, WHOLE, Container
from indexer.codec.layout_writer import ContainerWriter
from indexer.codec.postings import Lexicon
from indexer.codec.segment import open_lexicon
from indexer.codec.segment_writer import FieldWriter
from indexer.errors import IndexFolderError

# Terms of two and three letters, so that many are prefixes of others; blocks end between terms with a prefix.
TERMS = sorted(
    {f"{first}{second}{third}" for first in "bdé" for second in ["", *"bdfgé"] for third in "cdgh"}
)
MANY = sorted(f"w{number * 7919 % 100_003:06d}" for number in range(40_000))
FORMS = {"bbd": "bbd bbds", "dfg": "dfga", "éc": "ec ecs"}


def write(path: Path, terms: Sequence[str], *, ranked: bool = False) -> Container:
    """Write a field of some terms, each in one document."""
    container = ContainerWriter(path)
    field = FieldWriter(
        container, "f", postings=len(terms), lengths=None, occurrences=0, title_weight=2, countries=None
    )
    forms = [FORMS.get(term, term).encode() for term in terms] if ranked else None
    encoded = [term.encode() for term in terms]
    field.add(encoded, np.ones(len(terms), int), np.zeros(len(terms), int), forms=forms)
    field.close()
    container.finish({"fields": {"f": field.meta}})
    return Container(path)


def write_former(path: Path, terms: Sequence[str]) -> Container:
    """Write the same dictionary, with forms, in format 8."""
    container = ContainerWriter(path)
    for name, at, texts in (
        ("terms", "term_at", terms),
        ("forms", "form_at", [FORMS.get(term, term) for term in terms]),
    ):
        encoded = [text.encode() for text in texts]
        container.add(f"f.{name}", "u1", np.frombuffer(b"".join(encoded), np.uint8))
        container.add(f"f.{at}", "u4", np.array([0, *accumulate(map(len, encoded))]))
    container.finish({"fields": {"f": {"terms": len(terms)}}})
    return Container(path)


def assert_holds(lexicon: Lexicon, terms: list[str]) -> None:
    """Assert that a dictionary finds, counts and lists terms like a sorted list."""
    encoded = sorted(term.encode() for term in terms)
    assert len(lexicon) == len(encoded)
    assert lexicon.walk(range(len(encoded))) == encoded
    tried = {*encoded, b"", b"a", b"zz", b"b\nbc", b"bbd\tbbd", b"bbd\n", "é".encode(), b"\xff"}
    for term in tried | {term + b"c" for term in encoded} | {term[:-1] for term in encoded}:
        floor = bisect_left(encoded, term)
        assert lexicon.floor(term) == floor, term
        assert lexicon.entry(term)[0] == (floor if term in encoded else -1), term
        begun = [number for number, known in enumerate(encoded) if known.startswith(term)]
        assert [*lexicon.numbers_with_prefix(term)] == begun, term
        if begun:
            texts = lexicon.texts(range(begun[0], begun[-1] + 1))
            assert texts == [encoded[number].decode() for number in begun]
    for number in range(0, len(encoded), 7):
        assert lexicon.term(number) == encoded[number]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, len(TERMS)])
def test_terms_are_found_within_and_across_blocks(tmp_path: Path, count: int) -> None:
    """Lookups in any number of blocks equal those in a sorted list, also of terms with delimiters."""
    assert_holds(open_lexicon(write(tmp_path / "one", TERMS[:count]), "f"), TERMS[:count])


@pytest.mark.parametrize("former", [False, True])
def test_a_lookup_returns_the_forms_of_a_term(tmp_path: Path, *, former: bool) -> None:
    """A lookup returns the number of a term and its forms, or the term itself if it has no others."""
    one = write_former(tmp_path / "one", TERMS) if former else write(tmp_path / "one", TERMS, ranked=True)
    lexicon = open_lexicon(one, "f")
    assert_holds(lexicon, TERMS)
    for number, term in enumerate(TERMS):
        forms = FORMS.get(term, term).encode()
        assert lexicon.entry(term.encode()) == (number, forms)
    assert lexicon.entry(b"nowhere") == (-1, b"")


def test_an_empty_dictionary_of_format_8_is_read(tmp_path: Path) -> None:
    """A field without terms, as accent variants often are, is read in format 8 too."""
    assert_holds(open_lexicon(write_former(tmp_path / "one", []), "f"), [])


def test_a_term_with_a_line_break_is_refused(tmp_path: Path) -> None:
    """A term that would be read as two is refused."""
    with pytest.raises(ValueError, match="line break"):
        write(tmp_path / "one", ["pier\nquay"])


def test_a_damaged_page_of_a_dictionary_is_never_used(tmp_path: Path) -> None:
    """Terms of other pages are found; repeated lookups of terms of the damaged page all fail."""
    container = write(tmp_path / "one", MANY)
    assert container.count("f.terms") > WHOLE
    content = bytearray((tmp_path / "one").read_bytes())
    hurt = MANY[len(MANY) // 2]
    at = content.index(hurt.encode())
    content[at] ^= 4
    (tmp_path / "one").write_bytes(content)
    lexicon = open_lexicon(Container(tmp_path / "one"), "f")
    assert lexicon.entry(MANY[-1].encode())[0] == len(MANY) - 1
    for _ in range(2):
        with pytest.raises(IndexFolderError, match=r"damaged \(f\.terms"):
            lexicon.entry(hurt.encode())[0]
    assert lexicon.entry(MANY[PAGE // 64].encode())[0] == PAGE // 64
