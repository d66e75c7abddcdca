"""The languages of an item, decided paragraph by paragraph."""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.languages.paragraph import Judgement, guess, judge, settle
from indexer.languages.vote import vote

# The text that a further language must have, in characters: a quotation or a closing line adds none.
_FEWEST_TO_ADD = 80
_FEWEST_OF_SHORT_ITEM = 45
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
    fewest = min(_FEWEST_TO_ADD, max(_FEWEST_OF_SHORT_ITEM, _SHARE_OF_SHORT_ITEM * sum(map(len, texts))))
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
