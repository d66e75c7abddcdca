"""What a process that answers on and on keeps for itself."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import Final

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES

KNOWN_CHUNKS: Final = 1 << 13  # words of texts and questions whose analysis is kept, in each language
COLLECTED_FROM: Final = 50_000  # objects: an answer leaves none in circles, which nothing else frees
_ARENA_MAX: Final = -8  # of mallopt, in malloc.h of the GNU library


def keep_what_is_loaded() -> None:
    """Leave what stands in memory by now out of all collections of garbage: it stays with the process."""
    gc.collect()
    gc.freeze()


def bound_memory() -> None:
    """Keep few words analysed, collect garbage as rarely as a command does, let threads share memory.

    The GNU library would keep some megabytes for each thread, which nobody else in the process can use.
    """
    gc.set_threshold(COLLECTED_FROM)
    for language in LANGUAGES:
        analyzer(language).cached_chunks = KNOWN_CHUNKS
    if sys.platform == "linux":
        from ctypes import CDLL

        with suppress(OSError, AttributeError):  # another library, which keeps its own way
            CDLL(None).mallopt(_ARENA_MAX, 1)
