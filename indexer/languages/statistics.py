"""langdetect, for the paragraphs that the vote leaves open: deterministic, and kept to seven languages."""

from functools import cache
from pathlib import Path
from typing import Any

from indexer.languages.function_words import VOTING_LANGUAGES

_SEED = 0


@cache
def _detectors() -> Any:
    # 26 ms of import and seven profiles to read: only for a text that needs it.
    from langdetect import detector_factory

    profiles = Path(detector_factory.PROFILES_DIRECTORY)
    factory = detector_factory.DetectorFactory()
    factory.seed = _SEED  # each detection starts from it, so none depends on those before it
    factory.load_json_profile([(profiles / name).read_text(encoding="utf-8") for name in VOTING_LANGUAGES])
    return factory


def likeliest_language(text: str) -> tuple[str, float] | None:
    """Ask langdetect which of the seven languages a text is in.

    Args:
        text: A paragraph in the Latin script.

    Returns:
        A language of ``VOTING_LANGUAGES`` and its probability, or None where the text has nothing to go by.
    """
    from langdetect.lang_detect_exception import LangDetectException

    detector = _detectors().create()
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # no letters left once addresses are taken out
        return None
    return (found[0].lang, found[0].prob) if found else None
