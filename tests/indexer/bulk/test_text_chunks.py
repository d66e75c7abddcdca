"""A batch of texts gives the token numbers of its texts one by one."""

from collections.abc import Iterable

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import Analyzer
from indexer.analysis.analyzer import CONTENT_AS_WRITTEN, STOP_WORDS
from indexer.bulk.tokens import NOTHING, TokenTable, _join, number_texts
from indexer.schema import LANGUAGES

SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace()]
WORDS = [
    *"quay Quay, the US a première \x00 a\x00 a\x00\x00 «l'été» \ud800 \ufeff".split(),
    *("lighthouse-kee", "lighthouse-keep", "lighthouse-keepe", "lighthouse-keeper", "U.N.", "é\u0301"),
    *"港口 a港口b 3.港 กำแพง カ゛ ບ້ານ 1,000中 1中,000 d'中 🚢 l'中é 中'a –".split(),
]
TEXTS = st.lists(st.sampled_from(WORDS) | st.sampled_from(SPACES), max_size=9).map("".join)


KNOWN = sorted({word for words in STOP_WORDS.values() for word in words})
SPECIAL = sorted({word for words in CONTENT_AS_WRITTEN.values() for word in words})
CASES = st.sampled_from([str, str.upper, str.title, str.lower])
SIGNS = st.text("().,;:!?\"«»'’-/…", max_size=2)
LETTERS = st.text("aeiosñéèüœßçğİıŉªºµſ\u212a\u212b", min_size=1, max_size=5)
CHUNKS = st.builds(
    lambda before, word, case, after: before + case(word) + after,
    SIGNS,
    st.sampled_from(KNOWN) | st.sampled_from(SPECIAL) | LETTERS | st.text(min_size=1, max_size=6),
    CASES,
    SIGNS,
).filter(lambda chunk: len(chunk.split()) == 1 and chunk.split()[0] == chunk)


def tokens_of(table: TokenTable, numbers: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return position, term and word of token numbers, without stop words."""
    terms, words = list(table.terms), list(table.words)
    return [
        (position, terms[table.term[number]][1:], words[table.word[number]])
        for position, number in enumerate(numbers)
        if table.term[number] != NOTHING
    ]


@settings(max_examples=examples(50), deadline=None)
@given(st.sampled_from(range(len(LANGUAGES))), st.lists(st.lists(TEXTS, max_size=4), max_size=3))
def test_a_text_has_the_tokens_of_the_analyzer(language: int, batches: list[list[str]]) -> None:
    """With any white space, in any script, terms and positions are the analyzer's."""
    table = TokenTable()
    analyser = Analyzer(LANGUAGES[language])
    for texts in filter(None, batches):
        numbers, ends = number_texts(table, language, texts, list(range(len(texts))))
        begin = 0
        for text, end in zip(texts, ends.tolist(), strict=True):
            found = tokens_of(table, numbers[begin:end].tolist())
            begin = end
            assert found == [(token.position, token.term, token.word) for token in analyser.tokens(text)]
        assert begin == len(numbers)


@settings(max_examples=examples(110), deadline=None)
@given(
    st.sampled_from(range(len(LANGUAGES))),
    st.lists(st.lists(st.lists(CHUNKS, max_size=4).map(" ".join), max_size=5), max_size=3),
)
def test_case_and_punctuation_follow_the_analyzer(language: int, batches: list[list[str]]) -> None:
    """Whatever spellings came before, terms are the analyzer's; a variant is its first document's."""
    table = TokenTable()
    analyser = Analyzer(LANGUAGES[language])
    first: dict[str, int] = {}
    document = 0
    for texts in filter(None, batches):
        owners = list(range(document, document + len(texts)))
        document += len(texts)
        numbers, ends = number_texts(table, language, texts, owners)
        begin = 0
        for text, owner, end in zip(texts, owners, ends.tolist(), strict=True):
            held = tokens_of(table, numbers[begin:end].tolist())
            assert [token[1:] for token in held] == [(t.term, t.word) for t in analyser.tokens(text)]
            for chunk in text.split():
                for token in analyser.analyse_chunk(chunk):
                    if token.term is not None and token.variant is not None:
                        first.setdefault(f"{LANGUAGES[language]} {token.word} {token.variant}", owner)
            begin = end
    assert dict(zip(table.variants, table.variant_documents, strict=True)) == first


@given(st.lists(st.text(max_size=8)))
def test_white_space_splits_like_python(texts: list[str]) -> None:
    """Texts are split into the words that str.split finds."""
    data = _join([text.encode("utf-8", "surrogatepass") for text in texts])
    words = [word.encode("utf-8", "surrogatepass") for text in texts for word in text.split()]
    assert [word for word in data.tobytes().split(b" ") if word] == words


def test_languages_have_separate_terms() -> None:
    """A chunk has a number and a term for each language, and one word."""
    table = TokenTable()
    english, french = (number_texts(table, language, ["ports"], [0])[0].tolist() for language in (0, 2))
    assert english != french
    assert list(table.terms) == ["0port", "2port"]
    assert list(table.words) == ["ports"]
