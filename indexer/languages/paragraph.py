"""The language of one paragraph, and how far it can be trusted."""

import re
from typing import NamedTuple

from indexer.languages.function_words import VOTING_LANGUAGES
from indexer.languages.statistics import likeliest_language
from indexer.languages.vote import PROSE_WORDS, Vote, vote

UNDETERMINED = "und"
"""Any language that is not English, Spanish or French."""

_LABELS = frozenset({"en", "es", "fr"})
# With fewer, langdetect is wrong once in fifteen; with PROSE_WORDS it is right on prose of the seven.
_FEWEST_WORDS = 6
_SURE = 0.95
_OWN_WORDS_OF_A_LIST = 3  # an enumeration has few function words, but none of another language
_FOREIGN_SCRIPT_LETTERS = 12  # about two words
_LOWER_CASE_START = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ][^\W\d_]*")


class Judgement(NamedTuple):
    """What a paragraph says of its language.

    Attributes:
        language: ``en``, ``es``, ``fr``, ``und`` for any other language, or None where it says nothing.
        certain: Whether it may give an item a language; a guess only helps where nothing is certain.
    """

    language: str | None
    certain: bool


_NOTHING = Judgement(None, certain=False)
_CERTAIN = {
    language: Judgement(language if language in _LABELS else UNDETERMINED, certain=True)
    for language in VOTING_LANGUAGES
}


def judge(text: str) -> Judgement:
    """Judge the language of a paragraph.

    Args:
        text: A paragraph or a title.

    Returns:
        The language, if any, and whether it is certain.
    """
    result = vote(text)
    return settle(result) if result.clear else judge_unsettled(text, result)


def settle(result: Vote) -> Judgement:
    """Return what a clear vote says."""
    return _CERTAIN[result.language]


def judge_unsettled(
    text: str, result: Vote, *, guessing: bool = True, beside: str | None = None
) -> Judgement:
    """Judge the language of a paragraph whose function words have voted without a clear outcome.

    Args:
        text: A paragraph or a title.
        result: Its vote.
        guessing: Whether to spend a millisecond on a short text that can give no more than a guess.
        beside: The language that the vote settled for other parts of the same item, if it is one: what leans
            to it is in it, and costs no millisecond either.

    Returns:
        The language, if any, and whether it is certain.
    """
    if foreign := _foreign_script_letters(text):
        return Judgement(UNDETERMINED, certain=True) if foreign >= _FOREIGN_SCRIPT_LETTERS else _NOTHING
    if result.words < (_FEWEST_WORDS if guessing else PROSE_WORDS):
        return _NOTHING
    if beside in _LABELS and result.words >= PROSE_WORDS and result.leans_to(beside):
        return Judgement(beside, certain=True)
    return _by_statistics(text, result)


def guess(text: str) -> str:
    """Name the likeliest language of a text that is too short to judge.

    Args:
        text: All that there is of an item.

    Returns:
        ``en``, ``es``, ``fr`` or ``und``, on the best evidence that there is.
    """
    result = vote(text)
    if result.own >= result.rival + 2:
        return label(result.language)
    likeliest = None if _foreign_script_letters(text) else likeliest_language(text)
    # A single word of its own may be a chance ("but" is a goal in French): sure statistics outweigh it.
    if likeliest and likeliest[1] >= _SURE and likeliest[0] in _LABELS:
        return likeliest[0]
    if result.own > result.rival:
        return label(result.language)
    return label(likeliest[0]) if likeliest else UNDETERMINED


def paragraph_language(text: str) -> str | None:
    """Tell the language of a paragraph.

    Args:
        text: A paragraph or a title.

    Returns:
        ``en``, ``es``, ``fr``, ``und`` for any other language, or None where the text is too short to
        judge or holds little but names.
    """
    return judge(text).language


def _by_statistics(text: str, result: Vote) -> Judgement:
    likeliest = likeliest_language(text)
    if likeliest is None:
        return _NOTHING
    language, probability = likeliest
    sure = probability >= _SURE
    if result.words < PROSE_WORDS:
        return Judgement(label(language), certain=False) if sure else _NOTHING
    if result.is_at_home_in(language):
        # Unsure at home: a paragraph of two languages, of which this is the larger part.
        return Judgement(label(language), certain=True)
    if sure and result.language == language and result.own >= _OWN_WORDS_OF_A_LIST and not result.rival:
        return Judgement(label(language), certain=True)
    if _is_prose(text, result.words) and not result.is_at_home_in(result.language):
        # langdetect has to choose among its seven; prose without their function words is in none of them.
        return Judgement(UNDETERMINED, certain=True)
    return _NOTHING


def label(language: str) -> str:
    """Return the label of a language that can be told apart: ``und`` for those without an analyzer."""
    return language if language in _LABELS else UNDETERMINED


def _is_prose(text: str, words: int) -> bool:
    # A list of names or a headline is mostly capitals, and need not have any function word.
    return 2 * len(_LOWER_CASE_START.findall(text)) > words


def _foreign_script_letters(text: str) -> int:
    # How many letters of other scripts than the Latin one there are, or 0 where they are the smaller part.
    if text.isascii() or max(text) < "\u0250":
        return 0
    letters = [ord(character) for character in text if character.isalpha()]
    foreign = sum(code >= 0x250 and not 0x1E00 <= code < 0x1F00 for code in letters)
    return foreign if 2 * foreign > len(letters) else 0
