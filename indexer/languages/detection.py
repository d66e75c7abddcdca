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
_FAST, _PLAIN = "langdetect_rs", "langdetect"  # the same answers; the first 20 to 40 times faster
_PACKAGE = _FAST if find_spec(_FAST) else _PLAIN


class Judgement(NamedTuple):
    """A judgement of the language of a paragraph.

    Attributes:
        language: ``en``, ``es``, ``fr``, ``und`` for any other language, or None where it is open.
        certain: Whether it may give an item a language; a guess counts only where nothing is certain.
    """

    language: str | None
    certain: bool


def label(language: str) -> str:
    """Map a language that can be told apart to one of the index: ``und`` where it has no analyzer."""
    return language if language in ANALYZED_LANGUAGES else UNDETERMINED


_NOTHING = Judgement(None, certain=False)
_FOREIGN = Judgement(UNDETERMINED, certain=True)
_CERTAIN = {language: Judgement(label(language), certain=True) for language in VOTING_LANGUAGES}


def settle(result: Vote) -> Judgement | None:
    """Judge by the vote alone; None where it is not clear."""
    return _CERTAIN[result.language] if result.clear else None


def judge(text: str, result: Vote, *, guessing: bool = True, neighbour: str | None = None) -> Judgement:
    """Judge the language of a paragraph whose vote is not clear.

    Args:
        text: A paragraph or a title.
        result: Its vote.
        guessing: Whether to ask statistics of a short text too, which can give no more than a guess.
        neighbour: The language that the vote settled for the other parts of the same item, if it is one: a
            text that leans to it is in it, without statistics.

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
        text: All that there is of an item.

    Returns:
        ``en``, ``es``, ``fr`` or ``und``, on the best evidence that there is.
    """
    result = vote(text)
    if result.own >= result.rival + 2:
        return label(result.language)
    likeliest = None if _foreign_script_letters(text) else likeliest_language(text)
    # A single word of its own may be a chance ("but" is a goal in French): sure statistics outweigh it.
    if likeliest and likeliest[1] >= _SURE and likeliest[0] in ANALYZED_LANGUAGES:
        return likeliest[0]
    if result.own > result.rival:
        return label(result.language)
    return label(likeliest[0]) if likeliest else UNDETERMINED


@cache
def _detectors(package: str) -> Any:
    # Slow to import, with seven profiles to read: only for a text that needs it.
    detector_factory = import_module(f"{package}.detector_factory")
    # The fast one comes without the files of the profiles.
    profiles = Path(import_module(f"{_PLAIN}.detector_factory").PROFILES_DIRECTORY)
    factory = detector_factory.DetectorFactory()
    factory.seed = _SEED  # each detection starts from it, so none depends on those before it
    factory.load_json_profile([(profiles / name).read_text(encoding="utf-8") for name in VOTING_LANGUAGES])
    return factory


def likeliest_language(text: str, package: str = _PACKAGE) -> tuple[str, float] | None:
    """Ask langdetect which of the seven languages a text is in.

    Args:
        text: A paragraph in the Latin script.
        package: ``langdetect`` or ``langdetect_rs``.

    Returns:
        A language of ``VOTING_LANGUAGES`` and its probability, or None where the text has nothing to go by.
    """
    detector = _detectors(package).create()
    detector.append(text)
    error = import_module(f"{package}.lang_detect_exception").LangDetectException
    try:
        found = detector.get_probabilities()
    except error:  # no letters left once addresses are taken out
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
        # Unsure at home: a paragraph of two languages, of which this is the larger part.
        return _CERTAIN[language]
    if sure and result.language == language and result.own >= _MIN_WORDS_OF_LIST and not result.rival:
        return _CERTAIN[language]
    if _is_prose(text, result.words) and not result.is_at_home_in(result.language):
        # langdetect has to choose among its seven; prose without their function words is in none of them.
        return _FOREIGN
    return _NOTHING


def _is_prose(text: str, words: int) -> bool:
    # A list of names or a headline is mostly capitals, and need not have any function word.
    return 2 * len(_LOWER_CASE_START.findall(text)) > words


def _foreign_script_letters(text: str) -> int:
    # The number of letters of other scripts than the Latin one, or 0 where they are the smaller part.
    if text.isascii() or max(text) < "\u0250":
        return 0
    letters = [ord(character) for character in text if character.isalpha()]
    foreign = sum(code >= 0x250 and not 0x1E00 <= code < 0x1F00 for code in letters)
    return foreign if 2 * foreign > len(letters) else 0


# The text that a further language must have, in characters: a quotation or a closing line adds none.
_MIN_WORDS_TO_ADD = 80
_MIN_WORDS_OF_SHORT_ITEM = 45
_SHARE_OF_SHORT_ITEM = 0.25
# Translations of a text differ in length by about a fifth; where they differ by no more, the first one leads.
_LONGER = 1.25


@dataclass(frozen=True, slots=True)
class Labels:
    """The languages of an item: ``en``, ``es``, ``fr``, and ``und`` for any other.

    Attributes:
        languages: Every language found, that of most of its text first, then by the amount of text.
        paragraphs: The language of each paragraph; all of them are among ``languages``.
        title: The language of the title, also among ``languages``; None where there is no title.
    """

    languages: tuple[str, ...]
    paragraphs: tuple[str, ...]
    title: str | None


def split_by_language(
    paragraphs: Sequence[str], title: str | None = None, likely: str | None = None
) -> Labels:
    """Label each paragraph of an item, and the item.

    A paragraph that is too short to judge, or in a language of which the item holds but a few words,
    counts as one in the main language.

    Args:
        paragraphs: The body.
        title: The title, or None.
        likely: The language that is stated of the whole that the item belongs to, if any: it counts where no
            part of the item is certain, and the words of all do not speak against it.

    Returns:
        The labels; the same for the same item, whatever was labelled before.
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
        # No guess could change anything: all that is uncertain counts as this language.
        main = certain.pop()
        return _all_in(main, paragraphs, title)
    if likely is not None and not certain and not vote("\n".join(texts)).speaks_against(likely):
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
    # Characters of each language, in order of appearance. Guesses count where they agree with what is
    # certain, or where nothing is.
    certain = {judgement.language for judgement in judgements if judgement.certain}
    amounts: dict[str, int] = {}
    for text, (language, _) in zip(texts, judgements, strict=True):
        if language is not None and (language in certain or not certain):
            amounts[language] = amounts.get(language, 0) + len(text)
    return amounts
