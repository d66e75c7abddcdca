"""Detect the languages of an item, paragraph by paragraph.

Most paragraphs are decided by a vote of their function words. These are the stop words of the English,
Spanish and French analyzers, and lists for four related languages, so that texts in these are recognised too.
Other paragraphs are decided by langdetect, with a fixed seed and limited to the seven languages. A headline
has too few letters for its statistics. There, the words of the bundled thesaurus and function words count
too, by Bayes' rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import exp, log
from pathlib import Path
from struct import Struct
from typing import Any

from indexer.analysis.analyzer import STOP_WORDS
from indexer.data_tables import rows
from indexer.runtime import NamedTuple
from indexer.schema import ANALYZED_LANGUAGES, UNDETERMINED

VOTING_LANGUAGES = (*ANALYZED_LANGUAGES, "pt", "it", "ca", "de")
"""The languages that can be distinguished, in the order of their lanes in ``VOTES``."""

_LANE_BITS = 16  # bits per lane; a text with fewer distinct words cannot overflow it
_COUNT = len(VOTING_LANGUAGES)
LANES = Struct(f"<{2 * _COUNT}H")
# Replacing these characters and splitting takes a third of the time of finding words by a regular expression.
_SIGNS = "'’.,:;-/()¿?¡!\"“”«»"
MAX_COUNTED = 40  # words of a text that count; nearly all new words after these are content words
SHARE = 8  # in prose, at least one of so many distinct words is a function word of its language
MIN_DISTINCT_WORDS = 2  # minimum distinct words that only one language has
# A text without two words of only one language is in the language with the most words, if it has at least so
# many more than the second, and a quarter more. In a test, this was wrong for three of 3,000 texts (all in
# languages other than the seven), and langdetect's statistics for thirty.
LEAD = 3
AGAINST = 2  # minimum number of words that contradict a stated language
PROSE_WORDS = 12

LATIN = bytes(
    ord(" ") if chr(code) in _SIGNS or chr(code).isspace() else ord(chr(code).lower()) for code in range(256)
)
"""A table that translates Latin-1 text, as most is, to lower case, with a space for each punctuation mark."""

_QUOTES = "’“”"  # the punctuation marks that Latin-1 lacks


def _count_votes() -> dict[bytes, int]:
    languages: dict[str, set[str]] = {}  # the languages of each word
    lists = [(language, " ".join(sorted(STOP_WORDS[language]))) for language in ANALYZED_LANGUAGES]
    for language, words in [*lists, *rows(__file__, "function_words.tsv")]:
        for word in words.split():
            languages.setdefault(word, set()).add(language)
    votes = {}
    for word, found in languages.items():
        lanes = [VOTING_LANGUAGES.index(language) for language in found]
        vote = sum(1 << _LANE_BITS * (_COUNT + lane) for lane in lanes)
        votes[word.encode("latin-1")] = vote | (1 << _LANE_BITS * lanes[0] if len(lanes) == 1 else 0)
    return votes


VOTES = _count_votes()
"""The vote of each function word, to be summed over the words of a text.

The seven low lanes count the words of only one language, the seven high lanes all words of a language.
"""
_VOTE_OF = VOTES.__getitem__
_FUNCTION_WORDS = frozenset(VOTES)
_LANE_OF = {language: lane for lane, language in enumerate(VOTING_LANGUAGES)}


class Vote(NamedTuple):
    """The number of function words of each language in a text.

    Attributes:
        language: The language with the most words that no other language has; in a tie, the language with
            more words in total.
        own: The number of distinct function words that only this language has.
        rival: The number of distinct function words that only the second language has.
        known: The number of distinct function words of each of ``VOTING_LANGUAGES``, including shared ones.
        listed: The words of the text, with repetitions.
    """

    language: str
    own: int
    rival: int
    known: tuple[int, ...]
    listed: Sequence[bytes]

    @property
    def words(self) -> int:
        """The number of words of the text."""
        return len(self.listed)

    @property
    def clear(self) -> bool:
        """Whether the function words alone decide the language."""
        if self.own >= MIN_DISTINCT_WORDS:
            return self.own >= 2 * self.rival and self.has_enough_words_of(self.language)
        return self.rival <= self.own and self._leads() and self.has_enough_words_of(self.language)

    def leans_to(self, language: str) -> bool:
        """Return whether a language has the most function words, and enough of them."""
        first = self.known[_LANE_OF[language]]
        is_first = self.known.count(first) == 1 and first == max(self.known)
        return is_first and language == self.language and self.has_enough_words_of(language)

    def contradicts(self, language: str) -> bool:
        """Return whether the words contradict a language, even if there are few."""
        if self.own >= self.rival + AGAINST:
            return self.language != language
        lane = _LANE_OF.get(language)
        return lane is not None and not self.known[lane] and max(self.known) >= AGAINST

    def has_enough_words_of(self, language: str) -> bool:
        """Return whether the text has as many function words of a language as prose in it usually has.

        Texts in other languages contain some of these words by coincidence, but fewer than one in eight
        distinct words.
        """
        enough = SHARE * self.known[_LANE_OF[language]]
        return enough >= min(len(self.listed), MAX_COUNTED) or enough >= len(set(self.listed))

    def _leads(self) -> bool:
        """Return whether the text is prose and one language has clearly the most words."""
        second, first = sorted(self.known)[-2:]
        is_first = len(self.listed) >= PROSE_WORDS and first == self.known[_LANE_OF[self.language]]
        return is_first and first >= second + LEAD and 4 * first >= 5 * second


def vote(text: str) -> Vote:
    """Count the function words of a paragraph or title by language."""
    # Only distinct words are counted: a repeated name (Los Angeles) must not decide the language.
    listed = _words(text)
    packed = sum(map(_VOTE_OF, _FUNCTION_WORDS.intersection(listed)))
    lanes = LANES.unpack(packed.to_bytes(LANES.size, "little"))
    return elect(lanes[:_COUNT], lanes[_COUNT:], listed)


def function_words_of(text: str, language: str) -> list[str]:
    """Return a text's function words that only the given language has, the most frequent first."""
    lane = _LANE_OF.get(language)
    if lane is None:
        return []
    own = 1 << _LANE_BITS * lane
    counted = Counter([word for word in _words(text) if VOTES.get(word, 0) & own])
    return [word.decode("latin-1") for word, _ in counted.most_common()]


def elect(own: tuple[int, ...], known: tuple[int, ...], listed: Sequence[bytes]) -> Vote:
    """Return the vote that results from counts of words.

    Args:
        own: For each of ``VOTING_LANGUAGES``, the number of distinct words that no other language has.
        known: For each language, the number of distinct words, including shared ones.
        listed: The words of the text, with repetitions.
    """
    rival, most = sorted(own)[-2:]
    if rival < most:
        best = own.index(most)
    else:
        best = max([lane for lane in range(_COUNT) if own[lane] == most], key=known.__getitem__)
    return Vote(VOTING_LANGUAGES[best], most, rival, known, listed)


def replace_quotes(text: str) -> str:
    """Replace quotation marks that Latin-1 lacks by spaces."""
    if not text.isascii():
        for quote in _QUOTES:
            text = text.replace(quote, " ")
    return text


def _words(text: str) -> list[bytes]:
    """Return the words of a text in lower case and Latin-1, with other characters escaped."""
    try:
        latin = replace_quotes(text).encode("latin-1")
    except UnicodeEncodeError:
        plain = replace_quotes(unicodedata.normalize("NFC", text).lower())
        latin = " ".join(plain.split()).encode("latin-1", "backslashreplace")
    return latin.translate(LATIN).split()


# With fewer words, langdetect is wrong for one text in fifteen. From PROSE_WORDS on, it is right for prose in
# the seven languages.
_MIN_WORDS = 6
_SURE = 0.95
_MIN_WORDS_OF_LIST = 3  # minimum function words of an enumeration, which has none of another language
_FOREIGN_SCRIPT_LETTERS = 12  # about two words
_LOWER_CASE_START = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ][^\W\d_]*")
_SEED = 0
_FAST, _PLAIN = "langdetect_rs", "langdetect"  # the same results; the first is 20 to 40 times faster
_PACKAGE = _FAST if find_spec(_FAST) else _PLAIN


class Judgement(NamedTuple):
    """The detected language of a paragraph.

    Attributes:
        language: ``en``, ``es``, ``fr``, or ``und`` for any other language; ``None`` if undecided.
        certain: Whether the paragraph alone is enough evidence for a language of the item. Uncertain
            judgements count only if the certain ones name no language or several.
    """

    language: str | None
    certain: bool


def label(language: str) -> str:
    """Return the label of a language in the index: its code, or ``und`` if it has no analyzer."""
    return language if language in ANALYZED_LANGUAGES else UNDETERMINED


_NOTHING = Judgement(None, certain=False)
_FOREIGN = Judgement(UNDETERMINED, certain=True)
_CERTAIN = {language: Judgement(label(language), certain=True) for language in VOTING_LANGUAGES}


def settle(result: Vote) -> Judgement | None:
    """Return the judgement of a vote, or ``None`` if the function words do not decide the language."""
    return _CERTAIN[result.language] if result.clear else None


def judge(text: str, result: Vote, *, guessing: bool = True, neighbour: str | None = None) -> Judgement:
    """Determine the language of a paragraph that its function words do not decide.

    Args:
        text: The text of the paragraph, or a title.
        result: The vote of its function words.
        guessing: Whether to guess the language of a short text by statistics.
        neighbour: The language of all parts of the item that are decided by their function words; ``None`` if
            they differ. A text with more function words of this language than of any other is in this
            language.
    """
    if foreign := _foreign_script_letters(text):
        return _FOREIGN if foreign >= _FOREIGN_SCRIPT_LETTERS else _NOTHING
    if result.words < (_MIN_WORDS if guessing else PROSE_WORDS):
        return _NOTHING
    if neighbour in ANALYZED_LANGUAGES and result.words >= PROSE_WORDS and result.leans_to(neighbour):
        return _CERTAIN[neighbour]
    return _by_statistics(text, result)


def guess(text: str) -> str:
    """Guess the language (``en``, ``es``, ``fr``, ``und``) of a text that is too short for :func:`judge`."""
    likeliest = None if _foreign_script_letters(text) else _likeliest_of_short_text(text, vote(text))
    return label(likeliest[0]) if likeliest else UNDETERMINED


@cache
def _detectors(package: str) -> Any:
    # Slow to import, with seven profiles to read: only for a text that needs it.
    detector_factory = import_module(f"{package}.detector_factory")
    # The fast package has no profile files.
    profiles = Path(import_module(f"{_PLAIN}.detector_factory").PROFILES_DIRECTORY)
    factory = detector_factory.DetectorFactory()
    factory.seed = _SEED  # each detection starts from it and is independent of earlier ones
    factory.load_json_profile([(profiles / name).read_text(encoding="utf-8") for name in VOTING_LANGUAGES])
    return factory


def likeliest_language(text: str, package: str = _PACKAGE) -> tuple[str, float] | None:
    """Return the most likely language of a text, according to langdetect.

    ``package`` is the name of langdetect's package.

    Returns:
        A language of ``VOTING_LANGUAGES`` and its probability; ``None`` if the text has no evidence.
    """
    found = _probabilities(text, package)
    return max(found.items(), key=lambda each: each[1]) if found else None


def _probabilities(text: str, package: str = _PACKAGE) -> dict[str, float]:
    """Return the probability of each likely language, according to langdetect."""
    detector = _detectors(package).create()
    detector.append(text.lower() if text.isupper() else text)  # langdetect ignores words in capitals
    error = import_module(f"{package}.lang_detect_exception").LangDetectException
    try:
        return {found.lang: found.prob for found in detector.get_probabilities()}
    except error:  # no letters are left after removing addresses
        return {}


# The words of news in each of VOTING_LANGUAGES that labels of only these languages have, and words that no
# label has: fractions of the words of 500 sentences of each language (test data of lingua), without function
# words and names.
_LABEL_WORDS: dict[str, tuple[float, ...]] = {
    "": (0.33, 0.54, 0.40, 0.72, 0.83, 0.76, 0.92),
    "en": (0.46, 0.011, 0.016, 0.020, 0.023, 0.024, 0.033),
    "es": (0.0029, 0.38, 0.0033, 0.19, 0.072, 0.10, 0.0034),
    "fr": (0.0096, 0.0049, 0.44, 0.012, 0.017, 0.041, 0.010),
    "en es": (0.020, 0.021, 0.0012, 0.011, 0.0071, 0.018, 0.0039),
    "en fr": (0.12, 0.0045, 0.11, 0.012, 0.012, 0.021, 0.022),
    "es fr": (0.0003, 0.015, 0.0098, 0.0064, 0.0035, 0.0047, 0.0018),
    "en es fr": (0.051, 0.022, 0.023, 0.024, 0.037, 0.028, 0.010),
}
_FUNCTION_WORD = 3.0  # the logarithm of the odds of a function word in its languages
_UNLIKELY = 0.07  # added to the probabilities of langdetect, which is too sure of short texts
_WORD = re.compile(r"[^\W\d_]{2,}")


_NO_LABEL, _NAME = "", "A"  # the keys for unknown words: in lower case, and with a capital
_NAME_WEIGHT = 0.5  # a capitalised word may be a name, which can be in a text of any language


@cache
def _label_words() -> dict[str, tuple[float, ...]]:
    """Map each word of labels to the logarithm of its frequency in each voting language.

    The keys ``_NO_LABEL`` and ``_NAME`` are for words that no label has. The values of function words are 0,
    because the vote counts these words.
    """
    logs = {languages: tuple(map(log, fractions)) for languages, fractions in _LABEL_WORDS.items()}
    name = tuple([_NAME_WEIGHT * each for each in logs[_NO_LABEL]])
    found = {_NO_LABEL: logs[_NO_LABEL], _NAME: name}
    for languages, words in rows(__file__, "label_words.tsv"):
        found.update(dict.fromkeys(words.split(), logs[languages]))
    return found | dict.fromkeys([word.decode("latin-1") for word in VOTES], (0.0,) * _COUNT)


def _likeliest_of_short_text(text: str, result: Vote) -> tuple[str, float] | None:
    """Return the most likely language of a text of a few words, and its probability.

    The result is ``None`` for a text without words.
    """
    written = dict.fromkeys(_WORD.findall(text))
    if not written:
        return None
    known, likely = _label_words(), _probabilities(text)
    scores = [
        log(likely.get(language, 0) + _UNLIKELY) + _FUNCTION_WORD * count
        for language, count in zip(VOTING_LANGUAGES, result.known, strict=True)
    ]
    for word in dict.fromkeys(map(str.lower, written)):
        logs = known.get(word) or known[_NO_LABEL if word in written else _NAME]
        scores = [*map(float.__add__, scores, logs)]
    best = max(scores)
    return VOTING_LANGUAGES[scores.index(best)], 1 / sum([exp(score - best) for score in scores])


def _by_statistics(text: str, result: Vote) -> Judgement:
    if result.words < PROSE_WORDS:
        likeliest = _likeliest_of_short_text(text, result)
        is_sure = likeliest is not None and likeliest[1] >= _SURE
        return Judgement(label(likeliest[0]), certain=False) if likeliest and is_sure else _NOTHING
    likeliest = likeliest_language(text)
    if likeliest is None:
        return _NOTHING
    language, probability = likeliest
    sure = probability >= _SURE
    if result.has_enough_words_of(language):
        # The vote did not decide, because the paragraph is in two languages. Most of it is in this language.
        return _CERTAIN[language]
    if sure and result.language == language and result.own >= _MIN_WORDS_OF_LIST and not result.rival:
        return _CERTAIN[language]
    # langdetect always chooses one of the seven languages. Prose without their function words is in another
    # language. A list of names or a headline has mostly capitalised words, and may lack function words.
    is_prose = 2 * len(_LOWER_CASE_START.findall(text)) > result.words
    return _FOREIGN if is_prose and not result.has_enough_words_of(result.language) else _NOTHING


def _foreign_script_letters(text: str) -> int:
    # The number of letters of other scripts than Latin, or 0 if they are the smaller part.
    if text.isascii() or max(text) < "\u0250":
        return 0
    letters = [ord(character) for character in text if character.isalpha()]
    foreign = sum(code >= 0x250 and not 0x1E00 <= code < 0x1F00 for code in letters)
    return foreign if 2 * foreign > len(letters) else 0


# The text that an additional language must have, in characters: a quotation or a closing line is too short.
_MIN_WORDS_TO_ADD = 80
_MIN_WORDS_OF_SHORT_ITEM = 45
_SHARE_OF_SHORT_ITEM = 0.25
# The first language is the main one, if no other has more text by this factor. The lengths of translations
# differ by about a fifth.
_LONGER = 1.25


@dataclass(frozen=True, slots=True)
class Labels:
    """The languages of an item and its parts.

    Attributes:
        languages: All languages: the main language first, the others by amount of text. They are ``en``,
            ``es``, ``fr``, or ``und`` for any other language.
        paragraphs: The language of each paragraph, one of ``languages``.
        title: The language of the title, one of ``languages``; ``None`` if there is no title.
    """

    languages: tuple[str, ...]
    paragraphs: tuple[str, ...]
    title: str | None


def split_by_language(
    paragraphs: Sequence[str], title: str | None = None, likely: str | None = None
) -> Labels:
    """Label the paragraphs, the title and the item with languages.

    Paragraphs that are too short to judge, or in a language in which the item has only a few words, get the
    main language.

    Args:
        paragraphs: The paragraphs of the body.
        title: The title of the item; ``None`` if it has none.
        likely: The language that the item's site or feed states; ``None`` if it states none. It is used if no
            part's language is certain, and the function words do not contradict it.
    """
    texts = [title, *paragraphs] if title is not None else list(paragraphs)
    votes = [vote(text) for text in texts]
    settled = [settle(found) for found in votes]
    languages_settled = {found.language for found in settled if found}
    neighbour = languages_settled.pop() if len(languages_settled) == 1 else None
    judgements = [
        found or judge(text, voted, guessing=False, neighbour=neighbour)
        for text, voted, found in zip(texts, votes, settled, strict=True)
    ]
    certain = {found.language for found in judgements if found.certain and found.language}
    if len(certain) == 1:
        # No guess could change the result: all uncertain parts get this language.
        main = certain.pop()
        return _all_in(main, paragraphs, title)
    if likely is not None and not certain and not vote("\n".join(texts)).contradicts(likely):
        return _all_in(likely, paragraphs, title)
    judgements = [
        found if found.certain else judge(text, voted)
        for text, voted, found in zip(texts, votes, judgements, strict=True)
    ]
    amounts = _amounts(texts, judgements) or {guess("\n".join(texts)): 0}
    most = max(amounts.values())
    main = next(language for language in amounts if amounts[language] * _LONGER >= most)
    of_short = max(_MIN_WORDS_OF_SHORT_ITEM, _SHARE_OF_SHORT_ITEM * sum(map(len, texts)))
    fewest = min(_MIN_WORDS_TO_ADD, of_short)
    added = [language for language in amounts if language != main and amounts[language] >= fewest]
    languages = (main, *sorted(added, key=lambda language: -amounts[language]))
    labels = tuple([found.language if found.language in languages else main for found in judgements])
    if title is None:
        return Labels(languages, labels, None)
    return Labels(languages, labels[1:], labels[0])


def _all_in(language: str, paragraphs: Sequence[str], title: str | None) -> Labels:
    return Labels((language,), (language,) * len(paragraphs), None if title is None else language)


def _amounts(texts: Sequence[str], judgements: Sequence[Judgement]) -> dict[str, int]:
    # Characters of each language, in order of appearance. Guesses count if they agree with a certain
    # language, or if nothing is certain.
    certain = {judgement.language for judgement in judgements if judgement.certain}
    amounts: dict[str, int] = {}
    for text, (language, _) in zip(texts, judgements, strict=True):
        if language is not None and (language in certain or not certain):
            amounts[language] = amounts.get(language, 0) + len(text)
    return amounts
