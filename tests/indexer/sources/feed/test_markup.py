"""Tags and texts of XML: as any parser reads well-formed XML, and as intended if it is malformed."""

import io
from xml.etree.ElementTree import Element, tostring
from xml.parsers import expat

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import by_table
from work import stop_if_it_hangs

from indexer.sources import feed_xml as markup_module
from indexer.sources.feed_xml import Markup, Tag, TooLongError

NAMES = st.sampled_from(["item", "title", "dc:date", "a.b-c_d"])
# Valid in XML and HTML: no control characters, no lone surrogates, nothing unassigned.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cn", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n&<>\"']"),
    max_size=20,
)


@st.composite
def elements(draw: st.DrawFn, children: st.SearchStrategy[list[Element]]) -> Element:
    """Draw an element with some children."""
    attributes = st.dictionaries(NAMES, TEXTS.map(lambda text: text.replace("\n", " ")), max_size=2)
    element = Element(draw(NAMES), draw(attributes))
    element.text = draw(TEXTS)
    for child in draw(children):
        child.tail = draw(TEXTS)
        element.append(child)
    return element


TREES = st.recursive(elements(st.just([])), lambda inner: elements(st.lists(inner, max_size=3)), max_leaves=8)


def tokens(data: bytes) -> list[Tag | str]:
    """Return all tokens, with adjacent texts as one."""
    joined: list[Tag | str] = []
    for token in Markup(io.BytesIO(data), data[:4096]).tokens():
        if isinstance(token, str) and joined and isinstance(joined[-1], str):
            joined[-1] += token
        elif token:
            joined.append(token)
    return joined


def expected(data: bytes) -> list[Tag | str]:
    """Return the tokens of expat."""
    found: list[Tag | str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: found.append(
        Tag(name, closes=False, empty=False, attributes=attributes)
    )
    parser.EndElementHandler = lambda name: found.append(Tag(name, closes=True, empty=False, attributes={}))
    parser.CharacterDataHandler = found.append
    parser.Parse(data, 1)
    return found


def spread(found: list[Tag | str]) -> list[Tag | str]:
    """Replace an empty element by its start and its end."""
    pairs = [
        [one._replace(empty=False), Tag(one.name, closes=True, empty=False, attributes={})]
        if isinstance(one, Tag) and one.empty
        else [one]
        for one in found
    ]
    return [one for pair in pairs for one in pair]


@settings(max_examples=examples(50), deadline=None)
@given(TREES, st.sampled_from(["utf-8", "utf-16", "us-ascii"]), st.integers(1, 50))
def test_well_formed_xml_is_read_as_by_a_parser(root: Element, encoding: str, size: int) -> None:
    """In any encoding, and however few bytes are read at once, the tokens are the same."""
    data = tostring(root, encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup_module, "_READ", size)
        found = spread(tokens(data))
    # A parser does not report the line break after the declaration.
    assert found[found[0] == "\n" :] == expected(data)


@by_table
def test_invalid_markup_is_text(written: str, read: str) -> None:
    """A bare & or <, a bare end of CDATA, a comment without an end, an unknown entity are text."""
    assert tokens(written.encode()) == [read]


def test_malformed_tags_are_read_as_intended() -> None:
    """Values without quotes, an extra quotation mark, and > in a value are read."""
    found = tokens(b'<rss version=2.0><a t=\'x>y\' u="">b</a><a t="5" tall">')
    assert [one.attributes for one in found if isinstance(one, Tag) and not one.closes] == [
        {"version": "2.0"},
        {"t": "x>y", "u": ""},
        {"t": "5"},
    ]


@by_table
def test_the_encoding_is_detected(declared: str, encoding: str) -> None:
    """Valid UTF-8 is read as such, whatever is declared; else the declared encoding, else Windows-1252."""
    word = "мост" if encoding == "cp1251" else "façade"
    data = f'<?xml version="1.0" encoding="{declared}"?><a>{word}</a>'.encode(encoding)
    assert word in tokens(data)


def test_no_entity_is_expanded() -> None:
    """Entities that a document declares are not replaced, whatever they would become."""
    data = b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y SYSTEM "file:///etc/passwd">]><a>&x;&y;</a>'
    assert tokens(data)[1] == "&x;&y;"


def test_an_endless_text_is_not_held() -> None:
    """Nothing is read beyond the limit."""

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(TooLongError):
        list(Markup(stream, b"<a>").tokens())  # type: ignore[arg-type]
    assert stream.given < 5 * markup_module.MAX_TOKEN_LENGTH


def test_a_name_without_a_value_takes_linear_time() -> None:
    """However long it is, the attributes with values around it are read."""
    with stop_if_it_hangs():
        (tag,) = tokens(b"<a b='1' %s c=2>" % (b"x" * 60_000))
    assert isinstance(tag, Tag)
    assert tag.attributes == {"b": "1", "c": "2"}
