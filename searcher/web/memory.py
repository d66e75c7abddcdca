"""What a process that answers on and on keeps for itself."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import Final

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES

KNOWN_CHUNKS: Final = 1 << 13  # words of texts and questions whose analysis is kept, in each language
COLLECTED_FROM: Final = 5_000  # objects: a page leaves some hundreds that hold each other, and large texts
_ARENA_MAX: Final = -8  # of mallopt, in malloc.h of the GNU library


def bound_memory() -> None:
    """Keep few words analysed, collect garbage more often than a command does, let threads share memory.

    The GNU library would keep some megabytes for each thread, which nobody else in the process can use.
    """
    gc.set_threshold(COLLECTED_FROM)
    for language in LANGUAGES:
        analyzer(language).cached_chunks = KNOWN_CHUNKS
    if sys.platform == "linux":
        from ctypes import CDLL

        with suppress(OSError, AttributeError):  # another library, which keeps its own way
            CDLL(None).mallopt(_ARENA_MAX, 1)
