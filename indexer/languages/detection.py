"""Detect the languages of an item, paragraph by paragraph.

The vote of the function words decides most paragraphs; the others are left to langdetect, seeded and limited
to seven languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from indexer.languages.function_word_vote import PROSE_WORDS, VOTING_LANGUAGES, Vote, vote
from indexer.schema import ANALYZED_LANGUAGES, UNDETERMINED

# With fewer, langdetect is wrong once in fifteen; with PROSE_WORDS it is right on prose of the seven.
_MIN_WORDS = 6
_SURE = 0.95
_MIN_WORDS_OF_LIST = 3  # an enumeration has few function words, but none of another language
_FOREIGN_SCRIPT_LETTERS = 12  # about two words
_LOWER_CASE_START = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ][^\W\d_]*")
_SEED = 0
_FAST, _PLAIN = "langdetect_rs", "langdetect"  # the same results; the first is 20 to 40 times faster
_PACKAGE = _FAST if find_spec(_FAST) else _PLAIN


class Judgement(NamedTuple):
    """The language of a paragraph.

    Attributes:
        language: ``en``, ``es``, ``fr``, ``und`` for any other language, or None if undecided.
        certain: Whether it is sufficient for the item; a guess only counts if nothing is certain.
    """

    language: str | None
    certain: bool


def label(language: str) -> str:
    """Return the index language of a detectable language: ``und`` if it has no analyzer."""
    return language if language in ANALYZED_LANGUAGES else UNDETERMINED


_NOTHING = Judgement(None, certain=False)
_FOREIGN = Judgement(UNDETERMINED, certain=True)
_CERTAIN = {language: Judgement(label(language), certain=True) for language in VOTING_LANGUAGES}


def settle(result: Vote) -> Judgement | None:
    """Return the judgement by the vote alone; None if it is unclear."""
    return _CERTAIN[result.language] if result.clear else None


def judge(text: str, result: Vote, *, guessing: bool = True, neighbour: str | None = None) -> Judgement:
    """Judge the language of a paragraph whose vote is unclear.

    Args:
        text: A paragraph or a title.
        result: Its vote.
        guessing: Whether to use statistics for a short text too, which only results in a guess.
        neighbour: The language by vote of the other parts of the item, if it is the same for all: a text that
            leans to it is in it, without statistics.

    Returns:
        The language, if any, and whether it is certain.
    """
    if foreign := _foreign_script_letters(text):
        return _FOREIGN if foreign >= _FOREIGN_SCRIPT_LETTERS else _NOTHING
    if result.words < (_MIN_WORDS if guessing else PROSE_WORDS):
        return _NOTHING
    if neighbour in ANALYZED_LANGUAGES and result.words >= PROSE_WORDS and result.leans_to(neighbour):
        return _CERTAIN[neighbour]
    return _by_statistics(text, result)


def guess(text: str) -> str:
    """Guess the language of a text that is too short to judge.

    Args:
        text: The whole text of an item.

    Returns:
        ``en``, ``es``, ``fr`` or ``und``, on the best available evidence.
    """
    result = vote(text)
    if result.own >= result.rival + 2:
        return label(result.language)
    likeliest = None if _foreign_script_letters(text) else likeliest_language(text)
    # A single distinctive word may be a coincidence ("but" is a goal in French): sure statistics outweigh it.
    if likeliest and likeliest[1] >= _SURE and likeliest[0] in ANALYZED_LANGUAGES:
        return likeliest[0]
    if result.own > result.rival:
        return label(result.language)
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
    """Return the most likely of the seven languages of a text according to langdetect.

    Args:
        text: A paragraph in the Latin script.
        package: ``langdetect`` or ``langdetect_rs``.

    Returns:
        A language of ``VOTING_LANGUAGES`` and its probability, or None if the text has no evidence.
    """
    detector = _detectors(package).create()
    detector.append(text)
    error = import_module(f"{package}.lang_detect_exception").LangDetectException
    try:
        found = detector.get_probabilities()
    except error:  # no letters are left after removing addresses
        return None
    return (found[0].lang, found[0].prob) if found else None


def _by_statistics(text: str, result: Vote) -> Judgement:
    likeliest = likeliest_language(text)
    if likeliest is None:
        return _NOTHING
    language, probability = likeliest
    sure = probability >= _SURE
    if result.words < PROSE_WORDS:
        return Judgement(label(language), certain=False) if sure else _NOTHING
    if result.is_at_home_in(language):
        # Undecided by vote: a paragraph of two languages, of which this is the larger part.
        return _CERTAIN[language]
    if sure and result.language == language and result.own >= _MIN_WORDS_OF_LIST and not result.rival:
        return _CERTAIN[language]
    if _is_prose(text, result.words) and not result.is_at_home_in(result.language):
        # langdetect chooses one of its seven; prose without their function words is in none of them.
        return _FOREIGN
    return _NOTHING


def _is_prose(text: str, words: int) -> bool:
    # A list of names or a headline is mostly in capitals, and need not have function words.
    return 2 * len(_LOWER_CASE_START.findall(text)) > words


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
# Translations differ in length by about a fifth; up to this difference, the first language is the main one.
_LONGER = 1.25


@dataclass(frozen=True, slots=True)
class Labels:
    """The languages of an item: ``en``, ``es``, ``fr``, and ``und`` for any other.

    Attributes:
        languages: All languages, that of most of its text first, then by the amount of text.
        paragraphs: The language of each paragraph, one of ``languages``.
        title: The language of the title, one of ``languages``; None if there is no title.
    """

    languages: tuple[str, ...]
    paragraphs: tuple[str, ...]
    title: str | None


def split_by_language(
    paragraphs: Sequence[str], title: str | None = None, likely: str | None = None
) -> Labels:
    """Label each paragraph of an item, and the item.

    A paragraph that is too short to judge, or in a language of which the item has only a few words, is
    labelled with the main language.

    Args:
        paragraphs: The body.
        title: The title, or None.
        likely: The stated language of the site or feed of the item, if any: it is used if no part of the item
            is certain and the words do not contradict it.

    Returns:
        The labels, which only depend on the item.
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
