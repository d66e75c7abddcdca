"""langdetect, for the paragraphs that the vote leaves open: deterministic, and kept to seven languages."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from indexer.languages.vote import VOTING_LANGUAGES

_SEED = 0
_FAST, _PLAIN = "langdetect_rs", "langdetect"  # the same answers; the first 20 to 40 times faster


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


@cache
def detecting_package() -> str:
    """Choose the package that detects: the fast one where it is installed."""
    return _FAST if find_spec(_FAST) else _PLAIN


def likeliest_language(text: str, package: str | None = None) -> tuple[str, float] | None:
    """Ask langdetect which of the seven languages a text is in.

    Args:
        text: A paragraph in the Latin script.
        package: ``langdetect`` or ``langdetect_rs``; None for the faster of those installed.

    Returns:
        A language of ``VOTING_LANGUAGES`` and its probability, or None where the text has nothing to go by.
    """
    package = package or detecting_package()
    detector = _detectors(package).create()
    detector.append(text)
    error = import_module(f"{package}.lang_detect_exception").LangDetectException
    try:
        found = detector.get_probabilities()
    except error:  # no letters left once addresses are taken out
        return None
    return (found[0].lang, found[0].prob) if found else None
