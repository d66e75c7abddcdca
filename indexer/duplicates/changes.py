"""What has changed from one version of a piece of news to the next: its numbers and names."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final, NamedTuple

from indexer.analysis.stop_words import is_function_word
from indexer.duplicates.agencies import without_agency
from indexer.duplicates.words import FIGURE, WORD, Written, written_words

MOST_WORDS: Final = 3000
"""Words of each version that are compared."""

LONGEST: Final = 8
"""Words of the longest passage that is shown: a longer one was written anew."""


class Change(NamedTuple):
    """A number or a name in the place of another.

    Attributes:
        before: The words of the earlier version, as written.
        after: The words that stand there now.
        of: The word that follows a number in both, what there are so many of; none where it is of grammar.
    """

    before: str
    after: str
    of: str


def changes(earlier: str, later: str) -> list[Change]:
    """List the numbers and names that differ between two versions, in the order of the later one.

    Args:
        earlier: The body of the earlier version.
        later: That of the later one.
    """
    old, new = (written_words(without_agency(body))[:MOST_WORDS] for body in (earlier, later))
    matcher = SequenceMatcher(None, [one.word for one in old], [one.word for one in new], autojunk=False)
    found = []
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag != "replace" or max(high - low, last - first) > LONGEST:
            continue
        if any(one.kind != WORD for one in old[low:high]) and any(
            one.kind != WORD for one in new[first:last]
        ):
            counted = old[high - 1].kind == new[last - 1].kind == FIGURE
            of = _counted(new[last]) if counted and last < len(new) else ""
            found.append(Change(_joined(old[low:high]), _joined(new[first:last]), of))
    return [*dict.fromkeys(found)]


def _counted(word: Written) -> str:
    """Give the word behind a number if it can be what there are so many of: no name, no word of grammar."""
    return "" if word.kind != WORD or is_function_word(word.written) else word.written


def _joined(words: list[Written]) -> str:
    return " ".join(one.written for one in words)
